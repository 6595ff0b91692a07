"""Whatever happens in whatever order, a session's outcomes and those without one add up to its called list."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from darb.cases.models import Case
from darb.events import queries
from darb.events.actions import abandon, close, open_session
from darb.events.consular_actions import Heard, call, comes_again, rebook, record_outcomes, tally
from darb.events.link_actions import check_connectivity, drop_link, resume_link
from darb.events.models import Event, EventLine
from darb.events.opening import FALLBACKS
from darb.people.actions import move
from darb.programmes.voluntary_return_codes import CONSULAR_OUTCOMES
from darb.rules.refusal import Refused
from darb.rules.roles import Role
from tests.cast import NOON, TODAY, act_as
from tests.events.cast import GOOD_LINK, in_process, session, site

CONSULAR = Role.CONSULAR_OFFICER
CODES = st.sampled_from(["", *CONSULAR_OUTCOMES])
DEEDS = st.one_of(
    st.tuples(st.just("call"), st.integers(0, 5)),
    st.tuples(st.just("hear"), st.integers(0, 5), CODES),
    st.tuples(st.just("hear"), st.integers(0, 5), CODES),
    st.tuples(st.just("move"), st.integers(0, 5)),
    st.tuples(st.just("drop")),
    st.tuples(st.just("resume"), st.sampled_from(sorted(FALLBACKS))),
    st.tuples(st.just("rebook"), st.integers(0, 5)),
    st.tuples(st.sampled_from(["open", "close", "abandon"])),
)


class Day:
    """One session and another on Sunday, with six people who may be called to it."""

    def __init__(self, people: list[Case]) -> None:
        self.people, self.moved = people, 0
        self.event, self.sunday = session(), session(at=NOON + timedelta(days=6))
        check_connectivity(act_as(CONSULAR), self.event, GOOD_LINK)

    def line(self, n: int) -> EventLine:
        lines = list(self.event.lines.order_by("number"))
        if not lines:
            raise Refused("nobody", "Nobody is called.")
        return lines[n % len(lines)]

    def do(self, kind: str, *told: object) -> None:
        """One deed; it may be refused."""
        act = act_as(CONSULAR)
        deeds: dict[str, Callable[..., object]] = {
            "call": lambda n: call(act, self.event, [self.people[n]]),
            "hear": lambda n, code: record_outcomes(act, self.event, [self.heard(n, code)]),
            "move": self.move,
            "drop": lambda: drop_link(act, self.event),
            "resume": lambda on: resume_link(act, self.event, on),
            "rebook": lambda n: rebook(act, self.event, [self.line(n).pk], self.sunday),
            "open": lambda: open_session(act, self.event),
            "close": lambda: close(act, self.event),
            "abandon": lambda: abandon(act, self.event, "The officer is ill"),
        }
        deeds[kind](*told)

    def heard(self, n: int, code: str) -> Heard:
        return Heard(self.line(n).pk, code, with_child_officer=True, referred_to="SEN")

    def move(self, n: int) -> None:
        self.moved += 1
        where = ("DC-BRAK", "DC-SABHA")[self.moved % 2]
        move(act_as(Role.DC_LIAISON), [self.people[n].person], site(where), TODAY, "told_by_dc")

    def adds_up(self) -> None:
        """What must hold after every deed."""
        event = Event.objects.get(pk=self.event.pk)
        lines = list(event.lines.order_by("number"))
        page = queries.consular_page(act_as(CONSULAR).actor, event.ref, NOON)
        assert sum(page.tally.values()) + page.missing == len(lines) == len({line.case_id for line in lines})
        assert [line.number for line in lines] == list(range(1, len(lines) + 1))
        again = [line.case_id for line in lines if line.rebooked_to_id]
        assert sorted(again) == sorted(self.sunday.lines.values_list("case_id", flat=True))
        assert page.rebookable == [line for line in page.lines if comes_again(event, line)]
        if event.state == "closed":
            assert sum(tally(lines).values()) == len(lines) and page.missing == 0
            assert not event.drops.filter(ended_at=None).exists()
        if event.state == "abandoned":
            assert not any(line.outcome for line in lines)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(DEEDS, min_size=4, max_size=16))
def test_a_session_adds_up_after_whatever_happened(six, deeds):
    with transaction.atomic():
        day = Day(six)
        for deed in [("call", 0), ("call", 1), ("open",), *deeds]:
            with suppress(Refused):  # a refusal changes nothing: that is what is looked at next
                day.do(*deed)
            day.adds_up()
        transaction.set_rollback(True)


@pytest.fixture
def six(house: object) -> list[Case]:
    return in_process(6)
