"""Opening a sealed record at the desk: the reason, the page of an hour, the review."""

from __future__ import annotations

from typing import Any

import pytest

from darb.care.actions import Outcome, examine
from darb.care.models import Opening
from darb.rules.roles import Role
from darb.trust.context import acting
from darb.trust.queries import HOUSE
from tests.cast import act_as, case
from tests.desk.reading import send
from tests.desk.test_clinic import html

pytestmark = pytest.mark.usefixtures("noon")
HUDA, LEAD, FOCAL = Role.PHYSICIAN, Role.PROTECTION_LEAD, Role.DATA_PROTECTION_FOCAL_POINT
WHY = "She collapsed at the gate: which medicine does she take?"


def test_from_the_case_to_the_finding_and_on_to_the_review(house: Any, signed_in: Any) -> None:
    aicha = case(given="Aïcha", sex="F")
    examine(act_as(HUDA), aicha, {"medicines": "Insulin twice a day"}, Outcome("FTT-1"))
    lead, focal = signed_in(LEAD), signed_in(FOCAL)
    assert "Emergency: open the sealed record" in html(lead, "case", aicha.ref)
    assert "Emergency" not in html(signed_in(Role.VHR_CASEWORKER), "case", aicha.ref)
    refused = send(lead, "open_sealed", aicha.ref, reason="urgent")
    assert refused.status_code == 422 and "who is in danger" in refused.content.decode()
    shown = send(lead, "open_sealed", aicha.ref, reason=WHY)
    page = lead.get(shown.url)
    assert "Insulin twice a day" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert focal.get(shown.url).status_code == 404
    with acting(HOUSE):
        made = Opening.objects.get()
    assert WHY in html(focal, "openings")
    assert lead.get("/openings/").status_code == 404
    send(focal, "review_opening", made.pk, justified="yes", review="She was unconscious")
    assert "was right" in html(focal, "openings")
