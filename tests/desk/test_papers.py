"""Papers, read as PDF: what stands on them and what doesn't, who may hand them out, and what is written down."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation
from pypdf import PdfReader

from darb.cases.models import VisaBatch
from darb.desk.paper_choice import papers_for
from darb.desk.paper_pages import DRAWN
from darb.events.actions import open_session
from darb.movements.actions import unbook
from darb.movements.arranging_actions import plan_reception
from darb.movements.boarding_actions import reconcile
from darb.movements.models import Seat
from darb.people.models import Person
from darb.programmes.voluntary_return_papers import OF_A_MISSION, PAPERS
from darb.rules.paper import About
from darb.rules.roles import Role
from darb.trust.models import Account, ActionLog
from tests.cast import NOON, STAFF, VHR, act_as, actor, case, told
from tests.desk.printing import (
    CLERK,
    CONSULAR,
    OFFICER,
    VISAS,
    asked_for,
    copy,
    distributed,
    handed,
    landed,
    locked,
    looked_after,
)
from tests.desk.reading import pages, text
from tests.events.cast import called, held
from tests.travellers import ready

HOSTILE = '#eval("x") *_$@<>`'

pytestmark = pytest.mark.usefixtures("noon")


# A copy and its record -------------------------------------------------------------------------------


def test_every_copy_is_written_down_with_its_number_its_reader_and_the_fingerprint_of_the_file(signed_in: Any) -> None:
    people = ready(2, at=NOON)
    made = locked(people)
    answer = copy(signed_in(OFFICER), "flight", made.ref, "manifest_airline", recipient="Buraq, station Mitiga")
    deed = handed()
    assert deed.detail["sha256"] == sha256(answer.content).hexdigest()
    assert deed.subject == made.ref
    assert set(deed.persons) == {c.person_id for c in people}
    assert (deed.detail["recipient"], deed.detail["version"], deed.detail["language"]) == (
        "Buraq, station Mitiga",
        1,
        "en",
    )
    said = text(answer)
    assert f"Copy {deed.detail['copy']} for Buraq, station Mitiga" in said
    assert f"Printed 6 May 2019 12:00 by {Account.objects.get(username=STAFF[OFFICER]).name}" in said


def test_asked_again_it_is_another_copy_that_says_the_same(signed_in: Any) -> None:
    made, client = locked(ready(2, at=NOON)), signed_in(OFFICER)
    first = copy(client, "flight", made.ref, "manifest_authorities")
    one = handed().detail
    second = copy(client, "flight", made.ref, "manifest_authorities", recipient="Passports, Mitiga")
    other = handed().detail
    assert one["copy"] != other["copy"] and one["sha256"] != other["sha256"]
    assert one["says"] == other["says"]
    assert first.content != second.content
    page = client.get(f"/papers/flight/{made.ref}/").text
    assert one["copy"] in page and other["copy"] in page and "Passports, Mitiga" in page


def test_a_version_says_the_same_after_the_manifest_went_on(signed_in: Any) -> None:
    people = ready(3, at=NOON)
    made, client = locked(people), signed_in(OFFICER)
    copy(client, "flight", made.ref, "manifest_airline")
    before = handed().detail["says"]
    seat = Seat.objects.get(case=people[0])
    unbook(act_as(OFFICER), made, [seat.pk], "fever", "med_offloaded")
    copy(client, "flight", made.ref, "manifest_airline", version=1)
    assert handed().detail["says"] == before
    newest = text(copy(client, "flight", made.ref, "manifest_airline", version=2))
    assert "Version 2" in newest
    assert "Changed since version 1" in newest and "fever" not in newest
    assert handed().detail["says"] != before
    assert len(handed().persons) == 2


def test_who_has_an_older_version_is_shown_until_they_have_the_new_one(signed_in: Any) -> None:
    people, client = ready(3, at=NOON), signed_in(OFFICER)
    made = locked(people)
    copy(client, "flight", made.ref, "manifest_airline", recipient="Buraq")
    copy(client, "flight", made.ref, "manifest_authorities", recipient="Passports")
    assert "has an older version" not in client.get(f"/papers/flight/{made.ref}/").text
    unbook(act_as(OFFICER), made, [Seat.objects.get(case=people[0]).pk], "fever", "med_offloaded")
    page = client.get(f"/papers/flight/{made.ref}/").text
    assert page.count("has an older version") == 2 and "2 recipients still have an older version" in page
    again = client.get(f"/papers/flight/{made.ref}/manifest_airline/?recipient=Buraq")
    assert 'value="Buraq"' in again.text
    copy(client, "flight", made.ref, "manifest_airline", recipient="Buraq")
    assert "1 recipient still has an older version" in client.get(f"/papers/flight/{made.ref}/").text


def test_who_missed_a_version_reads_what_changed_since_the_one_they_have(signed_in: Any) -> None:
    names = [("Amadou", "MLI"), ("Bakary", "GMB"), ("Cheick", "MLI"), ("Demba", "GMB")]
    told_as = [told(name, nationality=country, site="TOWN-TRIPOLI") for name, country in names]
    people, client = ready(told_as, at=NOON), signed_in(OFFICER)
    made = locked(people, route=("MJI", "BKO", "BJL"))
    for of in ("MLI", "GMB"):
        copy(client, "flight", made.ref, "manifest_mission", mission=of, recipient=of)
    copy(client, "flight", made.ref, "manifest_authorities", recipient="Passports")
    for off in people[1::2]:
        unbook(act_as(OFFICER), made, [Seat.objects.get(case=off).pk], "fever", "med_offloaded")
    plan_reception(act_as(OFFICER), made, "BKO", "IOM Bamako, Mr Keita")
    authorities = text(copy(client, "flight", made.ref, "manifest_authorities", recipient="PASSPORTS"))
    assert "Changed since version 1" in authorities
    assert "Bakary" in authorities and "Demba" in authorities
    others = text(copy(client, "flight", made.ref, "manifest_authorities", recipient="Customs"))
    assert "Changed since version 2" in others and "Bakary" not in others and "Demba" in others
    bamako = text(copy(client, "flight", made.ref, "manifest_mission", mission="MLI", recipient="MLI"))
    assert "Changed since" not in bamako and "Bakary" not in bamako, "nothing of its own people changed"
    assert "Mr Keita" in bamako
    banjul = text(copy(client, "flight", made.ref, "manifest_mission", mission="GMB", recipient="GMB"))
    assert "People on this list 0" in banjul and "Bakary" in banjul and "Demba" in banjul and "Amadou" not in banjul


def test_a_second_click_makes_no_second_copy(signed_in: Any) -> None:
    made, client, key = locked(ready(1, at=NOON)), signed_in(OFFICER), str(uuid4())
    copy(client, "flight", made.ref, "manifest_airline", key=key)
    again = copy(client, "flight", made.ref, "manifest_airline", key=key)
    assert again.status_code == 302
    assert ActionLog.objects.filter(action="trust.hand_out").count() == 1


def test_a_copy_for_nobody_is_refused_beside_its_field(signed_in: Any) -> None:
    made = locked(ready(1, at=NOON))
    answer = copy(signed_in(OFFICER), "flight", made.ref, "manifest_airline", recipient=" ")
    assert answer.status_code == 422
    assert not ActionLog.objects.filter(action="trust.hand_out").exists()


@pytest.mark.parametrize("code", sorted(PAPERS))
def test_whoever_isnt_named_for_a_paper_cant_hand_it_out(signed_in: Any, code: str) -> None:
    paper, made = PAPERS[code], case()
    others = [
        r
        for r in (CLERK, CONSULAR, VISAS, OFFICER, Role.PHYSICIAN, Role.WAREHOUSE_OFFICER)
        if r not in paper.printed_by
    ]
    for role in others:
        assert code not in [p.code for p in papers_for(actor(role), paper.about)]
        answer = copy(signed_in(role), paper.about, made.ref, code)
        assert answer.status_code in (403, 404)
    assert not ActionLog.objects.filter(action="trust.hand_out").exists()


def test_every_paper_that_is_declared_is_drawn_and_the_other_way_round() -> None:
    assert set(DRAWN) == set(PAPERS)


# What stands on it -----------------------------------------------------------------------------------


def test_pages_are_numbered_and_the_head_of_the_table_stands_on_each(signed_in: Any) -> None:
    people = [told("Ibrahim", family=f"Keita{n}", site="TOWN-TRIPOLI") for n in range(60)]
    made = locked(ready(people, at=NOON))
    sides = pages(copy(signed_in(OFFICER), "flight", made.ref, "manifest_airline"))
    assert len(sides) > 1
    for n, side in enumerate(sides, 1):
        assert f"Page {n} of {len(sides)}" in " ".join(side.split())
        assert handed().detail["copy"] in side
    assert all("Nationality" in side for side in sides[:-1])


def test_what_people_typed_is_printed_as_they_typed_it(signed_in: Any) -> None:
    names = [HOSTILE, "[b] \\u{41} // $x$", "W" * 60, "Ibrahim \u202eكيتا"]
    people = ready([told(n[:60], father="", family="Keita", site="TOWN-TRIPOLI") for n in names], at=NOON)
    said = text(copy(signed_in(OFFICER), "flight", locked(people).ref, "manifest_airline", recipient=HOSTILE))
    for person in Person.objects.filter(pk__in=[c.person_id for c in people]):
        for word in person.name.replace("\u202e", "").split():
            assert word in said.replace("\u200b", "").replace("W W", "WW") or word.strip("W") == ""
    assert said.replace(" ", "").replace("\u200b", "").count("W" * 60) == 1
    assert f"for {HOSTILE}" in said.replace("\u2068", "").replace("\u2069", "")
    assert "\u202e" not in said


def test_arabic_is_set_from_right_to_left_in_words_that_can_be_found(signed_in: Any) -> None:
    made = locked(ready(2, at=NOON))
    answer = copy(signed_in(OFFICER), "flight", made.ref, "manifest_airline", language="ar")
    said = text(answer)
    with translation.override("ar"):
        assert translation.gettext("Nationality") in said
    reader = PdfReader(BytesIO(answer.content))
    assert reader.trailer["/Root"]["/Lang"].startswith("ar")
    assert "/ViewerPreferences" in reader.trailer["/Root"]
    assert reader.trailer["/Root"]["/ViewerPreferences"]["/Direction"] == "/R2L"


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_every_paper_is_set_in_every_language_that_it_is_written_in(signed_in: Any, language: str) -> None:
    event = open_session(act_as(CONSULAR), called(2)[0])
    people = ready(2, at=NOON, nationality="NER")
    made = landed(people, route=("MJI", "NIM"), escort="Nurse Samira")
    reconcile(act_as(OFFICER), made)
    batch = VisaBatch.objects.latest("pk")
    refs = {
        About.REFERRAL: str(looked_after(people[0]).pk),
        About.CASE: people[0].ref,
        About.PROGRAMME: VHR,
        About.SESSION: event.ref,
        About.VISA_BATCH: batch.ref,
        About.FLIGHT: made.ref,
        About.OUTREACH: held().ref,
        About.CALLS: "today",
        About.RELEASE: asked_for().ref,
        About.DISTRIBUTION: distributed(people).ref,
    }
    for paper in PAPERS.values():
        if paper.about not in refs or language not in paper.languages:
            continue
        more = {"mission": "NER"} if paper.code in OF_A_MISSION else {}
        answer = copy(
            signed_in(paper.printed_by[0]), paper.about, refs[paper.about], paper.code, language=language, **more
        )
        assert answer["Content-Type"] == "application/pdf", (paper.code, answer.text[-3000:])
        assert handed().detail["paper"] == paper.code
        assert PdfReader(BytesIO(answer.content)).trailer["/Root"]["/Lang"].startswith(language)


# The way there -----------------------------------------------------------------------------------------


def test_each_page_leads_to_its_papers_and_only_those_who_hand_them_out(signed_in: Any) -> None:
    event, _people = called(1)
    people = ready(1, at=NOON, nationality="NER")
    made = landed(people, route=("MJI", "NIM"))
    batch = VisaBatch.objects.latest("pk")
    for role, page, about in (
        (CLERK, f"/cases/{people[0].ref}/", f"/papers/case/{people[0].ref}/"),
        (CONSULAR, f"/events/{event.ref}/", f"/papers/session/{event.ref}/"),
        (VISAS, f"/visas/{batch.ref}/", f"/papers/visas/{batch.ref}/"),
        (OFFICER, f"/flights/{made.ref}/", f"/papers/flight/{made.ref}/"),
        (Role.PHYSICIAN, f"/flights/{made.ref}/", f"/papers/flight/{made.ref}/"),
        (Role.RECEIVING_MISSION_OFFICER, "/flights/arrivals/", f"/papers/flight/{made.ref}/"),
    ):
        client = signed_in(role)
        assert f'href="{about}"' in client.get(page).text, role
        assert f'href="{page}"' in client.get(about).text, "and back"
    assert f"/papers/case/{people[0].ref}/" not in signed_in(Role.MHPSS_COUNSELLOR).get(f"/cases/{people[0].ref}/").text
    assert signed_in(Role.WAREHOUSE_OFFICER).get(f"/papers/flight/{made.ref}/").status_code == 404


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_the_pages_of_papers_open_in_every_language(signed_in: Any, language: str) -> None:
    made, client = locked(ready(1, at=NOON)), signed_in(OFFICER)
    copy(client, "flight", made.ref, "manifest_airline")
    client.cookies["django_language"] = language
    for page in ("", "manifest_mission/", "manifest_airline/"):
        answer = client.get(f"/papers/flight/{made.ref}/{page}")
        assert answer.status_code == 200 and f'lang="{language}"' in answer.text
