"""Registrations as columns of numbers: what comparing a million of them needs, 200 bytes each."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from darb.rules.names import keys, sound, words

from .record import Record, document_number, phone_number

if TYPE_CHECKING:
    from .specification import Specification

Numbers = np.ndarray[Any, Any]
NAMES = ("given_name", "father_name", "family_name", "mother_name")
_STEP = 20_000
_MANY = 5_000
_WEIGHT = 50.0
_ARABIC = re.compile("[\u0620-\u06ff]")


def number_of(text: str) -> int:
    """A 32-bit number for a text, the same on every machine; 0 only for the empty text."""
    return (zlib.crc32(text.encode()) or 1) if text else 0


def signature(key: str) -> int:
    """64 bits, one for each sound of a key and each pair of neighbours: alike names share most of them."""
    bits = 0
    seen: dict[str, int] = {}
    for letter in key:
        seen[letter] = seen.get(letter, 0) + 1
        bits |= 1 << (zlib.crc32(f"{letter}{seen[letter]}".encode()) & 63)
    framed = f"^{key}$" if key else ""
    for n in range(len(framed) - 1):
        bits |= 1 << (zlib.crc32(f"{framed[n : n + 2]}.".encode()) & 63)
    return bits


@dataclass(frozen=True, slots=True)
class HeardName:
    """What comparing needs of one told name: numbers for text, sound, first key; bits for keys and likeness."""

    text: int
    sound: int
    key: int
    key_bits: int
    likeness: int
    key_text: str


@lru_cache(maxsize=500_000)
def heard_name(told: str) -> HeardName:
    """The numbers of one name; all zero where nothing was told."""
    found = keys(told)
    first = found[0] if found else ""
    bits = 0
    for key in found:
        bits |= 1 << (zlib.crc32(key.encode()) & 63)
    return HeardName(
        number_of("".join(words(told))), number_of(sound(told)), number_of(first), bits, signature(first), first
    )


@lru_cache(maxsize=100_000)
def _place(told: str) -> tuple[int, int]:
    first = next(iter(keys(told)), "")
    return number_of(first), signature(first)


@dataclass(frozen=True)
class Columns:
    """Registrations by column; row n is registration n. Zero means "not told" everywhere.

    Names: arrays of shape (4, rows) in the order of `NAMES`. `rarity` counts half bits of surprise of the name
    among people of the nationality. `born` is days since year 1, `year` the birth year; `day` and `month`
    only where a whole date other than 1 January was told.
    """

    ids: list[str]
    text: Numbers
    sound: Numbers
    key: Numbers
    key_bits: Numbers
    likeness: Numbers
    rarity: Numbers
    initial: Numbers
    arabic: Numbers
    sex: Numbers
    nation: Numbers
    nation_rarity: Numbers
    born: Numbers
    day: Numbers
    month: Numbers
    year: Numbers
    place: Numbers
    place_likeness: Numbers
    phone: Numbers
    document: Numbers
    case: Numbers
    site: Numbers
    registered: Numbers

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def of(cls, records: Iterable[Record], model: Specification) -> Columns:
        """Columns of `records`, in their order; takes any number without holding the records themselves."""
        source = iter(records)
        parts = [cls._of_some(some, model) for some in _steps(source)]
        return cls.joined(parts) if parts else cls._of_some([], model)

    @classmethod
    def _of_some(cls, records: list[Record], model: Specification) -> Columns:
        told = [[heard_name(getattr(record, name)) for record in records] for name in NAMES]
        places = [_place(record.origin_place) for record in records]
        surprise = [
            [model.rarity(part, h.key_text, r.nationality) for h, r in zip(row, records, strict=True)]
            for part, row in enumerate(told)
        ]

        def names(what: str, kind: Any) -> Numbers:
            return np.array([[getattr(heard, what) for heard in row] for row in told], dtype=kind)

        def numbers(values: Iterable[int], kind: Any) -> Numbers:
            return np.array(list(values), dtype=kind)

        return cls(
            ids=[record.record_id for record in records],
            text=names("text", np.uint32),
            sound=names("sound", np.uint32),
            key=names("key", np.uint32),
            key_bits=names("key_bits", np.uint64),
            likeness=names("likeness", np.uint64),
            rarity=np.array(surprise, dtype=np.uint8),
            initial=numbers((ord(heard.key_text[:1] or "\0") for heard in told[0]), np.uint8),
            arabic=numbers((_is_arabic(record) for record in records), np.uint8),
            sex=numbers((" MF".find(record.sex or " ") for record in records), np.uint8),
            nation=numbers((number_of(record.nationality) for record in records), np.uint32),
            nation_rarity=numbers((model.nation_rarity(record.nationality) for record in records), np.uint8),
            born=numbers((record.dob.toordinal() if record.dob else 0 for record in records), np.int32),
            day=numbers((d.day if (d := _told_day(record)) else 0 for record in records), np.uint8),
            month=numbers((d.month if (d := _told_day(record)) else 0 for record in records), np.uint8),
            year=numbers((record.birth_year or 0 for record in records), np.int16),
            place=numbers((place for place, _ in places), np.uint32),
            place_likeness=numbers((likeness for _, likeness in places), np.uint64),
            phone=numbers((_as_number(phone_number(record.phone)) for record in records), np.uint64),
            document=numbers((_packed(document_number(record.doc_no)) for record in records), np.uint64),
            case=numbers((number_of(record.case_no) for record in records), np.uint32),
            site=numbers((number_of(record.site) for record in records), np.uint32),
            registered=numbers((r.reg_date.toordinal() if r.reg_date else 0 for r in records), np.int32),
        )

    def with_own_frequencies(self) -> Columns:
        """The same with the names' rarity as it is among these registrations, where they are many.

        The specification's frequencies count like fifty people of the nationality.
        """
        if len(self) < _MANY:
            return self
        told = np.exp2(-self.rarity.astype(np.float64) / 2)
        _, nation, people = np.unique(self.nation, return_inverse=True, return_counts=True)
        rarity = self.rarity.copy()
        for part, key in enumerate(self.key):
            cell = key.astype(np.uint64) << np.uint64(16) | nation.astype(np.uint64)
            _, back, count = np.unique(cell, return_inverse=True, return_counts=True)
            share = (count[back] + _WEIGHT * told[part]) / (people[nation] + _WEIGHT)
            rarity[part] = np.where(key > 0, np.clip(np.round(-2 * np.log2(share)), 0, 255), 0)
        return replace(self, rarity=rarity)

    @classmethod
    def joined(cls, parts: list[Columns]) -> Columns:
        """One after the other."""
        made: dict[str, Any] = {"ids": [record_id for part in parts for record_id in part.ids]}
        for field in fields(cls)[1:]:
            arrays = [getattr(part, field.name) for part in parts]
            made[field.name] = np.concatenate(arrays, axis=arrays[0].ndim - 1)
        return cls(**made)


def _steps(source: Iterator[Record]) -> Iterator[list[Record]]:
    while some := list(islice(source, _STEP)):
        yield some


def _told_day(record: Record) -> date | None:
    """The day of birth, unless it is 1 January: that is what is written where only a year is known."""
    return record.dob if record.dob and (record.dob.month, record.dob.day) != (1, 1) else None


def _is_arabic(record: Record) -> bool:
    return bool(_ARABIC.search(record.given_name or record.family_name or record.father_name))


def _as_number(digits: str) -> int:
    """The last fifteen digits as a number, so that slips can be counted digit by digit."""
    return int(digits[-15:]) if digits else 0


def _packed(document: str) -> int:
    """Up to twelve signs of a document, five bits each, last ones last: slips can be counted sign by sign."""
    packed = 0
    for sign in document[-12:]:
        packed = packed << 5 | (ord(sign) % 31 + 1)
    return packed
