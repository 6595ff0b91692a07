"""Flights and the people on them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from darb.cases.models import Case
from darb.people.models import Person
from darb.trust.models import Scoped


class FlightState(models.TextChoices):
    """Where a flight is in its life (programmes.md 2.7)."""

    PLANNED = "planned", _("Planned")
    CONFIRMED = "confirmed", _("Confirmed")
    MANIFEST_OPEN = "manifest_open", _("Manifest open")
    LOCKED = "locked", _("Manifest locked")
    BOARDING = "boarding", _("Boarding")
    OFF_BLOCKS = "off_blocks", _("Off blocks")
    LANDED = "landed", _("Landed")
    RECONCILED = "reconciled", _("Reconciled")
    CANCELLED = "cancelled", _("Cancelled")


class Flight(models.Model):
    """A charter or a block on a commercial flight. Counters back up the rule that seats never exceed the aircraft."""

    ref = models.CharField(max_length=12, unique=True)
    code = models.CharField(max_length=12)
    kind = models.CharField(max_length=12, choices=[("charter", _("Charter")), ("commercial", _("Commercial"))])
    operator = models.CharField(max_length=80)
    aircraft = models.CharField(max_length=40)
    seats = models.IntegerField()
    infant_limit = models.IntegerField()
    origin = models.CharField(max_length=3)
    destination = models.CharField(max_length=3)
    departs_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=FlightState.choices, default=FlightState.PLANNED)
    manifest_version = models.IntegerField(default=0)
    seats_taken = models.IntegerField(default=0)
    laps_taken = models.IntegerField(default=0)
    off_blocks_at = models.DateTimeField(null=True)
    landed_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["departs_at"], name="flight_departs")]
        constraints = [
            models.CheckConstraint(name="seats_within_aircraft", condition=Q(seats_taken__lte=F("seats"))),
            models.CheckConstraint(name="laps_within_limit", condition=Q(laps_taken__lte=F("infant_limit"))),
        ]

    def __str__(self) -> str:
        return self.ref


class Leg(models.Model):
    """One hop of a flight."""

    flight = models.ForeignKey(Flight, on_delete=models.CASCADE, related_name="legs")
    number = models.IntegerField()
    origin = models.CharField(max_length=3)
    destination = models.CharField(max_length=3)
    departs_at = models.DateTimeField()
    arrives_at = models.DateTimeField()
    landed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["flight", "number"], name="one_leg_each")]

    def __str__(self) -> str:
        return f"{self.origin} to {self.destination}"


class Seat(Scoped):
    """A person on a manifest: in a seat, or an infant on the lap of `lap_of`.

    On versions from `added_in` until `removed_in`. `minder` is the adult seat, or `escort` the named
    person, that a child travels with.
    """

    flight = models.ForeignKey(Flight, on_delete=models.PROTECT, related_name="seat_rows")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="seats")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    lap_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="laps")
    minder = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="minded")
    escort = models.CharField(max_length=80, blank=True)
    destination = models.CharField(max_length=3)
    service_codes = models.CharField(max_length=40, blank=True)
    added_in = models.IntegerField()
    removed_in = models.IntegerField(null=True)
    removed_because = models.CharField(max_length=200, blank=True)
    checks = models.JSONField(default=dict)
    outcome = models.CharField(max_length=24, blank=True)
    boarded_at = models.DateTimeField(null=True)
    landed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(removed_in=None, landed_at=None), name="one_standing_seat_each"
            ),
            models.UniqueConstraint(
                fields=["lap_of"], condition=Q(removed_in=None) & ~Q(lap_of=None), name="one_infant_a_lap"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} on {self.flight_id}"


class ManifestVersion(models.Model):
    """A locked manifest, and why it was made anew."""

    flight = models.ForeignKey(Flight, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    locked_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    counts = models.JSONField(default=dict, help_text="Men, women, children, infants, seats.")
    account_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["flight", "number"], name="one_version_each")]

    def __str__(self) -> str:
        return f"v{self.number}"


class Handover(Scoped):
    """What the receiving mission gets of one arrival, in that mission's own scope, and that it accepted."""

    person_column = None

    flight = models.ForeignKey(Flight, on_delete=models.PROTECT, related_name="handovers")
    case = models.OneToOneField(Case, on_delete=models.PROTECT)
    packet = models.JSONField()
    offered_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.BigIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"handover of {self.case_id}"
