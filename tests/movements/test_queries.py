"""Reads for flight pages: who could be added and why not the rest, how versions differ, how a manifest adds up."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from darb.cases.actions import Ruled, give_verdicts
from darb.cases.models import Case
from darb.movements import departure_queries as departure
from darb.movements import queries
from darb.movements.actions import book, lock, unbook
from darb.movements.boarding_actions import Checked, check_boarding, clear_to_board
from darb.movements.manifest_queries import manifest
from darb.movements.models import Flight, Seat
from darb.movements.reading import Booking
from darb.people.actions import move
from darb.places.models import Site
from darb.rules.refusal import Forbidden, Missing
from darb.rules.roles import Role
from darb.trust.actor import Actor
from darb.trust.context import acting
from darb.trust.models import Scope
from tests.cast import TODAY, act_as, actor, told
from tests.travellers import born, flight, ready

OFFICER = Role.MOVEMENT_OFFICER


def of_office(office: str) -> Actor:
    """A movement officer for one office's sites alone."""
    yusuf = actor(OFFICER)
    reach = set(Scope.objects.filter(office=office).values_list("pk", flat=True)) & yusuf.scopes
    return Actor(yusuf.account_id, yusuf.name, "en", {OFFICER: frozenset(reach)})


def test_candidates_stand_in_order_of_need_then_waiting_with_their_families(house):
    waiting, urgent, mother, son = ready(
        [
            told("Waiting", site="TOWN-TRIPOLI"),
            told("Urgent", site="TOWN-TRIPOLI"),
            told("Mariam", sex="F", born=born(28), site="TOWN-TRIPOLI"),
            told("Issa", born=born(9), site="TOWN-TRIPOLI"),
        ],
        families=[[(2, "head"), (3, "son")]],
    )
    Case.objects.filter(pk=urgent.pk).update(priority=80)
    Case.objects.filter(pk=son.pk).update(priority=40)
    ready(departs="MRA")
    ready(nationality="SEN")
    unfit = ready()[0]
    give_verdicts(act_as(), [Ruled(unfit, "R9", "FTT-3"), Ruled(unfit, "R14", "budget_used")])
    found = queries.candidates(actor(OFFICER), flight())
    assert [[c.case.pk for c in family] for family in found.ready] == [[urgent.pk], [son.pk, mother.pk], [waiting.pk]]
    assert (found.how_many_ready, found.how_many_kept) == (4, 1)
    assert [(gate.code, n) for gate, n in found.by_gate] == [("R14", 1), ("R9", 1)]
    assert [(k.case.pk, [g.gate.code for g in k.red]) for k in found.kept] == [(unfit.pk, ["R14", "R9"])]
    assert queries.candidates(actor(OFFICER), flight("B"), anywhere=True).how_many_ready == 5
    assert queries.candidates(actor(OFFICER), flight("C"), nationality="GMB").how_many_ready == 0


def test_an_officer_of_one_office_sees_its_own_and_the_counts_of_all(house):
    here, there = ready([told("Here", site="TOWN-TRIPOLI"), told("There", site="TOWN-SEBHA")])
    plane = flight()
    book(act_as(), plane, [Booking(here), Booking(there)])
    yusuf = of_office("TIP")
    with acting(yusuf):
        file = queries.flight_file(yusuf, plane.ref)
        assert [p.person.name.split()[0] for family in file.families for p in family] == ["Here"]
        assert (file.counts.people, file.hidden) == (2, 1)
    with acting(act_as().actor):
        move(act_as(), [there.person], Site.objects.get(code="TOWN-TRIPOLI"), TODAY, "seen")
    with acting(yusuf):
        assert queries.flight_file(yusuf, plane.ref).hidden == 0, "a seat moves with its person"


def test_versions_name_who_came_and_who_went(house):
    first, second, standby = ready([told(n, site="TOWN-TRIPOLI") for n in ("First", "Second", "Standby")])
    plane = flight()
    seats = book(act_as(), plane, [Booking(first), Booking(second)])
    unbook(act_as(), plane, [seats[1].pk], "mistake")
    book(act_as(), plane, [Booking(second)])
    lock(act_as(), plane)
    unbook(act_as(), plane, [seats[0].pk], "fever", "med_offloaded")
    book(act_as(), plane, [Booking(standby)], "free seat")
    told_so = [
        (d.version.number, [s.case.person.name[:5] for s in d.added], [s.case.person.name[:5] for s in d.removed])
        for d in departure.differences(actor(OFFICER), plane)
    ]
    assert told_so == [(3, ["Stand"], []), (2, [], ["First"]), (1, ["First", "Secon"], [])]
    added = departure.reconciliation(actor(OFFICER), plane)
    assert (added.locked, added.added, added.told, len(added.lacking)) == (2, 1, 1, 2)
    assert not added.adds_up


def test_the_desk_before_the_stairs_finds_by_name_reference_and_document_number(house):
    ibrahim, bakary = ready([told(n, site="TOWN-TRIPOLI") for n in ("Ibrahim", "Bakary")])
    plane = flight()
    book(act_as(), plane, [Booking(ibrahim), Booking(bakary)])
    yusuf = actor(OFFICER)
    number = departure.boarders(yusuf, plane, "bakary")[0].document.number
    for text in ("BAKARY", "باكاري", "Bakari", bakary.ref.lower(), number):
        assert [b.person.pk for b in departure.boarders(yusuf, plane, text)] == [bakary.person_id]
    assert len(departure.boarders(yusuf, plane)) == 2
    nurse = actor(Role.NURSE)
    row = departure.boarders(nurse, plane, "bakary")[0]
    assert row.document is None, "a nurse doesn't see travel documents"
    assert [c.check.code for c in row.checks if c.mine] == ["B2"]


def test_who_sees_no_identities_reads_no_names_and_who_sees_no_papers_lists_none(house):
    ibrahim = ready()[0]
    plane = flight()
    book(act_as(), plane, [Booking(ibrahim)])
    for read in (
        departure.differences,
        departure.boarders,
        departure.reconciliation,
        manifest,
    ):
        with pytest.raises(Forbidden):
            read(actor(Role.RECEIVING_MISSION_OFFICER), plane)
    lock(act_as(), plane)
    plane.refresh_from_db()
    assert manifest(actor(OFFICER), plane).documents.keys() == {ibrahim.person_id}
    assert manifest(actor(Role.TRANSPORT_OFFICER), plane).documents == {}
    with pytest.raises(Missing):
        queries.flight_file(actor(OFFICER), "NOTHING")


def test_forty_passengers_take_no_more_statements_than_two(house):
    yusuf = actor(OFFICER)

    def asked(count: int) -> list[int]:
        plane = flight(f"DB {count}", seats=300)
        people = ready(count)
        book(act_as(), plane, [Booking(c) for c in people])
        lock(act_as(), plane)
        clear_to_board(act_as(), plane)
        seat = Seat.objects.filter(flight=plane).first()
        check_boarding(act_as(), plane, [Checked(seat.pk, "B1")])
        reads = (
            lambda: queries.flight_file(yusuf, plane.ref),
            lambda: queries.candidates(yusuf, plane),
            lambda: departure.boarders(yusuf, plane),
            lambda: manifest(yusuf, Flight.objects.get(pk=plane.pk)),
            lambda: departure.differences(yusuf, plane),
            lambda: departure.reconciliation(yusuf, plane),
        )
        found = []
        for read in reads:
            with CaptureQueriesContext(connection) as said:
                read()
            found.append(len(said))
        return found

    assert asked(40) == asked(2)
