"""What papers are made of: a sheet with its parts, as plain values that `paper_setting` hands to Typst."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, ClassVar

from darb.trust.powers import DataClass, Sight

Value = str | bool | None | Sequence[str]
"""In a cell: words, words on lines of their own, a box that is ticked or empty, or nothing."""


class Part:
    """One block of a paper; `kind` names the Typst function that draws it."""

    kind: ClassVar[str]

    def told(self) -> dict[str, Any]:
        """For Typst."""
        return {"kind": self.kind, **asdict(self)}  # type: ignore[call-overload]


@dataclass(frozen=True)
class Words(Part):
    """Paragraphs."""

    kind = "words"
    words: Sequence[str]


@dataclass(frozen=True)
class Heading(Part):
    """A heading, kept with what follows."""

    kind = "heading"
    words: str


@dataclass(frozen=True)
class Points(Part):
    """Numbered points: (title or nothing, what is told). `size` is in points."""

    kind = "points"
    points: Sequence[tuple[str, str]]
    size: float = 9.5


@dataclass(frozen=True)
class Ticks(Part):
    """Boxes to tick: (label, ticked already, note or nothing)."""

    kind = "ticks"
    ticks: Sequence[tuple[str, bool, str]]


@dataclass(frozen=True)
class Facts(Part):
    """Labels with their values, in one column or two."""

    kind = "facts"
    facts: Sequence[tuple[str, Value]]
    columns: int = 1


@dataclass(frozen=True)
class Column:
    """A column of a table. `width` is its share of what is left over; 0: as wide as its widest value.

    `kind` is text, code (never reordered), number or box. `shows` is the class of data that its values belong to,
    and `sight` how much of that class whoever prints it must see; None for what isn't about a person.
    """

    label: str
    width: int = 0
    kind: str = "text"
    shows: DataClass | None = DataClass.IDENTITY
    sight: Sight = Sight.READ


@dataclass(frozen=True)
class Table(Part):
    """A table whose head is repeated on every page. `size` is in points."""

    kind = "table"
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    size: float = 8.5


@dataclass(frozen=True)
class Signed(Part):
    """Empty fields for signatures, thumbprints and stamps."""

    kind = "signed"
    fields: Sequence[str]


@dataclass(frozen=True)
class Card(Part):
    """One person with a photograph. `photo` names a file of the sheet; with none, `lacking` stands in its place."""

    kind = "card"
    names: Sequence[str]
    facts: Sequence[tuple[str, Value]]
    photo: str
    lacking: str
    alt: str


@dataclass(frozen=True)
class Slip(Part):
    """A card to carry: `code` is the QR code of `reference`, as SVG."""

    kind = "slip"
    names: Sequence[str]
    facts: Sequence[tuple[str, Value]]
    reference: str
    code: str


@dataclass(frozen=True)
class Cards(Part):
    """So many small cards to cut apart, all alike: a title, what they say, a number to call, and its QR code as SVG."""

    kind = "cards"
    count: int
    title: str
    lines: Sequence[str]
    number: str
    code: str


@dataclass(frozen=True)
class NewPage(Part):
    """What follows begins on a new page, under a title of its own."""

    kind = "page"
    title: str


@dataclass(frozen=True)
class Sheet:
    """All that a paper says, apart from the stamp of one copy.

    `subject`, `about` (person id to scope id), `version` and `of` are for the log. `photos` are files by name.
    """

    title: str
    reference: str
    parts: Sequence[Part]
    subject: str
    about: Mapping[int, int] = field(default_factory=dict)
    lead: Sequence[str] = ()
    landscape: bool = False
    version: int | None = None
    of: str = ""
    leaves: date | None = None
    photos: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def columns(self) -> list[Column]:
        """The columns of every table on it."""
        return [column for part in self.parts if isinstance(part, Table) for column in part.columns]
