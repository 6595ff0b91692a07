"""Distributions: what is handed out where on a day, and the list of families that it is for."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from darb.people.models import Person
from darb.places.models import Site
from darb.trust.models import Scoped

from .items import Item


class DistributionState(models.TextChoices):
    """Where a distribution is. Closed: what was loaded is accounted for."""

    PLANNED = "planned", _("Planned")
    OPEN = "open", _("Open")
    STOPPED = "stopped", _("Stopped")
    CLOSED = "closed", _("Closed")


class Distribution(models.Model):
    """One item handed out at a place on a day. Holds no person: those stand on its list.

    What was given to whom is in the ledger, with `ref` as its occasion; `issued` counts it.
    """

    ref = models.CharField(max_length=12, unique=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    office = models.CharField(max_length=12)
    day = models.DateField()
    item = models.CharField(max_length=20, choices=Item.choices)
    project = models.CharField(max_length=20, blank=True)
    partner = models.CharField(max_length=80, blank=True, help_text="Who hands it out for us; empty: we ourselves.")
    carrier = models.CharField(max_length=120, blank=True, help_text="Who brought it: driver, number of the truck.")
    period = models.IntegerField(help_text="Within so many days a second one of the item asks for a reason.")
    state = models.CharField(max_length=8, default=DistributionState.PLANNED, choices=DistributionState.choices)
    loaded = models.IntegerField(default=0)
    issued = models.IntegerField(default=0)
    returned = models.IntegerField(default=0)
    lost = models.IntegerField(default=0, help_text="Lost or damaged.")
    why = models.CharField(max_length=200, blank=True, help_text="Why it was stopped, or what became of the lost.")
    planned_by = models.BigIntegerField()
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["day"], name="distribution_by_day")]
        constraints = [
            models.CheckConstraint(
                name="all_accounted_for",
                condition=~Q(state="closed") | Q(loaded=F("issued") + F("returned") + F("lost")),
            ),
            models.CheckConstraint(name="no_more_than_loaded", condition=Q(issued__gte=0, issued__lte=F("loaded"))),
        ]

    def __str__(self) -> str:
        return self.ref


class Share(Scoped):
    """A family, or somebody alone, on the list of a distribution: `person` signs, `people` live of it."""

    distribution = models.ForeignKey(Distribution, on_delete=models.PROTECT, related_name="shares")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    people = models.IntegerField(default=1)
    at_the_door = models.BooleanField(default=False, help_text="Came without being on the list.")
    listed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["distribution", "person"], name="listed_once")]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.distribution_id}"
