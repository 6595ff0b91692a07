"""Referrals of one person to somebody who can help better, and what became of each."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from darb.trust.models import Scoped


class Referral(Scoped):
    """One referral, with the person's consent to what is shared. Read by those who read its class of data alone.

    Codes are those of `programmes.referral`: `service`, `priority`, `shares`, `consent`, `state`, `why`.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="referrals")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    data_class = models.CharField(max_length=3)
    to = models.CharField(max_length=120)
    service = models.CharField(max_length=12)
    priority = models.CharField(max_length=10)
    reason = models.CharField(max_length=500)
    caregiver = models.CharField(max_length=200, blank=True, help_text="Of a child: who cares, and whether they know.")
    shares = ArrayField(models.CharField(max_length=10), default=list)
    consent = models.CharField(max_length=10)
    consented_on = models.DateField()
    state = models.CharField(max_length=10)
    due = models.DateField(help_text="By then it is sent and answered.")
    why = models.CharField(max_length=14, blank=True)
    outcome = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()
    sent_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.service} {self.state}"
