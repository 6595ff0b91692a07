"""Where home is and who waits there, what somebody carries, and when they are expected with us next."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from darb.people.models import Relation
from darb.places.models import Site
from darb.trust.models import Scoped


class Homecoming(Scoped):
    """What a person told of home, of their time here and of what they carry. The newest telling stands."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="homecomings")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=200, blank=True, help_text="Where home is, as one would ask the way there.")
    contact_name = models.CharField(max_length=120, blank=True, help_text="Who waits there.")
    contact_relation = models.CharField(max_length=20, blank=True, choices=Relation.choices)
    contact_phone = models.CharField(max_length=20, blank=True)
    contact_may_be_called = models.BooleanField(default=False)
    in_libya_since = models.DateField(null=True, help_text="The first day of the month that was told.")
    helped_before = models.CharField(max_length=200, blank=True, help_text="An earlier assisted return: by whom, when.")
    pieces = models.IntegerField(null=True, help_text="Pieces of luggage.")
    language = models.CharField(max_length=3, blank=True, help_text="In which it was told.")
    interpreter = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()
    account_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"home of case {self.case_id}"


class CameOfIt(models.TextChoices):
    """What came of an appointment."""

    KEPT = "kept", _("Came")
    MISSED = "missed", _("Didn't come")
    CALLED_OFF = "called_off", _("Called off by us")


class Appointment(Scoped):
    """A person is asked to come somewhere at a time, for something."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="appointments")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    place = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=12)
    outcome = models.CharField(max_length=12, blank=True, choices=CameOfIt.choices)
    made_at = models.DateTimeField()
    account_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["starts_at"], condition=Q(outcome=""), name="appointment_open_by_time")]

    def __str__(self) -> str:
        return f"{self.purpose} at {self.starts_at}"
