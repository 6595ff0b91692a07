"""Figures of the flights (`programmes.md` 2.7): each is counted from rows, and the same rows are what it opens."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from statistics import median

from django.db.models import Count, DateField, Exists, F, Func, Max, OuterRef, Q, QuerySet

from darb.cases.models import ExitVisa, Verdict, VisaState
from darb.people.models import Sex, Stay
from darb.places.models import DETAINING
from darb.rules.shares import WHOLE, parted
from darb.rules.words import _
from darb.trust.figures import Figure, Span

from .models import CostShare, Flight, FlightTerms, Seat

FLIGHTS, SEATS = "flights", "seats"
NO_SHOW, BOARDED = "no_show", "boarded"


def _flights(span: Span) -> QuerySet[Flight]:
    left = Flight.objects.filter(off_blocks_at__gte=span.since, off_blocks_at__lt=span.until)
    return left.order_by("-off_blocks_at", "code")


def _names(span: Span) -> QuerySet[Seat]:
    """Everyone who was ever on the locked manifest of a flight that left, and what became of them."""
    rows = Seat.objects.filter(flight__off_blocks_at__gte=span.since, flight__off_blocks_at__lt=span.until)
    counted = Q(removed_in=None) | Q(removed_in__gt=F("added_in"))
    return rows.filter(counted).select_related("case", "person", "flight").order_by("-flight__off_blocks_at", "pk")


def flown(span: Span) -> QuerySet[Seat]:
    """Seats of everyone who left on a flight of the time, the newest flight first."""
    return _names(span).filter(outcome=BOARDED)


def _years_before(years: int) -> Func:
    """The day so many years before a passenger's flight."""
    return Func(
        F("flight__departs_at"),
        template=f"(%(expressions)s - interval '{years} years')::date",
        output_field=DateField(),
    )


def _children(span: Span) -> QuerySet[Seat]:
    return flown(span).filter(person__birth_date__gt=_years_before(18))


def _grown(span: Span, sex: Sex) -> QuerySet[Seat]:
    return flown(span).filter(person__sex=sex).exclude(person__birth_date__gt=_years_before(18))


def _from_detention(span: Span) -> QuerySet[Seat]:
    """Those who were met in a centre, or moved to one, at some time before they left."""
    return flown(span).filter(Exists(Stay.objects.filter(person=OuterRef("person"), place__type__in=DETAINING)))


def _with_known_cost(span: Span) -> QuerySet[Flight]:
    told = Q(terms__fixed_cost__isnull=False) | Q(terms__seat_cost__isnull=False)
    return _flights(span).filter(told)


FIGURES: tuple[Figure, ...] = (
    Figure("flights", _("Flights that left"), FLIGHTS, _flights),
    Figure("charters", _("of them charters"), FLIGHTS, lambda s: _flights(s).filter(kind="charter"), of="flights"),
    Figure("seats_offered", _("Seats on them"), FLIGHTS, _flights, adds="seats"),
    Figure("seats_filled", _("of them filled"), FLIGHTS, _flights, of="seats_offered", adds="seats_taken"),
    Figure("names", _("Names on their manifests"), SEATS, _names),
    Figure("no_shows", _("of them didn't show up"), SEATS, lambda s: _names(s).filter(outcome=NO_SHOW), of="names"),
    Figure("returns", _("People who left"), SEATS, flown),
    Figure("men", _("of them men"), SEATS, lambda s: _grown(s, Sex.MALE), of="returns"),
    Figure("women", _("of them women"), SEATS, lambda s: _grown(s, Sex.FEMALE), of="returns"),
    Figure("children", _("of them under 18"), SEATS, _children, of="returns"),
    Figure(
        "infants",
        _("of them under 2"),
        SEATS,
        lambda s: flown(s).filter(person__birth_date__gt=_years_before(2)),
        of="returns",
    ),
    Figure(
        "by_charter", _("of them by charter"), SEATS, lambda s: flown(s).filter(flight__kind="charter"), of="returns"
    ),
    Figure(
        "by_commercial",
        _("of them on commercial flights"),
        SEATS,
        lambda s: flown(s).filter(flight__kind="commercial"),
        of="returns",
    ),
    Figure("by_boat", _("of them by boat"), SEATS, lambda s: flown(s).filter(flight__kind="boat"), of="returns"),
    Figure("from_detention", _("of them came from detention"), SEATS, _from_detention, of="returns"),
    Figure(
        "vulnerable",
        _("of them with a vulnerability on record"),
        SEATS,
        lambda s: flown(s).exclude(case__vulnerabilities=[]),
        of="returns",
    ),
    Figure("priced", _("Flights of which the price is known"), FLIGHTS, _with_known_cost, of="flights"),
)
BY_KEY = {figure.key: figure for figure in FIGURES}


