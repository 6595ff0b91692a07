"""A small pathway, and facts to judge on it: enough of each kind to test the language by."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from darb.rules.facts import Facts
from darb.rules.pathway import BACK, Ending, Gate, Pathway, Ruling, SideState, Stage, Step, Term, Terms, Track
from darb.rules.refusal import Refusal
from darb.rules.roles import Role
from darb.rules.windows import ALWAYS, NEVER, Windows
from darb.rules.words import _

OFFICER = Role.VHR_CASEWORKER
LEAD = Role.PROTECTION_LEAD

NOT_REGISTERED = Refusal("A.not_yet", _("Not registered yet."))
NO_MONEY = Refusal("B.none", _("Nobody pays."), who=Role.CHIEF_OF_MISSION)
MONEY_ENDED = Refusal("B.ended", _("The money ended."))


def registered(facts: Facts) -> Terms:
    return (Term(Windows.between(facts.registered, None), NOT_REGISTERED),)


def paid(facts: Facts) -> Terms:
    verdict = facts.verdict("B")
    if verdict is None or not verdict.granted:
        return (Term(NEVER, NO_MONEY),)
    return Term(Windows.between(verdict.since, None), NO_MONEY), Term(Windows.between(None, verdict.until), MONEY_ENDED)


def when_detained(facts: Facts) -> Windows:
    return ALWAYS if facts.detained else NEVER


def refuse_if_detained(facts: Facts, day: date) -> Refusal | None:
    return Refusal("toy.detained", _("Not from detention.")) if facts.detained else None


GATE_A = Gate("A", "registration", _("Registration"), _("registered"), registered, mended_by=OFFICER)
GATE_B = Gate(
    "B",
    "money",
    _("Money"),
    _("someone pays"),
    paid,
    mended_by=OFFICER,
    overridden_by=LEAD,
    bound_to=("return_country",),
    rulings=(Ruling("paid", _("Paid"), True), Ruling("frozen", _("Frozen"), False, lifted_by=LEAD)),
    ruled_by=(OFFICER, LEAD),
)
GATE_C = Gate("C", "release", _("Release"), _("free"), paid, mended_by=OFFICER, applies=when_detained)

STAGES = (
    Stage("new", _("New")),
    Stage("ready", _("In process")),
    Stage("seated", _("Seated"), held_by="movements"),
    Stage("gone", _("Gone"), final=True),
    SideState("waiting", _("Waiting"), open=True),
    SideState("dead", _("Dead"), final=True, reopens=False),
)
STEPS = (
    Step("begin", _("Begin"), ("new",), "ready", (OFFICER,), guards=(refuse_if_detained,)),
    Step("seat", _("Seat"), ("ready",), "seated", (Role.MOVEMENT_OFFICER,), needs=("A", "B"), through="movements"),
    Step("unseat", _("Unseat"), ("seated",), "ready", (Role.MOVEMENT_OFFICER,), through="movements"),
    Step("leave", _("Leave"), ("seated",), "gone", (Role.MOVEMENT_OFFICER,), through="movements"),
    Step("write", _("Write a letter"), ("ready", "seated"), None, (OFFICER,), track="money"),
    Step("wait", _("Wait"), ("new", "ready"), "waiting", (OFFICER,)),
    Step("go_on", _("Go on"), ("waiting",), BACK, (OFFICER,)),
    Step("die", _("Record a death"), ("new", "ready", "waiting"), "dead", (OFFICER,)),
)


def toy(**changes: Any) -> Pathway:
    """The toy pathway, with some of its parts changed."""
    whole: dict[str, Any] = {
        "key": "toy",
        "label": _("Toy"),
        "begins": "new",
        "stages": STAGES,
        "steps": STEPS,
        "gates": (GATE_A, GATE_B, GATE_C),
        "tracks": (Track("papers", _("Papers"), ("A", "C")), Track("money", _("Money"), ("B",))),
        "endings": (Ending("done", _("Done"), ("seated",)),),
        "never_overridden": frozenset({"A"}),
    }
    return Pathway(**(whole | changes))


TOY = toy()


def but(key: str, **changes: Any) -> tuple[Step, ...]:
    """The toy's steps with one changed."""
    return tuple(replace(step, **changes) if step.key == key else step for step in STEPS)


def facts(**changes: Any) -> Facts:
    """Facts of an adult registered on 1 March 2019, with some of them changed."""
    whole: dict[str, Any] = {
        "birth_date": date(1990, 1, 1),
        "nationality": "MLI",
        "nationality_verified": None,
        "return_country": "MLI",
        "return_area": "",
        "departure_airport": None,
        "leaves_libya": True,
        "detained": False,
        "captivity_since": None,
        "stage": "new",
        "registered": date(2019, 3, 1),
    }
    return Facts(**(whole | changes))
