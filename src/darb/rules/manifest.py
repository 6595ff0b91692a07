"""The arithmetic of a manifest: who sits where, on whose lap, minded by whom, and what is wrong with that.

Plain values in, counts and refusals out (`programmes.md` 2.7, manifest rules 1 to 4). A passenger of two
years or more takes a seat, an infant rides on an adult's lap, an escort takes a seat too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from .refusal import Refusal
from .words import _

INFANT_UNDER = 2
"""Years of age on the day of travel."""
ADULT_FROM = 18
"""Years of age on the day of travel."""
SEATS_OF_A_STRETCHER = 6


@dataclass(frozen=True)
class Limits:
    """What one flight takes: `seats`, `infants` on laps, `stretchers`, and how many infants one adult looks after, on
    the lap or in a seat beside. One infant a lap holds everywhere.
    """

    seats: int
    infants: int
    stretchers: int = 1
    infants_per_adult: int = 2


@dataclass(frozen=True)
class Traveller:
    """One person on a manifest. `key` is theirs alone; `name` is for sentences.

    `kin` are the keys of grown relatives whose relation is verified, the nearest first; `bound_to` those
    who must be aboard too. An infant has a lap (`lap_of`) or, with none, a seat of its own. `minder` is
    the key of the adult, or `escort` the name of the member of staff, that somebody under 18 travels with.
    """

    key: int
    name: str
    sex: str = "U"
    child: bool = False
    infant: bool = False
    kin: tuple[int, ...] = ()
    bound_to: frozenset[int] = frozenset()
    lap_of: int | None = None
    own_seat: bool = False
    minder: int | None = None
    escort: str = ""
    extra_seat: bool = False
    stretcher: bool = False


@dataclass(frozen=True)
class Counts:
    """How many of each kind are on a manifest, and the seats that they and their escorts take."""

    men: int = 0
    women: int = 0
    not_told: int = 0
    children: int = 0
    infants: int = 0
    seats: int = 0
    laps: int = 0
    escorts: int = 0
    stretchers: int = 0

    @property
    def people(self) -> int:
        """Everyone but the escorts."""
        return self.men + self.women + self.not_told + self.children + self.infants


def turns(born: date, years: int) -> date:
    """The day on which someone `born` then turns `years`; 1 March for 29 February in a common year."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def is_infant(born: date | None, day: date) -> bool:
    """Whether someone born on `born`, the earliest day it may have been, is surely under two on `day`.

    In doubt a child gets a seat of its own.
    """
    return born is not None and day < turns(born, INFANT_UNDER)


def count(travellers: Iterable[Traveller]) -> Counts:
    """Count a manifest. Each extra seat and each escort named takes one seat more, a stretcher five."""
    them = list(travellers)
    kinds = Counter(
        "infants" if t.infant else "children" if t.child else {"M": "men", "F": "women"}.get(t.sex, "not_told")
        for t in them
    )
    escorts = len({t.escort.strip().casefold() for t in them if t.escort.strip()})
    laps = sum(t.lap_of is not None for t in them)
    stretchers = sum(t.stretcher for t in them)
    seats = len(them) - laps + sum(t.extra_seat for t in them) + escorts + stretchers * (SEATS_OF_A_STRETCHER - 1)
    return Counts(seats=seats, laps=laps, escorts=escorts, stretchers=stretchers, **kinds)


def seated(travellers: Sequence[Traveller]) -> list[Traveller]:
    """Give infants a lap and those under 18 a minder where none was named: the nearest verified relative.

    An infant is given only a lap that no other infant has. Who has no relative aboard stays unlinked.
    """
    aboard = {t.key: t for t in travellers}
    carrying: set[int | None] = {t.lap_of for t in travellers if t.lap_of is not None}
    out = []
    for t in travellers:
        grown = [k for k in t.kin if k in aboard and not aboard[k].child]
        minder, lap = t.minder, t.lap_of
        if t.child and minder is None and not t.escort.strip():
            minder = next(iter(grown), None)
        if t.infant and lap is None and not t.own_seat:
            lap = next((k for k in grown if k not in carrying), None)
            carrying.add(lap)
        out.append(replace(t, minder=minder, lap_of=lap))
    return out


