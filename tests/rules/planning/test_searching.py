"""Parts of the plan are put into it, and free seats given away."""

from __future__ import annotations

from dataclasses import replace

from darb.rules.planning import check
from darb.rules.planning.instance import Airport
from darb.rules.planning.seating import fitted

from .mission import flight, group
from .mission import instance as mission
from .search import search_from


def test_seats_are_given_away_but_not_the_places_that_others_have_claimed() -> None:
    """Five people a day may leave. Everybody to Mali would fly on day 3; three places are kept for those to Niger."""
    groups = [*(group(f"M{n}") for n in range(5)), group("N", persons=3, destination="NER")]
    flights = [flight("FM", 3), flight("FM2", 6), flight("FN", 3, destination="NER")]
    whole = mission(groups, flights)
    whole = replace(whole, airports={code: Airport(4, 5, 8, frozenset()) for code in whole.airports})
    search = search_from(whole, {"M0": "FM", **{f"M{n}": "FM2" for n in range(1, 5)}})
    search.shares.claimed["NER"] = {("persons", "MJI", 3): 2.5}
    assert search.take({"MLI": search.shares.assigned["MLI"]}, search.shares.parts["MLI"].groups.values())
    assert sorted(search.shares.together().values()) == ["FM", "FM", "FM2", "FM2", "FM2"]
    search.shares.release("NER")
    assert search.take({"MLI": search.shares.assigned["MLI"]}, search.shares.parts["MLI"].groups.values())
    assert sorted(search.shares.together().values()) == ["FM"] * 5


def test_of_those_who_cannot_all_be_seated_some_are_children_with_their_escorts_first() -> None:
    """Ten seats: eight grown people, two children alone and their escort are eleven."""
    groups = [*(group(f"G{n}") for n in range(8)), group("child", unaccompanied=1), group("other", unaccompanied=1)]
    whole = mission(groups, [flight("F", 3)])
    everybody = dict.fromkeys(whole.groups, "F")
    assert check(whole, everybody)
    found = fitted(whole, {}, everybody)
    assert not check(whole, found)
    assert len(found) == 9
    assert {"child", "other"} <= found.keys()


def test_places_that_others_have_claimed_are_not_fitted_into() -> None:
    whole = mission([group("A"), group("B")], [flight("F", 3)])
    whole = replace(whole, airports={code: Airport(4, 5, 8, frozenset()) for code in whole.airports})
    assert len(fitted(whole, {}, {"A": "F", "B": "F"}, {("persons", "MJI", 3): 3.5})) == 1
