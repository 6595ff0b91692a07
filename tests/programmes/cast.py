"""The people of these tests, as facts, and facts made up at random.

Ibrahim Keita of Mali is in detention and all his gates are green in mid-May 2019. Hodan of Somalia
asks to go home. Lamin of Guinea is fifteen and alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from darb.programmes.voluntary_return import VOLUNTARY_RETURN
from darb.programmes.voluntary_return_codes import CONDITIONS
from darb.programmes.voluntary_return_gates import JOINT_COUNSELLING
from darb.rules.facts import Closure, Companion, Consent, Facts, TravelDocument, Verdict, Visa
from darb.rules.pathway import OVERRIDE
from darb.rules.readiness import GateState, judge
from darb.rules.roles import Role

REGISTERED = date(2019, 3, 20)
TODAY = date(2019, 5, 15)

PASSPORT = TravelDocument("passport", "in_custody", "MLI", date(2019, 4, 10), date(2023, 1, 1), 1)
LAISSEZ_PASSER = TravelDocument("laissez_passer", "in_custody", "MLI", date(2019, 5, 1), date(2019, 5, 31), 2)
VISA = Visa("MJI", date(2019, 5, 5), date(2019, 6, 4), 2)

VERDICTS = (
    Verdict("R4", True, "cleared", Role.PROTECTION_CASEWORKER, date(2019, 4, 2)),
    Verdict("R6", True, "confirmed", Role.CONSULAR_OFFICER, date(2019, 4, 18)),
    Verdict("R9", True, "FTT-1", Role.PHYSICIAN, date(2019, 5, 2)),
    Verdict("R10", True, "handover_agreed", Role.DC_LIAISON, date(2019, 5, 6), bound=(("site", "tariq-al-sikka"),)),
    Verdict("R11", True, "acknowledged", Role.RECEIVING_MISSION_OFFICER, date(2019, 4, 25)),
    Verdict("R14", True, "funded", Role.PROGRAMME_MANAGER, date(2019, 4, 1)),
)

IBRAHIM = Facts(
    birth_date=date(1997, 2, 3),
    nationality="MLI",
    nationality_verified=None,
    return_country="MLI",
    return_area="Kayes",
    departure_airport="MJI",
    leaves_libya=True,
    detained=True,
    captivity_since=date(2018, 11, 1),
    stage="in_process",
    registered=REGISTERED,
    photo=True,
    counselled=date(2019, 3, 21),
    counselled_for="MLI",
    consents=tuple(
        Consent(purpose, date(2019, 3, 22))
        for purpose in (
            "voluntary_return",
            "share_with_embassy",
            "share_with_authorities",
            "share_with_receiving_mission",
        )
    ),
    documents=(LAISSEZ_PASSER,),
    visas=(VISA,),
    verdicts=VERDICTS,
    site="tariq-al-sikka",
)
HODAN = replace(
    IBRAHIM,
    birth_date=date(1992, 1, 1),
    nationality="SOM",
    return_country="SOM",
    counselled_for="SOM",
    return_area="",
    detained=False,
    documents=(),
    visas=(),
    verdicts=(),
)
LAMIN = replace(IBRAHIM, birth_date=date(2004, 4, 4), nationality="GIN", unaccompanied=True)
LAMIN_CLEARED = replace(
    LAMIN,
    verdicts=(*VERDICTS, Verdict("R5", True, "bid_return", Role.BID_PANEL_MEMBER, date(2019, 4, 20))),
    return_country="GIN",
    counselled_for="GIN",
)


def ruling(facts: Facts, verdict: Verdict | None = None, gate: str = "") -> Facts:
    """The facts with the standing verdict on a gate replaced by `verdict`, or taken away."""
    gate = verdict.gate if verdict else gate
    rest = tuple(each for each in facts.verdicts if each.gate != gate)
    return replace(facts, verdicts=(*rest, verdict) if verdict else rest)


def state(code: str, facts: Facts) -> GateState:
    """The state of one gate of voluntary return."""
    return judge(VOLUNTARY_RETURN, facts).state(code)


def reason(code: str, facts: Facts, day: date = TODAY) -> str | None:
    """The code of the reason why a gate is red on `day`, or None if it is in nobody's way."""
    refusal = state(code, facts).refusal(day)
    return refusal.code if refusal else None


# Facts at random -----------------------------------------------------------------------------------

