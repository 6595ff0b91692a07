"""Exit visas: batches of applications, what the authority asks and answers, and what became of each."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from darb.trust.models import Scoped


class VisaForm(models.Model):
    """A version of the authority's form, as it is printed on it, and the first day on which it is taken."""

    version = models.CharField(max_length=30)
    since = models.DateField(unique=True)
    told_at = models.DateTimeField()
    account_id = models.BigIntegerField()

    def __str__(self) -> str:
        return self.version


class VisaBatch(models.Model):
    """Exit-visa forms handed in together. In = approved + queried + rejected + pending."""

    ref = models.CharField(max_length=12, unique=True)
    office = models.CharField(max_length=12)
    airport = models.CharField(max_length=5)
    authority = models.CharField(max_length=120)
    form_version = models.CharField(max_length=30, blank=True, help_text="Of the authority's form, if told.")
    receipt = models.CharField(max_length=40, blank=True, help_text="Number on the authority's receipt stamp.")
    submitted_at = models.DateTimeField()
    account_id = models.BigIntegerField()

    def __str__(self) -> str:
        return self.ref


class VisaState(models.TextChoices):
    """Where an exit-visa application is."""

    SUBMITTED = "submitted", _("Submitted")
    QUERIED = "queried", _("Queried")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    USED = "used", _("Used")
    EXPIRED = "expired", _("Expired unused")
    FLAGGED = "flagged", _("To be cancelled")


VISA_PENDING = (VisaState.SUBMITTED, VisaState.QUERIED)
VISA_GIVEN = (VisaState.APPROVED, VisaState.EXPIRED)
"""States of a visa that was given and nobody has travelled on: its days say whether it still counts."""


class Waiver(models.TextChoices):
    """Whether the authority waives fees and fines."""

    NOT_ASKED = "", _("not asked")
    ASKED = "asked", _("Waiver asked for")
    GRANTED = "granted", _("Waived")
    REFUSED = "refused", _("Not waived")


class ExitVisa(Scoped):
    """An application to leave through one airport on one document, and its answer.

    `why` is a code of `programmes.exit_visa.REASONS`, `reason` the authority's words; `waiver_for` codes of `FEES`.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="exitvisas")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(VisaBatch, on_delete=models.PROTECT, related_name="visas")
    document = models.ForeignKey("people.Document", on_delete=models.PROTECT, related_name="+")
    airport = models.CharField(max_length=5)
    state = models.CharField(max_length=12, choices=VisaState.choices, default=VisaState.SUBMITTED)
    number = models.CharField(max_length=30, blank=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    why = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    waiver = models.CharField(max_length=8, choices=Waiver.choices, blank=True)
    waiver_for = ArrayField(models.CharField(max_length=12), default=list)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state__in=["submitted", "queried"]), name="one_pending_visa_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.state} for {self.airport}"


class VisaQuery(Scoped):
    """Something that the authority asks about one application before it decides or takes it again, and our answer."""

    visa = models.ForeignKey(ExitVisa, on_delete=models.PROTECT, related_name="queries")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=12)
    asked = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.why} of visa {self.visa_id}"
