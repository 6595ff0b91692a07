"""What was given, to whom, when, where, from which project."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from darb.cases.models import Case
from darb.people.models import Person
from darb.trust.models import Scoped

from .distribution_models import Distribution, DistributionState, Share  # noqa: F401  (the room's models are found here)
from .items import DISTRIBUTED, ON_THE_WAY, Item, Receipt  # noqa: F401  (the same)
from .partner_models import Agreement  # noqa: F401  (the same)


class LedgerLine(Scoped):
    """One thing given to one person. Corrections are further lines with a negative quantity."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="ledger")
    item = models.CharField(max_length=20, choices=Item.choices)
    size = models.CharField(max_length=8, blank=True)
    quantity = models.IntegerField(default=1)
    point = models.CharField(
        max_length=12,
        blank=True,
        choices=[("departure", _("Departure")), ("transit", _("Transit")), ("arrival", _("Arrival"))],
    )
    stop = models.CharField(max_length=5, blank=True, help_text="Code of the airport or port on the way.")
    occasion = models.CharField(max_length=12, blank=True, help_text="Reference of the flight or event.")
    project = models.CharField(max_length=20, blank=True)
    receipt = models.CharField(max_length=12, blank=True, choices=Receipt.choices)
    collected_by = models.CharField(max_length=120, blank=True, help_text="Who took it for the person: name, relation.")
    because = models.CharField(max_length=200, blank=True, help_text="Why another was given, or was taken back.")
    given_at = models.DateTimeField()
    account_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["occasion", "item"], name="ledger_occasion")]

    def __str__(self) -> str:
        return f"{self.quantity} {self.item}"
