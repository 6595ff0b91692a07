"""Relatives whom somebody looks for, and who they may be: nothing of it is shown before consent and a check."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from darb.places.models import Site
from darb.trust.models import Scoped


class KinFact(models.TextChoices):
    """What shows that two people are related; two that don't depend on one another verify it."""

    OWN_WORD = "own_word", _("Each said so alone")
    SAME_PARENTS = "same_parents", _("Both name the same parents, asked apart")
    DOCUMENT = "document", _("A document says so")
    PHOTO = "photo", _("One knew the other on a photo")
    THIRD_PERSON = "third_person", _("Somebody who knows both said so")
    EMBASSY = "embassy", _("The embassy or home country confirms")


class Checked(models.TextChoices):
    """What protection found before a relative is told of."""

    WAITING = "", _("Waits for protection")
    SAFE = "safe", _("Safe to tell")
    DANGER = "danger", _("Never told: a danger")


class Relative(Scoped):
    """A relative whom a person told us of, to be looked for at every site; `relation` is theirs to the person."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="relatives")
    relation = models.CharField(max_length=20)
    script = models.CharField(max_length=1)
    given = models.CharField(max_length=60)
    father = models.CharField(max_length=60, blank=True)
    family = models.CharField(max_length=60, blank=True)
    mother = models.CharField(max_length=60, blank=True)
    sex = models.CharField(max_length=1)
    birth_year = models.IntegerField(null=True)
    last_seen = models.CharField(max_length=120, blank=True)
    declared_at = models.DateTimeField()
    account_id = models.BigIntegerField()

    def __str__(self) -> str:
        return " ".join(p for p in (self.given, self.father, self.family) if p)


class Trace(Scoped):
    """Somebody who may be a relative that `person` looks for. Told to others only when checked `safe`."""

    relative = models.ForeignKey(Relative, on_delete=models.PROTECT, related_name="traces")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    found = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    probability = models.FloatField()
    found_at = models.DateTimeField()
    checked = models.CharField(max_length=8, blank=True, choices=Checked.choices)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.BigIntegerField(null=True)
    facts = ArrayField(models.CharField(max_length=16), default=list)
    verified_at = models.DateTimeField(null=True)
    reunited_at = models.DateTimeField(null=True)
    reunited_in = models.ForeignKey(Site, null=True, on_delete=models.PROTECT)
    reunited_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["relative", "found"], name="one_trace_each")]

    def __str__(self) -> str:
        return f"{self.relative_id} may be {self.found_id}"
