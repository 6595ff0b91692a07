"""Whether two registrations are one person, and whose relative somebody is: said, never written over."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from darb.trust.models import Scoped


class Said(models.TextChoices):
    """What somebody said of a pair of registrations."""

    SAME = "same", _("The same person")
    DIFFERENT = "different", _("Two people")
    UNSURE = "unsure", _("Can't be said")
    TAKEN_BACK = "taken_back", _("Taken back")


class Stake(models.IntegerChoices):
    """What a question left open can cost: bits that are added, the heaviest first."""

    TWO_LISTS = 1, _("both are helped")
    CHILD = 2, _("a child")
    FLIES_SOON = 4, _("flies soon")


class _Pair(Scoped):
    """Two registrations; `person` is the one with the smaller id, and the row's scope is that one's.

    Reads join both persons, so that nobody learns of a pair whose other file is out of their reach.
    """

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    probability = models.FloatField(null=True, help_text="Of being one person, as the model put it; None: not asked.")
    model_version = models.CharField(max_length=24, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.person_id} and {self.other_id}"


class Duplicate(_Pair):
    """The question whether two persons are one, open until it is settled.

    Travel `waits` for what staff asked, never for what the nightly round suggests. The pair of a `blind` question
    is judged twice, by two people who see neither the score nor one another's word.
    """

    why = models.CharField(max_length=120, blank=True)
    raised_at = models.DateTimeField()
    waits = models.BooleanField(default=True)
    stake = models.SmallIntegerField(default=0)
    blind = models.BooleanField(default=False)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "other"], name="one_suspicion_each"),
            models.CheckConstraint(name="suspicion_in_order", condition=Q(person__lt=F("other"))),
        ]
        indexes = [
            models.Index(fields=["-stake", "id"], condition=Q(settled_at=None), name="open_questions"),
        ]


class Judgement(_Pair):
    """What somebody said of a pair. Only grows: the newest that `counts` stands, "taken_back" undoes it.

    One that doesn't count waits for a second, independent one.
    """

    evidence = models.JSONField(default=list, help_text="What spoke for and against: code, side and bits of each.")
    said = models.CharField(max_length=10, choices=Said.choices)
    counts = models.BooleanField()
    blind = models.BooleanField(default=False)
    why = models.CharField(max_length=200, blank=True)
    account_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="judgement_in_order", condition=Q(person__lt=F("other")))]
        indexes = [
            models.Index(fields=["person", "other", "-id"], name="judged_first"),
            models.Index(fields=["other", "person", "-id"], name="judged_second"),
        ]


class Likeness(Scoped):
    """What comparing needs of a file, ready packed: one row for each told name. Made again when `version` changes."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_constraint=False)
    version = models.CharField(max_length=24)
    packed = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.person_id} {self.version}"


class MatchKey(Scoped):
    """A key under which a file is found whatever the script and spelling: hashed, with the birth year (0: untold).

    Derived from what was told and made again with it; so there is no constraint to check for each of millions.
    """

    pk = models.CompositePrimaryKey("person_id", "number")
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    number = models.BigIntegerField()
    year = models.SmallIntegerField()

    class Meta:
        # With person and scope beside it, a lookup behind the wall never visits the table.
        indexes = [models.Index(fields=["number", "year"], include=["person", "scope_id"], name="key_finds_person")]

    def __str__(self) -> str:
        return f"{self.number} {self.year}"
