"""Sheets of figures: each number opens its rows, for those who may see such rows and nobody else."""

from __future__ import annotations

import pytest

from darb.desk import exit_figures, movement_figures, outreach_figures
from darb.desk.sheets import HEADS, NEEDS, SHOWN_TO, Sheet
from darb.programmes.voluntary_return_codes import VULNERABILITIES
from darb.rules.roles import Role
from darb.trust.figures import Figure
from darb.trust.powers import DataClass
from tests.cast import client_for
from tests.movements.test_figure_queries import flown

DAYS = "?since=2019-05-01&until=2019-05-31"
READER = {
    None: Role.ME_OFFICER,
    DataClass.IDENTITY: Role.MOVEMENT_OFFICER,
    DataClass.WHEREABOUTS: Role.VHR_CASEWORKER,
    DataClass.TRAVEL_DOCUMENT: Role.EXIT_VISA_OFFICER,
    DataClass.MEDICAL: Role.PHYSICIAN,
    DataClass.PROTECTION: Role.PROTECTION_CASEWORKER,
}
"""By class of data, somebody who sees it."""
SHEETS: list[tuple[Sheet, str, dict[str, Figure]]] = [
    (outreach_figures.OUTREACH, "outreach", outreach_figures.BY_TIME | outreach_figures.BY_DAY),
    (exit_figures.EXITS, "exits", exit_figures.exits.BY_KEY),
    (movement_figures.FLIGHTS, "flights", movement_figures.figures.BY_KEY),
]
ALL = [(at, figure) for _sheet, at, figures in SHEETS for figure in figures.values()]


@pytest.mark.parametrize(("at", "figure"), ALL, ids=[f"{at}-{f.key}" for at, f in ALL])
def test_each_figure_opens_its_rows_for_a_reader_and_not_for_others(at, figure, house):
    needed = SHOWN_TO[figure.kind]
    assert client_for(READER[needed]).get(f"/figures/{at}/{figure.key}/{DAYS}").status_code == 200
    if needed is not None:
        assert client_for(Role.ME_OFFICER).get(f"/figures/{at}/{figure.key}/{DAYS}").status_code == 404


def test_each_vulnerability_opens_its_cases_for_protection_alone(house):
    code = next(iter(VULNERABILITIES))
    address = f"/figures/outreach/need-{code}/{DAYS}"
    assert client_for(READER[SHOWN_TO[NEEDS]]).get(address).status_code == 200
    assert client_for(Role.MOVEMENT_OFFICER).get(address).status_code == 404


def test_a_table_of_rows_has_a_head_for_each_of_its_columns(house):
    flown()
    for key in ("flights", "returns"):
        page = client_for(Role.MOVEMENT_OFFICER).get(f"/figures/flights/{key}/{DAYS}").text
        head, body = page.split("<tbody>", 1)
        assert head.count('<th scope="col">') == body.split("</tr>", 1)[0].count("<td") > 3, key
    assert set(SHOWN_TO) - set(HEADS) == {"calls", "leads", "rumours"}, "these have tables of their own"


def test_days_that_make_no_sense_are_the_last_ninety(house):
    page = client_for(Role.ME_OFFICER).get("/figures/flights/?since=2019-05-31&until=2019-05-01")
    assert page.status_code == 200 and 'value="2019-05-31"' not in page.text
