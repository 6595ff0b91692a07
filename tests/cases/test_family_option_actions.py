"""One of a family can't travel: all wait, the children go with a relative, or the family splits; protection signs."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from darb.cases.actions import Ruled, give_verdicts
from darb.cases.family_option_actions import propose_family_option, sign_family_option
from darb.cases.models import Case, Encounter, Task, Verdict
from darb.people.actions import form_group
from darb.rules.refusal import Forbidden, Invalid, Refused
from darb.rules.roles import Role
from tests.cast import TODAY, act_as, case, in_days

AMADOU, LEAD = Role.VHR_CASEWORKER, Role.PROTECTION_LEAD
AGREED = "In private, in Zaghawa, Hawa interpreted; thumbprint"


@pytest.fixture
def family(house) -> SimpleNamespace:
    """Fatima, her son of seven, her sister and a neighbour, who must travel together; Fatima can't."""
    there = SimpleNamespace(
        mother=case(given="Fatima", sex="F", born=date(1989, 1, 1)),
        son=case(given="Oumar", born=date(2012, 1, 1)),
        aunt=case(given="Hawa", sex="F", born=date(1995, 1, 1)),
        neighbour=case(given="Idriss", born=date(1990, 1, 1)),
    )
    relations = [
        (there.mother, "head", True),
        (there.son, "son", True),
        (there.aunt, "sister", True),
        (there.neighbour, "other_non_family", True),
    ]
    form_group(act_as(), "family", [(c.person, relation, verified) for c, relation, verified in relations])
    give_verdicts(act_as(Role.PHYSICIAN), [Ruled(there.mother, "R9", "FTT-3", in_days(60))])
    return there


def propose(of, option, **more) -> Encounter:
    return propose_family_option(act_as(AMADOU), of.mother, option, language="fra", **more)


def split_for() -> set[str]:
    return {v.case.person.name.split()[0] for v in Verdict.objects.filter(gate="R12", superseded_at=None)}


def open_tasks(of: Case) -> set[str]:
    return set(Task.objects.filter(case=of, done_at=None).values_list("kind", flat=True))


def test_the_family_is_asked_the_day_that_one_of_them_is_found_unfit(family):
    asked = Task.objects.get(kind="family_choice")
    assert (asked.case, asked.role, asked.due) == (family.mother, AMADOU, TODAY)


def test_the_children_go_with_a_proven_relative_once_the_mother_agreed_and_protection_signed(family):
    with pytest.raises(Invalid, match="agree"):
        propose(family, "with_relative", relative=family.aunt)
    for wrong in (family.neighbour, family.son, None):
        with pytest.raises(Invalid, match="verified"):
            propose(family, "with_relative", relative=wrong, consent=AGREED)
    proposed = propose(family, "with_relative", relative=family.aunt, consent=AGREED)
    assert split_for() == set()
    assert "sign_family_option" in open_tasks(family.mother)
    with pytest.raises(Forbidden):
        sign_family_option(act_as(AMADOU), proposed, True, "Fine")
    sign_family_option(act_as(LEAD), proposed, True, "Heard each alone")
    assert split_for() == {"Oumar", "Hawa"}
    assert not {"sign_family_option", "family_choice"} & open_tasks(family.mother)
    with pytest.raises(Refused, match="signed already"):
        sign_family_option(act_as(LEAD), proposed, True, "Again")


def test_a_split_lets_everybody_else_go(family):
    sign_family_option(act_as(LEAD), propose(family, "split"), True, "They decided it together")
    assert split_for() == {"Oumar", "Hawa", "Idriss"}


def test_all_wait_until_a_day_on_which_somebody_looks_again(family):
    with pytest.raises(Invalid, match="again"):
        propose(family, "wait")
    sign_family_option(act_as(LEAD), propose(family, "wait", review=in_days(30)), True, "They wish to stay together")
    assert split_for() == set()
    assert Task.objects.get(kind="family_review").due == in_days(30)


def test_what_protection_doesnt_sign_changes_nothing_and_the_family_is_asked_again(family):
    sign_family_option(act_as(LEAD), propose(family, "split"), False, "The boy wasn't heard")
    assert split_for() == set()
    assert "family_choice" in open_tasks(family.mother)


def test_nobody_proposes_for_somebody_without_a_family(house):
    with pytest.raises(Refused):
        propose_family_option(act_as(AMADOU), case(), "split", language="fra")
