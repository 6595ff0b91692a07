"""A declaration that breaks a rule of the language is refused before it is used, with the fault named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from darb.rules.pathway import NOBODY, Pathway, Ruling, SideState, Stage, Step, Track
from darb.rules.roles import Role
from darb.rules.soundness import Unsound, sound, soundness
from darb.rules.words import _

from .toy import GATE_A, GATE_B, GATE_C, LEAD, OFFICER, STAGES, STEPS, TOY, but, toy


def with_gate(**changes: Any) -> Pathway:
    """The toy with its gate B changed."""
    return toy(gates=(GATE_A, replace(GATE_B, **changes), GATE_C))


BROKEN: dict[str, tuple[Pathway, str]] = {
    "a stage that nothing leads to": (
        toy(
            stages=(*STAGES, Stage("island", _("Island"))),
            steps=(*STEPS, Step("swim", _("Swim"), ("island",), "new", (OFFICER,))),
        ),
        "stage 'island' can't be reached",
    ),
    "a stage that leads to no end": (
        toy(
            stages=(*STAGES, Stage("trap", _("Trap"))),
            steps=(*STEPS, Step("fall", _("Fall"), ("new",), "trap", (OFFICER,))),
        ),
        "stage 'trap' leads to no end",
    ),
    "a final stage that is left": (
        toy(
            steps=(*STEPS, Step("rise", _("Rise"), ("gone",), "seated", (Role.MOVEMENT_OFFICER,), through="movements"))
        ),
        "stage 'gone' is final and yet is left",
    ),
    "two steps of one name": (toy(steps=(*STEPS, STEPS[0])), "step 'begin' is declared twice"),
    "two gates of one code": (
        toy(gates=(GATE_A, GATE_B, GATE_C, replace(GATE_C, key="other"))),
        "gate 'C' is declared twice",
    ),
    "two rulings of one code": (
        with_gate(rulings=(*GATE_B.rulings, Ruling("paid", _("Paid again"), True))),
        "ruling of B 'paid' is declared twice",
    ),
    "a booked case that withdraws and leaves its seat taken": (
        toy(steps=but("wait", out_of=("new", "ready", "seated"))),
        "step 'wait' touches 'seated', which movements holds, but goes through cases",
    ),
    "a case that is seated by a room that keeps no seats": (
        toy(steps=but("seat", through="cases")),
        "step 'seat' touches 'seated', which movements holds, but goes through cases",
    ),
    "a side state that leads back into a held stage": (
        toy(
            steps=(
                *STEPS,
                Step("doze", _("Doze"), ("seated",), "waiting", (OFFICER,), through="movements"),
            )
        ),
        "step 'go_on' touches 'seated', which movements holds, but goes through cases",
    ),
    "a step that starts nowhere": (toy(steps=but("write", out_of=())), "step 'write' starts nowhere"),
    "a step into no stage": (toy(steps=but("begin", into="heaven")), "step 'begin' names 'heaven', which is no stage"),
    "a step that nobody may take": (toy(steps=but("wait", powers=())), "nobody may take step 'wait'"),
    "a step that needs no gate there is": (
        toy(steps=but("seat", needs=("Z",))),
        "step 'seat' needs 'Z', which is no gate",
    ),
    "a step on no track there is": (
        toy(steps=but("write", track="train")),
        "step 'write' belongs to 'train', which is no track",
    ),
    "a start that is no stage": (toy(begins="birth"), "it begins in 'birth', which is no stage"),
    "a death that is undone": (
        toy(
            stages=(*STAGES[:-1], SideState("dead", _("Dead"), reopens=False)),
            steps=(*STEPS, Step("wake", _("Wake"), ("dead",), "new", (OFFICER,))),
        ),
        "side state 'dead' can be reopened",
    ),
    "a pause without an end": (
        toy(steps=tuple(step for step in STEPS if step.key != "go_on")),
        "side state 'waiting' can not be reopened",
    ),
    "an override where nobody may": (
        toy(never_overridden=frozenset({"A", "B"})),
        f"B may never be overridden, and {LEAD} may",
    ),
    "a never_overridden that names nothing": (
        toy(never_overridden=frozenset({"Q"})),
        "never_overridden names 'Q', which is no gate",
    ),
    "a gate that nobody can mend": (with_gate(mended_by=None), "nobody can mend B"),
    "rulings that nobody gives": (
        with_gate(ruled_by=(), rulings=(Ruling("paid", _("Paid"), True),)),
        "B has rulings that nobody gives, or givers without rulings",
    ),
    "a ruling lifted by one who rules nothing": (
        with_gate(rulings=(Ruling("frozen", _("Frozen"), False, lifted_by=Role.NURSE),)),
        "B 'frozen' is lifted by nurse, who gives no ruling there",
    ),
    "a gate bound to what is no fact": (with_gate(bound_to=("weather",)), "B is bound to 'weather', which is no fact"),
    "a gate in no track": (toy(tracks=(Track("money", _("Money"), ("B",)),)), "A belongs to 0 tracks, not one"),
    "a gate in two tracks": (
        toy(tracks=(*TOY.tracks, Track("again", _("Again"), ("B",)))),
        "B belongs to 2 tracks, not one",
    ),
    "a label that isn't marked": (with_gate(label="Money"), "the label of 'B' isn't marked for translation"),
    "a ruling's label that isn't marked": (
        with_gate(rulings=(Ruling("paid", "Paid", True),)),
        "the label of 'B paid' isn't marked for translation",
    ),
    "a step's label that isn't marked": (
        toy(steps=but("wait", label="Wait")),
        "the label of 'wait' isn't marked for translation",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_declaration_is_refused_for_what_is_broken(name: str) -> None:
    pathway, fault = BROKEN[name]
    assert fault in soundness(pathway)
    with pytest.raises(Unsound, match="toy"):
        sound(pathway)


def test_a_sound_declaration_has_no_faults() -> None:
    assert soundness(TOY) == ()
    assert sound(TOY) is TOY


def test_a_death_may_lead_nowhere_when_it_is_final() -> None:
    assert TOY.stage("dead").final
    assert TOY.steps_from("dead") == ()
    assert GATE_A.overridden_by is NOBODY
