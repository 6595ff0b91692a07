"""Release from detention: asked by the list, answered one by one, and nobody taken over whose face wasn't compared."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from darb.cases.actions import take_step
from darb.cases.models import RELEASE_OPEN, Case, Encounter, ExitVisa, GateRow, Incident, ReleaseLine, ReleaseRequest
from darb.cases.release_actions import (
    Brought,
    Decision,
    answer_release,
    hand_over_released,
    miss_release,
    refuse_release,
    request_release,
    schedule_release,
    take_off_release,
)
from darb.cases.release_queries import candidates, centres, request_file, requests
from darb.people.actions import move, withdraw_consents
from darb.people.models import Person, Stay
from darb.places.models import Site
from darb.rules.refusal import Forbidden, Invalid, Refused, Stale
from darb.rules.roles import Role
from darb.trust.models import ActionLog
from tests.cast import NOON, TODAY, VHR, act_as, actor, case, in_days
from tests.travellers import ready

LIAISON = Role.DC_LIAISON
SEEN = ("name", "photo")
TOMORROW = NOON + timedelta(days=1)


def centre(code: str = "DC-TARIQ-SIKKA") -> Site:
    return Site.objects.get(code=code)


def shelter() -> Site:
    return Site.objects.get(code="TOWN-TRIPOLI")


@pytest.fixture
def three(house) -> list[Case]:
    """Three people held at Tariq al-Sikka who wait for their release alone."""
    return ready(3, site="DC-TARIQ-SIKKA")


def asked(cases: list[Case], at=NOON) -> ReleaseRequest:
    return request_release(act_as(LIAISON, at=at), cases, centre(), "voluntary_return", "DCIM")


def line(request: ReleaseRequest, of: Case) -> int:
    return ReleaseLine.objects.get(request=request, case=of).pk


def approve(request: ReleaseRequest, cases: list[Case], **more) -> ReleaseRequest:
    decisions = [Decision(line(request, c), True, **more) for c in cases]
    return answer_release(act_as(LIAISON), request, decisions, approved_by="Col. Ahmed", list_number="17/2019")


def scheduled(cases: list[Case]) -> ReleaseRequest:
    request = approve(asked(cases), cases)
    return schedule_release(act_as(LIAISON), request, TOMORROW, "Salma")


def states(request: ReleaseRequest) -> dict[str, int]:
    file = request_file(act_as().actor, request.ref)
    assert file is not None
    assert sum(n for _s, n in file.tally.states) + file.tally.elsewhere == file.tally.asked
    return {str(state): n for state, n in file.tally.states}


def green(of: Case, day=TODAY) -> bool:
    return day in GateRow.objects.get(case=of, gate="R10").windows


def test_the_list_offers_whoever_waits_for_the_release_alone_first_and_says_why_not_the_others(three):
    ExitVisa.objects.filter(case=three[0]).delete()
    withdraw_consents(act_as(), three[1].person, ["share_with_authorities"], "told the clerk")
    case(site="DC-TARIQ-SIKKA")  # registered only: not in process
    liaison = actor(LIAISON)
    assert centres(liaison, VHR) == [(centre(), 3)]
    found = candidates(liaison, VHR, centre(), TODAY)
    assert {c.case.pk for c in found} == {c.pk for c in three}
    told = {c.case.pk: c for c in found}
    assert told[three[2].pk].only_this and told[three[2].pk].visa and told[three[2].pk].refusal is None
    assert told[three[1].pk].refusal.code == "G2.authorities"
    asked(three[2:])
    assert {c.case.pk for c in candidates(liaison, VHR, centre(), TODAY)} == {c.pk for c in three[:2]}


def test_approval_turns_the_gate_green_until_its_last_day_and_refusal_is_for_the_liaison_to_take_up(three):
    request = asked(three)
    assert not any(green(c) for c in three)
    decisions = [
        Decision(line(request, three[0]), True, until=in_days(6)),
        Decision(line(request, three[1]), False, "the prosecution asks for him"),
    ]
    answer_release(act_as(LIAISON), request, decisions, approved_by="Col. Ahmed", list_number="17/2019")
    assert green(three[0], in_days(6)) and not green(three[0], in_days(7))
    assert not green(three[1])
    assert Incident.objects.get(case=three[1]).code == "X13"
    assert states(request) == {"approved": 1, "refused": 1, "requested": 1}


def test_handed_over_they_are_out_of_the_centre_and_need_no_release_any_more(three):
    request = scheduled(three)
    brought = [Brought(line(request, c), SEEN, "phone, 40 dinars") for c in three[:2]]
    assert hand_over_released(act_as(LIAISON, at=TOMORROW), request, brought, shelter()) == 2
    assert states(request) == {"handed_over": 2, "scheduled": 1}
    there = Person.objects.get(pk=three[0].person_id)
    assert there.site == shelter()
    assert Stay.objects.filter(person=there).latest("pk").source == "seen"
    assert green(three[0], in_days(40)) and GateRow.objects.get(case=three[0], gate="R10").terms == []
    assert ReleaseLine.objects.get(pk=line(request, three[0])).property_returned == "phone, 40 dinars"


@pytest.mark.parametrize(
    ("photo", "checks", "lacking"),
    [
        (True, (), "name"),
        (True, ("photo",), "name"),
        (True, ("name",), "photo"),
        (True, ("name", "document"), "photo"),
        (False, ("name",), "document"),
        (False, ("name", "photo"), "document"),
    ],
)
def test_nobody_is_taken_over_whose_name_and_face_werent_compared(three, photo, checks, lacking):
    request = scheduled(three)
    if not photo:
        Person.objects.filter(pk=three[0].person_id).update(photo_sha256="")
    good = Brought(line(request, three[1]), SEEN)
    with pytest.raises(Refused) as refused:
        hand_over_released(
            act_as(LIAISON, at=TOMORROW), request, [good, Brought(line(request, three[0]), checks)], shelter()
        )
    assert refused.value.refusal.code == "not_compared"
    assert states(request) == {"scheduled": 3}, "the whole list waits: nothing was changed"
    lacks = {"name": "Says the name", "photo": "the photo", "document": "a document"}[lacking]
    assert lacks in refused.value.refusal.values["check"]


def test_an_injury_seen_at_the_gate_is_for_medical_staff_and_on_no_line(three):
    request = scheduled(three)
    hurt = Brought(line(request, three[0]), SEEN, injury="burns on both hands")
    act = act_as(LIAISON, at=TOMORROW)
    hand_over_released(act, request, [hurt], shelter())
    kept = Encounter.objects.get(kind="release_injury")
    assert kept.data_class == "D4" and kept.answers == {"injury": "burns on both hands"} and kept.place == centre()
    row = ReleaseLine.objects.filter(pk=line(request, three[0])).values().get()
    log = list(ActionLog.objects.filter(action__startswith="cases.").values())
    assert "burns" not in repr(row) + repr(log)


def test_another_person_at_the_gate_is_nobody_on_the_list_and_the_centre_is_asked_again(three):
    request = scheduled(three)
    miss_release(act_as(LIAISON, at=TOMORROW), request, line(request, three[0]), "other_person")
    assert states(request) == {"not_present": 1, "scheduled": 2}
    assert not green(three[0])
    assert [i.code for i in Incident.objects.filter(case=three[0])] == ["X13"]
    assert Person.objects.get(pk=three[0].person_id).site == centre()


def test_who_was_moved_overnight_is_at_the_new_centre_and_who_is_gone_is_watched_for(three):
    request = scheduled(three)
    there = centre("DC-ZUWARA")
    miss_release(act_as(LIAISON, at=TOMORROW), request, line(request, three[0]), "moved", found_at=there)
    miss_release(act_as(LIAISON, at=TOMORROW), request, line(request, three[1]), "not_found")
    assert states(request) == {"not_present": 2, "scheduled": 1}
    assert Person.objects.get(pk=three[0].person_id).site == there
    assert Person.objects.get(pk=three[1].person_id).site.type == "unknown"
    assert [i.code for i in Incident.objects.filter(case=three[0])] == ["X12"]
    assert [i.code for i in Incident.objects.filter(case=three[1])] == ["X14"]
    assert not green(three[0]) and not green(three[1]), "the agreement was for the centre where they were"
    with pytest.raises(Invalid):
        miss_release(act_as(LIAISON, at=TOMORROW), request, line(request, three[2]), "moved", found_at=centre())


def test_a_move_told_elsewhere_takes_the_person_off_the_list_of_the_old_centre(three):
    request = scheduled(three)
    move(act_as(), [three[0].person], centre("DC-ZUWARA"), TODAY, "told_by_dc")
    assert states(request) == {"not_present": 1, "scheduled": 2}
    assert ReleaseLine.objects.get(pk=line(request, three[0])).absence == "moved"
    move(act_as(), [Person.objects.get(pk=three[0].person_id)], centre(), TODAY, "told_by_dc")
    assert asked(three[:1]).asked == 1, "back again, they can be asked for again"


def test_a_refusal_on_the_day_is_red_at_once_and_asked_again_later(three):
    request = scheduled(three)
    refuse_release(act_as(LIAISON, at=TOMORROW), request, line(request, three[0]), "no escort today")
    assert not green(three[0]) and Incident.objects.get(case=three[0]).code == "X13"
    again = asked(three[:1], at=TOMORROW)
    assert again.asked == 1


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("town", "release.not_detained"),
        ("other", "other_centre"),
        ("twice", "release_asked"),
        ("none", "G2.return"),
        ("syrian", "release.closed"),
    ],
)
def test_only_people_of_the_centre_who_agreed_are_asked_for_and_only_once(three, who, code):
    if who == "town":
        others = ready(1)
    elif who == "other":
        others = ready(1, site="DC-ZUWARA")
    elif who == "syrian":
        others = ready(1, site="DC-TARIQ-SIKKA", nationality="SYR")
    elif who == "twice":
        others = three[:1]
        asked(three)
    else:
        others = take_step(act_as(), [case(site="DC-TARIQ-SIKKA")], "lose_contact", reason="x")
        Case.objects.filter(pk=others[0].pk).update(stage="in_process")
    before = ReleaseRequest.objects.count()
    with pytest.raises(Refused) as refused:
        asked(three[1:] + others if who != "twice" else others)
    assert refused.value.refusal.code == code
    assert ReleaseRequest.objects.count() == before


def test_bad_input_gets_its_sentence_beside_its_field(three):
    liaison = act_as(LIAISON)
    fields = []
    for ground, authority in (("health", "DCIM"), ("court", " ")):
        with pytest.raises(Invalid) as refused:
            request_release(liaison, three, centre(), ground, authority)
        fields.append(refused.value.field)
    request = asked(three)
    first = line(request, three[0])
    for decision in (Decision(first, True), Decision(first, False), Decision(first, True, until=in_days(-1))):
        number = {"list_number": "1", "approved_by": "x"} if decision.until else {}
        with pytest.raises(Invalid) as refused:
            answer_release(act_as(LIAISON), request, [decision], **number)
        fields.append(refused.value.field)
    with pytest.raises(Refused):
        schedule_release(act_as(LIAISON), request, TOMORROW, "Salma")
    approve(request, three)
    for when, officer in ((NOON, "Salma"), (TOMORROW, "")):
        with pytest.raises(Invalid) as refused:
            schedule_release(act_as(LIAISON), request, when, officer)
        fields.append(refused.value.field)
    with pytest.raises(Invalid) as refused:
        schedule_release(act_as(LIAISON), request, TOMORROW, "Salma")
        hand_over_released(act_as(LIAISON), request, [Brought(first, SEEN)], centre("DC-ZUWARA"))
    fields.append(refused.value.field)
    assert fields == [
        "ground", "authority", "approved_by", "reason", "until", "hand_over_at", "receiving_officer", "taken_to",
    ]  # fmt: skip


def test_two_who_answer_at_once_dont_overwrite_each_other(three):
    request = asked(three)
    approve(request, three[:1])
    with pytest.raises(Stale):
        answer_release(
            act_as(LIAISON), request, [Decision(line(request, three[1]), False, "no")], expected=request.version
        )
    with pytest.raises(Refused) as refused:
        answer_release(act_as(LIAISON), request, [Decision(line(request, three[0]), False, "no")])
    assert refused.value.refusal.code == "line_ended"


def test_releases_are_the_liaisons(three):
    with pytest.raises(Forbidden):
        request_release(act_as(Role.VHR_CASEWORKER), three, centre(), "voluntary_return", "DCIM")


DEEDS = ("approve", "decline", "schedule", "take", "refuse", "lose", "move", "other", "strike")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 3)), max_size=12))
def test_whatever_happens_in_which_order_every_name_asked_for_has_one_outcome(four, rolled_back_each, deeds):
    with rolled_back_each():
        request = asked(four)
        ended: dict[int, str] = {}
        for deed, n in deeds:
            _try(deed, request, four[n])
            now = dict(ReleaseLine.objects.filter(request=request).values_list("pk", "state"))
            assert sum(states(request).values()) == len(four)
            assert all(now[pk] == state for pk, state in ended.items()), "what ended stays as it ended"
            ended = {pk: state for pk, state in now.items() if state not in RELEASE_OPEN}
        waiting = [r for r, tally in requests(act_as().actor) if tally.open]
        assert (request in waiting) == (len(ended) < len(four))


def _try(deed: str, request: ReleaseRequest, of: Case) -> None:
    """Do it, or be refused: both leave the sum whole."""
    act, row = act_as(LIAISON, at=TOMORROW), line(request, of)
    later = TOMORROW + timedelta(hours=2)
    away = Site.objects.get(code="DC-ZUWARA")
    number = {"approved_by": "x", "list_number": "1"}
    deeds = {
        "approve": lambda: answer_release(act, request, [Decision(row, True)], **number),
        "decline": lambda: answer_release(act, request, [Decision(row, False, "no")]),
        "schedule": lambda: schedule_release(act, request, later, "Salma"),
        "take": lambda: hand_over_released(act, request, [Brought(row, SEEN)], shelter()),
        "refuse": lambda: refuse_release(act, request, row, "no"),
        "lose": lambda: miss_release(act, request, row, "not_found"),
        "move": lambda: move(act, [Person.objects.get(pk=of.person_id)], away, TODAY, "seen"),
        "other": lambda: miss_release(act, request, row, "other_person"),
        "strike": lambda: take_off_release(act, request, row, "withdrew"),
    }
    try:
        deeds[deed]()
    except Refused as refused:
        assert refused.refusal.code in ("line_ended", "none_approved"), refused.refusal.code


@pytest.fixture
def four(house) -> list[Case]:
    return ready(4, site="DC-TARIQ-SIKKA")


@pytest.fixture
def rolled_back_each(house):
    """Gives a block whose deeds are undone at its end: each example begins where the fixture left off."""
    from contextlib import contextmanager

    from django.db import transaction

    @contextmanager
    def block():
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    return block
