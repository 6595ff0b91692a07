"""The form of a withdrawal, as it is printed."""

from __future__ import annotations

from typing import Any

import pytest

from darb.cases.counselling_actions import withdraw
from darb.programmes.voluntary_return_papers import WITHDRAWN
from darb.rules.roles import Role
from tests.cast import NOON, act_as
from tests.desk.reading import text
from tests.desk.test_papers import copy, handed
from tests.travellers import ready

pytestmark = pytest.mark.usefixtures("noon")


def test_the_withdrawal_form_says_that_nothing_is_lost_and_ticks_what_was_taken_back(signed_in: Any) -> None:
    [case] = ready(1, at=NOON)
    withdraw(act_as(Role.VHR_CASEWORKER), case, "Found work", "oral")
    said = text(copy(signed_in(Role.VHR_CASEWORKER), "case", case.ref, "withdrawal"))
    for sentence in WITHDRAWN:
        assert " ".join(sentence.split()) in said
    assert said.count("×") == 1, "the return alone was taken back"
    assert "Found work" not in said, "what was said stays with whoever heard it"
    assert handed().persons == [case.person_id]


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_it_is_set_in_every_language_also_before_anything_was_taken_back(signed_in: Any, language: str) -> None:
    [case] = ready(1, at=NOON)
    answer = copy(signed_in(Role.REGISTRATION_CLERK), "case", case.ref, "withdrawal", language=language)
    assert answer["Content-Type"] == "application/pdf", answer.text[-1000:]
