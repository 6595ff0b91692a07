"""Papers of one case: the slip, the declaration, the form of a withdrawal."""

from __future__ import annotations

from typing import Any

import pytest

from darb.cases.counselling_actions import withdraw
from darb.programmes.voluntary_return_codes import CONSENT_PURPOSES
from darb.programmes.voluntary_return_papers import DECLARED, WITHDRAWN
from darb.rules.roles import Role
from tests.cast import NOON, act_as, case
from tests.desk.printing import CLERK, copy, handed
from tests.desk.reading import text
from tests.travellers import ready

pytestmark = pytest.mark.usefixtures("noon")


def test_the_slip_carries_the_case_and_the_hotline_and_not_the_place(signed_in: Any, settings: Any) -> None:
    settings.HOTLINE = "091 000 1234"
    made = case(given="Ibrahim", site="DC-TARIQ-SIKKA")
    said = text(copy(signed_in(CLERK), "case", made.ref, "registration_slip"))
    assert made.ref in said and "091 000 1234" in said and "Ibrahim" in said
    for word in ("Tariq", "Sikka", "detention", "Mali"):
        assert word not in said
    assert handed().detail["recipient"] == "The person concerned"


def test_the_declaration_holds_what_is_declared_and_ticks_what_was_agreed(signed_in: Any) -> None:
    made = ready(1, at=NOON, shares_with_mission=False)[0]
    said = text(copy(signed_in(Role.VHR_CASEWORKER), "case", made.ref, "declaration"))
    for sentence in DECLARED:
        assert " ".join(sentence.split()) in said
    assert said.count("×") == len(CONSENT_PURPOSES) - 1
    assert "Thumbprint" in said and "Signature or thumbprint of the person" in said


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
