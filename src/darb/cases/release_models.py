"""Requests that a detention centre hand people over to the mission, and what became of each of them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from darb.places.models import Site
from darb.trust.models import Scoped


class ReleaseState(models.TextChoices):
    """Where one person on a release request is (programmes.md 2.4)."""

    REQUESTED = "requested", _("Requested")
    APPROVED = "approved", _("Approved")
    SCHEDULED = "scheduled", _("Hand-over scheduled")
    HANDED_OVER = "handed_over", _("Handed to IOM")
    REFUSED = "refused", _("Refused")
    NOT_PRESENT = "not_present", _("Person not present")
    TAKEN_OFF = "taken_off", _("Taken off the list")


RELEASE_OPEN = (ReleaseState.REQUESTED, ReleaseState.APPROVED, ReleaseState.SCHEDULED)
RELEASE_AGREED = (ReleaseState.APPROVED, ReleaseState.SCHEDULED)


class ReleaseRequest(models.Model):
    """People of one centre whose release is asked for together. `asked` is how many; each has an outcome of its own."""

    ref = models.CharField(max_length=12, unique=True)
    centre = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(max_length=20)
    authority = models.CharField(max_length=120)
    asked = models.IntegerField()
    requested_at = models.DateTimeField()
    account_id = models.BigIntegerField()
    approved_by = models.CharField(max_length=120, blank=True)
    list_number = models.CharField(max_length=40, blank=True)
    hand_over_at = models.DateTimeField(null=True)
    receiving_officer = models.CharField(max_length=80, blank=True)
    version = models.IntegerField(default=1)

    def __str__(self) -> str:
        return self.ref


class ReleaseLine(Scoped):
    """One person on a release request. `checks` are what was compared at the gate (`programmes.release.CHECKS`)."""

    request = models.ForeignKey(ReleaseRequest, on_delete=models.PROTECT, related_name="lines")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="releases")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=ReleaseState.choices, default=ReleaseState.REQUESTED)
    until = models.DateField(null=True, help_text="The last day on which the approval counts.")
    reason = models.CharField(max_length=200, blank=True)
    absence = models.CharField(max_length=12, blank=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.BigIntegerField(null=True)
    checks = ArrayField(models.CharField(max_length=10), default=list)
    property_returned = models.CharField(max_length=200, blank=True)
    taken_to = models.ForeignKey(Site, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state__in=["requested", "approved", "scheduled"]),
                name="one_open_release_each",
            ),
            models.UniqueConstraint(fields=["request", "case"], name="once_on_a_request"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"
