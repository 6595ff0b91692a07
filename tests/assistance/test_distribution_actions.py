"""Distributions: listed by family, handed out once in a while, and closed when everything is accounted for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from darb.assistance.distribution_actions import (
    Handed,
    close_distribution,
    hand_out,
    list_families,
    open_distribution,
    plan_distribution,
    resume_distribution,
    stop_distribution,
    take_back_handed,
)
from darb.assistance.distribution_queries import distribution, had_before, listed, served, tally, to_list
from darb.assistance.models import Distribution, DistributionState, LedgerLine, Share
from darb.people.actions import form_group
from darb.people.identity_actions import judge
from darb.people.models import Person, Said
from darb.places.models import Site
from darb.rules.refusal import Forbidden, Invalid, Missing, Refused, Stale
from darb.rules.roles import Role
from darb.trust.context import acting
from tests.cast import NOON, TODAY, act_as, actor, person

LEAD = Role.DISTRIBUTION_LEAD
SIGNED = Handed(1, "signature")


def planned(item: str = "household_kit", *, days: int = 0, period: int = 30) -> Distribution:
    site = Site.objects.get(code="DC-TARIQ-SIKKA")
    at = NOON + timedelta(days=days)
    return plan_distribution(act_as(LEAD, at=at), site, TODAY + timedelta(days=days), item, period=period)


def opened(people: list[Person], loaded: int = 10, **told: object) -> Distribution:
    made = planned(**told)  # type: ignore[arg-type]
    list_families(act_as(LEAD), made, [p.pk for p in people])
    return open_distribution(act_as(LEAD), made, loaded)


def family(size: int = 3) -> list[Person]:
    members = [person(given=name, born=None) for name in ("Mariam", "Issa", "Awa", "Binta")[:size]]
    form_group(act_as(), "family", [(m, "head" if n == 0 else "son", False) for n, m in enumerate(members)])
    return members


def test_a_family_is_on_the_list_once_and_its_head_signs(house):
    mother, *others = family()
    alone = person(given="Sekou")
    made = planned()
    rows = list_families(act_as(LEAD), made, [others[0].pk, alone.pk])
    assert {(row.person_id, row.people) for row in rows} == {(mother.pk, 3), (alone.pk, 1)}
    assert list_families(act_as(LEAD), made, [others[1].pk, mother.pk]) == []
    assert [row.person for row in listed(actor(LEAD), made)] == [mother, alone]


def test_who_is_there_and_not_on_the_list_is_offered_without_the_families_on_it(house):
    mother, *_others = family()
    alone, elsewhere = person(given="Sekou"), person(given="Far", site="DC-TAJOURA")
    made = planned()
    assert {p.pk for p in to_list(actor(LEAD), made, 50)} >= {mother.pk, alone.pk}
    list_families(act_as(LEAD), made, [mother.pk])
    assert [p.pk for p in to_list(actor(LEAD), made, 50)] == [alone.pk]
    assert elsewhere.pk not in {p.pk for p in to_list(actor(LEAD), made, 50)}


def test_what_is_handed_out_is_signed_for_counted_and_in_the_ledger(house):
    mother, *_others = family()
    made = opened([mother])
    line = hand_out(act_as(LEAD), made, mother, Handed(2, "thumbprint", "Issa, her son"))
    assert (line.quantity, line.receipt, line.collected_by, line.occasion) == (
        2,
        "thumbprint",
        "Issa, her son",
        made.ref,
    )
    assert distribution(actor(LEAD), made.ref).issued == 2
    (row,) = served(actor(LEAD), made, list(listed(actor(LEAD), made)))
    assert (row.had, row.line) == (2, line)
    told = tally(actor(LEAD), made)
    assert (told.families, told.people, told.families_served, told.people_served) == (1, 3, 1, 3)


def test_a_second_one_within_the_period_asks_why_tells_who_when_and_where_and_is_then_given(house):
    mother, son, *_others = family()
    first = opened([mother])
    hand_out(act_as(LEAD), first, mother, SIGNED)
    second = opened([mother], days=0)
    with pytest.raises(Invalid, match=r"^had_already") as refused:
        hand_out(act_as(LEAD), second, son, SIGNED)
    assert refused.value.field == "because"
    (before,) = had_before(actor(LEAD), second, [son.pk], TODAY)[son.pk]
    assert (before.line.person, before.at) == (mother, first)
    assert distribution(actor(LEAD), second.ref).issued == 0, "a refusal changes nothing"
    line = hand_out(act_as(LEAD), second, son, Handed(1, "signature", because="Theirs burnt"))
    assert line.because == "Theirs burnt"


def test_a_judged_same_person_counts_as_having_had_it_and_an_unjudged_likeness_never_does(house):
    ibrahim, again = person(), person(given="Ebrahim")
    made = opened([ibrahim])
    hand_out(act_as(LEAD), made, ibrahim, SIGNED)
    hand_out(act_as(LEAD), made, again, SIGNED)  # nobody judged: nobody is refused
    third = person(given="Ibrahima")
    judge(act_as(Role.VHR_HEAD), ibrahim, third, Said.SAME, "the same scar")
    with pytest.raises(Invalid, match=r"^had_already"):
        hand_out(act_as(LEAD), made, third, SIGNED)


def test_after_the_period_or_another_item_nobody_asks(house):
    ibrahim = person()
    hand_out(act_as(LEAD), opened([ibrahim], period=7), ibrahim, SIGNED)
    hand_out(act_as(LEAD), opened([ibrahim], item="food_parcel"), ibrahim, SIGNED)
    later = opened([ibrahim], period=7, days=8)
    hand_out(act_as(LEAD, at=NOON + timedelta(days=8)), later, ibrahim, SIGNED)


def test_who_comes_without_being_on_the_list_is_served_and_marked(house):
    listed_one, came = person(), person(given="Sekou", family="Camara")
    made = opened([listed_one])
    hand_out(act_as(LEAD), made, came, SIGNED)
    assert Share.objects.get(distribution=made, person=came).at_the_door
    assert tally(actor(LEAD), made).at_the_door == 1


def test_no_more_is_handed_out_than_was_loaded_and_a_slip_is_taken_back(house):
    ibrahim, sekou = person(), person(given="Sekou", family="Camara")
    made = opened([ibrahim, sekou], loaded=1)
    hand_out(act_as(LEAD), made, ibrahim, SIGNED)
    with pytest.raises(Invalid, match=r"^none_left"):
        hand_out(act_as(LEAD), made, sekou, SIGNED)
    with pytest.raises(Refused, match=r"^gives_back_more"):
        take_back_handed(act_as(LEAD), made, sekou, 1, "never had it")
    take_back_handed(act_as(LEAD), made, ibrahim, 1, "it was Sekou who came")
    hand_out(act_as(LEAD), made, sekou, SIGNED)
    hand_out(act_as(LEAD), opened([ibrahim]), ibrahim, SIGNED)  # what was taken back was never had


def test_it_is_stopped_when_it_is_unsafe_and_goes_on_later(house):
    ibrahim = person()
    made = opened([ibrahim])
    stop_distribution(act_as(Role.MOBILE_TEAM_MEMBER), made, "a crowd at the gate")
    with pytest.raises(Refused, match=r"^distribution_state"):
        hand_out(act_as(LEAD), made, ibrahim, SIGNED)
    resume_distribution(act_as(LEAD), made)
    hand_out(act_as(LEAD), made, ibrahim, SIGNED)


def test_it_closes_only_when_what_was_loaded_is_accounted_for(house):
    ibrahim = person()
    made = opened([ibrahim], loaded=10)
    hand_out(act_as(LEAD), made, ibrahim, Handed(3, "signature"))
    with pytest.raises(Refused, match=r"^doesnt_add_up") as refused:
        close_distribution(act_as(LEAD), made, returned=5, lost=0)
    assert refused.value.refusal.values["told"] == 8
    with pytest.raises(Invalid, match=r"^no_reason"):
        close_distribution(act_as(LEAD), made, returned=5, lost=2)
    version = distribution(actor(LEAD), made.ref).version
    with pytest.raises(Stale):
        close_distribution(act_as(LEAD), made, 5, 2, "fell off the truck", expected=version - 1)
    closed = close_distribution(act_as(LEAD), made, 5, 2, "fell off the truck", expected=version)
    assert closed.state == DistributionState.CLOSED
    with pytest.raises(Refused, match=r"^distribution_state"):
        hand_out(act_as(LEAD), made, ibrahim, SIGNED)


@pytest.mark.parametrize(
    ("handed", "code"),
    [(Handed(0, "signature"), "bad_quantity"), (Handed(1, ""), "no_receipt"), (Handed(500, "signature"), "none_left")],
)
def test_a_handing_out_that_cant_be_right_changes_nothing(house, handed, code):
    ibrahim = person()
    made = opened([ibrahim])
    with pytest.raises(Invalid, match=f"^{code}"):
        hand_out(act_as(LEAD), made, ibrahim, handed)
    assert not LedgerLine.objects.exists()


def test_what_cant_be_planned_or_opened_is_refused(house):
    with pytest.raises(Invalid, match=r"^not_distributed"):
        planned("meal")
    with pytest.raises(Invalid, match=r"^bad_period"):
        planned(period=0)
    with pytest.raises(Invalid, match=r"^day_past"):
        plan_distribution(act_as(LEAD), Site.objects.first(), TODAY - timedelta(days=1), "food_parcel")
    made = planned()
    with pytest.raises(Refused, match=r"^empty_list"):
        open_distribution(act_as(LEAD), made, 10)
    with pytest.raises(Invalid, match=r"^bad_load"):
        open_distribution(act_as(LEAD), made, 0)
    with pytest.raises(Missing):
        list_families(act_as(LEAD), made, [10**9])
    with pytest.raises(Forbidden):
        plan_distribution(act_as(Role.VHR_CASEWORKER), made.site, TODAY, "food_parcel")


def test_the_list_is_walled(house):
    made = opened([person()])
    abroad = actor(Role.RECEIVING_MISSION_OFFICER)
    with acting(abroad):
        assert not Share.objects.filter(distribution=made).exists()
        assert tally(abroad, made).families == 0


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(st.tuples(st.integers(0, 2), st.integers(-3, 3).filter(bool)), max_size=8))
def test_whatever_is_handed_out_and_taken_back_the_count_is_the_ledgers(house, deeds):
    with transaction.atomic():
        people = [person(given=name) for name in ("Ali", "Sekou", "Musa")]
        made = opened(people, loaded=6)
        for who, quantity in deeds:
            try:
                if quantity > 0:
                    hand_out(act_as(LEAD), made, people[who], Handed(quantity, "signature", because="needs it"))
                else:
                    take_back_handed(act_as(LEAD), made, people[who], -quantity, "a slip")
            except Refused:
                pass
        ledger = sum(LedgerLine.objects.filter(occasion=made.ref).values_list("quantity", flat=True))
        made.refresh_from_db()
        assert made.issued == ledger
        assert 0 <= made.issued <= made.loaded
        close_distribution(act_as(LEAD), made, made.loaded - ledger, 0)
        transaction.set_rollback(True)
