"""Papers, read as PDF: what stands on them and what doesn't, who may hand them out, and what is written down."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import translation
from pypdf import PdfReader

from darb.assistance.distribution_actions import list_families, plan_distribution
from darb.assistance.models import Distribution
from darb.assistance.partner_actions import keep_agreement
from darb.care.actions import Outcome, examine
from darb.cases.actions import Ruled, Spoken, give_verdicts, meet_conditions
from darb.cases.assessment_actions import Assessed, assess
from darb.cases.asylum_actions import raise_asylum_concern
from darb.cases.homecoming_actions import Home, tell_home
from darb.cases.models import Case, Referral, ReleaseRequest, VisaBatch
from darb.cases.referral_actions import Referred, refer
from darb.cases.release_actions import Decision, answer_release, request_release
from darb.cases.screening_actions import screen
from darb.cases.visa_actions import set_form
from darb.demo.portraits import portrait
from darb.desk.paper_choice import papers_for
from darb.desk.paper_pages import DRAWN
from darb.desk.paper_words import Asked
from darb.events.actions import close, open_session
from darb.events.consular_actions import Heard, record_outcomes
from darb.events.embassy_actions import request_documents
from darb.movements.actions import book, lock, unbook
from darb.movements.arranging_actions import plan_reception
from darb.movements.boarding_actions import Checked, board, check_boarding, clear_to_board, reconcile
from darb.movements.flight_actions import depart, land
from darb.movements.models import Flight, Seat
from darb.movements.reading import Booking
from darb.movements.transfer_actions import Call as Stop
from darb.movements.transfer_actions import plan_transfer
from darb.people.actions import take_photos
from darb.people.models import Person
from darb.places.models import MissionOfOrigin, Site
from darb.programmes.voluntary_return_codes import CONSENT_PURPOSES
from darb.programmes.voluntary_return_papers import DECLARED, INFORMATION, OF_A_MISSION, PAPERS
from darb.rules.paper import About
from darb.rules.roles import Role
from darb.trust.actions import grant, open_account
from darb.trust.context import acting
from darb.trust.models import Account, ActionLog
from darb.trust.powers import DataClass
from darb.trust.queries import HOUSE, actor_for
from tests.cast import NOON, STAFF, TODAY, VHR, act_as, actor, case, told
from tests.desk.reading import pages, text
from tests.events.cast import called, held
from tests.travellers import born, flight, ready

OFFICER, CONSULAR, VISAS, CLERK = (
    Role.MOVEMENT_OFFICER,
    Role.CONSULAR_OFFICER,
    Role.EXIT_VISA_OFFICER,
    Role.REGISTRATION_CLERK,
)
CHECKS = ("B1", "B2", "B3", "B4", "B5", "B6", "B7")
SOON = NOON + timedelta(days=2)
HOSTILE = '#eval("x") *_$@<>`'

pytestmark = pytest.mark.usefixtures("noon")


def copy(client: Client, about: str, ref: str, code: str, **data: Any) -> Any:
    """Ask for one copy of a paper, in English and for the station unless said otherwise."""
    data = {"key": str(uuid4()), "language": "en", "recipient": "Station of Mitiga"} | data
    return client.post(f"/papers/{about}/{ref}/{code}/", data)


def locked(cases: list[Case], *, escort: str = "", **more: Any) -> Flight:
    """A flight the day after tomorrow with these people on it, its manifest locked."""
    made = flight(**{"day": SOON.date(), "at": NOON, **more})
    book(act_as(OFFICER), made, [Booking(c, escort=escort) for c in cases])
    lock(act_as(OFFICER), made)
    made.refresh_from_db()
    return made


def landed(cases: list[Case], **more: Any) -> Flight:
    """The same, landed."""
    made = clear_to_board(act_as(OFFICER), locked(cases, **more))
    seats = list(Seat.objects.filter(flight=made, removed_in=None).values_list("pk", flat=True))
    check_boarding(act_as(), made, [Checked(s, c) for s in seats for c in CHECKS])
    board(act_as(OFFICER), made, seats)
    depart(act_as(OFFICER), made)
    land(act_as(OFFICER), made, 1)
    made.refresh_from_db()
    return made


def handed() -> ActionLog:
    """The newest line of the log about a copy."""
    return ActionLog.objects.filter(action="trust.hand_out").latest("pk")


def asked_for() -> ReleaseRequest:
    """A request for two people of Tariq al-Sikka, approved."""
    held = ready(2, at=NOON, site="DC-TARIQ-SIKKA")
    liaison = act_as(Role.DC_LIAISON)
    request = request_release(liaison, held, Site.objects.get(code="DC-TARIQ-SIKKA"), "court", "DCIM")
    decisions = [Decision(line.pk, True) for line in request.lines.all()]
    return answer_release(act_as(Role.DC_LIAISON), request, decisions, approved_by="Col. Ahmed", list_number="17")


def looked_after(of: Case) -> Referral:
    """Examined, screened, assessed, and referred to somebody who can help."""
    examine(act_as(Role.PHYSICIAN), of, {"medicines": "Insulin"}, Outcome("FTT-2", conditions=["medicine"]))
    lead = act_as(Role.PROTECTION_LEAD)
    screen(lead, Spoken(of, "screening", "fra", {"ill": True, "over_60": False}), "needs_here")
    told = Assessed("low", ["no_means"], "Alone in the town", "A place in the shelter", "return")
    assess(act_as(Role.PROTECTION_LEAD), Spoken(of, "full_assessment", "fra"), told)
    asked = Referred("Hospital", "health", "normal", "Insulin", "D4", ["identity", "health"], "signature")
    return refer(act_as(Role.PHYSICIAN), of, asked)


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


def distributed(people: list[Case], partner: str = "") -> Distribution:
    """Kits for these people, by a partner or by us, that the truck isn't loaded with yet."""
    lead, site = act_as(Role.DISTRIBUTION_LEAD), Site.objects.get(code="DC-TARIQ-SIKKA")
    made = plan_distribution(lead, site, TODAY, "household_kit", partner=partner)
    list_families(act_as(Role.DISTRIBUTION_LEAD), made, [c.person_id for c in people])
    return made


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


