"""Referrals at the desk: made on one page, printed as the person agreed, followed until closed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from darb.care.actions import Outcome, examine
from darb.cases.asylum_actions import raise_asylum_concern
from darb.cases.models import Case, Referral
from darb.rules.roles import Role
from darb.trust.context import acting
from darb.trust.models import ActionLog
from darb.trust.queries import HOUSE
from tests.cast import NOON, act_as, case, in_days
from tests.desk.reading import send, text
from tests.desk.test_clinic import html

pytestmark = pytest.mark.usefixtures("noon")
HUDA, NURSE, WORKER, LEAD = Role.PHYSICIAN, Role.NURSE, Role.PROTECTION_CASEWORKER, Role.PROTECTION_LEAD
FINDING = "Caverns in the left lung"
REASON = "Needs treatment for six months"
TOLD = {
    "to": "Sabha general hospital",
    "service": "tb",
    "priority": "emergency",
    "reason": REASON,
    "consent": "signature",
    "data_class": "D4",
}


def form_of(client: Any, made: Referral, language: str = "en") -> Any:
    key = {"key": f"00000000-0000-4000-8000-{made.pk:012d}", "language": language, "recipient": made.to}
    return client.post(f"/papers/referral/{made.pk}/referral_form/", key)


@pytest.fixture
def fatima(house: Any) -> Case:
    """Found ill with tuberculosis."""
    found = case(given="Fatima", sex="F")
    examine(act_as(HUDA), found, {"cough": True, "notes": FINDING}, Outcome("FTT-5", in_days(60), disease="tb"))
    return found


def test_the_physician_refers_to_the_hospital_and_the_form_says_what_was_agreed(fatima: Case, signed_in: Any) -> None:
    answer = send(signed_in(HUDA), "refer", fatima.ref, **TOLD, shares=["identity", "needs", "health"])
    assert answer.status_code == 302, answer.content.decode()
    with acting(HOUSE):
        made = Referral.objects.get()
    said = text(form_of(signed_in(HUDA), made))
    for word in ("Fatima", FINDING, REASON, "Tuberculosis", "Sabha general hospital", "Emergency (24 hours)"):
        assert word in said, word
    handed = ActionLog.objects.filter(action="trust.hand_out").latest("pk")
    assert handed.detail["recipient"] == made.to and handed.detail["sha256"]
    assert not any(FINDING in str(log.detail) for log in ActionLog.objects.all())


def test_what_wasnt_agreed_stands_on_no_form(fatima: Case, signed_in: Any) -> None:
    send(signed_in(HUDA), "refer", fatima.ref, **TOLD, shares=["needs"])
    with acting(HOUSE):
        made = Referral.objects.get()
    said = text(form_of(signed_in(NURSE), made))
    assert REASON in said and fatima.ref in said
    for hidden in ("Fatima", FINDING, "Tariq"):
        assert hidden not in said


def test_without_consent_the_sentence_stands_beside_its_field_and_nothing_is_kept(fatima: Case, signed_in: Any) -> None:
    answer = send(signed_in(HUDA), "refer", fatima.ref, **(TOLD | {"consent": ""}), shares=["needs"])
    assert answer.status_code == 422
    with acting(HOUSE):
        assert not Referral.objects.exists()


def test_it_is_followed_on_its_page_and_late_ones_are_said_to_be_so(
    fatima: Case, signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(signed_in(HUDA), "refer", fatima.ref, **TOLD, shares=["needs"])
    with acting(HOUSE):
        made = Referral.objects.get()
    monkeypatch.setattr("darb.desk.door.today", lambda: (NOON + timedelta(days=3)).date())
    assert "overdue since 7 May 2019" in html(signed_in(NURSE), "referral", made.pk)
    assert send(signed_in(NURSE), "referral", made.pk, state="sent", version=1).status_code == 302
    refused = send(signed_in(NURSE), "referral", made.pk, state="refused", version=2)
    assert refused.status_code == 422 and "Choose why it was refused." in refused.content.decode()
    send(signed_in(NURSE), "referral", made.pk, state="accepted", version=2)
    page = html(signed_in(NURSE), "referral", made.pk)
    assert "Accepted" in page and "overdue" not in page
    assert "Sabha general hospital" in html(signed_in(NURSE), "case", fatima.ref)


@pytest.mark.parametrize("role", [Role.VHR_CASEWORKER, LEAD, Role.MOVEMENT_OFFICER])
def test_nobody_else_finds_it_nor_its_paper(fatima: Case, signed_in: Any, role: Role) -> None:
    send(signed_in(HUDA), "refer", fatima.ref, **TOLD, shares=["needs"])
    with acting(HOUSE):
        made = Referral.objects.get()
    assert signed_in(role).get(f"/referrals/{made.pk}/").status_code == 404
    assert signed_in(role).get(f"/papers/referral/{made.pk}/referral_form/").status_code == 404
    assert "Sabha general hospital" not in html(signed_in(role), "case", fatima.ref)


def test_a_wish_for_protection_fills_the_form_to_unhcr_by_itself(house: Any, signed_in: Any) -> None:
    hodan = case(given="Hodan", nationality="SOM")
    raise_asylum_concern(act_as(WORKER), hodan, "conversation", priority="emergency", referral_consent=True)
    page = html(signed_in(LEAD), "refer", hodan.ref)
    assert 'value="UNHCR"' in page
    told = TOLD | {"to": "UNHCR", "service": "asylum", "data_class": "D8", "reason": "Fears return"}
    send(signed_in(LEAD), "refer", hodan.ref, **told, shares=["identity", "needs"])
    with acting(HOUSE):
        made = Referral.objects.get()
    assert (made.due, made.data_class) == (in_days(1), "D8")
    assert "International protection" in text(form_of(signed_in(LEAD), made))
    assert signed_in(Role.CONSULAR_OFFICER).get(f"/referrals/{made.pk}/").status_code == 404
    assert "International protection" not in html(signed_in(Role.VHR_CASEWORKER), "case", hodan.ref)


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_the_form_is_set_in_every_language(fatima: Case, signed_in: Any, language: str) -> None:
    send(signed_in(HUDA), "refer", fatima.ref, **TOLD, shares=["identity", "contact", "needs", "health"])
    with acting(HOUSE):
        made = Referral.objects.get()
    assert fatima.ref in text(form_of(signed_in(HUDA), made, language))
