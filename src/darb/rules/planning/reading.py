"""Reads an instance or a plan from what JSON holds; what is wrong with it is one sentence that names the record."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from darb.rules.refusal import Invalid
from darb.rules.words import _

from .checking import refuse_impossible_locks
from .instance import Airport, Flight, Group, Instance, Prices

T = TypeVar("T", Group, Flight)
FARTHEST = timedelta(days=3 * 366)
"""The longest horizon that is taken: what is longer is a slip of the pen."""
_UNSEEN = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_instance(given: Any) -> Instance:
    """The instance that a decoded JSON object holds (the format's names as keys).

    Raises `Invalid` with one sentence naming the record for a missing or impossible value, a reference to
    nothing, the same id twice, dates the wrong way round, and locks that no plan can keep.
    """
    whole = _Record(given, _("The instance"))
    horizon = whole.record("horizon")
    start, end = horizon.day("start"), horizon.day("end")
    if not start < end <= start + FARTHEST:
        raise whole.wrong(
            "planning.horizon",
            _("The horizon ends on {end} and begins on {start}: it should end later, and within three years."),
            start=start,
            end=end,
        )
    prices = _prices(whole.record("costs"))
    airports = {code: _airport(record) for code, record in whole.named("airports")}
    fleet = whole.record("fleet_per_day")
    instance = Instance(
        start,
        end,
        airports,
        {aircraft: fleet.count(aircraft) for aircraft in fleet.names()},
        _transfers(whole, airports),
        prices,
        _by_id(whole, "groups", _group),
        _by_id(whole, "flights", _flight),
        _pairs(whole, "current") if "current" in whole else {},
        _pairs(whole, "locked") if "locked" in whole else {},
        frozenset(whole.texts("cancelled")) if "cancelled" in whole else frozenset(),
    )
    _groups_make_sense(instance)
    _flights_make_sense(instance)
    _references_exist(instance)
    refuse_impossible_locks(instance)
    return instance


def read_assignments(given: Any, instance: Instance) -> dict[str, str]:
    """Which flight each group has, from a decoded plan. Raises `Invalid` for what can't be a plan of `instance`."""
    whole = _Record(given, _("The plan"))
    return _known_pairs(instance, _pairs(whole, "assignments"), "assignments")


@dataclass(frozen=True, slots=True)
class _Record:
    """One JSON object, and the words that name it."""

    of: Any
    name: str

    def __post_init__(self) -> None:
        if not isinstance(self.of, dict):
            raise self.wrong("planning.not_a_record", _("{record} should be a JSON object, and is {found}."), self.of)

    def __contains__(self, key: str) -> bool:
        return key in self.of

    def wrong(self, code: str, sentence: str, found: Any = None, **values: Any) -> Invalid:
        shown = _short(repr(found))
        return Invalid(code, sentence, field=self.name, **{"record": self.name, "found": shown, **values})

    def value(self, key: str) -> Any:
        try:
            return self.of[key]
        except KeyError:
            raise self.wrong("planning.missing", _("{record} has no '{key}'."), key=key) from None

    def count(self, key: str, least: int = 0) -> int:
        found = self.value(key)
        if type(found) is float and found.is_integer():
            found = int(found)
        if type(found) is not int or not least <= found < 10**9:
            raise self.wrong(
                "planning.not_a_count",
                _("{record}: '{key}' is {found}, and should be a whole number from {least}."),
                found,
                key=key,
                least=least,
            )
        return found

    def amount(self, key: str) -> float:
        found = self.value(key)
        if type(found) not in (int, float) or not 0 <= found < 1e12 or math.isnan(found):
            raise self.wrong(
                "planning.not_an_amount",
                _("{record}: '{key}' is {found}, and should be a number from 0."),
                found,
                key=key,
            )
        return float(found)

    def text(self, key: str) -> str:
        return self._text(self.value(key), key)

    def _text(self, found: Any, key: str) -> str:
        # Ids are told in sentences and written into plans: one line each, in characters that a file can hold.
        if not isinstance(found, str) or not found or _UNSEEN.search(found):
            raise self.wrong(
                "planning.not_text", _("{record}: '{key}' is {found}, and should be text."), found, key=key
            )
        return found

    def texts(self, key: str) -> list[str]:
        return [self._text(text, key) for text in self.list(key)]

    def day(self, key: str) -> date:
        return self._day(self.value(key), key)

    def _day(self, found: Any, key: str) -> date:
        if isinstance(found, str) and _DAY.fullmatch(found):
            with suppress(ValueError):
                return date.fromisoformat(found)
        raise self.wrong(
            "planning.not_a_day",
            _("{record}: '{key}' is {found}, and should be a day as YYYY-MM-DD."),
            found,
            key=key,
        )

    def days(self, key: str) -> list[date]:
        return [self._day(day, key) for day in self.list(key)]

    def list(self, key: str) -> list[Any]:
        found = self.value(key)
        if not isinstance(found, list):
            raise self.wrong(
                "planning.not_a_list", _("{record}: '{key}' is {found}, and should be a list."), found, key=key
            )
        return found

    def record(self, key: str) -> _Record:
        return _Record(self.value(key), f"'{key}'")

    def names(self) -> Sequence[str]:
        """The keys of a record whose keys are names."""
        return [self._text(name, "name") for name in self.of]

    def named(self, key: str) -> Iterator[tuple[str, _Record]]:
        inside = self.record(key)
        for name in inside.names():
            yield name, _Record(inside.of[name], f"'{key}' {_short(name)}")

    def records(self, key: str) -> Iterator[_Record]:
        for place, inner in enumerate(self.list(key)):
            known = inner.get("id") if isinstance(inner, dict) else None
            told = known if isinstance(known, str) and not _UNSEEN.search(known) else ""
            yield _Record(inner, f"'{key}' {_short(told) or f'no. {place + 1}'}")


def _short(text: str) -> str:
    return text if len(text) < 60 else f"{text[:57]}..."


def _prices(costs: _Record) -> Prices:
    left = costs.record("left_at_end_per_person")
    return Prices(
        costs.amount("waiting_per_person_day"),
        costs.amount("expired_per_person"),
        costs.amount("escort"),
        costs.count("unaccompanied_per_escort", 1),
        {destination: left.amount(destination) for destination in left.names()},
        costs.amount("move_per_person") if "move_per_person" in costs else 0.0,
    )


def _airport(record: _Record) -> Airport:
    return Airport(
        record.count("charter_slots_per_day"),
        record.count("persons_per_day"),
        record.count("escorts_per_week"),
        frozenset(record.days("closed_days")),
    )


def _transfers(whole: _Record, airports: Mapping[str, Airport]) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}
    for record in whole.records("transfers"):
        site, airport = record.text("site"), record.text("airport")
        if airport not in airports:
            raise _unknown(record.name, "airport", airport)
        if (site, airport) in found:
            raise Invalid(
                "planning.twice",
                _("{record}: the transfer from {site} to {airport} is there twice."),
                field=record.name,
                record=record.name,
                site=_short(site),
                airport=_short(airport),
            )
        found[site, airport] = record.amount("cost_per_person")
    return found


