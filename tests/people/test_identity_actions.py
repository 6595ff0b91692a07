"""Who is who: questions, judgements, and that every one of them can be taken back exactly."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import Error, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from darb.people.actions import give_consents, record_stay
from darb.people.identity_actions import judge, raise_duplicate, take_back
from darb.people.identity_queries import open_questions, pair_file
from darb.people.models import Consent, Duplicate, Judgement, Person
from darb.people.queries import person_file
from darb.people.together import together
from darb.places.models import Site
from darb.rules.refusal import Forbidden, Missing, Refused
from darb.rules.roles import Role
from darb.trust.action import Act
from darb.trust.actions import grant, open_account
from darb.trust.models import Account
from darb.trust.queries import actor_for
from tests.cast import NOON, TODAY, act_as, person

CLERK, HEAD = Role.REGISTRATION_CLERK, Role.VHR_HEAD


def test_a_question_is_asked_once_and_settled_by_a_judgement(house):
    one, other = person(), person()
    first = raise_duplicate(act_as(), other, one, "same phone")
    assert raise_duplicate(act_as(), one, other, "same father").pk == first.pk
    judge(act_as(), one, other, "different")
    assert Duplicate.objects.get().settled_at == NOON
    with pytest.raises(Refused, match="two people"):
        raise_duplicate(act_as(), one, other, "asked again")


def test_nobody_is_the_same_as_themselves(house):
    one = person()
    with pytest.raises(Refused, match="same file"):
        raise_duplicate(act_as(), one, one, "?")
    with pytest.raises(Refused, match="same file"):
        judge(act_as(), one, one, "same")


def test_an_unsure_word_leaves_the_question_open_for_somebody_else(house):
    one, other = person(), person()
    raise_duplicate(act_as(), one, other, "same phone")
    judge(act_as(CLERK), one, other, "unsure")
    assert Duplicate.objects.get().settled_at is None
    with pytest.raises(Refused, match="You have judged"):
        judge(act_as(CLERK), one, other, "same")
    judge(act_as(HEAD), one, other, "same")
    assert together([one.pk])[one.pk] == {one.pk, other.pk}


def test_a_child_is_judged_twice_and_the_first_word_alone_joins_nobody(house):
    child, other = person(born=date(2010, 1, 1)), person(born=date(2009, 1, 1))
    assert not judge(act_as(CLERK), child, other, "same").counts
    assert together([child.pk])[child.pk] == {child.pk}
    assert judge(act_as(HEAD), child, other, "same").counts
    assert together([child.pk])[child.pk] == {child.pk, other.pk}


def test_two_who_disagree_about_a_child_leave_it_to_a_third(house):
    child, other = person(born=date(2010, 1, 1)), person()
    judge(act_as(CLERK), child, other, "same")
    assert not judge(act_as(HEAD), child, other, "different").counts
    assert judge(act_as(), child, other, "different").counts


def test_until_they_have_judged_nobody_sees_what_others_said_of_a_child(house):
    child, other = person(born=date(2010, 1, 1)), person()
    judge(act_as(CLERK), child, other, "same")
    head, clerk = act_as(HEAD).actor, act_as(CLERK).actor
    assert pair_file(head, child.ref, other.ref).hidden
    assert not pair_file(clerk, child.ref, other.ref).hidden
    assert [q.pk for q in open_questions(head)] == [Duplicate.objects.get().pk]
    assert not open_questions(clerk).exists()


def test_who_was_found_to_be_two_is_never_joined_by_a_detour(house):
    one, other, third = person(), person(), person()
    judge(act_as(), one, other, "different")
    judge(act_as(), one, third, "same")
    with pytest.raises(Refused, match="found to be two"):
        judge(act_as(), third, other, "same")
    assert together([third.pk])[third.pk] == {one.pk, third.pk}


def test_who_is_held_together_by_others_is_not_called_two(house):
    one, other, third = person(), person(), person()
    judge(act_as(), one, third, "same")
    judge(act_as(), third, other, "same")
    with pytest.raises(Refused, match="hold these two together"):
        judge(act_as(), one, other, "different")


def test_a_judgement_is_taken_back_with_a_reason_and_by_a_head_only(house):
    one, other = person(), person()
    judge(act_as(CLERK), one, other, "same")
    with pytest.raises(Refused, match="reason"):
        take_back(act_as(HEAD), one, other, " ")
    with pytest.raises(Forbidden):
        take_back(act_as(CLERK), one, other, "brothers")
    take_back(act_as(HEAD), one, other, "brothers")
    assert together([one.pk])[one.pk] == {one.pk}
    assert open_questions(act_as(CLERK).actor).count() == 1, "asked again, of whoever looks next"
    with pytest.raises(Missing):
        take_back(act_as(HEAD), one, other, "again")


def test_judgements_only_grow_whoever_tries(house):
    judge(act_as(), person(), person(), "same")
    for change in (lambda: Judgement.objects.update(said="different"), lambda: Judgement.objects.all().delete()):
        with pytest.raises(Error), transaction.atomic():
            change()


def test_both_files_keep_their_history_and_show_each_others(house):
    one, other = person(), person(given="Brahim", site="DC-ZUWARA")
    give_consents(
        act_as(), [Consent(person=other, purpose="voluntary_return", form="signature", language="fra", given=TODAY)]
    )
    record_stay(act_as(), other, Site.objects.get(code="DC-ZAWYAH-NASR"), TODAY, "seen")
    judge(act_as(), one, other, "same")
    seen = [
        (
            {n.pk for n in file.names},
            {c.pk for c in file.consents},
            {s.pk for s in file.stays},
            {f.pk for f in file.files},
        )
        for file in (person_file(house, one.ref), person_file(house, other.ref))
    ]
    assert seen[0] == seen[1]
    assert len(seen[0][0]) == 2
    assert Person.objects.get(pk=one.pk).name != Person.objects.get(pk=other.pk).name, "nothing is copied"


def _at(site: str) -> Act:
    """A clerk who reaches one site alone."""
    open_account(act_as(), site.lower(), site, "a path home for all")
    grant(act_as(), site.lower(), [CLERK], site=site)
    return Act(actor_for(Account.objects.get(username=site.lower())), NOON)


FILES = 5
EACH = st.integers(0, FILES - 1)
DEEDS = st.lists(st.tuples(st.sampled_from(["same", "different", "back"]), EACH, EACH), max_size=14)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DEEDS)
def test_whatever_is_judged_and_taken_back_nothing_is_lost_widened_or_contradicted(house, seen_by, deeds):
    with transaction.atomic():
        sites = ["DC-ZUWARA", "DC-ZAWYAH-NASR"]
        files = [person(given=f"P{n}", site=sites[n % 2]) for n in range(FILES)]
        clerk = _at(sites[0])
        before = _all_that(clerk, files, seen_by)
        stands: dict[frozenset[int], str] = {}
        for what, one, other in deeds:
            _judged(stands, what, files[one], files[other])
        joined = together([f.pk for f in files])
        assert {p: joined[p] for p in joined} == _components(stands, files), "files are joined by what stands, no more"
        assert all(said == "same" or len(joined[min(p)] & p) == 1 for p, said in stands.items())
        after = _all_that(clerk, files, seen_by)
        assert {ref for ref, _rows in after} == {ref for ref, _rows in before}, "the same files, no other, are in reach"
        assert set().union(*(rows for _ref, rows in after)) == set().union(*(rows for _ref, rows in before))
        for both in list(stands):
            one, other = (Person.objects.get(pk=pk) for pk in both)
            take_back(act_as(HEAD), one, other, "all of it was wrong")
        assert _all_that(clerk, files, seen_by) == before, "exactly as it was"
        transaction.set_rollback(True)


def _judged(stands: dict[frozenset[int], str], what: str, one: Person, other: Person) -> None:
    """Judge or take back as asked; what is refused must leave everything as it stood."""
    both = frozenset({one.pk, other.pk})
    try:
        if what == "back":
            take_back(act_as(HEAD), one, other, "wrong")
            stands.pop(both)
        else:
            judge(act_as(CLERK if len(stands) % 2 else HEAD), one, other, what)
            stands[both] = what
    except Refused:
        pass


def _components(stands: dict[frozenset[int], str], files: list[Person]) -> dict[int, frozenset[int]]:
    """Joined files by a plain walk over what stands."""
    found = {f.pk: {f.pk} for f in files}
    for both in [b for b, said in stands.items() if said == "same"] * FILES:
        whole = set().union(*(found[p] for p in both))
        for p in whole:
            found[p] = whole
    return {p: frozenset(whole) for p, whole in found.items()}


def _all_that(act: Act, files: list[Person], seen_by) -> list[tuple[str, frozenset[tuple[str, int]]]]:
    """Every row that this reader gets from the files, file by file."""
    with seen_by(act.actor):
        found = [(f.ref, person_file(act.actor, f.ref)) for f in files]
        return [
            (
                ref,
                frozenset(
                    [("file", p.pk) for p in file.files]
                    + [("name", n.pk) for n in file.names]
                    + [("stay", s.pk) for s in file.stays]
                ),
            )
            for ref, file in found
            if file
        ]
