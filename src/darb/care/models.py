"""Examinations and what they found (D4): read by medical roles alone, through this room's queries."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from darb.cases.models import OfCase


class ExamKind(models.TextChoices):
    """What an examination was for."""

    FITNESS = "fitness", _("Fit to travel")
    PRE_EMBARKATION = "pec", _("Pre-embarkation check")


class Exam(OfCase):
    """One examination. Prepared by a nurse or a physician; concluded, with a code, by whoever may.

    `findings` and `disease` are sealed: by code of what was looked at (`programmes.fitness`). `code` is the outcome,
    `until` the first day on which it no longer holds, or on which somebody unfit is examined again. `flight` is the
    reference of the flight that a check before embarkation was for.
    """

    kind = models.CharField(max_length=8, choices=ExamKind.choices, default=ExamKind.FITNESS)
    flight = models.CharField(max_length=12, blank=True)
    findings = models.JSONField(default=dict)
    disease = models.CharField(max_length=12, blank=True)
    weeks = models.IntegerField(null=True, help_text="Of pregnancy, on the day of the examination.")
    multiple = models.BooleanField(default=False)
    prepared_at = models.DateTimeField()
    prepared_by = models.BigIntegerField()
    examined_at = models.DateTimeField(null=True)
    examined_by = models.BigIntegerField(null=True)
    code = models.CharField(max_length=8, blank=True)
    until = models.DateField(null=True)
    carrier_agreed = models.BooleanField(default=False, help_text="To a pregnancy beyond its usual weeks.")
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(examined_at=None), name="one_prepared_exam_each")
        ]
        indexes = [models.Index(fields=["kind", "examined_at"], name="exam_concluded")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class Nearness(models.TextChoices):
    """How somebody was close to a person who is ill."""

    FAMILY = "family", _("Family")
    PLACE = "place", _("Stays in the same place")


class Contact(OfCase):
    """Somebody who was close to a person with a disease that passes on: seen when an examination of theirs is over."""

    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="contacts")
    how = models.CharField(max_length=8, choices=Nearness.choices)
    held = models.BooleanField(default=False, help_text="Doesn't travel until seen.")
    listed_at = models.DateTimeField()
    listed_by = models.BigIntegerField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exam", "case"], name="one_contact_each")]

    def __str__(self) -> str:
        return f"contact of {self.exam_id}"


class Opening(OfCase):
    """A sealed record that somebody opened in an emergency: why, and what the review found."""

    opened_at = models.DateTimeField()
    opened_by = models.BigIntegerField()
    reason = models.CharField(max_length=500)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.BigIntegerField(null=True)
    justified = models.BooleanField(null=True)
    review = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"opened at {self.opened_at:%F %T}"
