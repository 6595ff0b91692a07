"""`__among` answers as `__in` does."""

from __future__ import annotations

from typing import Any

import pytest

from darb.cases.models import Case
from darb.people.models import Person
from tests.cast import cases


@pytest.mark.parametrize("kind", [list, set, tuple, dict.fromkeys])
def test_ids_in_any_collection_and_objects_are_found(house: Any, kind: Any) -> None:
    one, other, third = cases(3)
    assert set(Case.objects.filter(pk__among=kind([one.pk, third.pk]))) == {one, third}
    assert set(Case.objects.filter(person__among=kind([one.person_id, other.person_id]))) == {one, other}
    assert set(Case.objects.filter(person_id__among=kind([third.person_id]))) == {third}
    assert set(Person.objects.filter(cases__among=kind([one, other]))) == {one.person, other.person}


def test_among_nobody_is_nobody_and_can_be_turned_round(house: Any) -> None:
    one, other = cases(2)
    assert not Case.objects.filter(pk__among=[]).exists()
    assert list(Case.objects.exclude(pk__among=[one.pk])) == [other]
    assert Case.objects.filter(pk__among=[one.pk]).update(review_on=None) == 1


def test_what_is_no_id_is_refused(house: Any) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        list(Case.objects.filter(pk__among=["1} or true --"]))
