"""Who may be known already, shown while an officer types: on pages of registration, leads, calls, boarding, giving.

It never blocks anything. What is asked is posted, so that no name stands in an address or a log of addresses.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from darb.cases import queries as cases
from darb.events.models import Lead
from darb.people.candidate_queries import candidates
from darb.people.likeness import Told
from darb.people.models import NEVER_CALLED, BirthPrecision, Script
from darb.people.registration import LONGEST_NAME, OLDEST_YEARS, ToldName
from darb.places.queries import country_names
from darb.rules.identity import Verdict
from darb.rules.names import digits
from darb.trust.powers import DataClass

from . import door
from .identity_words import TONES, reasons_said, verdict_said

SHOWN = 5
WEAK_SHOWN = 2
"""Further ones who are hardly the same only lengthen the list."""
LEAST_LETTERS = 2
LEAST_DIGITS = 6


@require_POST
def typed(request: Any) -> HttpResponse:
    """The candidates for what stands in a form so far; nothing until enough is typed."""
    names = _names(request)
    number = digits(door.typed(request.POST.get("phone", ""), 20))
    told = _told(request, [number] if len(number) >= LEAST_DIGITS else [])
    return render(request, "desk/identity/candidates.html", shown(request, told, names))


def of_lead(request: Any, lead: Lead) -> dict[str, Any]:
    """Template context: who the name left with us may be."""
    theirs = [lead.phone] if lead.phone and lead.phone_owner not in NEVER_CALLED else []
    return shown(request, Told(nationality=lead.nationality, phones=theirs), [_split(lead.name)])


def of_name(request: Any, name: str) -> dict[str, Any]:
    """Template context: who a whole name, as it is said at a table, may be."""
    return shown(request, Told(), [_split(name)])


def shown(request: Any, told: Told, names: Sequence[ToldName]) -> dict[str, Any]:
    """Template context: the best few candidates, each with a verdict and reasons in words, and the newest case."""
    names = [n for n in names if len(n.whole()) >= LEAST_LETTERS]
    found = candidates(request.actor, told, names, limit=SHOWN) if names or told.phones else []
    return {
        "candidates": [
            {
                "person": c.person,
                "verdict": verdict_said(c.verdict),
                "tone": TONES[c.verdict],
                "reasons": reasons_said(c.reasons),
            }
            for n, c in enumerate(found)
            if c.verdict != Verdict.WEAK or n < WEAK_SHOWN
        ],
        "newest": cases.newest_of(request.actor, [c.person.pk for c in found]) if found else {},
        "countries": country_names(get_language() or "en"),
        "day": door.today(),
        "sees_where": request.actor.sees(DataClass.WHEREABOUTS),
    }


def _names(request: HttpRequest) -> list[ToldName]:
    def part(field: str) -> str:
        return door.typed(request.POST.get(field, ""), LONGEST_NAME)

    mother = part("mother")
    latin = ToldName(Script.LATIN, part("given"), part("father"), part("family"), mother)
    arabic = ToldName(
        Script.ARABIC, part("given_arabic"), part("father_arabic"), part("family_arabic"), "" if latin.given else mother
    )
    whole = door.typed(request.POST.get("name", ""))
    return [n for n in (latin, arabic, _split(whole)) if n.whole()]


def _split(whole: str) -> ToldName:
    """A whole name in its parts: the first word given, the last the family's, what stands between the father's."""
    words = whole.split()
    script = Script.ARABIC if any("\u0600" <= c <= "\u06ff" for c in whole) else Script.LATIN
    if len(words) < 2:
        return ToldName(script, whole)
    return ToldName(script, words[0], " ".join(words[1:-1]), words[-1])


def _told(request: HttpRequest, phones: list[str]) -> Told:
    born, precision = _born(request)
    return Told(
        sex=request.POST.get("sex", "")[:1],
        birth_date=born,
        birth_precision=precision,
        nationality=request.POST.get("nationality", "")[:3],
        origin_place=door.typed(request.POST.get("origin_place", ""), 80),
        registered=door.today(),
        phones=phones,
    )


def _born(request: HttpRequest) -> tuple[date | None, str]:
    """The birth date so far; what isn't whole yet counts as not told."""
    today = door.today()
    try:
        return date.fromisoformat(request.POST.get("birth_date", "")), BirthPrecision.EXACT
    except ValueError:
        age = digits(request.POST.get("age", ""))[:4]
    year = int(age) if age else 0
    if age and year <= OLDEST_YEARS:
        year = today.year - year
    if today.year - OLDEST_YEARS <= year <= today.year:
        return date(year, 1, 1), BirthPrecision.ESTIMATED
    return None, BirthPrecision.ESTIMATED
