"""What is given to people, and how they sign for it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Item(models.TextChoices):
    """What is given (artefacts.md 3.6; programmes.md 2.15)."""

    PACK = "pack", _("Pre-departure pack (clothing, footwear, hygiene kit)")
    MEAL = "meal", _("Meal")
    REFRESHMENT = "refreshment", _("Refreshment")
    TRANSPORT = "transport", _("Ground transport")
    BABY_KIT = "baby_kit", _("Baby kit")
    PHONE_CALL = "phone_call", _("Phone call home")
    PROTECTIVE_KIT = "protective_kit", _("Protective kit (mask, gloves, sanitiser)")
    HOUSEHOLD_KIT = "household_kit", _("Household kit (blankets, mattresses, kitchen set)")
    FOOD_PARCEL = "food_parcel", _("Food parcel")
    HYGIENE_KIT = "hygiene_kit", _("Hygiene kit")
    CLOTHING_KIT = "clothing_kit", _("Clothing kit")


DISTRIBUTED = (Item.HOUSEHOLD_KIT, Item.FOOD_PARCEL, Item.HYGIENE_KIT, Item.CLOTHING_KIT, Item.BABY_KIT)
"""What families get at a distribution."""
ON_THE_WAY = tuple(item for item in Item if item not in DISTRIBUTED or item == Item.BABY_KIT)
"""What people get on a flight and on the way to it."""


class Receipt(models.TextChoices):
    """How something was signed for."""

    SIGNATURE = "signature", _("Signature")
    THUMBPRINT = "thumbprint", _("Thumbprint")
    WITNESS = "witness", _("In front of a witness")