# Each reader's own columns ---------------------------------------------------------------------------


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


# Each paper ------------------------------------------------------------------------------------------


def test_the_slip_carries_the_case_and_the_hotline_and_not_the_place(signed_in: Any, settings: Any) -> None:
    settings.HOTLINE = "091 000 1234"
    made = case(given="Ibrahim", site="DC-TARIQ-SIKKA")
    said = text(copy(signed_in(CLERK), "case", made.ref, "registration_slip"))
    assert made.ref in said and "091 000 1234" in said and "Ibrahim" in said
    for word in ("Tariq", "Sikka", "detention", "Mali"):
        assert word not in said
    assert handed().detail["recipient"] == "The person concerned"


def test_the_information_sheet_tells_all_seven_things_and_names_nobody(signed_in: Any) -> None:
    said = text(copy(signed_in(Role.OUTREACH_OFFICER), "programme", VHR, "information_sheet"))
    for title, told_so in INFORMATION:
        assert title in said
        assert " ".join(told_so.split()) in said
    assert handed().persons == []


def test_a_number_to_call_isnt_turned_round_between_arabic_words(signed_in: Any, settings: Any) -> None:
    settings.HOTLINE = "091 000 1234"
    for code in ("information_sheet", "hotline_card"):
        said = text(copy(signed_in(Role.OUTREACH_OFFICER), "programme", VHR, code, language="ar"))
        assert "091 000 1234" in said and "1234 000 091" not in said


