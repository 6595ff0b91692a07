"""What reviewers judged is what the identity model learns from: the word that stands, of files within reach."""

from __future__ import annotations

from darb.people.identity_actions import judge, take_back
from darb.people.judged_queries import judged_levels
from darb.rules.identity import shipped
from darb.rules.identity.comparing import COMPARISONS
from tests.cast import act_as, person


def osman(given: str, script: str = "L"):
    """Somebody of the family of Ibrahim Adam."""
    return person(given=given, father="Ibrahim", family="Adam", nationality="SDN", script=script)


def test_nobody_judged_is_nothing_to_learn_from(house):
    osman("Osman")
    assert len(judged_levels(house).same) == 0


def test_a_judged_pair_comes_with_its_levels_and_the_word_that_stands(house):
    one, again, brother = osman("عثمان", "A"), osman("Ousmane"), osman("Yacoub")
    judge(act_as(), one, again, "same")
    judge(act_as(), one, brother, "different")
    judged = judged_levels(house)
    assert sorted(judged.same.tolist()) == [0, 1]
    bits = shipped().bits(judged.levels)
    assert bits[judged.same == 1][0] > bits[judged.same == 0][0] + 5
    assert set(judged.levels) == set(COMPARISONS)


def test_a_word_taken_back_teaches_nothing(house):
    one, other = osman("Osman"), osman("Ousmane")
    judge(act_as(), one, other, "same")
    take_back(act_as(), one, other, "mistaken")
    assert len(judged_levels(house).same) == 0
