"""Who waits how long, beside first come, first served."""

from __future__ import annotations

from hypothesis import given, settings

from darb.rules.planning import best_queue
from darb.rules.planning.fairness import FEW, KINDS, Traits, fairness
from darb.rules.planning.terms import Terms, weight

from .mission import flight, group, instance, instances


def traits(made, **of) -> dict[str, list[Traits]]:
    """Everyone the same, but for what is said."""
    plain = {"nationality": "MLI", "sex": "M", "family": False, "need": False}
    return {key: [Traits(**{**plain, **of})] * g.persons for key, g in made.groups.items()}


def test_the_mean_days_of_those_who_fly_and_those_who_stay_are_told_beside_the_queue():
    made = instance([group(f"G{n}", persons=4) for n in range(3)], [flight("F", 4)])
    shares = fairness(made, {"G0": "F", "G1": "F"}, traits(made))
    share = next(s for s in shares if s.kind == "sex")
    assert (share.people, share.flown, share.days) == (12, 8, round((8 * 4 + 4 * 30) / 12, 1))
    assert share.queue_flown == 8


def test_of_few_people_no_mean_is_told():
    made = instance([group("G", persons=FEW - 1)], [flight("F", 4)])
    assert {s.days for s in fairness(made, {"G": "F"}, traits(made))} == {None}


@settings(deadline=None)
@given(instances())
def test_each_way_of_looking_counts_everybody_once(made):
    shares = fairness(made, best_queue(made), traits(made))
    for kind in KINDS:
        assert sum(s.people for s in shares if s.kind == kind) == made.persons


def test_need_makes_waiting_weigh_more_in_a_few_steps():
    assert [weight(score) for score in (-5, 0, 24, 25, 100)] == [1, 1, 1, 1.25, 2]
    assert Terms().of_airport("MJI") == Terms().airport
