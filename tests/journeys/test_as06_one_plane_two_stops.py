"""AS-06: one plane, four nationalities, two stops: each arrives at their own final place, and is seen by their own."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.utils import timezone
from pypdf import PdfReader

from darb.assistance.models import LedgerLine
from darb.cases.models import Case
from darb.movements.boarding_actions import Checked, check_boarding
from darb.movements.models import Flight, Handover, Seat
from darb.rules.roles import Role
from darb.trust.actions import grant, open_account
from darb.trust.context import acting
from darb.trust.queries import HOUSE
from tests.cast import PASSWORD, act_as, told
from tests.journeys.browsing import Page, Somebody
from tests.travellers import ready

TOWN = "TOWN-TRIPOLI"
PEOPLE = {"MLI": 52, "SEN": 12, "GIN": 17, "GMB": 72}


@pytest.fixture
def waiting(db) -> None:
    """153 people in Tripoli who are ready to fly; and an officer at each of the four receiving missions."""
    now = timezone.localtime()
    with acting(HOUSE):
        for nationality, many in PEOPLE.items():
            ready(
                [told(f"{nationality}{n}", nationality=nationality, site="TOWN-TRIPOLI") for n in range(many)], at=now
            )
        for country in PEOPLE:
            open_account(act_as(at=now), f"mission_{country}", country, PASSWORD)
            grant(act_as(at=now), f"mission_{country}", [Role.RECEIVING_MISSION_OFFICER], office=country)


def test_one_plane_four_nationalities_two_stops(waiting: None) -> None:
    officer = Somebody("movement_officer")
    ref = planned(officer)
    at = f"/flights/{ref}/"
    fill(officer, at)
    page = officer.open(at)
    assert "MJI Tripoli" in page.text
    assert _loads(page) == [("MJI", "BKO", 153, 81), ("BKO", "BJL", 72, 72)], "each leg's list adds up"
    assert officer.open(f"{at}leg/2/").text.count("gets off") == 72
    lists_go_out(officer, at)
    clear_and_board(officer, ref)
    officer.open(at).send("Off blocks")
    page = officer.open(at).follow("Landed at BKO").send("Record the landing")
    assert "landed at BKO, leg 1 of 2" in page.text
    issued = officer.open(f"{at}issue/").send("Write it down", items="meal", point="transit:BKO", to="all")
    assert "Transit BKO 101 101" in issued.text, "those who go on from Bamako: 12, 17 and 72"
    with acting(HOUSE):
        meals = LedgerLine.objects.filter(occasion=ref, item="meal", point="transit", stop="BKO")
        assert Counter(meals.values_list("case__return_country", flat=True)) == {"SEN": 12, "GIN": 17, "GMB": 72}
        ill = Seat.objects.filter(flight__ref=ref, case__return_country="GMB").order_by("pk").first()
    page = officer.open(at).follow("Landed at BJL").send("Record the landing", stayed=ill.pk)
    assert "stayed at BKO" in page.text
    with acting(HOUSE):
        assert _stages() == {("MLI", "arrived"): 52, ("SEN", "in_transit"): 12, ("GIN", "in_transit"): 17,
                             ("GMB", "arrived"): 71, ("GMB", "in_transit"): 1}  # fmt: skip
        assert Case.objects.get(pk=ill.case_id).stage == "in_transit", "in a hospital's bed, not at home"
    page.follow("Reconcile").send("Reconcile")
    for country, place in (("SEN", "Tambacounda"), ("GIN", "Siguiri")):
        with acting(HOUSE):
            theirs = _seats(ref, case__return_country=country)
        officer.open(at).send("They have arrived", seat=theirs, place=place)
    with acting(HOUSE):
        assert _stages()["GMB", "in_transit"] == 1 and _stages()["SEN", "arrived"] == 12
        places = Counter(
            (h.packet["arrival"]["country"], h.packet["arrival"]["place"])
            for h in Handover.objects.filter(flight__ref=ref)
        )
    assert places == {("MLI", ""): 52, ("SEN", "Tambacounda"): 12, ("GIN", "Siguiri"): 17, ("GMB", ""): 71}
    for country, many in (("MLI", 52), ("SEN", 12), ("GIN", 17), ("GMB", 71)):
        _mission_sees_its_own(country, many)


def planned(officer: Somebody) -> str:
    """A charter to Bamako and on to Banjul tomorrow, its manifest open; gives its reference."""
    leaves = timezone.localtime() + timedelta(days=1)
    hours = [leaves + timedelta(hours=n) for n in (0, 4, 5, 8)]
    told = {
        name: f"{hour:%Y-%m-%dT%H:%M}"
        for name, hour in zip(("departs_1", "arrives_1", "departs_2", "arrives_2"), hours, strict=True)
    }
    page = officer.open("/flights/new/").send(
        "Plan the flight",
        **{"code": "DB 153", "operator": "Buraq Air", "aircraft": "Airbus A320", "seats": 160, "infant_limit": 12},
        **{"origin": "MJI", "to_1": "BKO", "to_2": "BJL", **told},
    )
    page = page.send("The carrier has confirmed").send("Open the manifest")
    return page.url.rstrip("/").rsplit("/", 1)[1]


def fill(officer: Somebody, at: str) -> None:
    """Malians and Gambians as they are; Senegalese and Guineans, whose countries it doesn't serve, leave at Bamako."""
    adding = officer.open(f"{at}add/")
    home = adding.form("Add those chosen").choices["case"]
    assert len(home) == 52 + 72
    assert "124" in adding.send("Add those chosen", case=home).text
    on = officer.open(f"{at}add/?anywhere=1").form("Add those chosen").choices["case"]
    assert len(on) == 12 + 17
    refs = [ref for each in on for ref in each.split()]
    detail = officer.open(f"{at}add/detail/?{urlencode([('case', ref) for ref in refs])}")
    page = detail.send("Add to the manifest", **{f"{ref}-leaves_at": "BKO" for ref in refs})
    assert "153" in page.text and page.url == at
    assert "Manifest locked" in page.send("Lock the manifest").text