def _by_id(whole: _Record, key: str, read: Callable[[_Record], T]) -> dict[str, T]:
    found: dict[str, T] = {}
    for record in whole.records(key):
        one = read(record)
        if one.id in found:
            raise record.wrong("planning.twice", _("{record} is there twice."))
        found[one.id] = one
    return found


def _group(record: _Record) -> Group:
    return Group(
        record.text("id"),
        record.text("destination"),
        record.text("site"),
        record.count("persons", 1),
        record.count("seats"),
        record.count("infants"),
        record.count("wheelchairs"),
        record.count("stretchers"),
        record.count("medical_escorts"),
        record.count("unaccompanied"),
        record.amount("weight"),
        record.day("ready"),
        record.day("until"),
    )


def _flight(record: _Record) -> Flight:
    kind = record.text("kind")
    if kind not in ("charter", "commercial"):
        raise record.wrong(
            "planning.kind", _("{record}: 'kind' is {found}, and should be 'charter' or 'commercial'."), kind
        )
    return Flight(
        record.text("id"),
        kind == "charter",
        record.day("date"),
        record.text("origin"),
        record.text("destination"),
        record.text("aircraft") if kind == "charter" or record.value("aircraft") is not None else None,
        record.count("seats"),
        record.count("infants"),
        record.count("wheelchairs"),
        record.count("stretchers"),
        record.count("unaccompanied"),
        record.count("landing_quota"),
        record.amount("fixed_cost"),
        record.amount("seat_cost"),
    )


def _pairs(whole: _Record, key: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for place, inner in enumerate(whole.list(key)):
        record = _Record(inner, f"'{key}' no. {place + 1}")
        group = record.text("group")
        if group in found:
            raise record.wrong("planning.twice", _("{record}: {group} is there twice."), group=_short(group))
        found[group] = record.text("flight")
    return found


def _groups_make_sense(instance: Instance) -> None:
    for group in instance.groups.values():
        if group.until < group.ready:
            raise Invalid(
                "planning.window",
                _("Group {group} is ready on {ready} and may travel until {until}: that is the wrong way round."),
                field=group.id,
                group=_short(group.id),
                ready=group.ready,
                until=group.until,
            )
        if group.destination not in instance.prices.left_at_end_per_person:
            raise Invalid(
                "planning.no_cost",
                _("Group {group}: 'left_at_end_per_person' has no cost for {destination}."),
                field=group.id,
                group=_short(group.id),
                destination=group.destination,
            )


def _flights_make_sense(instance: Instance) -> None:
    for flight in instance.flights.values():
        if not instance.start <= flight.date < instance.end:
            raise Invalid(
                "planning.outside",
                _("Flight {flight} leaves on {day}, outside the horizon from {start} to {end}."),
                field=flight.id,
                flight=_short(flight.id),
                day=flight.date,
                start=instance.start,
                end=instance.end,
            )
        if flight.origin not in instance.airports:
            raise _unknown(f"'flights' {_short(flight.id)}", "origin", flight.origin)
        if flight.charter and flight.aircraft not in instance.fleet_per_day:
            raise _unknown(f"'flights' {_short(flight.id)}", "aircraft", str(flight.aircraft))


def _references_exist(instance: Instance) -> None:
    _known_pairs(instance, instance.current, "current")
    _known_pairs(instance, instance.locked, "locked")
    for flight in instance.cancelled:
        if flight not in instance.flights:
            raise _unknown("'cancelled'", "flight", flight)


def _known_pairs(instance: Instance, pairs: Mapping[str, str], key: str) -> dict[str, str]:
    for group, flight in pairs.items():
        if group not in instance.groups:
            raise _unknown(f"'{key}'", "group", group)
        if flight not in instance.flights:
            raise _unknown(f"'{key}' {_short(group)}", "flight", flight)
    return dict(pairs)


def _unknown(record: str, key: str, name: str) -> Invalid:
    return Invalid(
        "planning.unknown",
        _("{record}: '{key}' is {name}, which isn't in the instance."),
        field=record,
        record=record,
        key=key,
        name=_short(name),
    )
