"""What is at stake, what speaks for and against, and how two files differ: in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import get_language, gettext, ngettext

from darb.people.identity_queries import PairFile, Side
from darb.people.models import Sex, Stake
from darb.places.queries import name_in
from darb.rules.identity import Verdict
from darb.rules.names import keys, words
from darb.rules.words import _

from .templatetags.told import birth_told


class Row(NamedTuple):
    """One fact of two files. `differs` where both tell it, and not alike."""

    label: str
    one: Sequence[str]
    other: Sequence[str]
    differs: bool


VERDICTS: dict[Verdict, str] = {
    Verdict.VERY_LIKELY: _("very likely the same"),
    Verdict.POSSIBLE: _("possibly the same"),
    Verdict.WEAK: _("hardly the same"),
}
TONES: dict[Verdict, str] = {Verdict.VERY_LIKELY: "red", Verdict.POSSIBLE: "amber", Verdict.WEAK: ""}

_PARTS: dict[str, str] = {
    "given": _("given name"),
    "father": _("father's name"),
    "family": _("family name"),
    "mother": _("mother's name"),
}
# By reason, the names that stand in another place in one of the two files: which was which isn't known.
_MOVED: dict[str, frozenset[str]] = {
    "order.given_and_family_exchanged": frozenset({"given", "family"}),
    "order.father_and_family_exchanged": frozenset({"father", "family"}),
    "order.names_turned": frozenset({"given", "father", "family"}),
}
_NAMES: dict[str, str] = {
    "same_text": _("{name}: the same"),
    "same_sound": _("{name}: sounds the same"),
    "same_key": _("{name}: sounds the same"),
    "shared_key": _("{name}: another spelling of the same"),
    "close": _("{name}: nearly the same"),
    "alike": _("{name}: somewhat alike"),
    "different": _("{name}: different"),
}
_FACTS: dict[str, str] = {
    "birth.same_day": _("born on the same day"),
    "birth.day_and_month_exchanged": _("day and month of birth exchanged"),
    "birth.one_part_differs": _("birth date differs in one part"),
    "birth.same_year": _("born in the same year"),
    "birth.year_or_two": _("a year or two apart in age"),
    "birth.years_apart": _("years apart in age"),
    "sex.same": _("same sex"),
    "sex.different": _("another sex"),
    "nation.same": _("same nationality"),
    "nation.different": _("another nationality"),
    "place.same": _("from the same place"),
    "place.close": _("from a place of nearly the same name"),
    "place.alike": _("from a place of a similar name"),
    "place.different": _("from another place"),
    "phone.same": _("same phone"),
    "phone.slip": _("phone differs by a slip"),
    "phone.different": _("another phone"),
    "document.same": _("same document"),
    "document.slip": _("document differs by a slip"),
    "document.different": _("another document"),
    "order.given_and_family_exchanged": _("given and family name exchanged"),
    "order.father_and_family_exchanged": _("father's and family name exchanged"),
    "order.names_turned": _("names in another order"),
}


def verdict_said(verdict: Verdict) -> str:
    """The plain verdict in the reader's language."""
    return gettext(VERDICTS[verdict])


def reasons_said(reasons: Sequence[Any], most: int = 4) -> list[tuple[str, str]]:
    """What speaks for and against, in the reader's language, the weightiest first: ("for" or "against", words).

    Takes the engine's reasons, or as they are kept with a question. What agrees and yet weighs against, being
    common to most, isn't said.
    """
    told = []
    moved = frozenset[str]().union(*(_MOVED.get(code, frozenset()) for code, _side, _bits in reasons))
    for code, side, _bits in reasons:
        what, _dot, how = code.partition(".")
        agrees = how in ("same", "same_text", "same_sound", "same_key", "same_day")
        if agrees and side == "against":
            continue
        if what in _PARTS and how in _NAMES:
            part = _("a name in another place") if what in moved else _PARTS[what]
            told.append((side, gettext(_NAMES[how]).format(name=gettext(part))))
        elif code in _FACTS:
            told.append((side, gettext(_FACTS[code])))
    return told[:most]


