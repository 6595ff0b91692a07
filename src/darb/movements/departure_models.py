"""Rows of the days around a departure: carriers' limits, permits, standby, tags, health measures, notices."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from darb.cases.models import Case
from darb.people.models import Person
from darb.trust.models import Scoped


class Operator(models.Model):
    """A carrier and what it takes (programmes.md 2.7, manifest rule 2), by the name that flights give it.

    `infants_per_adult` are those whom one adult may look after, one of them at most on the lap; `infants_percent` the
    infants on laps of a hundred seats, None where the carrier names no such cap. `stretchers` None: as planning says.
    From the week `pregnant_until`, with more than one child `multiple_until`, it takes no pregnant passenger; None: as
    most carriers do (`programmes.fitness`).
    """

    name = models.CharField(max_length=80, unique=True)
    infants_per_adult = models.IntegerField(default=2)
    infants_percent = models.IntegerField(null=True)
    stretchers = models.IntegerField(null=True)
    pregnant_until = models.IntegerField(null=True)
    multiple_until = models.IntegerField(null=True)

    def __str__(self) -> str:
        return self.name


class PermitKind(models.TextChoices):
    """What somebody must allow before an aircraft or a boat leaves."""

    OVERFLIGHT = "overflight", _("Overflight")
    LANDING = "landing", _("Landing")
    SECURITY = "security", _("Security")
    SLOT = "slot", _("Slot")


class Permit(models.Model):
    """A permit that was asked for, and its answer: granted, refused with a reason, or still open."""

    flight = models.ForeignKey("movements.Flight", on_delete=models.CASCADE, related_name="permits")
    kind = models.CharField(max_length=12, choices=PermitKind.choices)
    authority = models.CharField(max_length=120)
    requested_on = models.DateField()
    granted_on = models.DateField(null=True)
    number = models.CharField(max_length=40, blank=True)
    refused_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["flight", "kind", "authority"], name="one_permit_each")]

    def __str__(self) -> str:
        return f"{self.kind} from {self.authority}"


class Reception(models.Model):
    """Who meets a flight at one of its stops, and what is arranged there. It names none of the people it brings."""

    flight = models.ForeignKey("movements.Flight", on_delete=models.CASCADE, related_name="receptions")
    airport = models.CharField(max_length=5)
    met_by = models.CharField(max_length=120)
    plan = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["flight", "airport"], name="one_reception_a_stop")]

    def __str__(self) -> str:
        return f"{self.airport}: {self.met_by}"


class CostShare(models.Model):
    """How many of a hundred parts of a flight's cost one project bears; the shares of a flight make a hundred."""

    flight = models.ForeignKey("movements.Flight", on_delete=models.CASCADE, related_name="cost_shares")
    project = models.CharField(max_length=20)
    percent = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["flight", "project"], name="one_share_a_project"),
            models.CheckConstraint(name="share_of_a_hundred", condition=Q(percent__gt=0, percent__lte=100)),
        ]

    def __str__(self) -> str:
        return f"{self.project}: {self.percent} %"


class Standby(Scoped):
    """Somebody prepared for a flight without a seat on it: taken when one of the same nationality falls out.

    Waits until `seat` is given or `ended_at` is set.
    """

    flight = models.ForeignKey("movements.Flight", on_delete=models.PROTECT, related_name="standby")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    seat = models.ForeignKey("movements.Seat", null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(seat=None, ended_at=None), name="one_waiting_standby_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} behind {self.flight_id}"


class Tag(Scoped):
    """A tag on somebody's bag: counted in at departure, matched on arrival."""

    flight = models.ForeignKey("movements.Flight", on_delete=models.PROTECT, related_name="tags")
    seat = models.ForeignKey("movements.Seat", on_delete=models.PROTECT, related_name="tags")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=20)
    tagged_at = models.DateTimeField()
    matched_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["flight", "number"], name="one_tag_each")]

    def __str__(self) -> str:
        return self.number


class HealthMeasures(models.Model):
    """What health asks of everybody who goes home to a country in [since, until): the profile of a route and a date.

    `measures` are codes of `programmes.voluntary_return_codes.HEALTH_MEASURES`; `seats_percent` how many of a hundred
    seats may be used where people must sit apart.
    """

    country = models.CharField(max_length=3)
    since = models.DateField()
    until = models.DateField(null=True)
    measures = ArrayField(models.CharField(max_length=12))
    seats_percent = models.IntegerField(default=100)
    quarantine_days = models.IntegerField(default=0)
    source = models.CharField(max_length=200)
    account_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["country", "since"], name="health_of_route")]
        constraints = [
            models.CheckConstraint(name="measures_end_after", condition=Q(until=None) | Q(until__gte=F("since"))),
            models.CheckConstraint(name="some_seats", condition=Q(seats_percent__gt=0, seats_percent__lte=100)),
        ]

    def __str__(self) -> str:
        return f"{self.country} from {self.since}"


class NoticeOf(models.TextChoices):
    """What has to be told."""

    CANCELLED = "cancelled", _("The flight is called off")
    POSTPONED = "postponed", _("The flight leaves at another time")
    DIVERTED = "diverted", _("The flight landed elsewhere")
    TURNED_BACK = "turned_back", _("The flight came back")


class NoticeTo(models.TextChoices):
    """Whom it is told."""

    PEOPLE = "people", _("The people themselves")
    MISSION = "mission", _("Receiving mission")
    OPERATOR = "operator", _("The carrier")
    AUTHORITIES = "authorities", _("The authorities at the airport")


class Notice(models.Model):
    """Somebody who must be told of a change: the people at one place, a mission, the carrier. It names nobody.

    `whom` is the code of a site, a country (alpha-3) or the carrier's name; `people` how many of them it concerns.
    """

    flight = models.ForeignKey("movements.Flight", on_delete=models.PROTECT, related_name="notices")
    of = models.CharField(max_length=12, choices=NoticeOf.choices)
    to = models.CharField(max_length=12, choices=NoticeTo.choices)
    whom = models.CharField(max_length=80)
    people = models.IntegerField()
    raised_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    told_by = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.of} to {self.to} {self.whom}"