def nationalities(span: Span) -> list[tuple[str, int]]:
    """How many left, by nationality, the most first. One statement."""
    rows = flown(span).order_by().values_list("person__nationality").annotate(n=Count("pk"))
    return list(rows.order_by("-n", "person__nationality"))


def cost_per_person(span: Span) -> float | None:
    """Dollars a person, over the flights of which the price is known; None where there is none. Two statements."""
    costs = _costs(span)
    people = sum(n for _cost, n in costs.values())
    return round(sum(cost for cost, _n in costs.values()) / people, 2) if people else None


def cost_by_project(span: Span) -> list[tuple[str, int, float]]:
    """Each project with the dollars that it bears of those flights, and how much that is for each who flew on the ones
    it shares; the most first, and under no name ("") what no project bears. Together they make the cost of all.

    Three statements.
    """
    costs = _costs(span)
    shares: dict[int, list[CostShare]] = defaultdict(list)
    for share in CostShare.objects.filter(flight__in=costs).order_by("-percent", "project"):
        shares[share.flight_id].append(share)
    borne: Counter[str] = Counter()
    people: Counter[str] = Counter()
    for flight, (cost, n) in costs.items():
        projects = [(s.project, s.percent) for s in shares[flight]] or [("", WHOLE)]
        for (project, _percent), part in zip(projects, parted(cost, [p for _c, p in projects]), strict=True):
            borne[project] += part
            people[project] += n
    return [(project, dollars, round(dollars / people[project], 2)) for project, dollars in borne.most_common()]


def shared_by(span: Span, project: str) -> QuerySet[Flight]:
    """The flights of known price whose cost a project shares; those that nobody shares where it has no name ("")."""
    shares = CostShare.objects.filter(flight=OuterRef("pk"))
    bears = Exists(shares.filter(project=project)) if project else ~Exists(shares)
    return _with_known_cost(span).filter(bears)


def _costs(span: Span) -> dict[int, tuple[int, int]]:
    """By flight of which the price is known, what it cost in dollars and how many flew on it. Two statements."""
    boarded = dict(
        flown(span).order_by().values_list("flight").annotate(n=Count("pk")).filter(flight__in=_with_known_cost(span))
    )
    terms = FlightTerms.objects.filter(flight__in=boarded).values_list("flight", "fixed_cost", "seat_cost")
    return {pk: ((fixed or 0) + (seat or 0) * boarded[pk], boarded[pk]) for pk, fixed, seat in terms}


def days_from_ready(span: Span) -> float | None:
    """Half of those who left did so within so many days of the last thing that they waited for: a ruling on a gate or
    the exit visa. None where nobody left. Three statements."""
    left = {case: at for case, at in flown(span).order_by().values_list("case", "flight__off_blocks_at")}
    ruled = Verdict.objects.filter(case__in=left, granted=True).values_list("case", "at")
    visas = ExitVisa.objects.filter(case__in=left, state__in=(VisaState.APPROVED, VisaState.USED))
    last: dict[int, datetime] = {}
    for case, at in [*ruled, *visas.values_list("case").annotate(at=Max("answered_at"))]:
        if at and at <= left[case]:
            last[case] = max(at, last.get(case, at))
    days = [(left[case] - at).days for case, at in last.items()]
    return median(days) if days else None
