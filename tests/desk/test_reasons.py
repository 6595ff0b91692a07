"""Why something was done stands in the reader's language, also where the house wrote it."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override

from darb.cases.incident_actions import tell
from darb.desk.reasons import HEARD_HOW, reason_told
from darb.movements.boarding_actions import withdraw_booked
from darb.movements.models import Seat
from darb.reactions.consequences import NOT_NOW
from darb.rules.roles import Role
from tests.cast import act_as, case
from tests.desk.test_movements import NOW, OFFICER, boarding, people

pytestmark = pytest.mark.usefixtures("noon")

HOW = "said at the stairs"
CHILDRENS = Role.CHILD_PROTECTION_OFFICER


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_a_withdrawal_without_a_reason_tells_how_it_was_heard_in_the_readers_language(
    signed_in: Any, language: str
) -> None:
    gone, _stays = going = people(2)
    made = boarding(going)
    withdraw_booked(act_as(OFFICER, at=NOW), made, Seat.objects.get(case=gone).pk, HOW)
    client = signed_in(OFFICER)
    client.cookies["django_language"] = language
    with override(language):
        told = reason_told(HOW)
    assert told not in (HOW, HEARD_HOW[HOW])
    for page in (f"/cases/{gone.ref}/", f"/flights/{made.ref}/versions/"):
        shown = client.get(page).content.decode().replace("&#x27;", "'")
        assert told in shown and HOW not in shown, page
    for page in ("", "withdrew/"):
        shown = signed_in(Role.PROGRAMME_MANAGER).get(
            f"/figures/outreach/{page}", headers={"accept-language": language}
        )
        assert told in shown.text and HOW not in shown.text, page


def test_a_decision_that_an_incident_brought_about_says_which_in_words(signed_in: Any) -> None:
    of = case()
    tell(act_as(CHILDRENS), of, "X23", "Looks twelve")
    page = signed_in(CHILDRENS).get(f"/cases/{of.ref}/").text
    assert "<bdi>Age in doubt</bdi>" in page and "<bdi>X23</bdi>" not in page


def test_the_reason_on_a_list_that_the_house_changed_is_translated_and_what_a_person_wrote_is_not() -> None:
    with override("fr"):
        assert reason_told(NOT_NOW) != NOT_NOW
        assert reason_told("three calls unanswered") == "three calls unanswered"
        assert reason_told("") == ""