def test_the_declaration_holds_what_is_declared_and_ticks_what_was_agreed(signed_in: Any) -> None:
    made = ready(1, at=NOON, shares_with_mission=False)[0]
    said = text(copy(signed_in(Role.VHR_CASEWORKER), "case", made.ref, "declaration"))
    for sentence in DECLARED:
        assert " ".join(sentence.split()) in said
    assert said.count("×") == len(CONSENT_PURPOSES) - 1
    assert "Thumbprint" in said and "Signature or thumbprint of the person" in said


def test_the_called_list_leaves_out_who_may_no_longer_be_named(signed_in: Any) -> None:
    event, people = called(3)
    Person.objects.filter(pk=people[0].person_id).update(name="Fatou Jallow")
    raise_asylum_concern(act_as(Role.PROTECTION_CASEWORKER), people[1], "counselling")
    answer = copy(signed_in(CONSULAR), "session", event.ref, "called_list")
    assert set(handed().persons) == {people[0].person_id, people[2].person_id}
    said = text(answer)
    for hidden in (people[0].ref, "Sabha", "detention", "asylum"):
        assert hidden not in said


def test_biodata_sheets_carry_photographs_and_do_without_one_that_cant_be_read(signed_in: Any) -> None:
    event, people = called(2)
    take_photos(act_as(), [(people[0].person, portrait(random.Random(7))), (people[1].person, b"\xff\xd8\xff\xe0no")])
    answer = copy(signed_in(CONSULAR), "session", event.ref, "biodata_sheets")
    assert text(answer).count("no photograph") == 1
    assert len(handed().persons) == 2


def test_an_embassy_that_takes_no_photographs_gets_none(signed_in: Any) -> None:
    event, _people = called(1)
    MissionOfOrigin.objects.filter(pk="GMB").update(accepts_photo_lists=False)
    answer = copy(signed_in(CONSULAR), "session", event.ref, "biodata_sheets")
    assert answer["Content-Type"].startswith("text/html")
    assert "takes no lists with photographs" in answer.text
    assert "Called list" in text(copy(signed_in(CONSULAR), "session", event.ref, "called_list"))


def test_the_note_asks_an_embassy_for_what_it_was_asked_for(signed_in: Any) -> None:
    event, people = called(2)
    open_session(act_as(CONSULAR), event)
    record_outcomes(act_as(CONSULAR), event, [Heard(x.pk, "confirmed") for x in event.lines.all()])
    close(act_as(CONSULAR), event)
    client = signed_in(CONSULAR)
    nobody = copy(client, "embassy", "GMB", "note_verbale")
    assert nobody.status_code == 422 and "isn&#x27;t asked for any document now" in nobody.text
    request_documents(act_as(CONSULAR), "GMB", people)
    said = text(copy(client, "embassy", "GMB", "note_verbale"))
    assert "presents its compliments" in said and "Gambia" in said
    assert set(handed().persons) == {c.person_id for c in people}


def test_exit_visa_forms_are_arabic_one_page_each_and_the_letter_lists_everyone(signed_in: Any) -> None:
    set_form(act_as(VISAS), "P-14/2019", NOON.date())
    ready(3, at=NOON)
    batch, client = VisaBatch.objects.latest("pk"), signed_in(VISAS)
    forms = copy(client, "visas", batch.ref, "visa_forms", language="ar")
    assert len(pages(forms)) == 3 and "P-14/2019" in text(forms)
    assert copy(client, "visas", batch.ref, "visa_forms", language="en").status_code == 422
    letter = text(copy(client, "visas", batch.ref, "visa_letter"))
    assert letter.count("LP0") == 3 and "Form P-14/2019" in letter
    assert "hands in 3 applications" in letter and "Passports and Nationality" in letter


