"""What comparing needs of a file, made from what was told: records of the identity engine, their keys, packed columns.

One record a told name, so that a person known in two scripts is met in both. Further phones and documents go
round the names. Nothing here writes.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

from darb.rules.identity import Columns, Record, shipped
from darb.rules.identity import blocking as b
from darb.rules.names import NAMES_VERSION, digits, words
from darb.rules.names import keys as heard

from .registration import Registration

Numbers = Any
ROW_KINDS = {
    b.DOCUMENT: 12,
    b.PHONE: 10,
    b.PAIR_PEOPLE: 4,
    b.PAIR_PLACE: 5,
    b.GIVEN_PLACE: 3,
    b.GIVEN_MOTHER: 4,
    b.BORN: 4,
    b.FAMILY_PLACE: 3,
    b.GIVEN_YEAR: 1,
    b.FAMILY_YEAR: 1,
}
"""The kinds of key that the desk looks up, and how much sharing one counts before anything is compared.

Two names alone are left out: they meet too many in a million, and whoever has no nationality yet is found by words.
"""

_WITH_COUNTRY = 11


SOUND, AFTER_SOUNDS = "~", chr(127)
"""Search tokens of how a name sounds begin so: no told word does."""


class NameParts(Protocol):
    """A name in its parts, told or kept."""

    given: str
    father: str
    family: str
    mother: str


@dataclass(frozen=True)
class Told:
    """What is known of a file beside its names."""

    sex: str = ""
    birth_date: date | None = None
    birth_precision: str = "exact"
    nationality: str = ""
    origin_place: str = ""
    site: str = ""
    registered: date | datetime | None = None
    phones: Sequence[str] = ()
    documents: Sequence[str] = ()


def told_of(r: Registration) -> Told:
    """What a registration tells beside its names, as candidates are looked for."""
    return Told(
        r.sex,
        r.birth_date,
        r.birth_precision,
        r.nationality,
        r.origin_place,
        r.site,
        None,
        [p.number for p in r.phones],
    )


def records(told: Told, names: Sequence[NameParts], record_id: str = "") -> list[Record]:
    """The records of one file, at least one where anything is told of it."""
    named = [n for n in names if n.given.strip() or n.father.strip() or n.family.strip()]
    many = max(len(named), len(told.phones), len(told.documents))
    exact = told.birth_date if told.birth_precision == "exact" else None
    day = told.registered.date() if isinstance(told.registered, datetime) else told.registered
    return [
        Record(
            record_id=record_id,
            **_parts(named, n),
            sex=told.sex if told.sex in ("M", "F") else "",
            dob=exact,
            birth_year=told.birth_date.year if told.birth_date else None,
            nationality=told.nationality,
            origin_place=told.origin_place,
            phone=_dialled(_turn(told.phones, n)),
            doc_no=_turn(told.documents, n),
            site=told.site,
            reg_date=day,
        )
        for n in range(many)
    ]


def _parts(named: Sequence[NameParts], n: int) -> dict[str, str]:
    if not named:
        return {}
    name = named[n % len(named)]
    mother = name.mother or next((other.mother for other in named if other.mother), "")
    parts = {"given": name.given, "father": name.father, "family": name.family, "mother": mother}
    return {f"{part}_name": told.strip() for part, told in parts.items()}


def _turn(values: Sequence[str], n: int) -> str:
    return values[n % len(values)] if values else ""


def sound_tokens(record: Record) -> set[str]:
    """Search tokens of how the names of a record sound, part by part and word by word."""
    parts = (record.given_name, record.father_name, record.family_name)
    return {SOUND + key for part in parts for told in (part, *words(part)) for key in heard(told)}


def _dialled(number: str) -> str:
    """A number kept as bare digits: one this long without a leading zero was told with its country's code."""
    bare = digits(number)
    return f"+{bare}" if len(bare) >= _WITH_COUNTRY and not bare.startswith("0") else bare


@lru_cache(maxsize=1)
def layout() -> np.dtype[Any]:
    """How one record's columns lie in bytes."""
    empty = Columns.of([], shipped())
    arrays = [(f.name, getattr(empty, f.name)) for f in fields(Columns) if f.name != "ids"]
    return np.dtype([(name, a.dtype, a.shape[:-1]) for name, a in arrays])


@lru_cache(maxsize=1)
def version() -> str:
    """Changes whenever kept records must be made again: with the names' keys, the model, or the columns' layout."""
    drawn = repr(sorted((name, str(of)) for name, of in layout().fields.items())) if layout().fields else ""
    return f"{NAMES_VERSION}.{zlib.crc32((shipped().version + drawn).encode()):08x}"


def packed(columns: Columns) -> list[bytes]:
    """Each record's columns as bytes, in order."""
    table = np.zeros(len(columns), dtype=layout())
    for name in layout().names or ():
        table[name] = getattr(columns, name).T
    return [row.tobytes() for row in table]


def unpacked(rows: Sequence[bytes | memoryview], ids: Sequence[str] = ()) -> Columns:
    """Columns of packed records, in order."""
    table = np.frombuffer(b"".join(rows), dtype=layout())
    told: Mapping[str, Numbers] = {name: table[name].T for name in layout().names or ()}
    return Columns(ids=list(ids) or [""] * len(table), **told)


def keys(columns: Columns) -> Iterator[tuple[b.Kind, Numbers, Numbers]]:
    """For each kind of key that the desk looks up: the rows that have one, and its number as PostgreSQL's bigint."""
    for kind, rows, numbers in b.rows_by_key(columns, ROW_KINDS):
        yield kind, rows, numbers.view(np.int64)
