"""Flights and the people on them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from darb.cases.models import Case
from darb.people.models import Person
from darb.places.models import Country, Site
from darb.trust.models import Scoped

# The room's models are found here.
from .departure_models import (  # noqa: F401
    CostShare,
    HealthMeasures,
    Notice,
    NoticeOf,
    NoticeTo,
    Operator,
    Permit,
    PermitKind,
    Reception,
    Standby,
    Tag,
)


class FlightState(models.TextChoices):
    """Where a flight is in its life (programmes.md 2.7).

    SUBMITTED and DEPARTURE_DAY are never written: who got the manifest, and the day, say them (`progress_queries`).
    """

    PLANNED = "planned", _("Planned")
    PERMITS_REQUESTED = "permits", _("Permits requested")
    CONFIRMED = "confirmed", _("Confirmed")
    MANIFEST_OPEN = "manifest_open", _("Manifest open")
    LOCKED = "locked", _("Manifest locked")
    SUBMITTED = "submitted", _("Manifest submitted")
    DEPARTURE_DAY = "departure_day", _("Departure day")
    BOARDING = "boarding", _("Boarding")
    OFF_BLOCKS = "off_blocks", _("Off blocks")
    LANDED = "landed", _("Landed")
    RECONCILED = "reconciled", _("Reconciled")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")
    TURNED_BACK = "turned_back", _("Turned back")


UNCONFIRMED = frozenset({FlightState.PLANNED, FlightState.PERMITS_REQUESTED})
"""States of a flight that the carrier hasn't confirmed: nothing is owed for it yet."""


class Flight(models.Model):
    """A charter, a block on a commercial flight, or a boat home, from port to port: on it infants have a place too.
    Counters back up the rule that seats never exceed the aircraft."""

    ref = models.CharField(max_length=12, unique=True)
    code = models.CharField(max_length=12)
    kind = models.CharField(
        max_length=12, choices=[("charter", _("Charter")), ("commercial", _("Commercial")), ("boat", _("Boat"))]
    )
    operator = models.CharField(max_length=80)
    aircraft = models.CharField(max_length=40)
    contract = models.CharField(max_length=60, blank=True)
    crew_doctor = models.CharField(max_length=80, blank=True)
    seats = models.IntegerField()
    infant_limit = models.IntegerField()
    origin = models.CharField(max_length=5)
    destination = models.CharField(max_length=5)
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
    origin = models.CharField(max_length=5)
    destination = models.CharField(max_length=5)
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
    destination = models.CharField(max_length=5)
    service_codes = models.CharField(max_length=40, blank=True)
    added_in = models.IntegerField()
    removed_in = models.IntegerField(null=True)
    removed_because = models.CharField(max_length=200, blank=True)
    checks = models.JSONField(default=dict)
    outcome = models.CharField(max_length=24, blank=True)
    boarded_at = models.DateTimeField(null=True)
    stayed_at = models.CharField(max_length=5, blank=True, help_text="The stop where somebody on the way stayed.")
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


class Confirmation(Scoped):
    """That what a clearance asks of the journey is arranged on one flight: by whom, and what was agreed.

    Void once the person leaves that flight: what a carrier or an escort agreed to is for that day alone.
    """

    flight = models.ForeignKey(Flight, on_delete=models.PROTECT, related_name="confirmations")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    gate = models.CharField(max_length=4)
    condition = models.CharField(max_length=30)
    detail = models.CharField(max_length=120)
    at = models.DateTimeField()
    account_id = models.BigIntegerField()
    void_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "gate", "condition"], condition=Q(void_at=None), name="one_standing_confirmation_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.condition} of {self.case_id} on {self.flight_id}"


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


class ReceivingCapacity(models.Model):
    """How many returns a month a receiving mission has agreed to take; the newest row of a country holds."""

    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    a_month = models.IntegerField()
    agreed_with = models.CharField(max_length=120)
    agreed_at = models.DateTimeField()
    account_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.country_id}: {self.a_month}"


# Planning who flies when ------------------------------------------------------------------------------


class PlanTerms(models.Model):
    """What planning reckons with in the mission (`rules.planning.terms`): the newest row holds, none is changed."""

    at = models.DateTimeField()
    account_id = models.BigIntegerField()
    terms = models.JSONField()

    def __str__(self) -> str:
        return f"terms of {self.at:%F}"


class FlightTerms(models.Model):
    """What one flight costs and takes, where that isn't as the mission's terms say. None: as they say.

    `held`: its list stays as it is in every plan.
    """

    flight = models.OneToOneField(Flight, on_delete=models.CASCADE, primary_key=True, related_name="terms")
    fixed_cost = models.IntegerField(null=True)
    seat_cost = models.IntegerField(null=True)
    wheelchairs = models.IntegerField(null=True)
    stretchers = models.IntegerField(null=True)
    unaccompanied = models.IntegerField(null=True)
    landing_quota = models.IntegerField(null=True)
    held = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"terms of {self.flight_id}"


class PlanState(models.TextChoices):
    """How far a plan is."""

    ASKED = "asked", _("Waiting its turn")
    RUNNING = "running", _("Being made")
    DONE = "done", _("Made")
    FAILED = "failed", _("Couldn't be made")


