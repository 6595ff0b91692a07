"""Rows to facts: what readiness may look at, read for a set of cases in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple, TypeVar

from django.db.models import Q, QuerySet

from darb.people.identity_actions import is_young
from darb.people.models import BirthPrecision, Consent, Document, Duplicate, Membership, Person
from darb.people.together import together
from darb.places.models import DETAINING, SiteType
from darb.places.queries import open_closures
from darb.places.routes import subjects_on
from darb.programmes.voluntary_return_gates import MAJORITY, TRAVELLED_ON, USABLE, birthday, document_alert_day
from darb.rules import facts as f
from darb.rules.facts import Facts
from darb.rules.readiness import judge_cached
from darb.trust.context import unsealed

from .models import AsylumConcern, Case, ExitVisa, Verdict
from .pathways import awaiting_stages, pathway
from .visa_models import VISA_GIVEN

K = TypeVar("K")
V = TypeVar("V")

FAMILY_GATE = "R12"
# What keeps a member of a family from being waited for: they left before, or can't travel any more.
NOT_WAITED_FOR = frozenset({"departed", "in_transit", "arrived", "handed_over", "closed", "deceased"})


def facts_for(cases: Collection[Case]) -> dict[int, Facts]:
    """Facts by case id, companions included. Needs every row of the families in sight (`whole_house`)."""
    members = _companions(cases)
    everyone = {c.pk: c for c in cases} | {c.pk: c for group in members.values() for c in group if c is not None}
    alone = _alone(everyone.values())
    apart: dict[int, tuple[f.Interval, ...]] = {}

    def told(case: Case | None) -> f.Companion:
        if case is None:
            return f.Companion("", ())
        if case.pk not in apart:
            waits = case.stage in awaiting_stages(case.programme)
            judged = judge_cached(pathway(case.programme), alone[case.pk])
            apart[case.pk] = judged.apart_from(FAMILY_GATE).intervals if waits else ()
        return f.Companion(case.ref, apart[case.pk])

    return {
        c.pk: replace(alone[c.pk], companions=tuple(told(m) for m in members[c.pk])) if c.pk in members else alone[c.pk]
        for c in cases
    }


def bound_facts(cases: Collection[Case]) -> dict[int, Facts]:
    """By case id, what a verdict can be bound to: the route and the person's nationality and site. One query."""
    people = dict(
        (pk, (nationality, site or ""))
        for pk, nationality, site in Person.objects.filter(pk__among=[c.person_id for c in cases]).values_list(
            "pk", "nationality", "site__code"
        )
    )
    return {c.pk: standing_in(c, *people[c.person_id]) for c in cases}


def standing_in(case: Case, nationality: str = "", site: str = "") -> Facts:
    """The little that is known without asking: enough for a step that needs no gate and has no guard."""
    return Facts(
        birth_date=None,
        nationality=nationality,
        nationality_verified=None,
        return_country=case.return_country,
        return_area=case.return_area,
        departure_airport=case.departure_airport or None,
        leaves_libya=True,
        detained=case.detained,
        captivity_since=None,
        stage=case.stage,
        registered=case.opened,
        unaccompanied=case.unaccompanied,
        site=site,
    )


def _companions(cases: Collection[Case]) -> dict[int, list[Case | None]]:
    """By case id, the cases of those the person must travel with; None for one who has no case."""
    persons = {c.person_id for c in cases}
    groups = Membership.objects.filter(person__among=persons, left_at=None, group__must_travel_together=True)
    rows = list(
        Membership.objects.filter(group__in=groups.values("group"), left_at=None).values_list("group_id", "person_id")
    )
    if not rows:
        return {}
    of_group: dict[int, list[int]] = defaultdict(list)
    group_of: dict[int, int] = {}
    for group, person in rows:
        of_group[group].append(person)
        group_of[person] = group
    newest: dict[tuple[int, str], Case] = {}
    for case in Case.objects.filter(person__among=group_of).order_by("pk"):
        newest[case.person_id, case.programme] = case
    found: dict[int, list[Case | None]] = {}
    for case in cases:
        if case.person_id not in group_of:
            continue
        others = [newest.get((p, case.programme)) for p in of_group[group_of[case.person_id]] if p != case.person_id]
        found[case.pk] = [o for o in others if o is None or o.stage not in NOT_WAITED_FOR]
    return found


