"""AS-11: Hodan asks to go home, and says "my husband's killers are there"."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from darb.assistance.actions import Given, give
from darb.assistance.models import Item
from darb.cases.models import Case, Task
from darb.rules.roles import Role
from darb.trust.action import Act
from darb.trust.queries import HOUSE
from tests.cast import actor
from tests.journeys.browsing import Somebody
from tests.journeys.test_the_way_home import ANSWERED, EXPLAINED, PURPOSES, meet

HODAN = {"given": "Hodan", "father": "Abdi", "family": "Warsame", "sex": "F", "age": "27", "nationality": "SOM"}


def counselled(**answers: str) -> str:
    """Hodan is registered in Bani Walid and counselled; gives the address of her case."""
    case = meet(**HODAN, site="TOWN-BANI-WALID").url
    page = Somebody("vhr_caseworker").open(case).follow("Record counselling")
    page.send("Save", language="som", **EXPLAINED, **(ANSWERED | answers))
    return case


def test_fear_of_return_hides_her_file_and_stops_every_embassy_step(db, seen_by):
    case = counselled(V4="yes")
    officer = Somebody("consular_officer")
    assert "Hodan Abdi Warsame" not in officer.open("/search/?q=Hodan").links
    assert officer.open(case).status == 404
    for role in ("movement_officer", "exit_visa_officer", "physician", "registration_clerk"):
        assert Somebody(role).open(case).status == 404, role
    page = Somebody("vhr_caseworker").open(case)
    assert "Protection has stopped travel" in page.text
    assert "asylum" not in page.text.lower()
    with seen_by(actor(Role.PROTECTION_LEAD)):
        kinds = set(Task.objects.filter(case__ref=case.split("/")[2]).values_list("kind", flat=True))
        assert {"joint_counselling", "refer_to_unhcr"} <= kinds


def test_found_able_to_return_she_goes_on_and_the_decision_is_on_record(db):
    case = counselled(V4="yes")
    lead = Somebody("protection_lead")
    lead.open(case + "settle/").send("Save", able="yes", record="Seen by UNHCR on Tuesday; wishes to return.")
    assert Somebody("consular_officer").open(case).status == 200
    page = Somebody("consular_officer").open(case)
    assert "UNHCR on Tuesday" not in page.text, "the consular officer sees a case, never that record"


def test_she_is_referred_to_unhcr_with_her_consent_and_within_its_time(db, seen_by):
    case = counselled(V4="yes")
    lead = Somebody("protection_lead")
    page = lead.open(case).follow("Refer to somebody who can help")
    assert page.form("Refer").values["to"] == ["UNHCR"] and page.form("Refer").values["priority"] == ["urgent"]
    without = page.send("Refer", reason="Fears return", shares=["identity", "needs"])
    assert without.status == 422, "without consent nobody is referred"
    made = page.send("Refer", reason="Fears return", shares=["identity", "needs"], consent="signature")
    assert "Agreed to, not sent yet" in made.text
    sent = made.send("Save", state="sent")
    assert "Sent" in sent.text
    with seen_by(HOUSE):
        task = Task.objects.get(kind="refer_to_unhcr", case__ref=case.split("/")[2])
        assert task.done_at and task.due == timezone.localdate(task.raised_at) + timedelta(days=3)
    paper = made.follow("Papers").follow("Make a copy").send("Make the PDF", recipient="UNHCR, Tripoli")
    assert paper.status == 200
    for role in ("consular_officer", "movement_officer", "vhr_caseworker"):
        assert Somebody(role).open(made.url).status == 404, role


def test_found_to_need_protection_her_return_ends_and_other_help_goes_on(db, seen_by):
    case = counselled(V4="yes")
    lead = Somebody("protection_lead")
    lead.open(case + "settle/").send("Save", able="no", record="Needs protection: referred.")
    assert Somebody("consular_officer").open(case).status == 404, "the shield stays"
    with seen_by(HOUSE):
        hodan = Case.objects.get(ref=case.split("/")[2])
        assert hodan.stage == "referred_to_unhcr"
        blanket = Given(hodan.person, Item.PACK, case=hodan)
    amadou = actor(Role.VHR_CASEWORKER)
    with seen_by(amadou):
        assert give(Act(amadou, timezone.localtime()), [blanket]), "other help goes on"
    closed = Somebody("vhr_head").open(case).follow("Close the case").send("Close", code="referred")
    assert "Referred to UNHCR" in closed.text
    with seen_by(HOUSE):
        assert Case.objects.get(pk=hodan.pk).closure_code == "referred"


def test_her_nationality_is_counselled_jointly_before_any_embassy(db):
    case = counselled()
    worker = Somebody("vhr_caseworker")
    page = worker.open(case).follow("Record consents").send("Save", purposes=PURPOSES, form="signature", language="som")
    page.follow("Open the tracks").send("Open the tracks")
    calling = Somebody("consular_officer")
    session = calling.open("/events/new/consular/").send(
        "Plan it",
        mode="office",
        country="SOM",
        site="OFFICE-TIP",
        starts_at=f"{timezone.localtime():%Y-%m-%dT%H:%M}",
    )
    page = session.follow("Call people")
    assert "case" not in {name for form in page.forms for name in form.choices}, "nobody can be chosen"
    assert "Hodan" not in {b[0] for f in page.forms for b in f.buttons}
