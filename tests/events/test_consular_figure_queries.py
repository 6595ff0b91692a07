"""Figures of embassies' hearings: each is as many as the rows that it opens."""

from __future__ import annotations

from datetime import timedelta

from darb.events.actions import close, open_session
from darb.events.consular_actions import Heard, call, record_outcomes
from darb.events.consular_figure_queries import BY_KEY, FIGURES, HEARD, days_to_document
from darb.events.embassy_actions import request_documents
from darb.people.arrival_actions import Arrived, take_in
from darb.programmes.voluntary_return_codes import CONSULAR_OUTCOMES
from darb.rules.roles import Role
from darb.trust.figures import Span, counted
from tests.cast import NOON, TODAY, act_as
from tests.events.cast import called, in_process, session

CONSULAR = Role.CONSULAR_OFFICER
MONTH = (NOON - timedelta(days=7), NOON + timedelta(days=30))


def test_sessions_people_and_documents_are_counted_from_their_rows(house):
    online, _people = called(5)
    open_session(act_as(CONSULAR), online)
    codes = ["confirmed", "data_corrected", "pending_capital", "not_heard", "not_our_national"]
    record_outcomes(
        act_as(CONSULAR),
        online,
        [Heard(line.pk, code) for line, code in zip(online.lines.order_by("number"), codes, strict=True)],
    )
    office = session("office")
    call(act_as(CONSULAR), office, in_process(1))
    open_session(act_as(CONSULAR), office)
    record_outcomes(act_as(CONSULAR), office, [Heard(office.lines.get().pk, "declined_by_migrant")])
    for event in (online, office):
        close(act_as(CONSULAR), event)
    confirmed = [line.case for line in online.lines.filter(outcome="confirmed").select_related("case__person")]
    request_documents(act_as(CONSULAR), "GMB", confirmed)
    came = TODAY + timedelta(days=12)
    paper = Arrived(confirmed[0].person, "GMB", "LP1", came, came + timedelta(days=14))
    take_in(act_as(CONSULAR, at=NOON + timedelta(days=12)), [paper])

    span = Span(house, *MONTH)
    values = {figure.key.removeprefix("embassy_"): n for figure, n in counted(FIGURES, span)}
    assert values == {
        "sessions": 2, "dc_visit": 0, "urban": 0, "office": 1, "online": 1,
        "called": 6, "heard": 4, "confirmed": 2, "pending": 1, "rejected": 1,
        "asked": 1, "came": 1, "run_out": 1,
    }  # fmt: skip
    for figure, value in counted(FIGURES, span):
        assert value == len(list(figure.rows(span))), figure.key
        assert not figure.of or figure.of in BY_KEY
    assert days_to_document(span) == 12
    before = Span(house, NOON - timedelta(days=60), NOON - timedelta(days=30))
    assert [n for figure, n in counted(FIGURES, before)] == [0] * len(FIGURES)
    assert days_to_document(before) is None


def test_whoever_was_heard_is_confirmed_pending_or_no_national():
    parts = [BY_KEY[f"embassy_{part}"].rows.args[0] for part in ("confirmed", "pending", "rejected")]  # type: ignore[attr-defined]
    assert sorted(code for part in parts for code in part) == sorted(HEARD)
    assert set(CONSULAR_OUTCOMES) > HEARD