def _alone(cases: Iterable[Case]) -> dict[int, Facts]:
    cases = list(cases)
    ids = [c.pk for c in cases]
    # What is known of a person is known in any of their files.
    files = together({c.person_id for c in cases})
    whose = _by((file, person) for person, whole in files.items() for file in whole)
    people = {p.pk: p for p in _people(whose)}
    consents = _by(
        (owner, f.Consent(purpose, given, until, withdrawn, "proxy" if form == "proxy" else "explicit"))
        for person, purpose, given, until, withdrawn, form in Consent.objects.filter(person__among=people)
        .order_by("person_id", "pk")
        .values_list("person_id", "purpose", "given", "until", "withdrawn", "form")
        for owner in whose[person]
    )
    documents = _by(
        (owner, f.TravelDocument(kind, state, country, received, expires, pk))
        for person, kind, state, country, received, expires, pk in Document.objects.filter(person__among=people)
        .order_by("person_id", "pk")
        .values_list("person_id", "kind", "state", "country", "received", "expires", "pk")
        for owner in whose[person]
    )
    visas = _by(
        (case, f.Visa(airport or None, valid_from, valid_to, document))
        for case, airport, valid_from, valid_to, document in ExitVisa.objects.filter(
            case__among=ids, state__in=VISA_GIVEN
        )
        .order_by("case_id", "pk")
        .values_list("case_id", "airport", "valid_from", "valid_to", "document_id")
    )
    verdicts = _by(
        (case, _verdict(*told))
        for case, *told in Verdict.objects.filter(case__among=ids, superseded_at=None)
        .order_by("case_id", "gate")
        .values_list("case_id", *_VERDICT)
    )
    doubtful = _open_duplicates(people)
    concerned = _concerned(ids)
    closures = _closures(cases)
    return {
        c.pk: Facts(
            birth_date=_told_birth(people[c.person_id].birth_date, people[c.person_id].birth_precision, c.opened),
            nationality=people[c.person_id].nationality,
            nationality_verified=people[c.person_id].nationality_verified or None,
            return_country=c.return_country,
            return_area=c.return_area,
            departure_airport=c.departure_airport or None,
            leaves_libya=c.return_country != "LBY",
            detained=_detained(people[c.person_id], c),
            captivity_since=None,
            stage=c.stage,
            registered=c.opened,
            photo=any(people[file].photo_sha256 for file in files[c.person_id]),
            open_duplicate=not doubtful.isdisjoint(files[c.person_id]),
            counselled=c.counselled,
            counselled_for=c.counselled_for,
            asylum_concern=c.pk in concerned,
            unaccompanied=c.unaccompanied,
            consents=consents.get(c.person_id, ()),
            documents=documents.get(c.person_id, ()),
            visas=visas.get(c.pk, ()),
            verdicts=verdicts.get(c.pk, ()),
            closures=tuple(
                closure
                for subject in subjects_on(c.return_country, c.return_area, c.departure_airport)
                for closure in closures.get(subject, ())
            ),
            site=people[c.person_id].site or "",
        )
        for c in cases
    }


def going_through(subject: str) -> QuerySet[Case]:
    """Open cases whose route the closure of `subject` (places.routes) may touch; of an area, all of its country."""
    kind, _colon, rest = subject.partition(":")
    if kind == "airport":
        return Case.objects.filter(departure_airport=rest, closed=None)
    return Case.objects.filter(return_country=rest.partition(":")[0] if kind == "area" else subject, closed=None)