_THREE = ("given", "father", "family")


def sharing_said(pair: PairFile, countries: Mapping[str, str]) -> str:
    """How many others have two names that these two share, in the reader's language; "" where they share no two.

    Names that many have say little, however well they agree.
    """
    if pair.sharing is None:
        return ""
    one, other = (gettext(_PARTS[_THREE[name]]) for name in pair.sharing.names)
    person, n = pair.one.person, pair.sharing.others
    if person.sex == Sex.FEMALE:
        said = ngettext(
            "{one} and {other}: about {n} other woman from {country} here shares both",
            "{one} and {other}: about {n} other women from {country} here share both",
            n,
        )
    else:
        said = ngettext(
            "{one} and {other}: about {n} other man from {country} here shares both",
            "{one} and {other}: about {n} other men from {country} here share both",
            n,
        )
    if not n:
        said = gettext("{one} and {other}: nobody else from {country} here shares both")
    country = gettext(str(countries.get(person.nationality, person.nationality)))
    return said.format(one=one, other=other, n=n, country=country)


STAKES: dict[Stake, str] = {
    Stake.FLIES_SOON: _("flies soon"),
    Stake.CHILD: _("a child"),
    Stake.TWO_LISTS: _("on two lists"),
}


def stakes_said(stake: int) -> list[str]:
    """What hangs on a question, in the reader's language, the heaviest first."""
    return [gettext(said) for bit, said in STAKES.items() if stake & bit]


def compared(pair: PairFile, countries: Mapping[str, str]) -> list[Row]:
    """The facts of two files beside one another; what neither tells, or the reader may not see, is left out."""
    rows = [
        _row(gettext("Given name"), *_both(pair, lambda s: _parts(s, "given")), keys),
        _row(gettext("Father's name"), *_both(pair, lambda s: _parts(s, "father")), keys),
        _row(gettext("Family name"), *_both(pair, lambda s: _parts(s, "family")), keys),
        _row(gettext("Mother's name"), *_both(pair, lambda s: _parts(s, "mother")), keys),
        _row(gettext("Sex"), *_both(pair, lambda s: [str(s.person.get_sex_display())])),
        _row(gettext("Born"), *_both(pair, lambda s: [birth_told(s.person)] if s.person.birth_date else [])),
        _row(
            gettext("Nationality"),
            *_both(pair, lambda s: [str(countries.get(s.person.nationality, s.person.nationality))]),
        ),
        _row(gettext("From"), *_both(pair, lambda s: [s.person.origin_place] if s.person.origin_place else []), keys),
        _row(gettext("Phone"), *_both(pair, lambda s: [p.number for p in s.phones or []])),
        _row(gettext("Document"), *_both(pair, lambda s: [d.number for d in s.documents or [] if d.number])),
        _row(gettext("Where the person was"), *_both(pair, _places))._replace(differs=False),
        _row(gettext("Languages"), *_both(pair, lambda s: list(s.person.languages))),
    ]
    return [r for r in rows if r.one or r.other]


def _both(pair: PairFile, told: Any) -> tuple[list[str], list[str]]:
    return told(pair.one), told(pair.other)


def _row(label: str, one: Sequence[str], other: Sequence[str], told: Callable[[str], Iterable[str]] = words) -> Row:
    """A row that differs where nothing told of one side is as the other's, by what `told` hears in it."""
    apart = {h for v in one for h in told(v)}.isdisjoint({h for v in other for h in told(v)})
    return Row(label, one, other, bool(one and other and apart))


def _parts(side: Side, part: str) -> list[str]:
    return list(dict.fromkeys(value for name in side.names if (value := getattr(name, part))))


def _places(side: Side) -> list[str]:
    language = get_language() or "en"
    return [f"{name_in(language, s.place)} ({s.since:%Y-%m-%d})" for s in (side.stays or [])[:4]]
