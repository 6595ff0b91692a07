"""Passenger lists in UN/EDIFACT: written, read back by the library, and equal to the manifest's rows."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydifact.segmentcollection import Interchange

from darb.movements.actions import book, lock, unbook
from darb.movements.models import Flight, Seat
from darb.movements.paxlst import LEVEL_A, Listed, PassengerList, interchange, level_a, surname_and_given
from darb.movements.paxlst_queries import passenger_list
from darb.movements.reading import Booking
from darb.people.actions import correct
from darb.people.models import Document, Name, Person
from darb.people.registration import ToldName
from darb.rules.refusal import Forbidden, Missing, Refused
from darb.rules.roles import Role
from tests.cast import act_as, actor, told
from tests.travellers import born, flight, ready

OFFICER = Role.MOVEMENT_OFFICER
pytestmark = pytest.mark.filterwarnings("ignore::pydifact.exceptions.MissingImplementationWarning")
AT = datetime(2019, 5, 6, 10, 0, tzinfo=UTC)
KEITA = Listed("KEITA", "IBRAHIM MOUSSA", "M", "MLI", "BKO", date(1997, 3, 4), "exact", "passport", "B'12:3+4?5", "MLI",
               date(2024, 2, 1))  # fmt: skip


def a_list(*passengers: Listed, **more) -> PassengerList:
    about = {
        "flight": "DB 101", "reference": "ABCDEFGH1", "version": 1, "embarked": "MJI", "origin": "MJI",
        "departs": datetime(2019, 5, 11, 11, 0), "destination": "BKO", "arrives": datetime(2019, 5, 11, 13, 0),
    }  # fmt: skip
    return PassengerList(passengers=passengers or [KEITA], **(about | more))


def written(listed: PassengerList, recipient: str = "PAF Bamako") -> str:
    return interchange(listed, sender="IOM Libya", recipient=recipient, control="23456789", at=AT)


def rows(text: str) -> list[dict[str, object]]:
    """What a reader of the message makes of it: one row a passenger."""
    (message,) = Interchange.from_str(text).get_messages()
    found: list[dict[str, object]] = []
    for segment in message.segments:
        tag, first = segment.tag, segment.elements
        if tag == "NAD" and first[0] in ("FL", "DDU"):
            found.append({"kind": first[0], "name": first[3]})
        elif found and tag != "CNT":
            key = first[0][0] if isinstance(first[0], list) else first[0]
            found[-1][f"{tag}{'' if tag == 'DOC' else key}"] = first
    return found


def test_the_message_reads_segment_by_segment_as_the_guide_has_it():
    assert written(a_list()).replace("?'", "’").split("'") == [
        "UNA:+.? ", "UNB+UNOA:4+IOM LIBYA+PAF BAMAKO+190506:1000+23456789++APIS",
        "UNH+1+PAXLST:D:02B:UN:IATA+DB101/190511/1100+01:F", "BGM+745", "RFF+TN:ABCDEFGH1:::1", "NAD+MS+++IOM LIBYA",
        "TDT+20+DB101", "LOC+125+MJI", "DTM+189:1905111100:201", "LOC+87+BKO", "DTM+232:1905111300:201",
        "NAD+FL+++KEITA:IBRAHIM MOUSSA", "ATT+2++M", "DTM+329:970304", "LOC+178+MJI", "LOC+179+BKO", "NAT+2+MLI",
        "DOC+P:110:111+B’12?:3?+4??5", "DTM+36:240201", "LOC+91+MLI", "CNT+42:1", "UNT+20+1", "UNZ+1+23456789", "",
    ]  # fmt: skip


def test_what_a_document_number_holds_comes_back_as_it_was():
    (row,) = rows(written(a_list()))
    assert row["DOC"][1] == "B'12:3+4?5"


@pytest.mark.parametrize(
    ("precision", "said"),
    [("exact", ["329", "970304"]), ("month", ["329", "199703", "610"]), ("year", ["329", "1997", "602"]),
     ("estimated", ["329", "1997", "602"])],
)  # fmt: skip
def test_a_birth_date_says_no_more_than_is_known(precision, said):
    passenger = Listed("KEITA", "IBRAHIM", "M", "MLI", "BKO", date(1997, 3, 4), precision)
    assert rows(written(a_list(passenger)))[0]["DTM329"][0] == said


def test_who_flies_on_is_in_transit():
    there, on = Listed("A", "", "F", "MLI", "BKO"), Listed("B", "", "F", "GMB", "BJL")
    assert [r["kind"] for r in rows(written(a_list(there, on)))] == ["FL", "DDU"]


@pytest.mark.parametrize(
    ("text", "said"),
    [("Aïcha N’Diaye", "AICHA N'DIAYE"), ("٢٠١٩", "2019"), ("مطار", ""), ("a\u200f\n b", "A B"), ("Łódź_1", "LODZ 1")],
)
def test_text_is_brought_to_level_a(text, said):
    assert level_a(text) == said


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=80), st.text(max_size=30))
def test_whatever_is_typed_the_interchange_is_of_level_a_and_reads_back(surname, given_names, recipient, number):
    name = surname_and_given(f"{surname} X", [(given_names, "")])
    passenger = Listed(*(name or ("X", "")), "M", "MLI", "BKO", document="passport", number=number, issuer="MLI")
    text = written(a_list(passenger), recipient or "X")
    assert set(text) <= LEVEL_A
    whole = Interchange.from_str(text)
    assert whole.recipient == level_a(recipient or "X")[:35].strip()
    (row,) = rows(text)
    assert "".join(row["name"]).replace(" ", "") if isinstance(row["name"], list) else row["name"]
    if number:
        assert row["DOC"][1:] == [level_a(number)[:35]] or not level_a(number)


@pytest.mark.parametrize(
    ("printed", "names", "parted"),
    [
        ("KEITA IBRAHIM MOUSSA", [("Ibrahim Moussa", "Keita")], ("KEITA", "IBRAHIM MOUSSA")),
        ("Ibrahim Moussa Kéita", [("Ibrahim", "Keita")], ("KEITA", "IBRAHIM MOUSSA")),
        ("MOHAMED AHMED ALI", [("Mohamed Ahmed", "")], ("MOHAMED AHMED ALI", "")),
        ("", [("Aïcha", "Koné")], ("KONE", "AICHA")),
        ("", [("Mohamed Ahmed", "")], ("MOHAMED AHMED", "")),
        ("محمد", [("Mohamed", "Ali")], ("ALI", "MOHAMED")),
        ("", [("محمد", "")], None),
        ("", [], None),
    ],
)
def test_a_name_is_parted_as_printed_else_as_told(printed, names, parted):
    assert surname_and_given(printed, names) == parted


def test_long_given_names_go_on_in_the_next_part():
    passenger = Listed("KEITA", "ABDOULAYE MOUHAMADOU LAMINE IBRAHIM SEKOU", "M", "MLI", "BKO")
    (row,) = rows(written(a_list(passenger)))
    assert row["name"] == ["KEITA", "ABDOULAYE MOUHAMADOU LAMINE IBRAHIM", "SEKOU"]


# From the manifest -----------------------------------------------------------------------------------


@pytest.fixture
def locked(house) -> Flight:
    """A mother with her infant to Bamako and a man who flies on to Banjul, on a locked manifest."""
    people = ready(
        [
            told("Aïcha", sex="F", born=born(30), site="TOWN-TRIPOLI"),
            told("Awa", sex="F", born=born(0.5), site="TOWN-TRIPOLI"),
            told("Lamin", family="Ceesay", nationality="GMB", site="TOWN-TRIPOLI"),
        ],
        families=[[(0, "head"), (1, "daughter")]],
    )
    made = flight(route=("MJI", "BKO", "BJL"))
    book(act_as(OFFICER), made, [Booking(c) for c in people])
    lock(act_as(OFFICER), made)
    made.refresh_from_db()
    return made


def test_the_list_read_back_is_the_manifests_rows(locked):
    listed, about = passenger_list(actor(OFFICER), locked, 1)
    found = rows(written(listed))
    seats = list(Seat.objects.filter(flight=locked).select_related("person"))
    papers = {d.person_id: d for d in Document.objects.all()}
    expected = {
        (
            "DDU" if s.destination == "BJL" else "FL",
            level_a(Name.objects.get(person=s.person).family),
            s.person.sex,
            f"{s.person.birth_date:%y%m%d}",
            s.person.nationality,
            s.destination,
            papers[s.person_id].number,
            f"{papers[s.person_id].expires:%y%m%d}",
        )
        for s in seats
    }
    assert expected == {
        (r["kind"], r["name"][0], r["ATT2"][2], r["DTM329"][0][1], r["NAT2"][1], r["LOC179"][1], r["DOC"][1],
         r["DTM36"][0][1])
        for r in found
    }  # fmt: skip
    assert len(found) == len(seats) == 3
    assert about == {s.person_id: s.scope_id for s in seats}


def test_on_a_later_leg_only_those_still_aboard_are_listed_in_local_times(locked):
    listed, about = passenger_list(actor(OFFICER), locked, 2)
    assert [p.surname for p in listed.passengers] == ["CEESAY"]
    assert (listed.origin, listed.destination, listed.embarked) == ("BKO", "BJL", "MJI")
    assert list(about) == [Person.objects.get(nationality="GMB").pk]
    first, _about = passenger_list(actor(OFFICER), locked, 1)
    leg = locked.legs.get(number=1)
    assert first.departs.hour == leg.departs_at.hour + 2
    assert first.arrives.hour == leg.arrives_at.hour


def test_after_a_change_the_list_has_the_new_version_and_not_who_left(locked):
    lamin = Seat.objects.get(flight=locked, person__nationality="GMB")
    unbook(act_as(OFFICER), locked, [lamin.pk], "ill", "med_offloaded")
    locked.refresh_from_db()
    listed, _about = passenger_list(actor(OFFICER), locked, 1)
    assert (listed.version, len(listed.passengers)) == (2, 2)
    with pytest.raises(Refused, match="nobody_aboard"):
        passenger_list(actor(OFFICER), locked, 2)


def test_the_name_is_the_one_on_the_travel_document(locked):
    lamin = Person.objects.get(nationality="GMB")
    Document.objects.filter(person=lamin).update(name_as_printed="CEESAY LAMIN M'BALLOW")
    listed, _about = passenger_list(actor(OFFICER), locked, 2)
    assert (listed.passengers[0].surname, listed.passengers[0].given) == ("CEESAY", "LAMIN MBALLOW")


def test_who_has_no_latin_name_is_named_and_nothing_is_written(locked):
    lamin = Person.objects.get(nationality="GMB")
    correct(act_as(), lamin, names=[ToldName("A", "الأمين", "", "")], expected=lamin.version)
    Name.objects.filter(person=lamin, script="L").update(script="A", given="الأمين", father="", family="")
    with pytest.raises(Refused, match="no_latin_name"):
        passenger_list(actor(OFFICER), locked, 1)


def test_a_manifest_that_isnt_locked_a_leg_that_isnt_there_and_a_role_without_papers_are_refused(locked):
    with pytest.raises(Refused, match="not_locked"):
        passenger_list(actor(OFFICER), flight("DB 300"), 1)
    with pytest.raises(Missing, match="no_leg"):
        passenger_list(actor(OFFICER), locked, 3)
    with pytest.raises(Forbidden):
        passenger_list(actor(Role.WAREHOUSE_OFFICER), locked, 1)