days = st.integers(0, 150).map(lambda n: date(2019, 2, 1) + timedelta(days=n))
maybe_days = st.none() | days
_countries = st.sampled_from(["MLI", "GIN", "SOM"])
_airports = st.sampled_from([None, "MJI", "MRA"])
consents = st.builds(
    Consent,
    purpose=st.sampled_from(["voluntary_return", "share_with_embassy", "share_with_authorities"]),
    given=days,
    until=maybe_days,
    withdrawn=maybe_days,
    form=st.sampled_from(["explicit", "thumbprint", "proxy", "implicit"]),
)
documents = st.builds(
    TravelDocument,
    kind=st.sampled_from(["passport", "laissez_passer", "national_id"]),
    state=st.sampled_from(["in_custody", "handed_at_boarding", "held", "lost", "withheld", "requested"]),
    country=_countries,
    received=maybe_days,
    expires=maybe_days,
    key=st.integers(1, 3),
)
visas = st.builds(Visa, airport=_airports, valid_from=days, valid_to=days, document=st.integers(0, 3))
_periods = st.tuples(maybe_days, maybe_days)


@st.composite
def verdicts(draw: st.DrawFn, gate: str) -> Verdict:
    """A verdict on `gate`: mostly as its declaration allows, sometimes not."""
    declared = VOLUNTARY_RETURN.gate(gate)
    code = draw(st.sampled_from([each.code for each in declared.rulings] + [OVERRIDE, "invented"]))
    known = declared.ruling(code)
    conditions = draw(st.lists(st.sampled_from(sorted(CONDITIONS)), max_size=2, unique=True))
    return Verdict(
        gate,
        known.granted if known else True,
        code,
        draw(st.sampled_from([*(declared.ruled_by or [Role.NURSE]), *Role])),
        draw(days),
        draw(maybe_days),
        tuple(conditions),
        tuple(draw(st.lists(st.sampled_from(conditions), unique=True))) if conditions else (),
        draw(st.sampled_from([(), (("return_country", "MLI"),), (("site", "tariq-al-sikka"),)])),
    )


CHANGES: dict[str, st.SearchStrategy[Any]] = {
    "birth_date": st.none() | st.sampled_from([date(1990, 1, 1), date(2001, 4, 20), date(2004, 2, 29)]),
    "nationality": _countries,
    "nationality_verified": st.none() | _countries,
    "return_country": _countries,
    "departure_airport": _airports,
    "leaves_libya": st.booleans(),
    "detained": st.booleans(),
    "photo": st.booleans(),
    "open_duplicate": st.booleans(),
    "counselled": maybe_days,
    "counselled_for": st.sampled_from(["", "MLI"]),
    "asylum_concern": st.booleans(),
    "unaccompanied": st.booleans(),
    "consents": st.lists(consents, max_size=3).map(tuple),
    "documents": st.lists(documents, max_size=3).map(tuple),
    "visas": st.lists(visas, max_size=2).map(tuple),
    "closures": st.lists(st.builds(Closure, st.just("Kayes"), days, maybe_days, st.just("floods")), max_size=2).map(
        tuple
    ),
    "companions": st.lists(
        st.builds(Companion, st.just("DRB-2"), st.lists(_periods, max_size=2).map(tuple)), max_size=2
    ).map(tuple),
    "site": st.sampled_from(["tariq-al-sikka", "tajoura"]),
}


@st.composite
def any_facts(draw: st.DrawFn) -> Facts:
    """Facts of Ibrahim or of Lamin, ready to go, with a few things made otherwise (or many)."""
    changed = draw(st.sets(st.sampled_from(sorted(CHANGES)), max_size=draw(st.sampled_from([1, 3, len(CHANGES)]))))
    facts = replace(
        draw(st.sampled_from([IBRAHIM, LAMIN_CLEARED])), **{name: draw(CHANGES[name]) for name in sorted(changed)}
    )
    gates = [gate.code for gate in VOLUNTARY_RETURN.gates]
    for gate in draw(st.lists(st.sampled_from(gates), max_size=2, unique=True)):
        facts = ruling(facts, draw(verdicts(gate)))
    if draw(st.booleans()):
        facts = ruling(
            facts, Verdict(JOINT_COUNSELLING, draw(st.booleans()), "cleared", Role.PROTECTION_LEAD, draw(days))
        )
    return facts
