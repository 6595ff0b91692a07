"""What was given, to whom, when, where, from which project."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from darb.cases.models import Case
from darb.people.models import Person
from darb.trust.models import Scoped


class Item(models.TextChoices):
    """What this path gives (artefacts.md 3.6)."""

    PACK = "pack", _("Pre-departure pack (clothing, footwear, hygiene kit)")
    MEAL = "meal", _("Meal")
    REFRESHMENT = "refreshment", _("Refreshment")
    TRANSPORT = "transport", _("Ground transport")
    BABY_KIT = "baby_kit", _("Baby kit")
    PHONE_CALL = "phone_call", _("Phone call home")
    PROTECTIVE_KIT = "protective_kit", _("Protective kit (mask, gloves, sanitiser)")


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
    occasion = models.CharField(max_length=12, blank=True, help_text="Reference of the flight or event.")
    project = models.CharField(max_length=20, blank=True)
    receipt = models.CharField(
        max_length=12,
        blank=True,
        choices=[
            ("signature", _("Signature")),
            ("thumbprint", _("Thumbprint")),
            ("witness", _("In front of a witness")),
        ],
    )
    given_at = models.DateTimeField()
    account_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["occasion", "item"], name="ledger_occasion")]

    def __str__(self) -> str:
        return f"{self.quantity} {self.item}"
