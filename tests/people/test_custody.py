"""The chain of custody: every document's life in order, each step with its day, place and holder."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from darb.people.actions import move_documents, record_documents
from darb.people.arrival_actions import Arrived, take_in
from darb.people.custody import NEXT, Hands
from darb.people.models import CustodyStep, Document, DocumentState
from darb.rules.refusal import Forbidden, Invalid, Refused
from darb.rules.roles import Role
from tests.cast import NOON, TODAY, act_as, person

CONSULAR = Role.CONSULAR_OFFICER


def requested() -> Document:
    """A laissez-passer that The Gambia was asked for."""
    asked = Document(person=person(nationality="GMB"), kind="laissez_passer", country="GMB", state="requested")
    return record_documents(act_as(CONSULAR), [asked])[0]


def chain(document: Document) -> list[tuple[str, date, str, str]]:
    """Its steps, the oldest first."""
    return list(
        CustodyStep.objects.filter(document=document).order_by("pk").values_list("state", "day", "place", "holder")
    )


def test_the_whole_life_of_a_laissez_passer_stands_in_its_chain(house):
    paper = requested()
    move_documents(act_as(CONSULAR, at=NOON + timedelta(days=5)), [paper], "printed")
    later = NOON + timedelta(days=12)
    came = Arrived(paper.person, "GMB", "LP 1", TODAY, TODAY + timedelta(days=60))
    paper = take_in(act_as(CONSULAR, at=later), [came], Hands("Safe, Tripoli office", "Amal K."))[0]
    move_documents(act_as(CONSULAR, at=later), [paper], "in_custody", Hands("Mitiga desk", "Movement team"))
    move_documents(act_as(Role.MOVEMENT_OFFICER, at=later), [paper], "handed_at_boarding")
    move_documents(act_as(Role.MOVEMENT_OFFICER, at=later), [paper], "used")
    assert chain(paper) == [
        ("requested", TODAY, "", ""),
        ("printed", TODAY + timedelta(days=5), "", ""),
        ("received", later.date(), "Safe, Tripoli office", "Amal K."),
        ("in_custody", later.date(), "Safe, Tripoli office", "Amal K."),
        ("in_custody", later.date(), "Mitiga desk", "Movement team"),
        ("handed_at_boarding", later.date(), "", ""),
        ("used", later.date(), "", ""),
    ]
    assert Document.objects.get(pk=paper.pk).received == later.date(), "another holder isn't another arrival"


def test_a_step_out_of_order_is_refused_for_all_and_says_where_the_document_is(house):
    first, second = requested(), requested()
    move_documents(act_as(CONSULAR), [first], "in_custody")
    with pytest.raises(Refused, match="Requested from the embassy") as refused:
        move_documents(act_as(CONSULAR), [first, second], "handed_at_boarding")
    assert refused.value.refusal.code == "custody_order"
    assert {d.state for d in Document.objects.all()} == {"in_custody", "requested"}
    assert CustodyStep.objects.filter(state="handed_at_boarding").count() == 0


def test_what_was_used_or_cancelled_never_comes_back(house):
    paper = requested()
    move_documents(act_as(CONSULAR), [paper], "cancelled")
    for state in DocumentState.values:
        with pytest.raises(Refused, match="custody_order"):
            move_documents(act_as(CONSULAR), [paper], state)


def test_who_works_with_no_documents_moves_none(house):
    with pytest.raises(Forbidden):
        move_documents(act_as(Role.NURSE), [requested()], "in_custody")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(DocumentState.values), max_size=10))
def test_whatever_is_tried_the_chain_is_a_path_that_ends_where_the_document_is(house, tried):
    paper = requested()
    for state in tried:
        try:
            move_documents(act_as(CONSULAR), [paper], state)
        except Refused as refused:
            assert refused.refusal.code == "custody_order"
    steps = [state for state, *_rest in chain(paper)]
    assert steps[0] == "requested"
    assert all(later in NEXT[earlier] for earlier, later in pairwise(steps))
    assert steps[-1] == Document.objects.get(pk=paper.pk).state


def test_every_state_has_its_place_in_the_order():
    assert set(NEXT) == set(DocumentState)
    assert {later for followers in NEXT.values() for later in followers} == set(DocumentState) - {
        DocumentState.REQUESTED
    }


def test_one_collective_paper_is_the_document_of_everyone_whom_it_names(house):
    lamin, awa = person(nationality="GMB"), person(nationality="GMB", sex="F")
    ends = TODAY + timedelta(days=30)
    together = [Arrived(p, "GMB", "CLP 7", TODAY, ends, kind="collective_lp") for p in (lamin, awa)]
    assert {d.number for d in take_in(act_as(CONSULAR), together)} == {"CLP7"}
    alone = [Arrived(p, "GMB", "LP 7", TODAY, ends) for p in (lamin, awa)]
    with pytest.raises(Invalid, match="document_twice"):
        take_in(act_as(CONSULAR), alone)
