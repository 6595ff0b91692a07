"""Classes put together into streams of seats: exactly, where people are divided anyway, or nearly.

What comes out never costs more than the truth, so that a bound on it holds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from .classes import Cohort, Compiled, Stream, chains

CENT = 1e-4
"""What leaving a seat behind costs is told apart in such steps, rounded down."""


def in_seats(classes: Iterable[Stream]) -> list[Stream]:
    """Classes that are the same but for how many seats a group takes, as one stream of seats.

    With people divided that is no less exact: a family of four is two couples.
    """
    alike: dict[object, list[Stream]] = {}
    for one in classes:
        if one.units:
            needs = tuple(getattr(one, kind) / one.units for kind in ("seats", *_CARRIED, "unaccompanied"))
            price = np.round(one.price / one.units, 6).tobytes()
            alike.setdefault((one.destination, one.able.tobytes(), one.weight, needs, price), []).append(one)
        else:
            alike[id(one)] = [one]
    return [stream for them in alike.values() for stream in _as_seats(them)]


def _as_seats(them: list[Stream]) -> list[Stream]:
    first = them[0]
    if not first.units:
        return them
    cohorts: dict[tuple[int, int, float], float] = {}
    for one in them:
        for begin, end, amount, leaving in one.cohorts:
            key = begin, end, math.floor(leaving / one.units / CENT) * CENT
            cohorts[key] = cohorts.get(key, 0.0) + amount * one.units
    needs = {kind: getattr(first, kind) / first.units for kind in ("seats", *_CARRIED, "unaccompanied")}
    price = np.min([one.price / one.units for one in them], axis=0)
    streams = []
    for chain in chains(Cohort(begin, end, amount, leaving) for (begin, end, leaving), amount in cohorts.items()):
        days = {(cohort.first, cohort.last) for cohort in chain}
        members = [member for one in them for member in one.members if member[:2] in days]
        streams.append(replace(first, price=price, cohorts=chain, members=members, **needs))
    return streams


def merged(compiled: Compiled, classes: Iterable[Stream], loss: float) -> tuple[list[Stream], float]:
    """Merge classes into streams of seats, and what that leaves out of the cost at the least.

    Classes are put together that may take the same flights, weigh the same, and have about as many people a seat.
    Each is counted with the lowest of what they need and cost a seat; `loss` is about how large a share of what
    waiting costs may get lost in that.
    """
    alike: dict[object, list[Stream]] = {}
    total: dict[str, float] = {}
    for one in classes:
        key = one.destination, one.able.tobytes(), one.weight, one.medical_escorts > 0
        alone = one.unaccompanied or not one.seats
        alike.setdefault((key, id(one)) if alone else key, []).append(one)
        total[one.destination] = total.get(one.destination, 0.0) + one.weight * one.persons * one.size
    streams, rest = [], 0.0
    for them in alike.values():
        for bucket in _buckets(them, loss * total[them[0].destination]):
            stream, left_out = _merge(bucket)
            streams += [replace(stream, cohorts=chain) for chain in chains(stream.cohorts)]
            rest += left_out
    return streams, rest


def _buckets(them: list[Stream], loss: float) -> Iterable[list[Stream]]:
    """Neighbours in people a seat, as long as little gets lost when all are counted like the lowest of them."""
    them = sorted(them, key=lambda one: one.ratio)
    bucket: list[Stream] = []
    lost = 0.0
    for one in them:
        more = (one.ratio - bucket[0].ratio) * one.units * one.size * one.weight if bucket else 0.0
        if bucket and lost + more > loss:
            yield bucket
            bucket, lost, more = [], 0.0, 0.0
        bucket.append(one)
        lost += more
    yield bucket


def _merge(them: list[Stream]) -> tuple[Stream, float]:
    if them[0].unaccompanied or not them[0].seats:
        return them[0], 0.0
    units = np.array([one.seats + one.medical_escorts for one in them])
    each = np.array([one.price for one in them]) / units[:, None]
    price = each.min(axis=0)
    over = each - price
    rest = 0.0
    cohorts: dict[tuple[int, int, int], list[float]] = {}
    for one, unit, dearer in zip(them, units, over, strict=True):
        for first, last, amount, leaving_one in one.cohorts:
            # Every way out costs so much more than the stream says; that much is certain.
            sure = float(dearer[first : last + 1].min())
            rest += sure * unit * amount
            cost = leaving_one / unit - sure
            entry = cohorts.setdefault((first, last, round(cost)), [0.0, cost])
            entry[0] += unit * amount
            entry[1] = min(entry[1], cost)
    low = {k: min(getattr(one, k) / u for one, u in zip(them, units, strict=True)) for k in _CARRIED}
    stream = Stream(
        them[0].destination,
        them[0].able,
        price,
        [Cohort(first, last, amount, cost) for (first, last, _r), (amount, cost) in cohorts.items()],
        seats=1.0,
        **low,
        unaccompanied=0.0,
        weight=them[0].weight,
    )
    stream.seats -= stream.medical_escorts
    return stream, rest


_CARRIED = ("persons", "infants", "wheelchairs", "stretchers", "medical_escorts")
