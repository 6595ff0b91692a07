"""The box into which the zone of a travel document is pasted or scanned, and what is made of it.

Fields that stand empty, or as the page offered them, are filled. Where something else was told or typed, it stays,
and both spellings are shown letter for letter: the officer decides. Nothing is saved by reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language, gettext, gettext_lazy

from darb.people.models import BirthPrecision, DocumentKind, Person, Sex
from darb.places.queries import country_names
from darb.rules import mrz
from darb.rules.letter_by_letter import Run, words_side_by_side
from darb.rules.mrz_letters import bare_words, zone_words
from darb.rules.refusal import Refusal

from . import door

READ = "read_zone"
"""The name of the button that reads."""


class ZoneForm(forms.Form):
    """The box, beside the fields that it fills."""

    zone = forms.CharField(
        label=gettext_lazy("The lines with < on the document"),
        required=False,
        max_length=1200,
        widget=forms.Textarea(
            attrs={
                "rows": 3,
                "dir": "ltr",
                "spellcheck": "false",
                "autocapitalize": "characters",
                "class": "zone-lines",
            }
        ),
        help_text=gettext_lazy("Scan or paste them whole: two lines of a passport or laissez-passer, three of a card."),
    )


@dataclass(frozen=True)
class Difference:
    """Something that was told or typed, and that the paper has otherwise: runs of letters of both."""

    label: str
    told: tuple[Run, ...]
    paper: tuple[Run, ...]


@dataclass
class ZoneRead:
    """A zone as the page tells of it: what is wrong with it, which fields it filled, where it differs."""

    zone: mrz.Zone | None
    faults: list[Refusal]
    filled: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    def differs(self, label: Any, told: str, paper: str) -> None:
        """Note two spellings."""
        self.differences.append(Difference(str(label), *words_side_by_side(told, paper)))


def asked(sent: QueryDict | None) -> bool:
    """Whether the button that reads was pressed."""
    return sent is not None and READ in sent


def into_document(sent: QueryDict, form: type[forms.Form], who: Person) -> tuple[QueryDict, ZoneRead]:
    """What was sent to the page of a document with its fields filled, and how the zone compares with the person."""
    read = _read(sent)
    zone = read.zone
    if zone is None:
        return sent, read
    kind = zone.kind if zone.kind in DocumentKind.values else DocumentKind.OTHER.value
    values = {"kind": kind, "number": zone.number, "country": zone.issuer, "expires": _iso(zone.expires),
              "name_as_printed": zone.name}  # fmt: skip
    offered = {"kind": DocumentKind.PASSPORT.value, "country": who.nationality}
    filled = _filled(sent, form, values, offered, read)
    _compare_with(who, zone, read)
    return filled, read


def into_registration(sent: QueryDict, form: type[forms.Form]) -> tuple[QueryDict, ZoneRead]:
    """What was sent to the page of a registration, filled with the person that the zone names."""
    read = _read(sent)
    zone = read.zone
    if zone is None:
        return sent, read
    values = {
        "given": (zone.given or zone.surname).title(),
        "family": zone.surname.title() if zone.given else "",
        "birth_date": _iso(zone.birth) if zone.birth_precision == BirthPrecision.EXACT else "",
        "age": str(zone.birth.year) if zone.birth and zone.birth_precision != BirthPrecision.EXACT else "",
        "sex": zone.sex if zone.sex != Sex.UNKNOWN else "",
        "nationality": zone.nationality,
    }
    return _filled(sent, form, values, {}, read), read


def _read(sent: QueryDict) -> ZoneRead:
    found = mrz.read(sent.get("zone", ""), door.today())
    return ZoneRead(found.zone, list(found.faults))


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _filled(
    sent: QueryDict, form: type[forms.Form], values: Mapping[str, str], offered: Mapping[str, str], read: ZoneRead
) -> QueryDict:
    """`sent` with `values` where nothing was typed; what was typed otherwise is noted as a difference."""
    filled = sent.copy()
    for name, value in values.items():
        typed = sent.get(name, "").strip()
        declared = form.base_fields[name]
        if not value or _as_good_as(typed, value):
            continue
        if typed in ("", offered.get(name, "")):
            filled[name] = value
            read.filled.append(str(declared.label))
        else:
            read.differs(declared.label, _said(name, typed), _said(name, value))
    return filled


def _as_good_as(typed: str, value: str) -> bool:
    """The same but for capitals and marks, which a zone hasn't."""
    if any(c.isdigit() for c in typed + value):
        return typed.replace(" ", "").upper() == value.replace(" ", "")
    words = zone_words(value)
    return bool(words) and words in (zone_words(typed), bare_words(typed))


def _said(name: str, value: str) -> str:
    """A value as people read it: codes in words."""
    if name in ("country", "nationality"):
        return country_names(get_language() or "en").get(value, value)
    labels = {"sex": Sex, "kind": DocumentKind}.get(name)
    return str(labels(value).label) if labels and value in labels.values else value


def _compare_with(who: Person, zone: mrz.Zone, read: ZoneRead) -> None:
    """Note where the zone has another name, birth date, sex or nationality than the person told."""
    words = zone_words(who.name)
    if (
        zone.name
        and words
        and sorted(zone.name.split()) not in (sorted(words.split()), sorted(bare_words(who.name).split()))
    ):
        read.differs(gettext("Name"), words, zone.name)
    if zone.birth and who.birth_date and not _same_birth(who, zone):
        read.differs(gettext("Birth date"), who.birth_date.isoformat(), zone.birth.isoformat())
    if zone.sex and Sex.UNKNOWN not in (zone.sex, who.sex) and zone.sex != who.sex:
        read.differs(gettext("Sex"), _said("sex", who.sex), _said("sex", zone.sex))
    if zone.nationality and zone.nationality != who.nationality:
        read.differs(gettext("Nationality"), _said("country", who.nationality), _said("country", zone.nationality))


def _same_birth(who: Person, zone: mrz.Zone) -> bool:
    """Whether the birth dates agree as far as both are known, in either century that two figures may mean."""
    told, paper = who.birth_date, zone.birth
    if told is None or paper is None:
        return True
    if who.birth_precision == BirthPrecision.ESTIMATED:
        return True
    year_alone = BirthPrecision.YEAR in (who.birth_precision, zone.birth_precision)
    month_alone = BirthPrecision.MONTH in (who.birth_precision, zone.birth_precision)
    either = [day for day in (paper, mrz.other_century(paper, door.today())) if day]
    if year_alone:
        return told.year in {day.year for day in either}
    if month_alone:
        return (told.year, told.month) in {(day.year, day.month) for day in either}
    return told in either