def test_the_boarding_list_has_a_box_for_each_check_and_crosses_those_passed(signed_in: Any) -> None:
    people = ready(2, at=NOON)
    made = clear_to_board(act_as(OFFICER), locked(people))
    seat = Seat.objects.get(case=people[0])
    check_boarding(act_as(), made, [Checked(seat.pk, "B1"), Checked(seat.pk, "B3")])
    said = text(copy(signed_in(OFFICER), "flight", made.ref, "boarding_list"))
    assert said.count("×") == 2
    assert people[0].ref in said


def test_the_bus_list_says_whom_to_fetch_where_and_leaves_room_for_the_counts(signed_in: Any) -> None:
    town = ready([told("Moussa", family="Traore", site="TOWN-TRIPOLI")], at=NOON)
    brak = ready([told("Lamin", family="Camara", site="TOWN-BRAK")], at=NOON)
    made = locked([*town, *brak])
    stops = [
        Site.objects.get(code="TOWN-BRAK"),
        Site.objects.get(code="TOWN-TRIPOLI"),
        Site.objects.get(code="AIR-MJI"),
    ]
    calls = [Stop(site, SOON - timedelta(hours=9 - n)) for n, site in enumerate(stops)]
    plan_transfer(act_as(Role.TRANSPORT_OFFICER), made, calls, kind="bus", vehicle="5-12345", driver="Salem", places=40)
    said = text(copy(signed_in(Role.TRANSPORT_OFFICER), "flight", made.ref, "bus_list"))
    assert "5-12345" in said and "Salem" in said
    for site, name in ((stops[0], "Camara"), (stops[1], "Traore")):
        assert re.search(rf"{re.escape(site.name_en)}: 1 .*?{name}", said)
    assert "LP0" not in said
    assert signed_in(Role.PHYSICIAN).get(f"/papers/flight/{made.ref}/bus_list/").status_code == 404


def test_the_captain_reads_who_needs_help_and_never_why(signed_in: Any) -> None:
    ill, other = ready(2, at=NOON)
    made = flight(day=SOON.date(), at=NOON)
    book(act_as(OFFICER), made, [Booking(ill, services=["WCHC", "MEDA"]), Booking(other)])
    lock(act_as(OFFICER), made)
    said = text(copy(signed_in(OFFICER), "flight", made.ref, "captain_list", recipient="Captain"))
    assert "Wheelchair to the cabin seat, Medical case" in said and "Need help aboard 1" in said
    assert said.count("Keita") == 1 and "FTT" not in said and "LP0" not in said


def test_the_seat_list_puts_families_one_after_the_other_and_infants_on_their_laps(signed_in: Any) -> None:
    people = ready(
        [
            told("Mariam", sex="F", born=born(28), site="TOWN-TRIPOLI"),
            told("Awa", sex="F", born=born(0.5), site="TOWN-TRIPOLI"),
            told("Bakary", site="TOWN-TRIPOLI"),
        ],
        at=NOON,
        families=[[(0, "head"), (1, "daughter")]],
    )
    said = text(copy(signed_in(OFFICER), "flight", locked(people).ref, "seat_list"))
    assert re.search(r"Mariam.*lap Awa", said), said


def test_each_escort_has_a_letter_of_their_own_with_those_they_accompany(signed_in: Any) -> None:
    one, other, alone = ready(3, at=NOON)
    made = flight(day=SOON.date(), at=NOON)
    bookings = [Booking(one, escort="Nurse Samira"), Booking(other, escort="Dr Huda"), Booking(alone)]
    book(act_as(OFFICER), made, bookings)
    lock(act_as(OFFICER), made)
    letters = pages(copy(signed_in(OFFICER), "flight", made.ref, "escort_letters"))
    assert len(letters) == 2
    assert "Dr Huda accompanies" in " ".join(letters[0].split()) and "Nurse Samira" in " ".join(letters[1].split())
    nobody = copy(signed_in(OFFICER), "flight", locked(ready(1, at=NOON), code="DB 7").ref, "escort_letters")
    assert nobody.status_code == 422 and "named escort" in nobody.text