class Plan(models.Model):
    """Who would fly on which flight between two days, what that costs, and the proof of how good it is.

    One with a `base` supposes `changes` to it and is only looked at. `frame` holds all of the instance but its groups
    and flights (`plan_keeping`), `figures` what is told of the whole.
    """

    ref = models.CharField(max_length=12, unique=True)
    asked_at = models.DateTimeField()
    account_id = models.BigIntegerField()
    start = models.DateField()
    end = models.DateField()
    seconds_allowed = models.IntegerField()
    base = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="supposed")
    changes = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=PlanState.choices, default=PlanState.ASKED)
    stop_asked = models.BooleanField(default=False)
    failure = models.JSONField(null=True)
    frame = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)
    objective = models.FloatField(null=True)
    bound = models.FloatField(null=True)
    seconds = models.FloatField(null=True)
    version = models.IntegerField(default=1)

    def __str__(self) -> str:
        return self.ref


class PlanProgress(models.Model):
    """How far a plan was after so many seconds: the best cost found, and what no plan can be cheaper than."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="progress")
    seconds = models.FloatField()
    objective = models.FloatField()
    bound = models.FloatField()
    phase = models.CharField(max_length=20)

    def __str__(self) -> str:
        return f"{self.objective:.0f} after {self.seconds:.1f} s"


class PlannedFlight(models.Model):
    """A candidate flight of a plan, or the part of it for one stop. `told` is the flight as the instance has it.

    `flight` is empty where it is only supposed. `unopened` says what opening it would have cost and saved.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="flights")
    key = models.CharField(max_length=24)
    flight = models.ForeignKey(Flight, null=True, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    told = models.JSONField()
    contracted = models.BooleanField(default=False)
    persons = models.IntegerField(default=0)
    seats_used = models.IntegerField(default=0)
    escorts = models.IntegerField(default=0)
    unopened = models.JSONField(null=True)
    accepted_at = models.DateTimeField(null=True)
    elsewhere = 0
    """Seats taken by those who get off at another stop of the same flight; put there by whoever reads."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "key"], name="one_planned_flight_each")]

    def __str__(self) -> str:
        return self.key


class PlannedGroup(Scoped):
    """People of a plan who fly together or not at all; `case` and `person` are the first of them.

    `told` is the group as the instance has it, from its first day to its last; `stretches` are its days where it is red
    in between. `on` is the flight planned, `current` the one they were told of, both by key. `why` are the reasons why
    they aren't on a flight, or had to be moved; `locked` that they were fixed by hand.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="groups")
    key = models.CharField(max_length=12)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    cases = ArrayField(models.BigIntegerField())
    told = models.JSONField()
    stretches = models.JSONField(default=list)
    on = models.CharField(max_length=24, blank=True)
    current = models.CharField(max_length=24, blank=True)
    locked = models.BooleanField(default=False)
    why = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "key"], name="one_planned_group_each")]
        indexes = [models.Index(fields=["plan", "on"], name="planned_group_on")]

    def __str__(self) -> str:
        return f"{self.key} on {self.on or 'nothing'}"


class SeatLock(Scoped):
    """That somebody is to fly on one flight, whatever a plan finds better. Standing until lifted."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    flight = models.ForeignKey(Flight, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    account_id = models.BigIntegerField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(lifted_at=None), name="one_standing_lock_each")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} locked on {self.flight_id}"


# On the ground and at sea -----------------------------------------------------------------------------


class TransferKind(models.TextChoices):
    """What people are brought in."""

    BUS = "bus", _("Bus")
    MINIBUS = "minibus", _("Minibus")
    AMBULANCE = "ambulance", _("Ambulance")
    BOAT = "boat", _("Boat")


class Convoy(models.Model):
    """Vehicles that go together under one permit, by the same stops: nobody leaves a stop before all are counted."""

    ref = models.CharField(max_length=12, unique=True)
    flight = models.ForeignKey(Flight, on_delete=models.PROTECT, related_name="convoys")
    permit = models.CharField(max_length=40)
    leader = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.ref


class Transfer(models.Model):
    """A run of one vehicle for a flight: from where people are, by where they assemble, to the airport.

    `back`: it brings people away from the airport again, who don't fly. It counts heads and names nobody: the manifest
    does. `short_because` says why fewer got off than had got on.
    """

    ref = models.CharField(max_length=12, unique=True)
    flight = models.ForeignKey(Flight, on_delete=models.PROTECT, related_name="transfers")
    convoy = models.ForeignKey(Convoy, null=True, on_delete=models.PROTECT, related_name="transfers")
    back = models.BooleanField(default=False)
    kind = models.CharField(max_length=12, choices=TransferKind.choices)
    vehicle = models.CharField(max_length=40)
    driver = models.CharField(max_length=80)
    permit = models.CharField(max_length=40, blank=True)
    places = models.IntegerField()
    short_because = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.ref


class TransferStop(models.Model):
    """A place where a transfer stops: how many got on and off there, once counted."""

    transfer = models.ForeignKey(Transfer, on_delete=models.CASCADE, related_name="stops")
    number = models.IntegerField()
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    on = models.IntegerField(null=True)
    off = models.IntegerField(null=True)
    counted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["transfer", "number"], name="one_transfer_stop_each")]

    def __str__(self) -> str:
        return f"{self.transfer_id} at {self.site_id}"
