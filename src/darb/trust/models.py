"""Who uses the system, what each role reaches, and the record of every deed."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from darb.rules.roles import LABELS, Role

from . import among  # noqa: F401  (every query may ask `__among` from here on)


class Level(models.IntegerChoices):
    """How closed a row is. SHIELDED rows are for the roles that `powers.SHIELDED_READERS` names."""

    OPEN = 0
    SHIELDED = 1


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by user name, as Django's sign-in expects."""


class Account(AbstractBaseUser):
    """A member of staff who signs in."""

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=2, default="en")
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "username"
    objects = AccountManager()

    def __str__(self) -> str:
        return self.name


class Grant(models.Model):
    """A role that an account holds, and where. An empty office, site or programme means every one.

    With `until` it stands in for somebody, through that day and no longer; `why` says for whom.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=40, choices=[(r.value, LABELS[r]) for r in Role])
    office = models.CharField(max_length=12, blank=True, default="")
    site = models.CharField(max_length=24, blank=True, default="")
    programme = models.CharField(max_length=40, blank=True, default="")
    until = models.DateField(null=True)
    why = models.CharField(max_length=200, blank=True, default="")
    given_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "role", "office", "site", "programme"], name="one_grant_each")
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.office or '*'}/{self.site or '*'}/{self.programme or '*'}"


class Scope(models.Model):
    """One (office, site, programme, level): the integer that row-level security compares.

    An empty programme is the shared core: the person's own records, which every programme reads.
    """

    id = models.AutoField(primary_key=True)
    office = models.CharField(max_length=12)
    site = models.CharField(max_length=24)
    programme = models.CharField(max_length=40, blank=True)
    level = models.SmallIntegerField(choices=Level.choices, default=Level.OPEN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "site", "programme", "level"], name="one_scope_each")]

    def __str__(self) -> str:
        return f"{self.office}/{self.site}/{self.programme or 'core'}/{self.level}"


class Scoped(models.Model):
    """Base of every table that holds a person's data: the wall is on `scope_id`.

    The row's scope moves with the person whose id stands in `person_column` (`trust.scopes.move`);
    None means that it stays where it is.
    """

    scope_id = models.IntegerField()

    person_column: str | None = "person_id"

    class Meta:
        abstract = True


class ActionKey(models.Model):
    """An idempotency key that an action has used, and what it was about."""

    key = models.UUIDField(primary_key=True)
    action = models.CharField(max_length=60)
    account_id = models.BigIntegerField()
    subject = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.action} {self.key}"


class ActionLog(models.Model):
    """One deed: who, when, what, on whom. Identifiers and codes only; append-only by trigger and grant."""

    at = models.DateTimeField()
    account_id = models.BigIntegerField()
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=60, blank=True)
    persons = ArrayField(models.BigIntegerField(), default=list)
    detail = models.JSONField(default=dict)
    key = models.UUIDField(null=True)

    class Meta:
        indexes = [GinIndex(fields=["persons"], name="actionlog_persons"), models.Index(fields=["subject", "id"])]

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.action} {self.subject}"


class RefusalLog(models.Model):
    """A refusal that matters: kept outside the transaction that was rolled back. Append-only."""

    at = models.DateTimeField()
    account_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=60)
    code = models.CharField(max_length=60)
    subject = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.action} {self.code}"
