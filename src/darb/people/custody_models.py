"""Where a document was, day by day: the chain of custody, never changed, only added to."""

from __future__ import annotations

from django.db import models

from darb.trust.models import Scoped


class CustodyStep(Scoped):
    """A document came to be in a state, on a day, at a place, in somebody's hands."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey("people.Document", on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=20)
    day = models.DateField()
    place = models.CharField(max_length=120, blank=True)
    holder = models.CharField(max_length=120, blank=True, help_text="Who holds it, where it isn't whoever recorded it.")
    at = models.DateTimeField()
    account_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["state", "day"], name="custody_by_day")]

    def __str__(self) -> str:
        return f"{self.state} {self.day}"
