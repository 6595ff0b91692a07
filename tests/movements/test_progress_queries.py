"""How far a flight is, and who must still get its list."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from darb.movements.actions import book, lock, unbook
from darb.movements.flight_actions import land, postpone
from darb.movements.models import Flight, FlightState
from darb.movements.progress_queries import Progress, progress
from darb.movements.reading import Booking, flight_day
from darb.movements.sending_queries import readers
from darb.movements.turned_actions import divert
from darb.programmes.voluntary_return_papers import AIRLINE, AUTHORITIES, MISSION, PAPERS
from darb.rules.roles import Role
from darb.trust.paper_actions import Printed, hand_out
from tests.cast import TODAY, act_as, actor, told
from tests.movements.test_boarding_actions import MORNING, fly, seat_of
from tests.travellers import FLIGHT_DAY, flight, ready

OFFICER = Role.MOVEMENT_OFFICER
S = FlightState


def send(made: Flight, paper: str, recipient: str, of: str = "", version: int | None = None) -> None:
    """A copy of the newest version goes out."""
    made.refresh_from_db()
    number = version or made.manifest_version
    printed = Printed(b"%PDF", recipient.encode(), made.ref, version=number, of=of)
    hand_out(act_as(OFFICER), PAPERS[paper], recipient, "en", lambda _stamp: printed)


def far(made: Flight, day=TODAY) -> Progress:
    made.refresh_from_db()
    return progress(actor(OFFICER), [made], day)[made.pk]


def missing(made: Flight) -> list[tuple[str, str, str, int]]:
    """Which list, of which mission, who has it and in which version: of those who must get the newest."""
    made.refresh_from_db()
    return [(r.paper, r.of, r.recipient, r.version) for r in readers(actor(OFFICER), made) if not r.newest]


def two_missions(code: str = "DB 101") -> tuple[Flight, list]:
    """A locked manifest to Bamako and Banjul, two people to each."""
    people = ready([told(f"P{n}", nationality=("MLI", "GMB")[n % 2], site="TOWN-TRIPOLI") for n in range(4)])
    made = flight(code, route=("MJI", "BKO", "BJL"))
    book(act_as(OFFICER), made, [Booking(c) for c in people])
    lock(act_as(OFFICER), made)
    return made, people


def test_a_manifest_is_submitted_once_authorities_carrier_and_every_mission_have_it(house):
    made, _people = two_missions()
    assert far(made) == Progress(S.LOCKED, lacking=4)
    for paper, of in ((AUTHORITIES, ""), (AIRLINE, ""), (MISSION, "MLI")):
        send(made, paper, f"reader of {paper}", of)
    assert far(made).state == S.LOCKED
    assert missing(made) == [(MISSION, "GMB", "", 0)]
    send(made, MISSION, "IOM Banjul", "GMB")
    assert far(made) == Progress(S.SUBMITTED)


def test_after_a_change_all_who_have_the_older_version_must_get_the_new_one(house):
    made, people = two_missions()
    for paper, recipient, of in (
        (AUTHORITIES, "Passports", ""),
        (AIRLINE, "Buraq", ""),
        (MISSION, "IOM Bamako", "MLI"),
        (MISSION, "IOM Banjul", "GMB"),
        ("captain_list", "The captain", ""),
    ):
        send(made, paper, recipient, of)
    assert far(made).state == S.SUBMITTED
    unbook(act_as(OFFICER), made, [seat_of(people[1]).pk], "fever", "med_offloaded")
    assert far(made).state == S.LOCKED
    assert len(missing(made)) == 5
    send(made, AIRLINE, " buraq ")
    assert {r[2] for r in missing(made)} == {"Passports", "IOM Bamako", "IOM Banjul", "The captain"}
    # A copy of the old version, made again for the file, doesn't make its reader forget the newer one.
    send(made, AIRLINE, "Buraq", version=1)
    assert AIRLINE not in {r[0] for r in missing(made)}


def test_a_mission_whose_people_all_came_off_still_hears_of_it_if_it_had_the_list(house):
    made, people = two_missions()
    send(made, MISSION, "IOM Banjul", "GMB")
    unbook(act_as(OFFICER), made, [seat_of(p).pk for p in people[1::2]], "fever", "med_offloaded")
    assert (MISSION, "GMB", "IOM Banjul", 1) in missing(made)
    fresh, others = two_missions("DB 102")
    unbook(act_as(OFFICER), fresh, [seat_of(p).pk for p in others[1::2]], "fever", "med_offloaded")
    assert "GMB" not in {r[1] for r in missing(fresh)}, "who never had it needn't hear"


def test_the_day_itself_is_said_and_a_flight_put_off_is_marked(house):
    made, _people = two_missions()
    assert far(made, FLIGHT_DAY).state == S.DEPARTURE_DAY
    postpone(act_as(OFFICER), made, made.departs_at + timedelta(days=1), "fog")
    told_so = far(made, FLIGHT_DAY)
    assert (told_so.state, told_so.put_off) == (S.LOCKED, True)
    assert far(made, flight_day(made)).state == S.DEPARTURE_DAY


def test_each_landing_is_said_while_others_are_to_come_and_one_elsewhere_too(house):
    people = ready([told(f"P{n}", nationality=("MLI", "GMB")[n % 2], site="TOWN-TRIPOLI") for n in range(2)])
    made = fly(people, route=("MJI", "BKO", "BJL"))
    assert far(made) == Progress(S.OFF_BLOCKS, legs=2)
    land(act_as(OFFICER, at=MORNING + timedelta(hours=8)), made, 1)
    assert far(made) == Progress(S.OFF_BLOCKS, landed=1, legs=2, landed_at="BKO")
    divert(act_as(OFFICER, at=MORNING + timedelta(hours=9)), made, "DKR", "storm over Banjul")
    assert far(made).diverted and far(made).landed_at == "DKR"
    land(act_as(OFFICER, at=MORNING + timedelta(hours=12)), made, 3)
    assert far(made).state == S.LANDED


def test_many_flights_take_as_many_statements_as_one(house):
    def asked(flights: list[Flight]) -> int:
        with CaptureQueriesContext(connection) as queries:
            progress(actor(OFFICER), flights, TODAY)
        return len(queries)

    first, _people = two_missions()
    second, _others = two_missions("DB 102")
    for made in (first, second):
        made.refresh_from_db()
    assert asked([first, second]) == asked([first])
