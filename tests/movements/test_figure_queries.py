"""Figures of the flights: counted from rows, and the same rows are what each opens."""

from __future__ import annotations

from datetime import timedelta

from darb.cases.models import Case
from darb.movements.actions import unbook
from darb.movements.arranging_actions import share_cost
from darb.movements.boarding_actions import board
from darb.movements.figure_queries import (
    BY_KEY,
    FIGURES,
    cost_by_project,
    cost_per_person,
    days_from_ready,
    nationalities,
    shared_by,
)
from darb.movements.flight_actions import depart
from darb.movements.health_queries import BY_KEY as OF_HEALTH
from darb.movements.models import FlightTerms, Seat
from darb.rules.roles import Role
from darb.trust.figures import Span, counted
from tests.cast import NOON, act_as, actor, client_for, told
from tests.movements.test_boarding_actions import MORNING, boarding, check_all, fly, seat_of
from tests.travellers import born, ready

OFFICER = Role.MOVEMENT_OFFICER


def span() -> Span:
    """The month around."""
    return Span(actor(OFFICER), NOON - timedelta(days=20), NOON + timedelta(days=20))


def flown() -> None:
    """Five names on one charter: a man, a mother with a baby, a boy of nine, and one who doesn't come."""
    people = ready(
        [
            told("Moussa", site="TOWN-TRIPOLI"),
            told("Mariam", sex="F", born=born(28), site="TOWN-TRIPOLI"),
            told("Awa", sex="F", born=born(0.5), site="TOWN-TRIPOLI"),
            told("Issa", born=born(9), site="TOWN-TRIPOLI"),
            told("Bakary", site="TOWN-TRIPOLI"),
        ],
        families=[[(1, "head"), (2, "daughter"), (3, "son")]],
    )
    today = boarding(people, seats=10)
    unbook(act_as(OFFICER, at=MORNING), today, [seat_of(people[4]).pk], "not at the gate", "no_show")
    seats = [seat_of(c).pk for c in people[:4]]
    check_all(today, seats)
    board(act_as(OFFICER, at=MORNING), today, seats)
    depart(act_as(OFFICER, at=MORNING), today)
    FlightTerms.objects.create(flight=today, fixed_cost=10_000, seat_cost=50)


def test_every_figure_is_the_number_of_its_rows(house):
    flown()
    Case.objects.filter(person__name__startswith="Mariam").update(vulnerabilities=["PLW"])
    fly(ready(1, nationality="NER"), code="DB 7", route=("MJI", "NIM"))
    values = {figure.key: n for figure, n in counted(FIGURES, span())}
    assert values == {
        "flights": 2,
        "charters": 2,
        "seats_offered": 128,
        "seats_filled": 4,
        "names": 6,
        "no_shows": 1,
        "returns": 5,
        "men": 2,
        "women": 1,
        "children": 2,
        "infants": 1,
        "by_charter": 5,
        "by_commercial": 0,
        "by_boat": 0,
        "from_detention": 0,
        "vulnerable": 1,
        "priced": 1,
    }
    assert OF_HEALTH["flown"].value(span()) == values["returns"], "another page counts the same people"
    for key, figure in BY_KEY.items():
        if not figure.adds:
            assert len(figure.rows(span())) == values[key], key
    assert values["men"] + values["women"] + values["children"] == values["returns"]
    assert nationalities(span()) == [("MLI", 4), ("NER", 1)]
    assert cost_per_person(span()) == 2550.0, "10,000 and 50 for each of four"
    assert days_from_ready(span()) == 4


def test_what_the_projects_bear_makes_the_cost_of_all_flights(house):
    flown()
    other = fly(ready(1, nationality="NER"), code="DB 7", route=("MJI", "NIM"))
    FlightTerms.objects.create(flight=other, fixed_cost=801)
    assert cost_by_project(span()) == [("", 11_001, 2200.2)]
    share_cost(act_as(OFFICER, at=MORNING), Seat.objects.get(case__person__name__startswith="Moussa").flight,
               [("RR.1", 67), ("RR.2", 33)])  # fmt: skip
    assert cost_by_project(span()) == [("RR.1", 6834, 1708.5), ("RR.2", 3366, 841.5), ("", 801, 801.0)]
    share_cost(act_as(OFFICER, at=MORNING), other, [("RR.1", 50), ("RR.3", 50)])
    told_so = cost_by_project(span())
    assert sum(dollars for _project, dollars, _each in told_so) == 10_200 + 801
    assert told_so[0] == ("RR.1", 6834 + 401, 1447.0), "over the five who flew on what it shares"
    page = client_for(OFFICER).get("/figures/flights/?since=2019-05-01&until=2019-05-31").text
    assert "RR.3" in page and "7,235" in page
    assert "of_project/?since=2019-05-01&amp;until=2019-05-31&amp;project=RR.3" in page
    assert [f.code for f in shared_by(span(), "RR.3")] == ["DB 7"] and not shared_by(span(), "")
    rows = client_for(OFFICER).get("/figures/flights/of_project/?since=2019-05-01&until=2019-05-31&project=RR.1").text
    assert "DB 7" in rows and "DB 101" in rows


def test_a_time_without_flights_has_no_cost_and_no_days(house):
    nothing = Span(actor(OFFICER), NOON, NOON)
    assert cost_per_person(nothing) is None and cost_by_project(nothing) == [] and days_from_ready(nothing) is None
    assert all(figure.value(nothing) == 0 for figure in BY_KEY.values())


def test_the_page_opens_the_rows_for_those_who_see_names_and_numbers_for_all(house):
    flown()
    days = "?since=2019-05-01&until=2019-05-31"
    page = client_for(OFFICER).get(f"/figures/flights/{days}")
    assert page.status_code == 200 and "2,550" in page.text.replace("2550", "2,550")
    rows = client_for(OFFICER).get(f"/figures/flights/no_shows/{days}").text
    assert "Bakary" in rows and "No-show" in rows
    assert "DB 101" in client_for(OFFICER).get(f"/figures/flights/flights/{days}").text
    officer = client_for(Role.ME_OFFICER)
    assert "Flights that left" in officer.get(f"/figures/flights/{days}").text
    assert officer.get(f"/figures/flights/no_shows/{days}").status_code == 404
    assert client_for(OFFICER).get("/figures/flights/nonsense/").status_code == 404
