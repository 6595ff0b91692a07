"""Work lists: every number is its rows, as many statements for many as for few."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from darb.cases.actions import Ruled, give_verdicts
from darb.cases.models import Readiness
from darb.cases.task_actions import ToDo, raise_tasks
from darb.places.models import RouteClosure
from darb.rules.roles import Role
from darb.trust.context import acting
from darb.trust.queries import HOUSE
from tests.cast import act_as, cases, client_for
from tests.desk.reading import html

ROW = re.compile(r'<a class="reference" href="/cases/(\w+)/">')


@pytest.fixture
def amadou(house):
    return client_for(Role.VHR_CASEWORKER)


def rows_behind(client, page: str, label: str) -> tuple[int, list[str]]:
    """The number that stands beside `label` in the bars of a page, and the references that its link opens."""
    found = re.search(
        rf'<a href="([^"]+)">{re.escape(label)}</a>.*?count-number">(\d+)<', html(client.get(page)), re.DOTALL
    )
    return int(found[2]), ROW.findall(html(client.get(found[1].replace("&amp;", "&"))))


def test_every_gates_number_opens_exactly_its_rows(amadou):
    mali = cases(3)
    cases(2, born=date(2015, 1, 1))
    with acting(HOUSE):
        give_verdicts(act_as(Role.PROGRAMME_MANAGER), [Ruled(c, "R14", "funded") for c in mali])
    for label, number in (("R14 · Money", 2), ("R5 · Child", 2), ("R9 · Fit to travel", 5)):
        counted, rows = rows_behind(amadou, reverse("desk:work"), label)
        assert (counted, len(rows)) == (number, number), label


def test_lists_are_filtered_by_nationality_place_and_stage(amadou):
    mali, guinea = cases(1), cases(2, nationality="GIN", site="DC-TAJOURA")
    for asked, expected in (
        ({"nationality": "GIN"}, guinea),
        ({"site": "DC-TARIQ-SIKKA"}, mali),
        ({"stage": "counselled"}, []),
        ({"gate": "R1", "nationality": "MLI"}, mali),
        ({"ready": "1"}, []),
        ({"gate": "R99", "stage": "flying", "day": "soon", "after": "x"}, [*mali, *guinea]),
    ):
        rows = ROW.findall(html(amadou.get(reverse("desk:cases"), asked)))
        assert sorted(rows) == sorted(c.ref for c in expected), asked


def test_what_turns_red_within_two_weeks_is_warned_of_with_its_rows(amadou):
    today = timezone.localdate()
    soon, later = cases(2)
    with acting(HOUSE):
        give_verdicts(act_as(Role.PROGRAMME_MANAGER), [Ruled(soon, "R14", "funded", today + timedelta(days=5))])
        give_verdicts(act_as(Role.PROGRAMME_MANAGER), [Ruled(later, "R14", "funded", today + timedelta(days=50))])
    text = html(amadou.get(reverse("desk:home")))
    url = re.search(r'href="([^"]*gate=R14[^"]*soon=1)"', text)[1].replace("&amp;", "&")
    assert ROW.findall(html(amadou.get(url))) == [soon.ref]


def test_a_case_that_one_gate_keeps_is_named_under_that_gate_alone(amadou):
    one, _other = cases(2)
    with acting(HOUSE):
        Readiness.objects.filter(case=one).update(gates=["R8"], windows=["{}"], red=None)
    rows = ROW.findall(html(amadou.get(reverse("desk:cases"), {"gate": "R8", "only": "1"})))
    assert rows == [one.ref]


def test_a_list_of_fifty_asks_as_often_as_one_of_five(amadou):
    def asked(page: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert amadou.get(page).status_code == 200
        return len(queries)

    pages = [reverse("desk:cases"), reverse("desk:work"), reverse("desk:home"), reverse("desk:tasks")]

    def more(count: int) -> None:
        with acting(HOUSE):
            made = cases(count)
            raise_tasks(act_as(), [ToDo(c, "by_hand", Role.VHR_CASEWORKER, date(2019, 6, 1)) for c in made])

    more(5)
    few = [asked(page) for page in pages]
    more(50)
    assert [asked(page) for page in pages] == few


def test_a_long_list_goes_on_on_the_next_page(amadou):
    cases(60)
    first = html(amadou.get(reverse("desk:cases")))
    second = html(amadou.get(reverse("desk:cases"), {"after": "50"}))
    assert len(ROW.findall(first)) == 50
    assert len(ROW.findall(second)) == 10
    assert not set(ROW.findall(first)) & set(ROW.findall(second))


def test_who_sees_no_identity_sees_references_without_names(house):
    [case] = cases(1)
    text = html(client_for(Role.ME_OFFICER).get(reverse("desk:cases")))
    assert case.ref in text
    assert case.person.name not in text


def test_closing_a_route_says_first_how_many_turn_red_and_then_turns_them_red(house):
    made = cases(3)
    chief = client_for(Role.CHIEF_OF_MISSION)
    today = timezone.localdate()
    told = {"kind": "airport", "airport": "mji", "since": today.isoformat(), "reason": "Shelling"}
    asked = chief.post(reverse("desk:routes"), {**told, "key": str(uuid4())})
    assert "3 waiting cases go this way" in html(asked)
    with acting(HOUSE):
        assert not RouteClosure.objects.exists()
    assert chief.post(reverse("desk:routes"), {**told, "confirmed": "on", "key": str(uuid4())}).status_code == 302
    rows = ROW.findall(html(chief.get(reverse("desk:cases"), {"gate": "R13"})))
    assert sorted(rows) == sorted(c.ref for c in made)
    chief.post(reverse("desk:reopen_route"), {"subject": "airport:MJI", "key": str(uuid4())})
    assert ROW.findall(html(chief.get(reverse("desk:cases"), {"gate": "R13"}))) == []


def test_nobody_else_closes_a_route(amadou):
    told = {"kind": "airport", "airport": "MJI", "since": "2030-01-01", "reason": "Shelling", "confirmed": "on"}
    page = amadou.post(reverse("desk:routes"), told)
    assert page.status_code == 422
    with acting(HOUSE):
        assert not RouteClosure.objects.exists()


def test_a_task_is_done_from_the_list(amadou):
    [case] = cases(1)
    with acting(HOUSE):
        [task] = raise_tasks(act_as(), [ToDo(case, "by_hand", Role.VHR_CASEWORKER, date(2019, 5, 7), "Call home")])
    assert "Call home" in html(amadou.get(reverse("desk:tasks")))
    amadou.post(reverse("desk:do_task", args=[task.pk]), {"key": str(uuid4())})
    assert "Call home" not in html(amadou.get(reverse("desk:tasks")))


@pytest.mark.parametrize("bad", ["\x00", "99999999999999999999", "-1", "²", "'", "2019-13-45", "ا"])
def test_nonsense_in_an_address_is_left_out(amadou, bad):
    for name in ("day", "gate", "stage", "nationality", "site", "after", "returned", "ready"):
        assert amadou.get(reverse("desk:cases"), {name: bad}).status_code == 200, name
    assert amadou.get(reverse("desk:work"), {"day": bad}).status_code == 200


def test_tasks_come_fifty_to_a_page(amadou):
    with acting(HOUSE):
        raise_tasks(act_as(), [ToDo(c, "by_hand", Role.VHR_CASEWORKER, date(2019, 6, 1)) for c in cases(53)])
    first, second = (html(amadou.get(reverse("desk:tasks"), told)) for told in ({}, {"after": "50"}))
    assert 'rel="next"' in first and 'rel="prev"' not in first
    assert 'rel="prev"' in second and 'rel="next"' not in second
    assert [page.count("/done/") for page in (first, second)] == [50, 3]
