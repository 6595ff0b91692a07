"""Booking, linking, taking off, locking: who is on a manifest, and who can't be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from darb.cases.actions import Ruled, give_verdicts, override, set_return, take_step
from darb.cases.models import Case, GateRow
from darb.movements.actions import book, link, lock, unbook
from darb.movements.flight_actions import Hop, advance, cancel, plan_flight, postpone
from darb.movements.models import Flight, FlightState, ManifestVersion, Seat
from darb.movements.reading import Booking
from darb.people.actions import form_group
from darb.people.models import Person
from darb.rules.refusal import Forbidden, Refused, Stale
from darb.rules.roles import Role
from tests.cast import NOON, PANEL, act_as, case, in_days, on, told
from tests.travellers import FLIGHT_DAY, born, flight, ready

OFFICER = Role.MOVEMENT_OFFICER


def refused(code: str):
    """Whatever is refused with this code."""
    return pytest.raises(Refused, match=f"^{code}: ")


def aicha_and_family(twins: bool = False) -> list[Case]:
    """Aïcha with a baby (two, if twins), her husband Ousmane and their son Musa of seven."""
    babies = 2 if twins else 1
    people = [
        told("Ousmane", born=born(35), site="TOWN-TRIPOLI"),
        told("Aïcha", sex="F", born=born(30), site="TOWN-TRIPOLI"),
        told("Musa", born=born(7), site="TOWN-TRIPOLI"),
        *(told(f"Baby {n}", sex="F", born=born(0.5), site="TOWN-TRIPOLI") for n in range(babies)),
    ]
    relations = ["head", "wife", "son", *(["daughter"] * babies)]
    return ready(people, families=[list(enumerate(relations))])


def seats_of(a_flight: Flight) -> dict[str, Seat]:
    """Standing seats by given name."""
    rows = Seat.objects.filter(flight=a_flight, removed_in=None).select_related("person")
    return {s.person.name.split()[0]: s for s in rows}


def test_people_who_are_ready_on_the_day_get_seats_and_their_cases_go_on_the_manifest(house):
    ibrahim = ready()[0]
    today = flight()
    seat = book(act_as(OFFICER), today, [Booking(ibrahim)])[0]
    ibrahim.refresh_from_db()
    assert (ibrahim.stage, seat.destination) == ("manifested", "BKO")
    assert Flight.objects.get(pk=today.pk).seats_taken == 1


def test_who_is_red_on_the_flight_day_is_refused_by_name_with_the_reason_and_nobody_else_is_booked(house):
    fine, lapsing = ready(2)
    give_verdicts(act_as(), [Ruled(lapsing, "R9", "FTT-1", until=FLIGHT_DAY)])
    today = flight()
    with pytest.raises(Refused) as refusal:
        book(act_as(OFFICER), today, [Booking(fine), Booking(lapsing)])
    assert lapsing.ref in str(refusal.value) and "Examine again" in str(refusal.value)
    assert not Seat.objects.exists()
    fine.refresh_from_db()
    assert fine.stage == "in_process"


def test_a_full_aircraft_says_how_many_seats_are_left(house):
    today = flight(seats=2)
    with pytest.raises(Refused) as refusal:
        book(act_as(OFFICER), today, [Booking(c) for c in ready(3)])
    assert refusal.value.refusal.values == {"left": 2, "needed": 3}


def test_a_flight_takes_those_who_leave_from_its_airport_and_whose_home_it_serves(house):
    home = flight()
    elsewhere = ready(departs="MRA")[0]
    with refused("other_airport"):
        book(act_as(OFFICER), home, [Booking(elsewhere)])
    senegalese = ready(nationality="SEN")[0]
    with refused("not_served"):
        book(act_as(OFFICER), home, [Booking(senegalese)])
    assert book(act_as(OFFICER), home, [Booking(senegalese, leaves_at="BKO")])[0].destination == "BKO"
    with refused("no_such_stop"):
        book(act_as(OFFICER), home, [Booking(ready()[0], leaves_at="DKR")])


def test_a_family_comes_whole_with_the_baby_on_its_mothers_lap_and_the_boy_minded(house):
    family = aicha_and_family()
    today = flight()
    with refused("manifest.together"):
        book(act_as(OFFICER), today, [Booking(c) for c in family if c.person.name.startswith("Aïcha")])
    book(act_as(OFFICER), today, [Booking(c) for c in family])
    seats = seats_of(today)
    assert seats["Baby"].lap_of == seats["Aïcha"]
    assert seats["Musa"].minder == seats["Aïcha"]
    assert (seats["Baby"].service_codes, seats["Musa"].service_codes) == ("INF", "CHD")
    today.refresh_from_db()
    assert (today.seats_taken, today.laps_taken) == (3, 1)


def test_twins_take_two_laps_and_a_third_infant_may_have_a_seat(house):
    family = aicha_and_family(twins=True)
    today = flight()
    book(act_as(OFFICER), today, [Booking(c) for c in family])
    laps = Seat.objects.filter(flight=today).exclude(lap_of=None).values_list("lap_of", flat=True)
    assert len(set(laps)) == 2


def test_one_infant_a_lap_and_never_a_childs(house):
    family = aicha_and_family(twins=True)
    by_name = {c.person.name: c for c in family}
    aicha = next(c for n, c in by_name.items() if n.startswith("Aïcha"))
    musa = next(c for n, c in by_name.items() if n.startswith("Musa"))
    others = [Booking(c) for c in family if "Baby" not in c.person.name]
    babies = [c for c in family if "Baby" in c.person.name]
    with refused("manifest.two_on_a_lap"):
        book(act_as(OFFICER), flight("A"), [*others, *(Booking(b, lap_of=aicha) for b in babies)])
    with refused("manifest.bad_lap"):
        book(act_as(OFFICER), flight("B"), [*others, Booking(babies[0], lap_of=musa), Booking(babies[1])])
    own = flight("C")
    book(act_as(OFFICER), own, [*others, Booking(babies[0]), Booking(babies[1], own_seat=True)])
    own.refresh_from_db()
    assert (own.seats_taken, own.laps_taken) == (4, 1)


def test_the_carriers_limit_of_infants_holds(house):
    with refused("manifest.infants"):
        book(act_as(OFFICER), flight(infant_limit=0), [Booking(c) for c in aicha_and_family()])


def test_no_child_flies_with_somebody_who_is_no_verified_relative_unless_an_escort_is_named(house):
    lamin, sekou = ready(
        [told("Lamin", born=born(15), site="TOWN-TRIPOLI"), told("Sékou", born=born(31), site="TOWN-TRIPOLI")]
    )
    form_group(act_as(), "travel_unit", [(sekou.person, "head", True), (lamin.person, "other_non_family", True)])
    # He counts as a child alone from then on: the panel decides (X22).
    give_verdicts(act_as(Role.BID_PANEL_MEMBER), [Ruled(lamin, "R5", "bid_return", panel=PANEL)])
    both = flight()
    with refused("manifest.unlinked"):
        book(act_as(OFFICER), both, [Booking(lamin, minder=sekou), Booking(sekou)])
    seats = book(act_as(OFFICER), both, [Booking(lamin, escort="Nurse Samira"), Booking(sekou)])
    both.refresh_from_db()
    assert both.seats_taken == 3, "the escort takes a seat too"
    assert Seat.objects.get(case=lamin).service_codes == "UM"
    assert len(seats) == 2


def test_an_extra_seat_that_the_physician_asks_for_is_counted(house):
    act = act_as()
    ibrahim = ready(conditions=["extra_seat", "wheelchair"])[0]
    from darb.cases.actions import meet_conditions

    meet_conditions(act, [(ibrahim, "R9", "extra_seat"), (ibrahim, "R9", "wheelchair")])
    today = flight()
    seat = book(act_as(OFFICER), today, [Booking(ibrahim)])[0]
    today.refresh_from_db()
    assert (seat.service_codes, today.seats_taken) == ("EXST WCHR", 2)


def test_a_family_split_by_protection_may_fly_apart(house):
    ousmane, aicha, *_children = aicha_and_family()
    override(act_as(), ousmane, "R12", "He goes ahead to find a house.")
    assert book(act_as(OFFICER), flight(), [Booking(ousmane)])
    with refused("manifest.together"):
        book(act_as(OFFICER), flight("B"), [Booking(aicha)])


def test_a_booked_case_cant_withdraw_or_be_held_and_keep_its_seat(house):
    ibrahim = ready()[0]
    book(act_as(OFFICER), flight(), [Booking(ibrahim)])
    for step in ("withdraw", "hold", "withdraw_from_flight"):
        with pytest.raises(Refused, match=r"^step"):
            take_step(act_as(), [ibrahim], step, reason="changed his mind")


def test_who_is_taken_off_before_the_lock_was_on_no_version_and_can_be_booked_again(house):
    ibrahim, other = ready(2)
    today = flight()
    seat = book(act_as(OFFICER), today, [Booking(ibrahim), Booking(other)])[0]
    unbook(act_as(OFFICER), today, [seat.pk], "moved to Thursday")
    seat.refresh_from_db()
    assert seat.removed_in == seat.added_in
    assert Flight.objects.get(pk=today.pk).seats_taken == 1
    assert GateRow.objects.filter(case=ibrahim, gate="R2").exists(), "gates are kept"
    assert book(act_as(OFFICER), flight("B"), [Booking(ibrahim)])


def test_an_adult_cant_be_taken_off_from_under_an_infant(house):
    today = flight()
    book(act_as(OFFICER), today, [Booking(c) for c in aicha_and_family()])
    seats = seats_of(today)
    with refused("infant_left"):
        unbook(act_as(OFFICER), today, [seats["Aïcha"].pk], "ill")
    link(act_as(OFFICER), today, seats["Baby"].pk, lap_of=seats["Ousmane"].pk, minder=seats["Ousmane"].pk)
    unbook(act_as(OFFICER), today, [seats["Aïcha"].pk], "ill")
    assert seats_of(today)["Musa"].minder is None
    with pytest.raises(Refused):
        lock(act_as(OFFICER), today)


def test_locking_writes_version_one_and_later_changes_write_further_ones_with_a_reason(house):
    first, second, standby = ready(3)
    today = flight()
    seats = book(act_as(OFFICER), today, [Booking(first), Booking(second)])
    with pytest.raises(Stale):
        lock(act_as(OFFICER), today, expected=1)
    assert lock(act_as(OFFICER), today).counts["people"] == 2
    with refused("reason_needed"):
        book(act_as(OFFICER), today, [Booking(standby)])
    with refused("outcome_needed"):
        unbook(act_as(OFFICER), today, [seats[0].pk], "fever")
    with refused("outcome_needed"):
        unbook(act_as(OFFICER), today, [seats[0].pk], "fever", "withdrew")
    unbook(act_as(OFFICER), today, [seats[0].pk], "fever", "med_offloaded")
    book(act_as(OFFICER), today, [Booking(standby)], "takes the free seat")
    versions = list(ManifestVersion.objects.filter(flight=today).order_by("number"))
    assert [(v.number, v.counts["people"], v.reason) for v in versions] == [
        (1, 2, ""),
        (2, 1, "fever"),
        (3, 2, "takes the free seat"),
    ]
    assert Seat.objects.get(pk=seats[0].pk).removed_in == 2
    assert Seat.objects.get(case=standby).added_in == 3


def test_the_lock_looks_at_every_gate_again(house):
    ibrahim = ready()[0]
    today = flight()
    book(act_as(OFFICER), today, [Booking(ibrahim)])
    give_verdicts(act_as(), [Ruled(ibrahim, "R4", "hold")])
    with refused("not_ready"):
        lock(act_as(OFFICER), today)


def test_a_cancelled_flight_gives_everyone_back_with_their_gates_and_order(house):
    people = ready(3)
    today = flight()
    book(act_as(OFFICER), today, [Booking(c) for c in people])
    lock(act_as(OFFICER), today)
    before = set(GateRow.objects.filter(case__in=people).values_list("case", "gate", "windows"))
    cancel(act_as(OFFICER), today, "no landing permit")
    assert set(Case.objects.filter(pk__in=[c.pk for c in people]).values_list("stage", flat=True)) == {"in_process"}
    assert {(c, g, str(w)) for c, g, w in before} == {
        (c, g, str(w)) for c, g, w in GateRow.objects.filter(case__in=people).values_list("case", "gate", "windows")
    }
    assert set(Seat.objects.values_list("outcome", flat=True)) == {"flight_cancelled"}
    assert len(book(act_as(OFFICER), flight("B"), [Booking(c) for c in people])) == 3


def test_a_postponed_flight_moves_whole_and_finds_who_isnt_ready_any_more(house):
    ibrahim = ready()[0]
    give_verdicts(act_as(), [Ruled(ibrahim, "R9", "FTT-1", until=in_days(6))])
    today = flight(route=("MJI", "BKO", "BJL"))
    book(act_as(OFFICER), today, [Booking(ibrahim)])
    later = postpone(act_as(OFFICER), today, today.departs_at + timedelta(days=2), "sandstorm")
    assert [leg.departs_at.date() for leg in later.legs.all()] == [in_days(7), in_days(7)]
    with refused("not_ready"):
        lock(act_as(OFFICER), today)


def test_an_infant_who_turns_two_before_the_flight_has_a_seat(house):
    turning = FLIGHT_DAY.replace(year=FLIGHT_DAY.year - 2)
    mother, child = ready(
        [told("Mariam", sex="F", born=born(28), site="TOWN-TRIPOLI"), told("Issa", born=turning, site="TOWN-TRIPOLI")],
        families=[[(0, "head"), (1, "son")]],
    )
    today = flight()
    book(act_as(OFFICER), today, [Booking(mother), Booking(child)])
    today.refresh_from_db()
    assert (today.seats_taken, today.laps_taken) == (2, 0)


@pytest.mark.parametrize(
    ("hops", "seats", "code"),
    [
        ([("MJI", "XXX", 0, 4)], 10, "no_airport"),
        ([("MJI", "MJI", 0, 4)], 10, "same_airport"),
        ([("MJI", "BKO", 4, 4)], 10, "arrives_before"),
        ([("MJI", "BKO", 0, 4), ("BJL", "DKR", 5, 6)], 10, "legs_apart"),
        ([("MJI", "BKO", 0, 4), ("BKO", "BJL", 3, 6)], 10, "legs_apart"),
        ([("MJI", "BKO", -500, 4)], 10, "in_past"),
        ([("MJI", "BKO", 0, 4)], 0, "bad_seats"),
        ([("MJI", "BKO", 0, 4)], 6000, "bad_seats"),
        ([], 10, "no_legs"),
    ],
)
def test_a_flight_that_cant_be_isnt_planned(house, hops, seats, code):
    start = on(FLIGHT_DAY)
    legs = [Hop(a, b, start + timedelta(hours=d), start + timedelta(hours=e)) for a, b, d, e in hops]
    with refused(code):
        plan_flight(act_as(OFFICER), "X1", legs, operator="", aircraft="", seats=seats, infant_limit=0)
    assert not Flight.objects.exists()


def test_the_same_flight_isnt_planned_twice(house):
    flight("DB 1")
    with refused("flight_twice"):
        flight("DB 1")


def test_nobody_is_booked_before_the_manifest_opens_or_after_the_flight_has_gone(house):
    ibrahim = ready()[0]
    planned = flight(opened=False)
    with refused("manifest_closed"):
        book(act_as(OFFICER), planned, [Booking(ibrahim)])
    advance(act_as(OFFICER), planned)
    opened = advance(act_as(OFFICER), planned)
    assert opened.state == FlightState.MANIFEST_OPEN
    with refused("no_next"):
        advance(act_as(OFFICER), planned)


def test_only_the_movement_officer_books(house):
    ibrahim = ready()[0]
    with pytest.raises(Forbidden):
        book(act_as(Role.VHR_CASEWORKER), flight(), [Booking(ibrahim)])


def test_who_moves_to_another_airport_after_booking_is_found_at_the_lock(house):
    ibrahim = ready()[0]
    today = flight()
    book(act_as(OFFICER), today, [Booking(ibrahim)])
    ibrahim.refresh_from_db()
    set_return(act_as(), ibrahim, expected=ibrahim.version, departure_airport="MRA")
    with refused("not_ready"):
        lock(act_as(OFFICER), today)


def test_the_day_of_a_flight_is_the_day_where_it_departs(house):
    late = datetime(2019, 5, 10, 22, 30, tzinfo=UTC)  # half past midnight in Tripoli
    night = plan_flight(
        act_as(OFFICER),
        "DB 9",
        [Hop("MJI", "BKO", late, late + timedelta(hours=5))],
        operator="Buraq",
        aircraft="A320",
        seats=10,
        infant_limit=1,
    )
    from darb.movements.reading import flight_day

    assert flight_day(night) == datetime(2019, 5, 11).date()


def test_someone_who_isnt_in_process_isnt_booked(house):
    with refused("not_ready"):
        book(act_as(OFFICER), flight(), [Booking(case())])
    assert Person.objects.count() == 1
    assert NOON.date() < FLIGHT_DAY
