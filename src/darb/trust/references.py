"""References that nobody has yet."""

from __future__ import annotations

from django.db import models

from darb.rules.reference import new_references

from .context import whole_house


def unused_references(model: type[models.Model], count: int) -> list[str]:
    """Give `count` references that no row of `model` has as its `ref`, within reach or not.

    By chance alone, one of 14,000 new references is somebody's already every other time among a million people.
    """
    found: set[str] = set()
    with whole_house():
        while missing := count - len(found):
            made = set(new_references(missing))
            found |= made.difference(model._default_manager.filter(ref__in=made).values_list("ref", flat=True))
    return list(found)
