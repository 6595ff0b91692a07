"""Reads about releases: which requests there are, how they stand, and for whom one could be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from darb.places.models import DETAINING, Site
from darb.rules.refusal import Refusal
from darb.trust.actor import Actor

from . import kept
from .models import Case, GateRow
from .queries import steps_refused
from .release_models import RELEASE_OPEN, ReleaseLine, ReleaseRequest, ReleaseState

STAGE, RELEASE, VISA = "in_process", "R10", "R8"
MOST = 200
"""So many of a centre are offered at once."""


@dataclass(frozen=True)
class Tally:
    """How many stand in each state, and how many of those asked for are out of sight: together they are `asked`."""

    asked: int
    states: tuple[tuple[ReleaseState, int], ...]
    elsewhere: int

    @property
    def open(self) -> int:
        """How many wait for an answer or for the hand-over."""
        return sum(n for state, n in self.states if state in RELEASE_OPEN)


def tally(asked: int, states: Mapping[str, int]) -> Tally:
    """The sum of a request, from how many lines in sight stand in each state."""
    told = tuple((state, states[state]) for state in ReleaseState if states.get(state))
    return Tally(asked, told, asked - sum(n for _state, n in told))


@dataclass(frozen=True)
class RequestFile:
    """One request and its people within reach, those who wait first."""

    request: ReleaseRequest
    lines: tuple[ReleaseLine, ...]
    tally: Tally


def requests(actor: Actor, limit: int = 100) -> list[tuple[ReleaseRequest, Tally]]:
    """Requests with people within reach, newest first, each with its sum. Two statements."""
    in_sight = ReleaseLine.objects.values("request")
    found = list(
        ReleaseRequest.objects.filter(pk__in=in_sight).select_related("centre").order_by("-requested_at", "-pk")[:limit]
    )
    counts: dict[int, dict[str, int]] = {r.pk: {} for r in found}
    rows = ReleaseLine.objects.filter(request__in=counts).values_list("request_id", "state").annotate(Count("pk"))
    for request, state, count in rows.order_by():
        counts[request][state] = count
    return [(r, tally(r.asked, counts[r.pk])) for r in found]


def request_file(actor: Actor, ref: str) -> RequestFile | None:
    """One request with its people; None where nobody on it is within reach. Two statements."""
    request = ReleaseRequest.objects.select_related("centre").filter(ref=ref.upper()).first()
    if request is None:
        return None
    lines = list(ReleaseLine.objects.filter(request=request).select_related("case", "person", "taken_to"))
    if not lines:
        return None
    lines.sort(key=lambda line: (line.state not in RELEASE_OPEN, line.person.name, line.pk))
    states = [line.state for line in lines]
    return RequestFile(request, tuple(lines), tally(request.asked, {s: states.count(s) for s in set(states)}))


def of_case(actor: Actor, case: Case) -> list[ReleaseLine]:
    """The requests that one case stands on, newest first. One statement."""
    return list(ReleaseLine.objects.filter(case=case).select_related("request__centre").order_by("-pk"))


@dataclass(frozen=True)
class Candidate:
    """Somebody at a centre: whether nothing but the release is missing, whether the exit visa is valid, and why the
    release can't be asked for, if so.
    """

    case: Case
    only_this: bool
    visa: bool
    refusal: Refusal | None


def centres(actor: Actor, programme: str) -> list[tuple[Site, int]]:
    """Centres with people in process who stand on no open request, most people first. Two statements."""
    counts = dict(_held(programme).order_by().values_list("person__site_id").annotate(n=Count("pk")))
    sites = Site.objects.in_bulk(counts)
    return sorted(((sites[pk], n) for pk, n in counts.items()), key=lambda told: (-told[1], told[0].code))


def candidates(actor: Actor, programme: str, centre: Site, day: date) -> list[Candidate]:
    """People of one centre in process, those who wait for the release alone first, then those with a valid visa."""
    held = _held(programme).filter(person__site=centre).select_related("person").order_by("-priority", "opened", "pk")
    cases = list(held[:MOST])
    ids = [c.pk for c in cases]
    alone = set(kept.only_red_at(programme, RELEASE, day).filter(case__in=ids).values_list("case_id", flat=True))
    visas = set(GateRow.objects.filter(case__in=ids, gate=VISA, windows__holds=day).values_list("case_id", flat=True))
    refused = steps_refused(actor, cases, "request_release", day, through="cases") if cases else {}
    found = [Candidate(c, c.pk in alone, c.pk in visas, refused.get(c.pk)) for c in cases]
    return sorted(found, key=lambda c: (not c.only_this, not c.visa))


def _held(programme: str) -> QuerySet[Case]:
    waiting = ReleaseLine.objects.filter(state__in=RELEASE_OPEN).values("case")
    cases = Case.objects.filter(programme=programme, stage=STAGE, closed=None, person__site__type__in=DETAINING)
    return cases.exclude(pk__in=waiting)
