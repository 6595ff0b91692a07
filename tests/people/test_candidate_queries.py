"""Who may be known already: found in any script and spelling, told with reasons, never past the walls."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from darb.people.actions import add_phone, correct, record_documents, register
from darb.people.candidate_queries import candidates
from darb.people.identity_actions import judge
from darb.people.likeness import Told, layout, packed, unpacked, version
from darb.people.likeness_actions import rekey
from darb.people.models import Document, Likeness, MatchKey
from darb.people.queries import find
from darb.people.registration import ToldName, ToldPhone
from darb.rules.identity import Columns, Record, Verdict, shipped
from darb.rules.roles import Role
from darb.trust.actions import grant, open_account
from darb.trust.models import Account
from darb.trust.queries import actor_for
from tests.cast import NOON, act_as, person, told

BORN = date(1990, 5, 17)
OSMAN = Told("M", BORN, "exact", "SDN", "Nyala", registered=NOON)


def osman(**more):
    """Osman Ibrahim Adam of Nyala, registered in Arabic."""
    about = {"father": "إبراهيم", "family": "آدم", "nationality": "SDN", "born": BORN, "origin_place": "نيالا"}
    return person(given="عثمان", script="A", **{**about, **more})


def test_somebody_registered_in_arabic_is_met_when_told_in_latin_whatever_the_spelling(house):
    known = osman()
    person(given="Awa", sex="F")
    for spelled in ("Osman", "Ousmane", "Othman"):
        best = candidates(house, OSMAN, [ToldName("L", spelled, "Ibrahim", "Adam")])[0]
        assert best.person == known, spelled
        assert best.verdict == Verdict.VERY_LIKELY
        assert {r.side for r in best.reasons} >= {"for"}


def test_before_the_sex_is_told_both_are_looked_for(house):
    known = osman()
    found = candidates(house, Told("", BORN, "exact", "SDN"), [ToldName("L", "Osman", "Ibrahim", "Adam")])
    assert [c.person for c in found] == [known]


def test_a_phone_or_document_alone_finds_its_owner_even_when_added_later(house):
    known = osman()
    add_phone(act_as(), known, ToldPhone("+218 91 234 5678"))
    record_documents(
        act_as(), [Document(person=known, kind="passport", country="SDN", number="P0045821", state="held")]
    )
    assert candidates(house, Told(phones=["0912345678"]), [])[0].person == known
    assert candidates(house, Told(documents=["P 004 5821"]), [])[0].person == known


def test_a_corrected_name_finds_as_the_old_one_does(house):
    known = osman()
    correct(act_as(), known, expected=known.version, names=[ToldName("L", "Bashir", "Idris", "Haroun")])
    for name in (ToldName("L", "Bashir", "Idris", "Haroun"), ToldName("L", "Osman", "Ibrahim", "Adam")):
        assert candidates(house, OSMAN, [name])[0].person == known


def test_nobody_is_shown_who_is_out_of_reach(house, seen_by):
    osman(site="DC-ZUWARA")
    open_account(act_as(), "sabha", "Sabha", "a path home for all")
    grant(act_as(), "sabha", [Role.REGISTRATION_CLERK], site="DC-SABHA")
    clerk = actor_for(Account.objects.get(username="sabha"))
    with seen_by(clerk):
        assert candidates(clerk, OSMAN, [ToldName("L", "Osman", "Ibrahim", "Adam")]) == []


def test_of_files_judged_to_be_one_person_one_is_shown(house):
    one, other = osman(), osman(site="DC-ZUWARA")
    assert len(candidates(house, OSMAN, [ToldName("L", "Osman", "Ibrahim", "Adam")])) == 2
    judge(act_as(), one, other, "same")
    assert len(candidates(house, OSMAN, [ToldName("L", "Osman", "Ibrahim", "Adam")])) == 1


def test_it_takes_as_many_statements_for_many_as_for_one(house):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            candidates(house, OSMAN, [ToldName("L", "Osman", "Ibrahim", "Adam")])
        return len(queries)

    osman()
    few = asked()
    for _n in range(30):
        osman()
    assert asked() == few


def test_nothing_told_finds_nobody(house):
    osman()
    assert candidates(house, Told(), []) == []
    assert candidates(house, Told("M", None, "estimated", "SDN"), [ToldName("L", "?!", "")]) == []


def test_packed_records_come_back_as_they_were():
    columns = Columns.of([Record("1", "Osman", "Ibrahim", "Adam", phone="0912345678"), Record("2", "عثمان")], shipped())
    again = unpacked(packed(columns))
    assert all((getattr(again, name) == getattr(columns, name)).all() for name in layout().names)


def test_files_of_another_version_are_made_again_chunk_by_chunk(house):
    people = [osman() for _n in range(5)]
    Likeness.objects.update(version="0.old")
    MatchKey.objects.all().delete()
    assert candidates(house, OSMAN, [ToldName("L", "Osman", "Ibrahim", "Adam")]) == []
    last = rekey(act_as(), 0, 3)
    assert last == people[2].pk
    assert rekey(act_as(), last, 3) is None
    assert set(Likeness.objects.values_list("version", flat=True)) == {version()}
    assert len(candidates(house, OSMAN, [ToldName("L", "Osman", "Ibrahim", "Adam")])) == 5


def test_who_was_registered_in_both_scripts_is_compared_in_the_nearer_one(house):
    both = told(given="Osman", father="Ibrahim", family="Adam", nationality="SDN", born=BORN)
    both = type(both)(**{**both.__dict__, "names": [*both.names, ToldName("A", "عثمان", "إبراهيم", "آدم")]})
    known = register(act_as(), [both])[0]
    for name in (ToldName("L", "Osman", "Ibrahim", "Adam"), ToldName("A", "عثمان", "إبراهيم", "آدم")):
        best = candidates(house, OSMAN, [name])[0]
        assert best.person == known
        assert "given.same_text" in {r.code for r in best.reasons}


def test_search_finds_names_by_sound_in_either_script_after_those_spelled_so(house):
    arabic = osman()
    latin = person(given="Ousmane", father="Ibrahima", family="Adam")
    person(given="Hassan", father="Ibrahim", family="Adam")
    assert find(house, "Ousmane Adam") == [latin, arabic]
    assert set(find(house, "othman")) == {arabic, latin}
    assert find(house, "عثمان") == [arabic, latin]
    assert find(house, "Zubayr") == []


def test_a_name_alone_without_nationality_brings_candidates_in_either_script(house):
    known = osman()
    assert candidates(house, Told(), [ToldName("L", "Osman", "Ibrahim")])[0].person == known
