"""Partners that hand out for us, each with the agreements it signed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Agreement(models.Model):
    """An agreement with a partner: nothing of ours is in its hands before its first day, nor after its last."""

    partner = models.CharField(max_length=80)
    since = models.DateField()
    until = models.DateField()
    number = models.CharField(max_length=40, blank=True)
    told_at = models.DateTimeField()
    account_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "since"], name="one_agreement_a_day"),
            models.CheckConstraint(name="agreement_runs_forward", condition=Q(until__gte=F("since"))),
        ]

    def __str__(self) -> str:
        return self.partner
