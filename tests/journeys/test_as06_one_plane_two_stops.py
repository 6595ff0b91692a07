"""AS-06: one plane, four nationalities, two stops: each arrives at their own final place, and is seen by their own."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from darb.assistance.models import LedgerLine
from darb.cases.models import Case
from darb.movements.actions import book, lock
from darb.movements.boarding_actions import Checked, check_boarding, clear_to_board
from darb.movements.models import Flight, Handover, Seat
from darb.movements.reading import Booking
from darb.rules.roles import Role
from darb.trust.actions import grant, open_account
from darb.trust.context import acting
from darb.trust.queries import HOUSE
from tests.cast import PASSWORD, act_as, told
from tests.journeys.browsing import Page, Somebody
from tests.travellers import flight, ready

PEOPLE = {"MLI": 52, "SEN": 12, "GIN": 17, "GMB": 72}
ON_BY_ROAD = ("SEN", "GIN")


@pytest.fixture
def plane(db) -> Flight:
    """153 people, boarding at Mitiga for Bamako and Banjul; and an officer at each of the four receiving missions."""
    now = timezone.localtime()
    day = (now + timedelta(days=1)).date()
    with acting(HOUSE):
        cases = [
            c
            for nationality, many in PEOPLE.items()
            for c in ready(
                [told(f"{nationality}{n}", nationality=nationality, site="TOWN-TRIPOLI") for n in range(many)], at=now
            )
        ]
        made = flight("DB 153", route=("MJI", "BKO", "BJL"), day=day, seats=160, at=now)
        stops = {c.pk: "BKO" if c.return_country in ON_BY_ROAD else "" for c in cases}
        book(act_as(at=now), made, [Booking(c, leaves_at=stops[c.pk]) for c in cases])
        lock(act_as(at=now), made)
        seats = list(Seat.objects.filter(flight=made).values_list("pk", flat=True))
        codes = ("B1", "B2", "B3", "B4", "B5", "B6", "B7")
        check_boarding(act_as(at=now), made, [Checked(s, c) for s in seats for c in codes])
        clear_to_board(act_as(at=now), made)
        for country in PEOPLE:
            open_account(act_as(at=now), f"mission_{country}", country, PASSWORD)
            grant(act_as(at=now), f"mission_{country}", [Role.RECEIVING_MISSION_OFFICER], office=country)
        return made


def test_one_plane_four_nationalities_two_stops(plane: Flight) -> None:
    officer, at = Somebody("movement_officer"), f"/flights/{plane.ref}/"
    page = officer.open(at)
    assert "MJI Tripoli" in page.text
    assert _loads(page) == [("MJI", "BKO", 153, 81), ("BKO", "BJL", 72, 72)], "each leg's list adds up"
    assert officer.open(f"{at}leg/2/").text.count("gets off") == 72
    assert "153 of 153 aboard" in officer.open(f"{at}boarding/").send("Board 153").text
    officer.open(at).send("Off blocks")
    officer.open(at).follow("Landed at BKO").send("Record the landing")
    issued = officer.open(f"{at}issue/").send("Write it down", items="meal", point="transit:BKO", to="all")
    assert "Transit BKO 101 101" in issued.text, "those who go on from Bamako: 12, 17 and 72"
    with acting(HOUSE):
        meals = LedgerLine.objects.filter(occasion=plane.ref, item="meal", point="transit", stop="BKO")
        assert Counter(meals.values_list("case__return_country", flat=True)) == {"SEN": 12, "GIN": 17, "GMB": 72}
        ill = Seat.objects.filter(flight=plane, case__return_country="GMB").order_by("pk").first()
    page = officer.open(at).follow("Landed at BJL").send("Record the landing", stayed=ill.pk)
    assert "stayed at BKO" in page.text
    with acting(HOUSE):
        assert _stages() == {("MLI", "arrived"): 52, ("SEN", "in_transit"): 12, ("GIN", "in_transit"): 17,
                             ("GMB", "arrived"): 71, ("GMB", "in_transit"): 1}  # fmt: skip
        assert Case.objects.get(pk=ill.case_id).stage == "in_transit", "in a hospital's bed, not at home"
    page.follow("Reconcile").send("Reconcile")
    for country, place in (("SEN", "Tambacounda"), ("GIN", "Siguiri")):
        with acting(HOUSE):
            theirs = list(Seat.objects.filter(flight=plane, case__return_country=country).values_list("pk", flat=True))
        officer.open(at).send("They have arrived", seat=theirs, place=place)
    with acting(HOUSE):
        assert _stages()["GMB", "in_transit"] == 1 and _stages()["SEN", "arrived"] == 12
        places = Counter(
            (h.packet["arrival"]["country"], h.packet["arrival"]["place"])
            for h in Handover.objects.filter(flight=plane)
        )
    assert places == {("MLI", ""): 52, ("SEN", "Tambacounda"): 12, ("GIN", "Siguiri"): 17, ("GMB", ""): 71}
    for country, many in (("MLI", 52), ("SEN", 12), ("GIN", 17), ("GMB", 71)):
        _mission_sees_its_own(country, many)


def _mission_sees_its_own(country: str, many: int) -> None:
    mission = Somebody(f"mission_{country}")
    arrivals = mission.open("/flights/arrivals/")
    offered = arrivals.form("We have those chosen").choices["handover"]
    assert len(offered) == many
    for other in PEOPLE.keys() - {country}:
        assert f"{other}0 " not in arrivals.text, (country, other)
    arrivals.send("We have those chosen", handover=offered)
    with acting(HOUSE):
        accepted = Handover.objects.exclude(accepted_at=None).filter(case__return_country=country)
        assert accepted.count() == many
        assert set(accepted.values_list("case__stage", flat=True)) == {"handed_over"}


def _stages() -> Counter:
    return Counter(Case.objects.values_list("return_country", "stage"))


def _loads(page: Page) -> list[tuple[str, str, int, int]]:
    """From, to, how many are aboard, how many get off: as the page of each leg tells it."""
    said = r"(\w{3}) → (\w{3}) (\d+) aboard on this leg; (\d+) get off"
    told_so = [re.search(said, page.somebody.open(f"{page.url}leg/{n}/").text) for n in (1, 2)]
    return [(found[1], found[2], int(found[3]), int(found[4])) for found in told_so if found]
