"""Parts of the plan are put into it, and free seats given away."""

from __future__ import annotations

from dataclasses import replace

from darb.rules.planning.instance import Airport

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
