"""References that nobody has yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from darb.people.models import Person
from darb.rules.reference import is_reference
from darb.trust import references
from darb.trust.context import acting
from darb.trust.references import unused_references
from tests.cast import Role, actor, person


def test_references_are_fresh_well_formed_and_different(house: Any) -> None:
    found = unused_references(Person, 200)
    assert len(set(found)) == 200
    assert all(map(is_reference, found))


def test_a_reference_that_somebody_has_is_drawn_again(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    taken, free = person().ref, "2345678A"
    drawn: Iterator[list[str]] = iter([[taken], [free]])
    monkeypatch.setattr(references, "new_references", lambda count: next(drawn))
    assert unused_references(Person, 1) == [free]


def test_a_reference_of_somebody_out_of_reach_is_drawn_again_too(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    taken, free = person().ref, "2345678A"
    receiving = actor(Role.RECEIVING_MISSION_OFFICER)
    with acting(receiving):
        assert not Person.objects.exists(), "out of reach"
        drawn: Iterator[list[str]] = iter([[taken], [free]])
        monkeypatch.setattr(references, "new_references", lambda count: next(drawn))
        assert unused_references(Person, 1) == [free]
