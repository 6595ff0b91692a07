"""Machine-readable zones of travel documents, read from what was pasted or scanned (ICAO Doc 9303, eighth edition).

`read` gives what the zone says, and one sentence for each thing in it that can't be right: a field whose check
digit doesn't hold is left empty, never guessed. Names, nationality, issuer and sex have no check digit: whoever
uses the reading compares those with the paper by eye.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .mrz_finding import candidates
from .mrz_layout import BIRTH, COMPOSITE, EXPIRES, MRV_A, MRV_B, NUMBER, OPTIONAL, TD1, TD2, Layout
from .mrz_letters import CAPITALS, FILLER
from .mrz_mending import Mended, mend, number_of
from .refusal import Refusal
from .words import _

OLDEST_YEARS = 125
"""Nobody older is alive: which century two figures of a birth year mean."""
UNCHECKED = ("names", "nationality", "issuer", "sex")
"""What no check digit covers, in any form of zone."""
_SEXES = {"M": "M", "F": "F", FILLER: "U", "X": "U"}
# Codes that aren't ISO 3166-1: German documents, British ones (part 3, section 5). Those without a country stay.
_COUNTRIES = {"D": "DEU", **dict.fromkeys(("GBD", "GBN", "GBO", "GBP", "GBS"), "GBR")}
# Emergency, compassionate and laissez-passer documents in the form of a passport (part 4, table of codes).
_LAISSEZ_PASSER = frozenset({"PE", "PL", "PU"})

_SENTENCES = {
    NUMBER: _("The check digit of the document number doesn't hold. Compare it with the paper and type it."),
    BIRTH: _("The check digit of the birth date doesn't hold. Compare it with the paper and type it."),
    EXPIRES: _("The check digit of the last day of validity doesn't hold. Compare it with the paper and type it."),
    OPTIONAL: _("The check digit of the personal number doesn't hold. It isn't used here; scan again if you can."),
    COMPOSITE: _("The last check digit of the zone doesn't hold: compare every figure with the paper, or scan again."),
}


@dataclass(frozen=True)
class Mending:
    """A character that a check digit proved mistaken: where, what stood there, what it is."""

    line: int
    place: int
    was: str
    now: str


@dataclass(frozen=True)
class Zone:
    """What a zone says. Countries are three letters; a date or word that didn't hold is None or "".

    `kind` is passport, laissez_passer, national_id, visa or other. `birth_precision` is exact, month or year.
    `cut` says that the names filled their field: they may go on. `lines` are as they were read.
    """

    form: str
    kind: str
    code: str
    issuer: str
    nationality: str
    number: str
    surname: str
    given: str
    cut: bool
    birth: date | None
    birth_precision: str
    sex: str
    expires: date | None
    mended: tuple[Mending, ...]
    lines: tuple[str, ...]

    @property
    def name(self) -> str:
        """The whole name in the zone's order."""
        return f"{self.surname} {self.given}".strip()


@dataclass(frozen=True)
class Reading:
    """A zone, if one was found, and what in it can't be right."""

    zone: Zone | None
    faults: Sequence[Refusal] = ()


def read(text: str, today: date) -> Reading:
    """Read the zone in `text`, whatever stands around it. `today` tells which century two figures mean."""
    judged = [(layout, mend(layout, zone), exact) for layout, zone, exact in candidates(text)]
    likely = [each for each in judged if _held(each[0], each[1]) >= (1 if each[2] else 2)]
    if not likely:
        sentence = _("No machine-readable zone was found. Scan the two or three lines with < whole.")
        return Reading(None, (Refusal("mrz.no_zone", sentence),))
    # Lines that fit a form as they stand are that form, even spoilt: another may be read out of their middle by chance.
    layout, mended, _exact = min(likely, key=lambda each: (not each[2], len(each[1].wrong), len(each[1].mended)))
    return _read(layout, mended, today)


def _held(layout: Layout, mended: Mended) -> int:
    """How many of number, birth date and last day hold."""
    return sum(name not in mended.wrong for name in (NUMBER, BIRTH, EXPIRES))


