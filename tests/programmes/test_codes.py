"""The code lists fit one another and the declaration, and every label is marked for translation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from darb.programmes import PROGRAMMES, counselling, screening
from darb.programmes import voluntary_return_codes as codes
from darb.programmes.joint_counselling import NATIONALITIES, needs_joint_counselling
from darb.programmes.priority import Need, priority
from darb.programmes.voluntary_return import VOLUNTARY_RETURN
from darb.rules.diagram import page
from darb.rules.roles import Role
from darb.rules.words import Words


def labels() -> Iterator[object]:
    """Every label of every code list."""
    for module in (codes, screening):
        for name, value in vars(module).items():
            if name.isupper() and isinstance(value, dict):
                for each in value.values():
                    yield getattr(each, "label", each) if not isinstance(each, str) else each
    for outcome in codes.CONSULAR_OUTCOMES.values():
        yield outcome.then or outcome.label
    for condition in codes.CONDITIONS.values():
        yield condition.unmet
    yield from (question.text for question in screening.RAPID_SCREEN)
    yield from (item.text for item in counselling.CHECKLIST)


def test_every_label_is_marked_for_translation() -> None:
    found = [label for label in labels() if isinstance(label, str)]
    assert len(found) > 150
    assert [label for label in found if not isinstance(label, Words)] == []


def test_a_consular_outcome_rules_on_nationality_only_as_the_gate_knows() -> None:
    gate = VOLUNTARY_RETURN.gate("R6")
    assert len(codes.CONSULAR_OUTCOMES) == 12
    for outcome in codes.CONSULAR_OUTCOMES.values():
        assert outcome.ruling is None or gate.ruling(outcome.ruling)
        assert (outcome.then is None) == (outcome.role is None)
    granting = [
        outcome.code
        for outcome in codes.CONSULAR_OUTCOMES.values()
        if outcome.ruling and gate.ruling(outcome.ruling).granted
    ]
    assert granting == ["confirmed", "data_corrected"]


def test_every_reconciliation_outcome_takes_a_step_of_the_flights_room() -> None:
    assert len(codes.RECONCILIATIONS) == 12
    for outcome in codes.RECONCILIATIONS.values():
        assert VOLUNTARY_RETURN.step(outcome.step).through == "movements"
    assert codes.RECONCILIATIONS["no_show"].step != codes.RECONCILIATIONS["withdrew"].step


def test_the_embassy_sees_seven_fields_and_none_of_them_says_where_or_why() -> None:
    assert len(codes.EMBASSY_FIELDS) == 7
    assert not {"site", "phone", "vulnerabilities", "reason"} & set(codes.EMBASSY_FIELDS)


def test_the_four_mandatory_messages_are_among_the_messages() -> None:
    assert len(codes.MANDATORY_MESSAGES) == 4
    assert set(codes.MANDATORY_MESSAGES) <= set(codes.OUTREACH_MESSAGES)


def test_joint_counselling_is_for_the_listed_nationalities_each_with_its_source() -> None:
    assert needs_joint_counselling("SOM") and needs_joint_counselling("ERI")
    assert not needs_joint_counselling("GMB")
    assert all(len(code) == 3 and source for code, source in NATIONALITIES.items())


def test_the_checklist_is_complete_only_with_every_item() -> None:
    every = [item.code for item in counselling.CHECKLIST]
    assert len(every) == 14
    assert counselling.missing(every) == ()
    assert [item.code for item in counselling.missing(every[1:])] == ["I1"]


def test_fear_at_home_raises_an_asylum_concern_and_a_promise_raises_pressure() -> None:
    assert counselling.concerns({"V4": True}) == {"asylum_concern"}
    assert counselling.concerns({"V5": True, "V2": True}) == {"asylum_concern", "pressure"}
    assert counselling.concerns({"V4": False, "V1": True}) == frozenset()


def test_flags_of_the_rapid_screen_are_known_vulnerabilities() -> None:
    flagged = {question.flag for question in screening.RAPID_SCREEN if question.flag}
    assert flagged <= set(codes.VULNERABILITIES)
    assert len({question.code for question in screening.RAPID_SCREEN}) == len(screening.RAPID_SCREEN)
    assert set(screening.LEVELS) == set(screening.Level)


def test_a_child_alone_is_flagged_and_seen_the_same_day() -> None:
    answers = {"child_alone": True, "under_18": True, "forced_work": True, "debts": True}
    assert screening.flags(answers) == ("UC", "VOT")
    assert screening.follow_ups(answers) == (
        screening.FollowUp(Role.CHILD_PROTECTION_OFFICER, 12),
        screening.FollowUp(Role.COUNTER_TRAFFICKING_FOCAL_POINT, 72),
    )
    assert screening.follow_ups({}) == ()


@pytest.mark.parametrize(
    ("acts", "means", "purposes", "child", "expected"),
    [
        (["moved"], ["debt"], ["forced_labour"], False, "presumed_trafficked"),
        (["moved"], [], ["forced_labour"], False, "none"),
        (["moved"], [], ["forced_labour"], True, "presumed_trafficked"),
        (["moved"], ["force"], [], False, "smuggled_with_abuse"),
        ([], ["force"], ["begging"], True, "smuggled_with_abuse"),
        ([], [], [], False, "none"),
    ],
)
def test_trafficking_is_presumed_from_act_means_and_purpose(
    acts: list[str], means: list[str], purposes: list[str], child: bool, expected: str
) -> None:
    assert screening.trafficking_result(acts, means, purposes, child=child) == expected
    assert expected in screening.TRAFFICKING_RESULTS


def test_an_unknown_answer_to_the_trafficking_screen_is_a_mistake() -> None:
    with pytest.raises(ValueError):
        screening.trafficking_result(["teleported"], [], [], child=False)


def test_priority_takes_the_greatest_need_and_adds_waiting() -> None:
    assert priority(Need()).score == 0
    assert priority(Need(under_fire=True, infant_in_family=True)).score == 80
    assert priority(Need(child_alone=True, document_expiring=True, days_waiting=31)).score == 90 + 15 + 10
    assert priority(Need(days_waiting=1000)).score == 30


def test_the_reasons_of_a_priority_add_up_to_its_score() -> None:
    reckoned = priority(Need(danger_to_life=True, document_expiring=True, days_waiting=9))
    assert sum(points for _label, points in reckoned.reasons) == reckoned.score == 118
    assert len(reckoned.reasons) == 3
    with pytest.raises(ValueError):
        priority(Need(days_waiting=-1))


def test_the_pages_of_the_pathways_are_fresh() -> None:
    """When this fails, run `make docs`."""
    pages = Path(__file__).parents[2] / "docs" / "pathways"
    for pathway in PROGRAMMES.values():
        assert (pages / f"{pathway.key}.md").read_text(encoding="utf-8") == page(pathway)