def lists_go_out(officer: Somebody, at: str) -> None:
    """Six must have the list: authorities, carrier, four missions; each mission's names nobody else's people."""
    page = officer.open(f"{at}sending/")
    assert "6 must still get version 1." in page.text
    for url in re.findall(r'href="(/papers/flight/[^"]+/manifest_[^"]+)"', page.html):
        copy = officer.open(url.replace("&amp;", "&"))
        form = next(form for form in copy.forms if "recipient" in form.values)
        made = copy.send(form.buttons[0][0], recipient=form.values["recipient"][0] or "Reader")
        said = "".join(p.extract_text() for p in PdfReader(BytesIO(made.file)).pages)
        if of := form.values.get("mission"):
            assert [other for other in PEOPLE if f"{other}0" in said] == of
    assert "Everybody who must have version 1 has it." in officer.open(f"{at}sending/").text


def clear_and_board(officer: Somebody, ref: str) -> None:
    """The clinic finds everybody fit, the officer checks the rest, and all go up."""
    clinic = Somebody("nurse").open(f"/clinic/flights/{ref}/")
    fit = {name: "PEC-C" for name in clinic.form("Record those marked").values if name.endswith("-code")}
    assert "153 clear" in clinic.send("Record those marked", **fit).text
    officer.open(f"/flights/{ref}/").send("Clear everyone to board")
    with acting(HOUSE):
        made, now = Flight.objects.get(ref=ref), timezone.localtime()
        hers = [Checked(s, c) for s in _seats(ref) for c in ("B1", "B3", "B4", "B5", "B6", "B7")]
        check_boarding(act_as(Role.MOVEMENT_OFFICER, at=now), made, hers)
    assert "153 of 153 aboard" in officer.open(f"/flights/{ref}/boarding/").send("Board 153").text


def _seats(ref: str, **of: Any) -> list[int]:
    return list(Seat.objects.filter(flight__ref=ref, removed_in=None, **of).values_list("pk", flat=True))


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