def test_a_landing_is_confirmed_with_how_many_got_off_where(signed_in: Any) -> None:
    people = ready(3, at=NOON, nationality="NER")
    early = copy(signed_in(OFFICER), "flight", locked(people[:1], route=("MJI", "NIM")).ref, "landing_confirmation")
    assert early.status_code == 422
    made = landed(people[1:], route=("MJI", "NIM"), code="DB 9")
    said = text(copy(signed_in(OFFICER), "flight", made.ref, "landing_confirmation"))
    assert "Left with 2" in said and re.search(r"NIM Niamey 6 May 2019 12:00 2", said), said


def test_the_reconciliation_adds_up_on_paper(signed_in: Any) -> None:
    people = ready(3, at=NOON, nationality="NER")
    made, client = locked(people, route=("MJI", "NIM")), signed_in(OFFICER)
    early = copy(client, "flight", made.ref, "reconciliation")
    assert early.status_code == 422
    unbook(act_as(OFFICER), made, [Seat.objects.get(case=people[0]).pk], "fever", "med_offloaded")
    clear_to_board(act_as(OFFICER), made)
    seats = list(Seat.objects.filter(flight=made, removed_in=None).values_list("pk", flat=True))
    check_boarding(act_as(), made, [Checked(s, c) for s in seats for c in CHECKS])
    board(act_as(OFFICER), made, seats)
    depart(act_as(OFFICER), made)
    land(act_as(OFFICER), made, 1)
    reconcile(act_as(OFFICER), made)
    said = text(copy(client, "flight", made.ref, "reconciliation"))
    assert "It adds up: everyone has one outcome." in said
    assert said.count("Boarded") == 3 and said.count("Offloaded on medical grounds") == 2


def test_a_handover_packet_tells_needs_only_of_those_who_agreed(signed_in: Any) -> None:
    agreed = ready([told("Aminata", family="Diallo", nationality="NER", site="TOWN-TRIPOLI")], at=NOON)
    silent = ready(
        [told("Moussa", family="Traore", nationality="NER", site="TOWN-TRIPOLI")], at=NOON, shares_with_mission=False
    )
    give_verdicts(act_as(), [Ruled(c, "R9", "FTT-2", conditions=["medicine"]) for c in (*agreed, *silent)])
    meet_conditions(act_as(), [(c, "R9", "medicine") for c in (*agreed, *silent)])
    for who in (*agreed, *silent):
        tell_home(act_as(CLERK), who, Home("Dosso, by the well", "Hadiza", "mother", "+227 90 12 34 56", False))
    made = landed([*agreed, *silent], route=("MJI", "NIM"))
    answer = copy(signed_in(Role.RECEIVING_MISSION_OFFICER), "flight", made.ref, "handover_packet", mission="NER")
    sides = {side.count("Diallo"): " ".join(side.split()) for side in pages(answer)}
    assert "Medicine for the journey" in sides[1]
    assert "Medicine for the journey" not in sides[0]
    assert "Dosso, by the well" in sides[1] and "Hadiza, Mother" in sides[1] and "Dosso" not in sides[0]
    assert "90123456" not in sides[1], "nobody agreed that the mother is called"
    assert "didn't agree" in sides[0] or "didn’t agree" in sides[0]
    assert set(handed().persons) == {c.person_id for c in (*agreed, *silent)}


def test_a_child_whose_age_is_about_known_is_told_so(signed_in: Any) -> None:
    child = ready(
        [
            told("Mariam", sex="F", born=born(28), site="TOWN-TRIPOLI"),
            told("Awa", sex="F", born=date(2018, 1, 1), birth_precision="estimated", site="TOWN-TRIPOLI"),
        ],
        families=[[(0, "head"), (1, "daughter")]],
        at=NOON,
    )
    said = text(copy(signed_in(OFFICER), "flight", locked(child).ref, "manifest_mission", mission="MLI"))
    assert "~ 2018" in said and "Mariam" in said


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
