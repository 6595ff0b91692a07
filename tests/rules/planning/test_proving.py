"""The proof of one destination, part by part."""

from __future__ import annotations

import numpy as np
import pytest

from darb.rules.planning.cuts import left_untrue
from darb.rules.planning.proving import Prover

from .instances import large
from .search import search_from


@pytest.mark.parametrize(("seed", "name", "groups", "flights"), [(24, "LOS", 150, 40), (11, "LOS", 150, 40)])
def test_what_solves_a_part_leaves_nobody_who_has_flown(seed: int, name: str, groups: int, flights: int) -> None:
    """With whole flights, the first solution leaves people who have flown: rows that say so are added."""
    search = search_from(large(seed, groups, flights), {})
    prover = Prover(search.compiled, search.commons, search.board)
    prover.find_prices(60.0)
    prover.begin(name, 60.0)
    destination = prover.done[name]
    (part,) = destination.proof.blocks
    prover.push(destination, part, 60.0)
    assert part.values is not None
    values = np.zeros(len(destination.divided))
    values[part.columns] = part.values
    assert not left_untrue(destination.model, values)
    assert part.cost == pytest.approx(part.bound, abs=prover.close(part) + 1.0)