def _read(layout: Layout, mended: Mended, today: date) -> Reading:
    # Where a field doesn't hold, the composite digit that covers it can't either, and says no more.
    told = mended.wrong - {COMPOSITE} or mended.wrong
    faults = [Refusal(f"mrz.{name}", _SENTENCES[name]) for name in _SENTENCES if name in told]
    zone = mended.zone
    issuer, wrong_issuer = _country(zone[slice(*layout.issuer)])
    nationality, wrong_nationality = _country(zone[slice(*layout.nationality)])
    surname, given, cut, wrong_names = _names(zone[slice(*layout.names)])
    birth, precision, wrong_birth = _birth(layout, mended, today)
    expires, wrong_expires = _expires(layout, mended, today)
    sex = _SEXES.get(zone[layout.sex], "")
    wrong_sex = () if sex else (Refusal("mrz.sex", _("The zone says neither M nor F nor < for the sex: choose it.")),)
    faults += [*wrong_names, *wrong_issuer, *wrong_nationality, *wrong_birth, *wrong_sex, *wrong_expires]
    number = "" if NUMBER in mended.wrong else number_of(layout, zone)[0].strip(FILLER).replace(FILLER, " ")
    return Reading(
        Zone(
            form=layout.key,
            kind=_kind(layout, zone[:2], issuer == nationality),
            code=zone[:2].strip(FILLER),
            issuer=issuer,
            nationality=nationality,
            number=number,
            surname=surname,
            given=given,
            cut=cut,
            birth=birth,
            birth_precision=precision,
            sex=sex,
            expires=expires,
            mended=tuple(
                Mending(place // layout.width + 1, place % layout.width + 1, was, zone[place])
                for place, was in sorted(mended.mended.items())
            ),
            lines=layout.parted(zone),
        ),
        tuple(faults),
    )


def _kind(layout: Layout, code: str, own: bool) -> str:
    """The kind of document; a card is a national one where its holder is a national of the issuer."""
    if layout in (MRV_A, MRV_B):
        return "visa"
    if code in _LAISSEZ_PASSER or code[0] == "L":
        return "laissez_passer"
    if code[0] == "P":
        return "passport"
    return "national_id" if layout in (TD1, TD2) and code[0] in "CI" and own else "other"


def _country(text: str) -> tuple[str, tuple[Refusal, ...]]:
    code = text.rstrip(FILLER)
    if code and all(c in CAPITALS for c in code):
        return _COUNTRIES.get(code, code), ()
    return "", (
        Refusal("mrz.country", _("“{text}” in the zone is no country's code: choose the country."), {"text": text}),
    )


def _names(text: str) -> tuple[str, str, bool, tuple[Refusal, ...]]:
    """Surname and given names, whether they fill the field, and what is wrong."""
    surname, _both, given = text.strip(FILLER).partition(FILLER * 2)
    words = [" ".join(part.split(FILLER)).strip() for part in (surname, given.replace(FILLER * 2, FILLER))]
    cut = not text.endswith(FILLER)
    if any(c not in CAPITALS and c != FILLER for c in text):
        sentence = _("The name in the zone has a figure in it, “{text}”: type the name as the paper has it.")
        return "", "", cut, (Refusal("mrz.names", sentence, {"text": " ".join(words).strip()}),)
    return words[0], words[1], cut, ()


def _field(layout: Layout, mended: Mended, name: str) -> str:
    return "" if name in mended.wrong else mended.zone[slice(*layout.checked[name][0])]


def _birth(layout: Layout, mended: Mended, today: date) -> tuple[date | None, str, tuple[Refusal, ...]]:
    """The birth date, how exactly it is known, and what is wrong. Fillers stand for what isn't known (part 3, 4.8)."""
    text = _field(layout, mended, BIRTH)
    year, month, day = text[:2], text[2:4], text[4:]
    if not year.strip(FILLER):
        return None, "exact", ()
    precision = "year" if not month.strip(FILLER) else "month" if not day.strip(FILLER) else "exact"
    found = [
        born
        for century in (2000, 1900)
        if (born := _day(century, year, "01" if precision == "year" else month, day if precision == "exact" else "01"))
        and today.year - OLDEST_YEARS <= born.year
        and born <= today
    ]
    if not found:
        return None, "exact", (_no_day("mrz.birth", text),)
    return found[0], precision, ()


def _expires(layout: Layout, mended: Mended, today: date) -> tuple[date | None, tuple[Refusal, ...]]:
    """The last day of validity, in the century that brings it nearest to today; None where it has none."""
    text = _field(layout, mended, EXPIRES)
    if not text.strip(FILLER):
        return None, ()
    found = [day for century in (1900, 2000, 2100) if (day := _day(century, text[:2], text[2:4], text[4:]))]
    if not found:
        return None, (_no_day("mrz.expires", text),)
    return min(found, key=lambda day: abs(day - today)), ()


def _no_day(code: str, text: str) -> Refusal:
    return Refusal(code, _("“{text}” in the zone is no day of the calendar: type the date."), {"text": text})


def _day(century: int, year: str, month: str, day: str) -> date | None:
    if not (year + month + day).isdigit():
        return None
    try:
        return date(century + int(year), int(month), int(day))
    except ValueError:
        return None


def other_century(born: date, today: date) -> date | None:
    """The other day that the two figures of a birth year may mean: a hundred years before, if one could be so old."""
    if born.year - 100 < today.year - OLDEST_YEARS:
        return None
    try:
        return born.replace(year=born.year - 100)
    except ValueError:
        return None
