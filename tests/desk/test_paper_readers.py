"""What stands on a paper for whom: each reader's own columns, and nothing they may not see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from darb.assistance.partner_actions import keep_agreement
from darb.cases.actions import meet_conditions
from darb.cases.models import VisaBatch
from darb.desk.paper_pages import DRAWN
from darb.desk.paper_words import Asked
from darb.events.actions import open_session
from darb.movements.actions import book, lock
from darb.movements.reading import Booking
from darb.programmes.voluntary_return_papers import PAPERS
from darb.rules.paper import About
from darb.rules.roles import Role
from darb.trust.actions import grant, open_account
from darb.trust.context import acting
from darb.trust.models import Account, ActionLog
from darb.trust.powers import DataClass
from darb.trust.queries import HOUSE, actor_for
from tests.cast import NOON, STAFF, TODAY, VHR, act_as, actor, told
from tests.desk.printing import (
    CONSULAR,
    OFFICER,
    SOON,
    asked_for,
    copy,
    distributed,
    handed,
    landed,
    locked,
    looked_after,
)
from tests.desk.reading import text
from tests.events.cast import called, held
from tests.travellers import flight, ready

pytestmark = pytest.mark.usefixtures("noon")


def test_a_carrier_gets_eight_columns_and_no_label_of_health_or_protection(signed_in: Any) -> None:
    people = ready(2, at=NOON, conditions=["wheelchair"])
    made = flight(day=SOON.date(), at=NOON)
    meet_conditions(act_as(), [(c, "R9", "wheelchair") for c in people])
    book(act_as(OFFICER), made, [Booking(c) for c in people])
    lock(act_as(OFFICER), made)
    answer = copy(signed_in(OFFICER), "flight", made.ref, "manifest_airline")
    sheet = DRAWN["manifest_airline"](Asked(actor(OFFICER), made.ref, TODAY))
    labels = [c.label for c in sheet.columns]
    assert labels == ["No.", "Name", "Sex", "Born", "Nationality", "Document", "To", "Service"]
    said = text(answer)
    assert said.count("WCHR") == 3
    for word in ("FTT", "requirements", "Tripoli town", "cleared", people[0].ref, people[0].person.ref):
        assert word not in said


def test_a_receiving_mission_gets_its_own_and_nobody_elses(signed_in: Any) -> None:
    mali = ready([told("Moussa", family="Traore", site="TOWN-TRIPOLI")], at=NOON)
    gambia = ready([told("Lamin", family="Ceesay", nationality="GMB", site="TOWN-TRIPOLI")], at=NOON)
    made = locked([*mali, *gambia], route=("MJI", "BKO", "BJL"))
    said = text(copy(signed_in(OFFICER), "flight", made.ref, "manifest_mission", mission="GMB"))
    assert "Ceesay" in said and "Traore" not in said
    assert handed().persons == [gambia[0].person_id]
    assert handed().detail["of"] == "GMB"


def test_the_medical_manifest_is_for_physicians_and_names_those_with_needs_alone(signed_in: Any) -> None:
    needing = ready([told("Aminata", family="Diallo", sex="F", site="TOWN-TRIPOLI")], at=NOON, conditions=["oxygen"])
    meet_conditions(act_as(), [(needing[0], "R9", "oxygen")])
    made = locked([*needing, *ready(2, at=NOON)])
    said = text(copy(signed_in(Role.PHYSICIAN), "flight", made.ref, "manifest_medical"))
    assert "Diallo" in said and "Oxygen" in said
    assert "Keita" not in said
    assert "On the manifest without any need known to us: 2" in said
    assert "LP0" not in said
    assert copy(signed_in(OFFICER), "flight", made.ref, "manifest_medical").status_code == 404


def test_nobody_prints_a_column_that_they_may_not_see(house: Any) -> None:
    event = open_session(act_as(CONSULAR), called(1)[0])
    people = ready(2, at=NOON, nationality="NER")
    made = landed(people, route=("MJI", "NIM"), escort="Nurse Samira")
    refs = {
        About.REFERRAL: str(looked_after(people[0]).pk),
        About.CASE: people[0].ref,
        About.PROGRAMME: VHR,
        About.SESSION: event.ref,
        About.VISA_BATCH: VisaBatch.objects.latest("pk").ref,
        About.FLIGHT: made.ref,
        About.OUTREACH: held().ref,
        About.CALLS: "today",
        About.RELEASE: asked_for().ref,
        About.DISTRIBUTION: distributed(people).ref,
    }
    # The columns of what goes to an embassy are the called list's; those in its custody are in test_paper_custody.
    columns = {
        paper: DRAWN[paper.code](Asked(HOUSE, refs[paper.about], TODAY, mission="NER", at=NOON)).columns
        for paper in PAPERS.values()
        if paper.about != About.EMBASSY and paper.code != "handover_packet"
    }
    assert sum(bool(c.shows) for of_one in columns.values() for c in of_one) > 20
    unseen = [
        (paper.code, role, c.label)
        for paper, of_one in columns.items()
        for role in paper.printed_by
        for who in [actor_for(Account.objects.get(username=STAFF[role]))]
        for c in of_one
        if c.shows and not who.sees(DataClass(c.shows), c.sight)
    ]
    assert unseen == []


def test_half_a_manifest_is_refused(signed_in: Any) -> None:
    here = ready([told("Moussa", family="Traore", site="TOWN-TRIPOLI")], at=NOON)
    there = ready([told("Lamin", family="Camara", site="TOWN-BRAK")], at=NOON)
    made = locked([*here, *there])
    open_account(act_as(), "one-site", "Of one site", "a path home for all")
    grant(act_as(), "one-site", [OFFICER], site="TOWN-TRIPOLI")
    narrow = Client()
    account = Account.objects.get(username="one-site")
    narrow.force_login(account)
    answer = copy(narrow, "flight", made.ref, "manifest_airline")
    assert answer.status_code == 422
    assert "People on this manifest whom you don" in answer.text
    with acting(HOUSE):
        assert not ActionLog.objects.filter(action="trust.hand_out").exists()


def test_a_waybill_names_the_load_and_the_agreement_and_nobody_who_is_helped(signed_in: Any) -> None:
    keep_agreement(act_as(Role.PROGRAMME_MANAGER), "Al-Amal Society", TODAY, TODAY + timedelta(days=90), "2019/7")
    people = ready(2, at=NOON)
    made = distributed(people, "Al-Amal Society")
    said = text(copy(signed_in(Role.DISTRIBUTION_LEAD), "distribution", made.ref, "waybill"))
    assert "Al-Amal Society" in said and "2019/7" in said and made.ref in said
    assert not any(word in said for c in people for word in (c.person.name, c.person.ref))
    sheet = text(copy(signed_in(Role.DISTRIBUTION_LEAD), "distribution", made.ref, "issue_sheet"))
    assert all(c.person.ref in sheet for c in people) and set(handed().persons) == {c.person_id for c in people}
    refused = signed_in(Role.PROGRAMME_MANAGER).get(f"/papers/distribution/{made.ref}/issue_sheet/")
    assert refused.status_code == 404
