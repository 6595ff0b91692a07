"""People who are ready to fly: registered, counselled, consenting, cleared, with papers, and flights for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count, pairwise
from typing import Any

from darb.cases.actions import Opening, Ruled, Spoken, give_verdicts, open_cases, take_step
from darb.cases.counselling_actions import counsel, record_consents
from darb.cases.models import Case
from darb.cases.visa_actions import Answer, answer_visas, submit_visas
from darb.movements.flight_actions import Hop, advance, plan_flight
from darb.movements.models import Flight
from darb.people.actions import form_group, record_documents, register, take_photos, verify_nationality
from darb.people.models import Consent, Document, Group
from darb.people.registration import Registration
from darb.programmes.counselling import CHECKLIST, Kind
from darb.programmes.voluntary_return_codes import CONSENT_PURPOSES, TO_RECEIVING_MISSION
from tests.cast import NOON, TODAY, VHR, act_as, in_days, told

FLIGHT_DAY = in_days(5)
JPEG = b"\xff\xd8\xff\xe0" + b"face" * 16
ANSWERS = {i.code: i.kind != Kind.ASK or i.code in ("V1", "V3") for i in CHECKLIST} | {"V1": "my mother"}
_numbers = count(1)


def ready(
    told_as: Sequence[Registration] | int = 1,
    *,
    at: datetime = NOON,
    departs: str = "MJI",
    shares_with_mission: bool = True,
    conditions: Sequence[str] = (),
    families: Sequence[Sequence[tuple[int, str]]] = (),
    **told_with: Any,
) -> list[Case]:
    """Cases in process with every gate green from `at` on, for persons told so (or so many like Ibrahim).

    `families` names groups by (index of the registration, relation), every relation verified.
    """
    if isinstance(told_as, int):
        told_as = [told(**{"site": "TOWN-TRIPOLI", **told_with}) for _n in range(told_as)]
    act, day = act_as(at=at), at.date()
    persons = register(act, told_as)
    take_photos(act, [(p, JPEG) for p in persons])
    family([[(persons[i], relation) for i, relation in group] for group in families], at=at)
    cases = open_cases(act, VHR, [Opening(p, p.nationality, departure_airport=departs) for p in persons])
    cases = take_step(act, cases, "register")
    counsel(act, [Spoken(c, "counselling", "fr", ANSWERS) for c in cases])
    purposes = [p for p in CONSENT_PURPOSES if shares_with_mission or p != TO_RECEIVING_MISSION]
    record_consents(
        act,
        cases,
        [Consent(person=p, purpose=q, form="thumbprint", language="fr", given=day) for p in persons for q in purposes],
    )
    cases = take_step(act, cases, "open_tracks")
    verify_nationality_of(cases, at)
    documents(cases, at)
    batch = submit_visas(act, cases, departs, "Passports and Nationality", "TIP")
    answer_visas(act, [Answer(v, "approved", f"V{v.pk}", day, day + timedelta(60)) for v in batch.visas.all()])
    give_verdicts(act, [r for c in cases for r in _rulings(c, c.person, conditions, day)])
    return list(Case.objects.select_related("person").filter(pk__in=[c.pk for c in cases]).order_by("pk"))


def _rulings(case: Case, person: Any, conditions: Sequence[str], day: date) -> list[Ruled]:
    rulings = [
        Ruled(case, "R4", "cleared"),
        Ruled(case, "R9", "FTT-2" if conditions else "FTT-1", conditions=conditions),
        Ruled(case, "R11", "acknowledged"),
        Ruled(case, "R14", "funded"),
    ]
    grown = person.birth_date and person.birth_date.replace(day=1) < day.replace(year=day.year - 18, day=1)
    return rulings if grown else [*rulings, Ruled(case, "R5", "bip_cleared")]


def verify_nationality_of(cases: Sequence[Case], at: datetime) -> None:
    """Their embassies confirm them."""
    for nationality in {c.person.nationality for c in cases}:
        of = [c.person for c in cases if c.person.nationality == nationality]
        verify_nationality(act_as(at=at), of, nationality)


def documents(cases: Sequence[Case], at: datetime) -> list[Document]:
    """A laissez-passer each, in our custody."""
    day = at.date()
    return record_documents(
        act_as(at=at),
        [
            Document(
                person=c.person,
                kind="laissez_passer",
                number=f"LP{next(_numbers):06d}",
                country=c.person.nationality,
                issued=day,
                expires=day + timedelta(90),
                state="in_custody",
                received=day,
            )
            for c in cases
        ],
    )


def family(groups: Sequence[Sequence[tuple[Any, str]]], at: datetime = NOON) -> list[Group]:
    """Families of (person, relation), every relation verified, that must travel together."""
    return [form_group(act_as(at=at), "family", [(p, r, True) for p, r in members]) for members in groups]


def flight(
    code: str = "DB 101",
    *,
    route: Sequence[str] = ("MJI", "BKO"),
    day: date = FLIGHT_DAY,
    seats: int = 118,
    infant_limit: int = 12,
    opened: bool = True,
    at: datetime = NOON,
) -> Flight:
    """A charter of one leg or more, its manifest open unless said otherwise."""
    start = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    hops = [
        Hop(a, b, start + timedelta(hours=5 * n), start + timedelta(hours=5 * n + 4))
        for n, (a, b) in enumerate(pairwise(route))
    ]
    planned = plan_flight(
        act_as(at=at),
        code,
        hops,
        operator="Buraq",
        aircraft="B737-800",
        seats=seats,
        infant_limit=min(infant_limit, seats),
    )
    if opened:
        planned = advance(act_as(at=at), advance(act_as(at=at), planned))
    return planned


def born(years: float, on: date = TODAY) -> date:
    """A birth date of somebody of that age."""
    return on - timedelta(days=round(years * 365.25))
