"""Passenger lists for authorities in UN/EDIFACT: the message PAXLST, from plain values.

Sources: WCO/IATA/ICAO Guidelines on Advance Passenger Information, PAXLST Message Implementation Guide, for which
segments and codes stand where; UN/EDIFACT directory D.02B, to which the guide's first edition binds the message and
which authorities still take (the segments used here are the same in the directories that later editions name);
ISO 9735 for the syntax and its character set level A; ICAO Doc 9303 part 3 for names in Latin capitals.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pydifact.segmentcollection import Interchange, Message
from pydifact.segments import Segment

from darb.rules.mrz_letters import CAPITALS, latin, zone_words

LEVEL_A = frozenset(CAPITALS + "0123456789 .,-()/=!\"%&*;<>'+:?")
"""What may stand in an interchange of syntax level A (UNOA); the last four are released by the library."""
DIRECTORY = ("PAXLST", "D", "02B", "UN", "IATA")
MOST = 35
"""Characters of one part of a name, a party or a document number (an..35)."""
_DOCUMENTS = {"passport": "P", "laissez_passer": "PL", "collective_lp": "PL", "un_red_cross": "PL"}
"""Kinds of travel document as the first two characters of their zones (Doc 9303 part 4)."""
_DATES = {"exact": ("%y%m%d", ""), "month": ("%Y%m", "610"), "year": ("%Y", "602"), "estimated": ("%Y", "602")}
"""How a date known so exactly is written, with the code of that format (element 2379) where it isn't the usual."""
_LOCAL = ("%y%m%d%H%M", "201")


@dataclass(frozen=True)
class Listed:
    """One passenger. `leaves_at` is the airport where they leave the plane; on a leg that lands before, they are in
    transit. `birth_precision` as `BirthPrecision`; countries are alpha-3."""

    surname: str
    given: str
    sex: str
    nationality: str
    leaves_at: str
    birth: date | None = None
    birth_precision: str = "exact"
    document: str = ""
    number: str = ""
    issuer: str = ""
    expires: date | None = None


@dataclass(frozen=True)
class PassengerList:
    """Those aboard on one leg of a flight, in one version of its manifest. Times are local to their airports.

    `embarked` is the airport where all of them came aboard; `reference` and `version` tell one list of this leg
    from the one that takes its place.
    """

    flight: str
    reference: str
    version: int
    embarked: str
    origin: str
    departs: datetime
    destination: str
    arrives: datetime
    passengers: Sequence[Listed]


def level_a(text: str) -> str:
    """`text` in the characters of level A: capitals without marks, figures, its punctuation; the rest left out."""
    out = []
    for c in text:
        figure = unicodedata.decimal(c, None)
        if figure is not None:
            out.append(str(figure))
        elif c.isalpha():
            out.append(zone_words(c) or " ")
        else:
            out.append("'" if c == "’" else c if c in LEVEL_A else " ")
    return " ".join("".join(out).split())


def surname_and_given(printed: str, told: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    """A name in capitals, parted: as `printed` on the travel document, else as `told` ((given names, family name)).

    What is printed is parted where a family name that was told stands at its beginning or end; where none does, it
    stays whole, as the standard has a name of one part. None where there is no name in Latin letters.
    """
    named = [(zone_words(given), zone_words(family)) for given, family in told if latin(f"{given}{family}")]
    if not latin(printed):
        return next(((family or given, given if family else "") for given, family in named), None)
    words = zone_words(printed)
    for _given, family in named:
        if family and words.startswith(f"{family} "):
            return family, words.removeprefix(f"{family} ")
        if family and words.endswith(f" {family}"):
            return family, words.removesuffix(f" {family}")
    return words, ""


def interchange(listed: PassengerList, *, sender: str, recipient: str, control: str, at: datetime) -> str:
    """The list as one interchange of one message, `control` (at most 14 characters) its number.

    `sender` and `recipient` are names of parties, at most 35 characters of level A once written so.
    """
    whole = Interchange(
        syntax_identifier=("UNOA", 4),
        sender=_party(sender),
        recipient=_party(recipient),
        control_reference=control,
        timestamp=at,
        extra_header_elements=["", "APIS"],
    )
    whole.add_segment(Segment("UNA", ":+.? '"))
    access = f"{_flight(listed)}/{listed.departs:%y%m%d}/{listed.departs:%H%M}"
    message = Message("1", DIRECTORY, extra_header_elements=[access, ["01", "F"]])
    message.add_segments(_segments(listed, sender))
    return str(whole.add_message(message).serialize())


def _party(name: str) -> str:
    return level_a(name)[:MOST].strip()


def _flight(listed: PassengerList) -> str:
    return level_a(listed.flight).replace(" ", "")


def _segments(listed: PassengerList, sender: str) -> Iterator[Segment]:
    yield Segment("BGM", "745")
    yield Segment("RFF", ["TN", listed.reference, "", "", str(listed.version)])
    yield Segment("NAD", "MS", "", "", _party(sender))
    yield Segment("TDT", "20", _flight(listed))
    yield Segment("LOC", "125", listed.origin)
    yield Segment("DTM", ["189", f"{listed.departs:{_LOCAL[0]}}", _LOCAL[1]])
    yield Segment("LOC", "87", listed.destination)
    yield Segment("DTM", ["232", f"{listed.arrives:{_LOCAL[0]}}", _LOCAL[1]])
    for passenger in listed.passengers:
        yield from _passenger(listed, passenger)
    yield Segment("CNT", ["42", str(len(listed.passengers))])


def _passenger(listed: PassengerList, p: Listed) -> Iterator[Segment]:
    transit = p.leaves_at != listed.destination
    yield Segment("NAD", "DDU" if transit else "FL", "", "", _name(p))
    yield Segment("ATT", "2", "", p.sex)
    if p.birth:
        written, form = _DATES[p.birth_precision]
        yield Segment("DTM", ["329", f"{p.birth:{written}}", *([form] if form else [])])
    yield Segment("LOC", "178", listed.embarked)
    yield Segment("LOC", "179", p.leaves_at)
    yield Segment("NAT", "2", p.nationality)
    if p.number:
        yield Segment("DOC", [_DOCUMENTS[p.document], "110", "111"], level_a(p.number)[:MOST])
        if p.expires:
            yield Segment("DTM", ["36", f"{p.expires:%y%m%d}"])
        yield Segment("LOC", "91", p.issuer)


def _name(p: Listed) -> list[str]:
    """Surname and given names; given names that are longer than a part go on in the next."""
    parts = [p.surname[:MOST].strip()]
    line = ""
    for word in p.given.split():
        if len(f"{line} {word}".strip()) > MOST:
            parts.append(line)
            line = word[:MOST]
        else:
            line = f"{line} {word}".strip()
    return [part for part in (*parts, line) if part][:5]