def running_out(people: Collection[int], day: date) -> dict[int, date]:
    """By person, when the travel document that lasts longest expires, where an officer is told of it by `day`.

    Of `people` who have one that they could travel on; one whose expiry isn't recorded counts as none.
    """
    rows = Document.objects.filter(person__among=people, kind__in=TRAVELLED_ON, state__in=USABLE).exclude(expires=None)
    last = dict(rows.order_by("person_id", "expires").values_list("person_id", "expires"))
    return {person: expires for person, expires in last.items() if document_alert_day(expires) <= day}


def _by(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    found: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return {key: tuple(values) for key, values in found.items()}


class _Told(NamedTuple):
    """What readiness looks at of a person."""

    pk: int
    birth_date: date | None
    birth_precision: str
    nationality: str
    nationality_verified: str
    photo_sha256: str
    site: str | None
    site_type: str | None


def _detained(person: _Told, case: Case) -> bool:
    """Whether a person is in detention now: by where they are; as when the case opened, where nobody knows."""
    if person.site_type in (None, SiteType.UNKNOWN):
        return case.detained
    return person.site_type in DETAINING


def _people(persons: Collection[int]) -> Iterable[_Told]:
    columns = (*_Told._fields[:-2], "site__code", "site__type")
    return map(_Told._make, Person.objects.filter(pk__among=persons).values_list(*columns))


_VERDICT = ("gate", "granted", "code", "role", "since", "until", "conditions", "met", "bound")


def verdict_told(v: Verdict) -> f.Verdict:
    """A verdict's row as readiness looks at it."""
    return _verdict(*(getattr(v, name) for name in _VERDICT))


def _verdict(
    gate: str,
    granted: bool,
    code: str,
    role: str,
    since: date,
    until: date | None,
    conditions: Iterable[str],
    met: Iterable[str],
    bound: dict[str, str],
) -> f.Verdict:
    return f.Verdict(
        gate, granted, code, role, since, until, tuple(conditions), tuple(met), tuple(sorted(bound.items()))
    )


def _told_birth(born: date | None, precision: str, opened: date) -> date | None:
    """The birth date as readiness hears it: the latest that it may be.

    Of whoever had come of age when the case opened, only that is told. Days before are over, and thousands of
    grown people with otherwise equal facts are judged once.
    """
    latest = latest_birth(born, precision)
    if latest is None or birthday(latest, MAJORITY) > opened:
        return latest
    return opened.replace(year=opened.year - MAJORITY, day=min(opened.day, 28) if opened.month == 2 else opened.day)


def may_be_child(person: Person, day: date) -> bool:
    """Whether `person` is under 18 on `day`, or may be, as the child gate has it: in doubt, a child."""
    return is_young(latest_birth(person.birth_date, person.birth_precision), day)


def latest_birth(born: date | None, precision: str) -> date | None:
    """The latest day a person may be born on: in doubt, somebody is a child."""
    if born is None or precision == BirthPrecision.EXACT:
        return born
    if precision == BirthPrecision.MONTH:
        after = (born.replace(day=28) + timedelta(days=4)).replace(day=1)
        return after - timedelta(days=1)
    return born.replace(month=12, day=31)


def _concerned(ids: Collection[int]) -> set[int]:
    """Cases of whom somebody knows a wish for protection that wasn't settled as able to return."""
    open_ones = AsylumConcern.objects.filter(case__among=ids).exclude(settled_as="able")
    with unsealed():
        return set(open_ones.values_list("case_id", flat=True))


def _open_duplicates(people: Collection[int]) -> set[int]:
    about = Q(person__among=people) | Q(other__among=people)
    open_ones = Duplicate.objects.filter(about, settled_at=None, waits=True)
    return {p for pair in open_ones.values_list("person_id", "other_id") for p in pair}


def _closures(cases: Collection[Case]) -> dict[str, tuple[f.Closure, ...]]:
    return open_closures({s for c in cases for s in subjects_on(c.return_country, c.return_area, c.departure_airport)})
