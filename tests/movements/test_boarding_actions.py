"""The last hours: checks, boarding, withdrawal at the stairs, departure, landing, reconciliation, handover."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from darb.cases.actions import Ruled, give_verdicts, meet_conditions, override
from darb.cases.models import Case, ExitVisa, Task
from darb.movements.actions import book, link, lock, unbook
from darb.movements.boarding_actions import (
    Checked,
    board,
    check_boarding,
    clear_to_board,
    reconcile,
    record_death,
    withdraw_booked,
)
from darb.movements.flight_actions import arrive_onward, cancel, depart, land, postpone
from darb.movements.handover_actions import accept_handovers
from darb.movements.models import Flight, FlightState, Handover, ManifestVersion, Seat
from darb.movements.reading import Booking
from darb.people.actions import withdraw_consents
from darb.people.models import Consent, Document
from darb.programmes.voluntary_return_codes import TO_RETURN
from darb.rules.refusal import Forbidden, Missing, Refused
from darb.rules.roles import Role
from darb.trust.context import acting
from tests.cast import act_as, actor, told
from tests.travellers import FLIGHT_DAY, born, flight, ready

OFFICER = Role.MOVEMENT_OFFICER
MORNING = datetime.fromisoformat("2019-05-11T06:00:00+00:00")
CHECKS = ("B1", "B2", "B3", "B4", "B5", "B6", "B7")


def refused(code: str):
    """Whatever is refused with this code."""
    return pytest.raises(Refused, match=f"^{code}: ")


def boarding(cases: list[Case], at: datetime = MORNING, **flown: object) -> Flight:
    """A flight with these people, locked and cleared on the morning of the day."""
    today = flight(**flown)
    book(act_as(OFFICER), today, [Booking(c) for c in cases])
    lock(act_as(OFFICER), today)
    return clear_to_board(act_as(OFFICER, at=at), today)


def seat_of(case: Case) -> Seat:
    return Seat.objects.select_related("case").get(case=case, removed_in=None)


def check_all(a_flight: Flight, seats: list[int], at: datetime = MORNING) -> None:
    """Every check of these seats is passed."""
    check_boarding(act_as(at=at), a_flight, [Checked(s, c) for s in seats for c in CHECKS])


def fly(cases: list[Case], at: datetime = MORNING, **flown: object) -> Flight:
    """These people board and leave."""
    today = boarding(cases, at, **flown)
    seats = list(Seat.objects.filter(flight=today, removed_in=None).values_list("pk", flat=True))
    check_all(today, seats, at)
    board(act_as(OFFICER, at=at), today, seats)
    return depart(act_as(OFFICER, at=at + timedelta(hours=3)), today)


def stage(case: Case) -> str:
    return Case.objects.get(pk=case.pk).stage


def test_nobody_boards_before_every_check_that_applies_is_passed(house):
    ibrahim = ready()[0]
    today = boarding([ibrahim])
    seat = seat_of(ibrahim).pk
    officer, nurse = act_as(OFFICER, at=MORNING), act_as(Role.NURSE, at=MORNING)
    check_boarding(officer, today, [Checked(seat, c) for c in ("B1", "B3", "B6", "B7")])
    with pytest.raises(Refused) as refusal:
        board(officer, today, [seat])
    assert "Pre-embarkation" in str(refusal.value.refusal.values["check"])
    check_boarding(nurse, today, [Checked(seat, "B2", passed=False)])
    with refused("check_open"):
        board(officer, today, [seat])
    check_boarding(nurse, today, [Checked(seat, "B2")])
    board(officer, today, [seat])
    assert stage(ibrahim) == "departed"
    assert Document.objects.get(person=ibrahim.person).state == "handed_at_boarding"
    with refused("boarded"):
        board(officer, today, [seat])


def test_the_health_check_is_a_physicians_or_nurses_and_within_72_hours_of_departure(house):
    ibrahim = ready()[0]
    today = flight()
    book(act_as(OFFICER), today, [Booking(ibrahim)])
    lock(act_as(OFFICER), today)
    seat = seat_of(ibrahim).pk
    with pytest.raises(Forbidden):
        check_boarding(act_as(OFFICER, at=MORNING), today, [Checked(seat, "B2")])
    with refused("too_early"):
        check_boarding(act_as(Role.NURSE), today, [Checked(seat, "B2")])
    two_days_before = MORNING - timedelta(days=2)
    check_boarding(act_as(at=two_days_before), today, [Checked(seat, c) for c in CHECKS])
    postpone(act_as(OFFICER, at=two_days_before), today, today.departs_at + timedelta(days=2), "permit")
    later = MORNING + timedelta(days=2)
    clear_to_board(act_as(OFFICER, at=later), today)
    with refused("check_open"):
        board(act_as(OFFICER, at=later), today, [seat])


def test_an_escort_that_the_physician_asks_for_must_be_there(house):
    ibrahim = ready(conditions=["nurse_escort"])[0]
    meet_conditions(act_as(), [(ibrahim, "R9", "nurse_escort")])
    today = boarding([ibrahim])
    seat = seat_of(ibrahim).pk
    check_boarding(act_as(at=MORNING), today, [Checked(seat, c) for c in CHECKS if c != "B5"])
    with pytest.raises(Refused) as refusal:
        board(act_as(OFFICER, at=MORNING), today, [seat])
    assert "escort" in str(refusal.value.refusal.values["check"]).lower()


@pytest.mark.parametrize("hours", [-40, 0])
def test_nobody_boards_whose_consent_ended_since_they_were_cleared(house, hours):
    ibrahim = ready()[0]
    today = boarding([ibrahim], MORNING - timedelta(hours=41))
    seat = seat_of(ibrahim).pk
    check_all(today, [seat])
    withdraw_consents(act_as(at=MORNING + timedelta(hours=hours)), ibrahim.person, [TO_RETURN], "told the driver")
    with refused("not_ready"):
        board(act_as(OFFICER, at=MORNING), today, [seat])
    assert stage(ibrahim) == "cleared_to_board"


def test_no_child_boards_whose_minder_stays_behind(house):
    mother, son = ready(
        [told("Mariam", sex="F", born=born(28), site="TOWN-TRIPOLI"), told("Issa", born=born(9), site="TOWN-TRIPOLI")],
        families=[[(0, "head"), (1, "son")]],
    )
    today = boarding([mother, son])
    seats = {c.pk: seat_of(c).pk for c in (mother, son)}
    check_all(today, list(seats.values()))
    override(act_as(), son, "R12", "The aunt waits at home.")
    unbook(act_as(OFFICER, at=MORNING), today, [seats[mother.pk]], "fever", "med_offloaded")
    with refused("manifest.unlinked"):
        board(act_as(OFFICER, at=MORNING), today, [seats[son.pk]])
    link(act_as(OFFICER, at=MORNING), today, seats[son.pk], escort="Nurse Samira")
    check_boarding(act_as(at=MORNING), today, [Checked(seats[son.pk], "B5")])
    assert board(act_as(OFFICER, at=MORNING), today, [seats[son.pk]])


def test_withdrawing_at_the_stairs_stops_at_once_frees_seat_and_lap_and_leaves_a_way_back(house):
    mother, baby, other = ready(
        [
            told("Mariam", sex="F", born=born(28), site="TOWN-TRIPOLI"),
            told("Awa", sex="F", born=born(0.5), site="TOWN-TRIPOLI"),
            told("Ibrahim", site="TOWN-TRIPOLI"),
        ],
        families=[[(0, "head"), (1, "daughter")]],
    )
    today = boarding([mother, baby, other])
    withdraw_booked(act_as(Role.TRANSPORT_OFFICER, at=MORNING), today, seat_of(mother).pk, "said at the stairs")
    assert stage(mother) == "withdrawn"
    assert not Consent.objects.filter(person=mother.person, purpose=TO_RETURN, withdrawn=None).exists()
    assert ExitVisa.objects.get(case=mother).state == "flagged"
    assert Document.objects.get(person=mother.person).state == "in_custody"
    assert set(Task.objects.filter(case=mother, done_at=None).values_list("kind", "role")) >= {
        ("safe_way_back", "transport_officer"),
        ("offer_other_help", "vhr_caseworker"),
    }
    assert stage(baby) == "in_process", "an infant doesn't fly without a lap"
    gone = {s.case_id: s.outcome for s in Seat.objects.exclude(removed_in=None)}
    assert gone == {mother.pk: "withdrew", baby.pk: "family_stayed"}
    today.refresh_from_db()
    assert (today.seats_taken, today.laps_taken) == (1, 0)
    assert ManifestVersion.objects.filter(flight=today).count() == 2


def test_someone_aboard_whose_flight_is_called_off_gets_papers_back_into_custody(house):
    ibrahim, other = ready(2)
    today = boarding([ibrahim, other])
    check_all(today, [seat_of(ibrahim).pk])
    board(act_as(OFFICER, at=MORNING), today, [seat_of(ibrahim).pk])
    cancel(act_as(OFFICER, at=MORNING), today, "engine")
    assert (stage(ibrahim), stage(other)) == ("in_process", "in_process")
    assert Document.objects.get(person=ibrahim.person).state == "in_custody"
    assert book(act_as(OFFICER, at=MORNING), flight("B"), [Booking(ibrahim)])


def test_reconciliation_refuses_while_anyone_lacks_an_outcome_and_says_how_many(house):
    people = ready(3)
    today = boarding(people)
    going, *missing = [seat_of(c).pk for c in people]
    check_all(today, [going])
    board(act_as(OFFICER, at=MORNING), today, [going])
    depart(act_as(OFFICER, at=MORNING), today)
    assert ExitVisa.objects.get(case=people[0]).state == "used"
    with refused("not_landed"):
        reconcile(act_as(OFFICER, at=MORNING), today)
    land(act_as(OFFICER, at=MORNING), today, 1)
    with pytest.raises(Refused) as refusal:
        reconcile(act_as(OFFICER, at=MORNING), today, {missing[0]: "no_show"})
    assert refusal.value.refusal.values == {"count": 1}
    assert stage(people[1]) == "cleared_to_board", "a refusal changes nothing"
    with refused("outcome_by_deed"):
        reconcile(act_as(OFFICER, at=MORNING), today, {missing[0]: "withdrew", missing[1]: "no_show"})
    for nonsense in ("vanished", "flight_cancelled"):
        with refused("outcome_needed"):
            reconcile(act_as(OFFICER, at=MORNING), today, {missing[0]: nonsense, missing[1]: "no_show"})
    done = reconcile(act_as(OFFICER, at=MORNING), today, {missing[0]: "not_released", missing[1]: "no_show"})
    assert (done.state, done.seats_taken) == (FlightState.RECONCILED, 1)
    outcomes = Counter(Seat.objects.filter(flight=today).values_list("outcome", flat=True))
    assert outcomes == {"boarded": 1, "not_released": 1, "no_show": 1}
    assert stage(people[2]) == "in_process", "a no-show never counts as withdrawn"


def test_each_receiving_mission_sees_its_own_arrivals_and_no_more_than_it_may(house):
    nigerien, malian = ready(
        [
            told("Adamou", nationality="NER", site="TOWN-TRIPOLI"),
            told("Ibrahim", nationality="MLI", site="TOWN-TRIPOLI"),
        ],
        conditions=["medicine"],
        shares_with_mission=False,
    )
    meet_conditions(act_as(), [(c, "R9", "medicine") for c in (nigerien, malian)])
    today = fly([nigerien, malian], route=("MJI", "NIM", "BKO"))
    land(act_as(OFFICER, at=MORNING), today, 1)
    assert (stage(nigerien), stage(malian)) == ("arrived", "in_transit")
    land(act_as(OFFICER, at=MORNING), today, 2)
    assert stage(malian) == "arrived"
    niamey = Role.RECEIVING_MISSION_OFFICER
    ids = dict(Handover.objects.values_list("case_id", "pk"))
    with acting(actor(niamey)):
        offered = list(Handover.objects.all())
        assert [h.case_id for h in offered] == [nigerien.pk]
        assert not Case.objects.exists(), "nothing else of the case is in sight"
        assert set(offered[0].packet) == {
            "name",
            "name_arabic",
            "sex",
            "birth_date",
            "birth_precision",
            "nationality",
            "document",
            "services",
            "arrival",
        }
        with refused("not_reconciled"):
            accept_handovers(act_as(niamey, at=MORNING), [ids[nigerien.pk]])
        with pytest.raises(Missing):
            accept_handovers(act_as(niamey, at=MORNING), [ids[malian.pk]])
    with acting(actor(OFFICER)):
        reconcile(act_as(OFFICER, at=MORNING), today)
    with acting(actor(niamey)):
        accept_handovers(act_as(niamey, at=MORNING), [ids[nigerien.pk]], "met by his brother")
        with refused("accepted"):
            accept_handovers(act_as(niamey, at=MORNING), [ids[nigerien.pk]])
    with acting(act_as().actor):
        assert (stage(nigerien), stage(malian)) == ("handed_over", "arrived")
        assert Document.objects.get(person=nigerien.person).state == "used"


def test_needs_go_along_as_codes_where_the_person_agreed(house):
    ibrahim = ready(conditions=["medicine"])[0]
    meet_conditions(act_as(), [(ibrahim, "R9", "medicine")])
    land(act_as(OFFICER, at=MORNING), fly([ibrahim]), 1)
    packet = Handover.objects.get(case=ibrahim).packet
    assert packet["medical"] == {"code": "FTT-2", "conditions": ["medicine"]}
    assert packet["protection"] == {"code": "cleared", "conditions": []}


def test_two_stops_four_nationalities_and_those_who_go_on_by_road(house):
    """AS-06, one of each: Bamako, then Banjul; the Senegalese goes on by road; one Gambian stays in hospital."""
    malian, senegalese, gambian, ill = ready(
        [
            told(n, nationality=c, site="TOWN-TRIPOLI")
            for n, c in [("A", "MLI"), ("B", "SEN"), ("C", "GMB"), ("D", "GMB")]
        ]
    )
    today = flight(route=("MJI", "BKO", "BJL"))
    people = [malian, senegalese, gambian, ill]
    book(act_as(OFFICER), today, [Booking(c, leaves_at="BKO" if c == senegalese else "") for c in people])
    lock(act_as(OFFICER), today)
    clear_to_board(act_as(OFFICER, at=MORNING), today)
    seats = {c.pk: seat_of(c).pk for c in people}
    check_all(today, list(seats.values()))
    board(act_as(OFFICER, at=MORNING), today, list(seats.values()))
    depart(act_as(OFFICER, at=MORNING), today)
    with refused("earlier_leg"):
        land(act_as(OFFICER, at=MORNING), today, 2)
    land(act_as(OFFICER, at=MORNING), today, 1)
    with refused("no_landing"):
        land(act_as(OFFICER, at=MORNING), today, 1)
    land(act_as(OFFICER, at=MORNING), today, 2, stayed=[seats[ill.pk]])
    assert [stage(c) for c in people] == ["arrived", "in_transit", "arrived", "in_transit"]
    with pytest.raises(Missing):
        arrive_onward(act_as(OFFICER, at=MORNING), today, [seats[malian.pk]])
    arrive_onward(act_as(OFFICER, at=MORNING), today, [seats[senegalese.pk]])
    assert stage(senegalese) == "arrived"
    assert Counter(Handover.objects.values_list("case__return_country", flat=True)) == {"MLI": 1, "GMB": 1, "SEN": 1}


def test_a_death_on_the_way_needs_its_source_and_closes_the_case(house):
    ibrahim, other = ready(2)
    today = fly([ibrahim, other])
    seat = seat_of(ibrahim).pk
    with refused("reason_needed"):
        record_death(act_as(OFFICER, at=MORNING), today, seat, "")
    record_death(act_as(OFFICER, at=MORNING), today, seat, "the flight's physician")
    land(act_as(OFFICER, at=MORNING), today, 1)
    assert (stage(ibrahim), stage(other)) == ("deceased", "arrived")


def test_a_verdict_that_turns_between_clearing_and_boarding_stops_at_the_stairs(house):
    ibrahim = ready()[0]
    today = boarding([ibrahim])
    check_all(today, [seat_of(ibrahim).pk])
    give_verdicts(act_as(at=MORNING), [Ruled(ibrahim, "R4", "hold")])
    with refused("not_ready"):
        board(act_as(OFFICER, at=MORNING), today, [seat_of(ibrahim).pk])
    assert date(2019, 5, 11) == FLIGHT_DAY
