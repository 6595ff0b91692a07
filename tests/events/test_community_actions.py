"""Community leaders carry our messages once a second officer verified them and the code is signed; rumours lead to
nobody, and are answered only with what was checked.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darb.events.actions import Plan, Report, close, plan, record_messages
from darb.events.community_actions import (
    ToldLeader,
    end_leader,
    invite,
    keep_leader,
    record_attendance,
    verify_leader,
    why_not_trusted,
)
from darb.events.community_queries import talking_points
from darb.events.models import CommunityLeader, Event, HotlineCall, Lead, Rumour
from darb.events.rumour_actions import (
    ToldRumour,
    _of_nobody,
    answer_rumour,
    check_rumour,
    hear_rumour,
    retire_rumour,
)
from darb.people.models import Person
from darb.rules.refusal import Invalid, Refused, Stale
from darb.rules.roles import Role
from darb.trust.context import acting
from tests.cast import NOON, TODAY, act_as, actor, in_days, person
from tests.events.cast import site

OUTREACH, HEAD = Role.OUTREACH_OFFICER, Role.VHR_HEAD


def told(**more: object) -> ToldLeader:
    usual = {"name": "Pastor James", "community": "NGA", "site": site("DC-TARIQ-SIKKA"), "phone": "218912345678"}
    return ToldLeader(**(usual | more))  # type: ignore[arg-type]


def leader(**more: object) -> CommunityLeader:
    return keep_leader(act_as(OUTREACH), told(**more))


def training(meant_for: str = "leader_training") -> Event:
    return plan(act_as(OUTREACH), Plan("outreach", site("DC-TARIQ-SIKKA"), NOON, "office", meant_for=meant_for))


def came(event: Event, *attendance: str, topics: tuple[str, ...] = ("free",)) -> None:
    lines = event.leader_lines.order_by("pk").values_list("pk", flat=True)
    record_attendance(act_as(OUTREACH), event, dict(zip(lines, attendance, strict=True)), topics)


# Leaders -------------------------------------------------------------------------------------------


def test_a_leader_is_verified_by_another_officer_and_again_when_the_name_or_phone_changes(house):
    ours = leader(code_signed=TODAY)
    with pytest.raises(Refused, match="Another officer"):
        verify_leader(act_as(OUTREACH), ours)
    ours = verify_leader(act_as(HEAD), ours)
    assert why_not_trusted(ours) == ()
    ours = keep_leader(act_as(OUTREACH), told(code_signed=TODAY, area="Gargaresh"), ours, expected=ours.version)
    assert ours.verified_at
    ours = keep_leader(act_as(OUTREACH), told(code_signed=TODAY, phone="218917654321"), ours, expected=ours.version)
    assert ours.verified_at is None
    with pytest.raises(Stale):
        keep_leader(act_as(OUTREACH), told(), ours, expected=1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"community": "XXX"}, "community"),
        ({"phone": "12"}, "phone"),
        ({"code_signed": in_days(1)}, "code_signed"),
        ({"hours": "late"}, "hours"),
    ],
)
def test_a_leader_that_cannot_be_right_is_refused_beside_the_field(house, wrong, field):
    with pytest.raises(Invalid) as refused:
        leader(**wrong)
    assert refused.value.field == field
    assert not CommunityLeader.objects.exists()


def test_two_leaders_never_have_one_phone(house):
    leader()
    with pytest.raises(Invalid, match="Another leader"):
        leader(name="Imam Musa")


def test_whoever_isnt_verified_learns_at_a_training_and_carries_nothing_to_a_seminar(house):
    ours = leader()
    assert invite(act_as(OUTREACH), training(), [ours])
    with pytest.raises(Refused, match="No second officer"):
        invite(act_as(OUTREACH), training("leader_seminar"), [ours])
    ours = verify_leader(act_as(HEAD), ours)
    with pytest.raises(Refused, match="code of conduct"):
        invite(act_as(OUTREACH), training("leader_seminar"), [ours])
    with pytest.raises(Refused, match="isn't for community leaders"):
        invite(act_as(OUTREACH), training("migrants"), [ours])


def test_whom_we_work_with_no_longer_is_invited_to_nothing(house):
    ours = leader()
    with pytest.raises(Invalid):
        end_leader(act_as(HEAD), ours, " ")
    end_leader(act_as(HEAD), ours, "sold places")
    with pytest.raises(Refused, match="no longer"):
        invite(act_as(OUTREACH), training(), [ours])
    assert leader(name="Somebody else"), "the number is free again"


def test_a_training_closes_when_everyone_invited_has_an_outcome_and_trains_who_attended(house):
    event = training()
    first, second = leader(), leader(name="Imam Musa", phone="")
    with pytest.raises(Refused, match="Nobody is invited"):
        close(act_as(OUTREACH), event)
    invite(act_as(OUTREACH), event, [first, second])
    assert invite(act_as(OUTREACH), event, [first, second]) == [], "nobody is invited twice"
    came(event, "attended", "")
    with pytest.raises(Refused, match="1 invited"):
        close(act_as(OUTREACH), event)
    came(event, "attended", "absent", topics=())
    with pytest.raises(Refused, match="what the training was about"):
        close(act_as(OUTREACH), event)
    came(event, "attended", "absent", topics=("rumours", "free"))
    assert close(act_as(OUTREACH), event).state == "closed"
    trained = dict(CommunityLeader.objects.values_list("pk", "trained_on"))
    assert trained == {first.pk: ["free", "rumours"], second.pk: []}
    with pytest.raises(Refused):
        came(event, "attended", "attended")


def test_leaders_out_of_reach_are_not_there(house):
    leader()
    with acting(actor(Role.RECEIVING_MISSION_OFFICER)):
        assert not CommunityLeader.objects.exists()


# Rumours -------------------------------------------------------------------------------------------


def heard(words: str = "A place on the flight costs 300 dinars") -> Rumour:
    return hear_rumour(act_as(OUTREACH), ToldRumour(words, site("DC-TARIQ-SIKKA"), "money", "broker"))


def test_a_rumour_is_answered_only_after_checking_showed_something(house):
    rumour = heard()
    with pytest.raises(Refused, match="Check the rumour first"):
        answer_rumour(act_as(HEAD), rumour, "Nobody pays.")
    check_rumour(act_as(OUTREACH), rumour, "unclear", "the embassy")
    with pytest.raises(Refused, match="nothing clear"):
        answer_rumour(act_as(HEAD), rumour, "Nobody pays.")
    check_rumour(act_as(OUTREACH), rumour, "false", "our own rules")
    assert talking_points(actor(OUTREACH), "TIP") == []
    answered = answer_rumour(act_as(HEAD), rumour, "Nobody pays.")
    assert talking_points(actor(OUTREACH), "TIP") == [answered]
    retire_rumour(act_as(HEAD), rumour)
    assert talking_points(actor(OUTREACH), "TIP") == []
    with pytest.raises(Refused, match="answered, or let go"):
        check_rumour(act_as(OUTREACH), rumour, "true", "again")


def test_the_same_words_at_the_same_office_are_one_rumour(house):
    first = heard()
    assert heard("a place on the FLIGHT costs 300 dinars") == first
    retire_rumour(act_as(HEAD), first)
    assert heard() != first, "it is told again"


def test_only_a_rumour_with_an_answer_is_told_at_a_session(house):
    rumour, event = heard(), training("migrants")
    with pytest.raises(Invalid, match="with an answer"):
        record_messages(act_as(OUTREACH), event, Report(talking_points=[rumour.ref]))
    check_rumour(act_as(OUTREACH), rumour, "false", "our own rules")
    answer_rumour(act_as(HEAD), rumour, "Nobody pays.")
    assert record_messages(act_as(OUTREACH), event, Report(talking_points=[rumour.ref])).talking_points == [rumour.ref]


def test_no_rumour_leads_to_a_person(house):
    keys = {f.related_model for f in Rumour._meta.get_fields() if f.is_relation}
    assert not keys & {Person, Lead, HotlineCall, CommunityLeader}
    for words in ("Ask Ali on 091 234 56 78", f"They hold {person().ref}", "اتصل ٠٩١٢٣٤٥٦٧٨"):
        with pytest.raises(Invalid, match="never leads to a person"):
            heard(words)
    assert not Rumour.objects.exists()


@given(st.integers(10_000_000, 10**15))
def test_a_number_of_somebody_never_stands_in_a_rumour(number):
    day = any(str(number)[a : a + 4] in map(str, range(1990, 2100)) for a in (0, 4)) and number < 10**8
    if day:
        assert _of_nobody(f"on {number}", "words")
    else:
        with pytest.raises(Invalid):
            _of_nobody(f"call {number}", "words")


@pytest.mark.parametrize("words", ["It costs 1 000 000", "Since 2019-05-06", "300 dinars, 2 days, flight 4"])
def test_prices_and_days_stay(words):
    assert _of_nobody(words, "words") == words