def faults(travellers: Sequence[Traveller], limits: Limits, only: Container[int] | None = None) -> tuple[Refusal, ...]:
    """Everything that is wrong with a manifest on a flight that takes so much; empty if nothing.

    `only` looks at the travellers with those keys, beside the totals.
    """
    aboard = {t.key: t for t in travellers}
    carried: Counter[int | None] = Counter(t.lap_of for t in travellers if t.lap_of is not None)
    found = [fault for t in travellers if only is None or t.key in only for fault in _of_one(t, aboard, carried)]
    return (*found, *_too_many_infants(travellers, aboard, limits, only), *_over(count(travellers), limits))


def _over(counts: Counts, limits: Limits) -> list[Refusal]:
    found = []
    if counts.seats > limits.seats:
        found.append(
            Refusal(
                "manifest.seats",
                _("That would take {needed} seats, and the aircraft has {seats}: {over} too many."),
                {"needed": counts.seats, "seats": limits.seats, "over": counts.seats - limits.seats},
            )
        )
    if counts.laps > limits.infants:
        found.append(
            Refusal(
                "manifest.infants",
                _("That would be {infants} infants on laps, and the carrier takes {limit} on this flight."),
                {"infants": counts.laps, "limit": limits.infants},
            )
        )
    if counts.stretchers > limits.stretchers:
        found.append(
            Refusal(
                "manifest.stretchers",
                _("That would be {stretchers} stretchers, and this flight has places for {limit}."),
                {"stretchers": counts.stretchers, "limit": limits.stretchers},
            )
        )
    return found


def _too_many_infants(
    travellers: Sequence[Traveller], aboard: Mapping[int, Traveller], limits: Limits, only: Container[int] | None
) -> list[Refusal]:
    """Adults with more infants in their hands, on the lap or beside, than the carrier allows one adult."""
    hands: dict[int, list[Traveller]] = defaultdict(list)
    for t in travellers:
        hand = t.minder if t.lap_of is None else t.lap_of
        adult = None if hand is None else aboard.get(hand)
        if t.infant and adult is not None and not t.escort.strip():
            hands[adult.key].append(t)
    return [
        Refusal(
            "manifest.infants_per_adult",
            _("{adult} would look after {infants} infants, and the carrier allows {limit} an adult: name another one."),
            {"adult": aboard[adult].name, "infants": len(infants), "limit": limits.infants_per_adult},
        )
        for adult, infants in hands.items()
        if len(infants) > limits.infants_per_adult
        and (only is None or adult in only or any(t.key in only for t in infants))
    ]


def _of_one(t: Traveller, aboard: Mapping[int, Traveller], carried: Counter[int | None]) -> list[Refusal]:
    name = {"name": t.name}
    found = []
    if t.infant and t.lap_of is None and not t.own_seat:
        found.append(
            Refusal("manifest.no_lap", _("{name} is an infant: name the adult on whose lap, or give a seat."), name)
        )
    if t.lap_of is not None:
        lap = aboard.get(t.lap_of)
        if lap is None or lap.child or not t.infant:
            found.append(
                Refusal("manifest.bad_lap", _("{name} needs the lap of an adult who is on this flight."), name)
            )
        elif carried[t.lap_of] > 1:
            found.append(
                Refusal(
                    "manifest.two_on_a_lap",
                    _("{name} and another infant are on the lap of {adult}: one infant a lap."),
                    {**name, "adult": lap.name},
                )
            )
    if t.child and not _linked(t, aboard):
        found.append(
            Refusal(
                "manifest.unlinked",
                _("{name} is under 18: name a grown relative on this flight whose relation is verified, or an escort."),
                name,
            )
        )
    if not t.bound_to <= aboard.keys():
        found.append(
            Refusal(
                "manifest.together",
                _("{name} must travel together with others who aren't on this flight: all of them, or a split."),
                name,
            )
        )
    return found


def _linked(t: Traveller, aboard: Mapping[int, Traveller]) -> bool:
    if t.escort.strip():
        return True
    return t.minder in t.kin and t.minder in aboard and not aboard[t.minder].child
