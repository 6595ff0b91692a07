"""Consular sessions: who is called, who is heard, and that the outcomes add up to the called list."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from darb.cases.actions import Ruled, give_verdicts
from darb.cases.asylum_actions import raise_asylum_concern
from darb.cases.models import Task, Verdict
from darb.events import queries
from darb.events.actions import close, open_session
from darb.events.consular_actions import Heard, call, rebook, record_outcomes, tally
from darb.events.models import Event, EventLine
from darb.people.actions import withdraw_consents
from darb.people.models import Person
from darb.programmes.voluntary_return_codes import CONSENT_PURPOSES, CONSULAR_OUTCOMES, TO_EMBASSY
from darb.rules.refusal import Forbidden, Invalid, Missing, Refused
from darb.rules.roles import Role
from darb.trust.context import acting
from darb.trust.queries import HOUSE
from tests.cast import NOON, TODAY, act_as, actor, case
from tests.events.cast import called, in_process, session

CONSULAR = Role.CONSULAR_OFFICER
FORTY = (
    ["confirmed"] * 29
    + ["data_corrected"] * 4
    + ["pending_capital"] * 2
    + ["not_our_national"] * 2
    + ["referred_to_other_mission", "no_show_moved", "not_heard"]
)


def opened(count: int, **told_as: object) -> Event:
    event, _people = called(count, **told_as)
    return open_session(act_as(CONSULAR), event)


def hear(event: Event, codes: list[str], **more: object) -> None:
    lines = event.lines.order_by("number")
    record_outcomes(act_as(CONSULAR), event, [Heard(x.pk, code, **more) for x, code in zip(lines, codes, strict=False)])  # type: ignore[arg-type]


# AS-02 ---------------------------------------------------------------------------------------------


def test_forty_gambians_online_add_up_and_their_cases_hear_of_it_when_the_session_closes(house):
    event = opened(40)
    senegal = next(
        x.pk for x, code in zip(event.lines.order_by("number"), FORTY, strict=True) if code.startswith("ref")
    )
    hear(event, FORTY)
    record_outcomes(act_as(CONSULAR), event, [Heard(senegal, "referred_to_other_mission", referred_to="SEN")])
    assert not Verdict.objects.filter(gate="R6").exists(), "nothing reaches a case before the session closes"

    closed = close(act_as(CONSULAR), event)

    counts = tally(list(closed.lines.all()))
    assert sum(counts.values()) == 40
    assert counts["confirmed"] + counts["data_corrected"] == 33
    assert (counts["pending_capital"], counts["not_our_national"] + counts["referred_to_other_mission"]) == (2, 3)
    assert (counts["no_show_moved"], counts["not_heard"]) == (1, 1)
    assert Person.objects.filter(nationality_verified="GMB").count() == 33
    rulings = Verdict.objects.filter(gate="R6", superseded_at=None)
    assert rulings.filter(granted=True).count() == 33
    assert rulings.filter(code="pending_capital", granted=False).count() == 2
    assert rulings.filter(code="not_our_national").count() == 3
    assert Task.objects.filter(kind="embassy_data_corrected", role=Role.REGISTRATION_CLERK).count() == 4
    assert Task.objects.get(kind="embassy_no_show_moved").role == Role.VHR_CASEWORKER


def test_whoever_moved_the_night_before_has_not_withdrawn(house):
    event = opened(1)
    hear(event, ["no_show_moved"])
    close(act_as(CONSULAR), event)
    moved = event.lines.get()
    assert moved.case.stage == "in_process"
    assert moved.person.consents.filter(withdrawn=None).count() == len(CONSENT_PURPOSES)


def test_whoever_was_not_heard_comes_again_on_sunday_and_nobody_else_does(house):
    event = opened(2)
    hear(event, ["not_heard", "confirmed"])
    first, second = event.lines.order_by("number")
    sunday = session(at=NOON + timedelta(days=6))
    with pytest.raises(Refused, match="not_rebooked"):
        rebook(act_as(CONSULAR), event, [second.pk], sunday)
    rebook(act_as(CONSULAR), event, [first.pk], sunday)
    first.refresh_from_db()
    assert first.rebooked_to == sunday
    assert sunday.lines.get().case == first.case
    with pytest.raises(Refused, match="not_rebooked"):
        rebook(act_as(CONSULAR), event, [first.pk], sunday)
    close(act_as(CONSULAR), event)
    assert not Task.objects.filter(kind="embassy_not_heard").exists(), "there is nothing left to do: it is done"


def test_a_boy_of_sixteen_is_heard_only_beside_the_child_officer(house):
    event = opened(1, born=date(2003, 1, 9))
    with pytest.raises(Refused, match="child_officer"):
        hear(event, ["confirmed"])
    hear(event, ["minor_needs_guardian"])
    hear(event, ["confirmed"], with_child_officer=True)
    assert event.lines.get().with_child_officer


def test_whoever_has_no_known_birth_date_may_be_a_child(house):
    event = opened(1, born=None)
    with pytest.raises(Refused, match="child_officer"):
        hear(event, ["pending_evidence"])


def test_a_session_closes_only_when_everyone_called_has_an_outcome_and_says_who_is_missing(house):
    event = opened(3, given="Lamin", father="", family="Ceesay")
    hear(event, ["confirmed", "confirmed"])
    with pytest.raises(Refused, match="1 of 3 have no outcome yet: Lamin Ceesay") as refused:
        close(act_as(CONSULAR), event)
    assert refused.value.refusal.values["count"] == 1


def test_a_referral_says_to_which_mission(house):
    event = opened(1)
    with pytest.raises(Invalid, match="bad_referral"):
        hear(event, ["referred_to_other_mission"], referred_to="GMB")
    hear(event, ["referred_to_other_mission"])
    with pytest.raises(Refused, match="referred_where"):
        close(act_as(CONSULAR), event)


def test_whom_gambia_referred_senegal_can_hear(house):
    event = opened(2)
    hear(event, ["referred_to_other_mission"], referred_to="SEN")
    first, second = (x.case for x in event.lines.order_by("number"))
    dakar = session(country="SEN")
    assert len(call(act_as(CONSULAR), dakar, [first])) == 1
    with pytest.raises(Refused, match=r"call\.country"):
        call(act_as(CONSULAR), dakar, [second])


def test_a_slip_of_the_finger_is_corrected_before_it_becomes_a_verdict(house):
    event = opened(1)
    hear(event, ["not_our_national"])
    hear(event, ["confirmed"])
    close(act_as(CONSULAR), event)
    assert Verdict.objects.get(gate="R6").code == "confirmed"
    with pytest.raises(Refused, match="closed"):
        hear(event, ["not_our_national"])


def test_an_embassy_that_takes_back_its_word_takes_back_the_nationality(house):
    event = opened(1)
    hear(event, ["confirmed"])
    close(act_as(CONSULAR), event)
    again = session("office")
    only = event.lines.get().case
    call(act_as(CONSULAR), again, [only])
    open_session(act_as(CONSULAR), again)
    hear(again, ["not_our_national"])
    close(act_as(CONSULAR), again)
    only.person.refresh_from_db()
    assert only.person.nationality_verified == ""
    assert Verdict.objects.get(gate="R6", superseded_at=None).code == "not_our_national"


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["", *CONSULAR_OUTCOMES])), max_size=12))
def test_outcomes_add_up_whatever_was_entered_in_whatever_order(rolled_back_session, entered):
    event, lines = rolled_back_session()
    for at, code in entered:
        record_outcomes(act_as(CONSULAR), event, [Heard(lines[at], code, with_child_officer=True, referred_to="SEN")])
    expected = {lines[at]: code for at, code in entered}
    stands = dict(EventLine.objects.filter(event=event).values_list("pk", "outcome"))
    assert stands == {pk: expected.get(pk, "") for pk in lines}
    page = queries.consular_page(actor(CONSULAR), event.ref, NOON)
    assert sum(page.tally.values()) + page.missing == 4
    if page.missing:
        with pytest.raises(Refused, match="outcomes_missing"):
            close(act_as(CONSULAR), event)
    else:
        closed = close(act_as(CONSULAR), event)
        assert sum(tally(list(closed.lines.all())).values()) == 4


@pytest.fixture
def rolled_back_session(house):
    """One open session of four, emptied again for each example."""
    event = opened(4)
    lines = list(event.lines.order_by("number").values_list("pk", flat=True))

    def fresh():
        EventLine.objects.filter(event=event).update(outcome="", referred_to="", with_child_officer=False)
        Event.objects.filter(pk=event.pk).update(state="open")
        return event, lines

    return fresh


# AS-11 and what an embassy may never hear of ---------------------------------------------------------


def test_hodan_cannot_be_called_and_the_reason_is_the_same_neutral_word_for_everyone(house):
    hodan = in_process(1, given="Hodan", nationality="SOM", sex="F", site="INFORMAL-BANI-WALID")[0]
    held = in_process(1)[0]
    give_verdicts(act_as(Role.PROTECTION_LEAD), [Ruled(held, "R4", "hold")])
    with pytest.raises(Refused) as joint:
        call(act_as(CONSULAR), session("office", country="SOM"), [hodan])
    with pytest.raises(Refused) as hold:
        call(act_as(CONSULAR), session(), [held])
    assert joint.value.refusal.values["why"] == hold.value.refusal.values["why"]
    assert "asylum" not in str(joint.value).lower()


def test_once_a_fear_of_return_is_heard_the_consular_officer_finds_no_file(house):
    event, (fearful, other) = called(2)
    hidden = event.lines.get(case=fearful).pk
    raise_asylum_concern(act_as(Role.VHR_CASEWORKER), fearful, "counselling")
    with acting(actor(CONSULAR)):
        assert [x.case for x in queries.consular_page(actor(CONSULAR), event.ref, NOON).lines] == [other]
        choice = queries.to_call(actor(CONSULAR), session(), TODAY)
        assert fearful not in choice.ready and fearful not in [c for c, _r in choice.cannot]
        open_session(act_as(CONSULAR), event)
        with pytest.raises(Missing):
            record_outcomes(act_as(CONSULAR), event, [Heard(hidden, "confirmed")])
        hear(event, ["confirmed"])
        close(act_as(CONSULAR), event)
    with acting(HOUSE):
        assert not Verdict.objects.filter(case=fearful, gate="R6").exists()
        assert event.lines.get(case=fearful).outcome == "not_heard"
        assert sum(tally(list(event.lines.all())).values()) == 2


def test_nobody_is_called_without_consent_to_share_with_the_embassy(house):
    willing, unwilling = in_process(2)
    withdraw_consents(act_as(), unwilling.person, [TO_EMBASSY], "told on the phone")
    event = session()
    with pytest.raises(Refused, match=unwilling.ref):
        call(act_as(CONSULAR), event, [willing, unwilling])
    assert not event.lines.exists(), "all or none"
    choice = queries.to_call(house, event, TODAY)
    assert choice.ready == [willing]
    assert [(c, r.code) for c, r in choice.cannot] == [(unwilling, "G2.embassy")]


def test_nobody_is_called_twice_to_the_same_session(house):
    event, people = called(1)
    with pytest.raises(Refused, match=r"call\.twice"):
        call(act_as(CONSULAR), event, people)


def test_only_the_consular_officer_calls(house):
    with pytest.raises(Forbidden):
        call(act_as(Role.VHR_CASEWORKER), session(), in_process(1))


def test_a_case_that_is_not_in_process_yet_cannot_be_called(house):
    early = case(nationality="GMB")
    with pytest.raises(Refused, match=r"step\.stage"):
        call(act_as(CONSULAR), session(), [early])


def test_the_page_of_a_session_asks_as_much_of_the_database_for_forty_as_for_four(house, django_assert_max_num_queries):
    few, many = opened(4), opened(40)
    for event in (few, many):
        with django_assert_max_num_queries(18):
            page = queries.consular_page(house, event.ref, NOON)
            assert [x.person.name + x.case.ref for x in page.lines]


def test_the_list_to_call_from_asks_as_much_of_the_database_for_sixty_as_for_six(house):
    def asked() -> int:
        with CaptureQueriesContext(connection) as asked:
            choice = queries.to_call(house, event, TODAY)
            assert [c.person.name + str(c.person.site) for c in choice.ready]
        return len(asked)

    event = session()
    in_process(6)
    few = asked()
    in_process(60)
    assert asked() == few


def test_those_at_the_place_of_the_session_are_offered_first(house):
    elsewhere = in_process(1, site="DC-TARIQ-SIKKA")[0]
    here = in_process(1)[0]
    assert queries.to_call(house, session(), TODAY).ready == [here, elsewhere]
