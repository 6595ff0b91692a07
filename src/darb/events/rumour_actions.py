"""Rumours: heard, checked, answered, told at sessions, and let go. What is said, never who said it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from darb.places.models import Site
from darb.rules.names import digits
from darb.rules.reference import is_reference, new_reference
from darb.rules.refusal import Invalid, Missing, Refused, Stale
from darb.rules.words import _
from darb.trust.action import Act, action

from .community_models import Found, Rumour, RumourAbout, RumourState, Spread
from .keeping import at_site

MOST_DIGITS = 7
"""A longer run of digits is somebody's number: prices are shorter."""
_NUMBERS = re.compile(r"[\d][\d \-]*")


@dataclass(frozen=True)
class ToldRumour:
    """What is said, where, about what, and how it goes round."""

    words: str
    site: Site
    about: str
    spread: str = Spread.UNKNOWN
    heard_on: date | None = None


@action("events.hear_rumour")
def hear_rumour(act: Act, told: ToldRumour) -> Rumour:
    """Keep a rumour. One that is being told at the same office in the same words is the same rumour."""
    at_site(act, told.site)
    words = _of_nobody(told.words, "words")
    if told.about not in RumourAbout.values or told.spread not in Spread.values:
        raise Invalid("bad_rumour", _("Choose what it is about, and how it goes round."), field="about")
    heard = told.heard_on or act.day
    if heard > act.day:
        raise Invalid("heard_later", _("It was heard today or before."), field="heard_on")
    there = Rumour.objects.filter(office=told.site.office, words__iexact=words).exclude(state=RumourState.RETIRED)
    rumour = there.first() or Rumour.objects.create(
        ref=new_reference(),
        heard_on=heard,
        site=told.site,
        office=told.site.office,
        about=told.about,
        spread=told.spread,
        words=words,
    )
    act.subject = rumour.ref
    act.detail = {"about": rumour.about, "site": told.site.code}
    return rumour


@action("events.check_rumour")
def check_rumour(act: Act, rumour: Rumour, found: str, checked_with: str, *, expected: int | None = None) -> Rumour:
    """Say what checking showed, and with whom it was checked: an office or a paper, not a name."""
    held = _hold(act, rumour, (RumourState.HEARD, RumourState.CHECKED), expected)
    if found not in Found.values:
        raise Invalid("bad_finding", _("Choose what checking showed."), field="found")
    held.found, held.checked_with = found, _of_nobody(checked_with, "checked_with")
    held.state = RumourState.CHECKED
    return _kept(act, held)


@action("events.answer_rumour")
def answer_rumour(act: Act, rumour: Rumour, answer: str, *, expected: int | None = None) -> Rumour:
    """Give the answer that everybody tells from now on. Only a rumour that was checked is answered."""
    held = _hold(act, rumour, (RumourState.HEARD, RumourState.CHECKED, RumourState.ANSWERED), expected)
    if held.state == RumourState.HEARD:
        raise Refused("rumour.unchecked", _("Check the rumour first: we answer only what we know."))
    if held.found == Found.UNCLEAR:
        raise Refused("rumour.unclear", _("Checking showed nothing clear: check again before we answer."))
    held.answer, held.answered_on = _of_nobody(answer, "answer"), act.day
    held.state = RumourState.ANSWERED
    return _kept(act, held)


@action("events.retire_rumour")
def retire_rumour(act: Act, rumour: Rumour, *, expected: int | None = None) -> Rumour:
    """Let a rumour go that nobody tells any more: it is no talking point from now on."""
    held = _hold(act, rumour, (RumourState.HEARD, RumourState.CHECKED, RumourState.ANSWERED), expected)
    held.state = RumourState.RETIRED
    return _kept(act, held)


def only_talking_points(refs: Collection[str]) -> list[str]:
    """The references among `refs` that are talking points, or were. Raises Invalid for any other."""
    known = set(Rumour.objects.filter(ref__in=refs).exclude(answer="").values_list("ref", flat=True))
    if set(refs) - known:
        raise Invalid("no_answer", _("Only a rumour with an answer is told at sessions."), field="talking_points")
    return sorted(known)


def _of_nobody(text: str, field: str) -> str:
    """`text` without spaces around it; refuses nothing, and what could lead to somebody: a number or a reference."""
    words = text.strip()
    if not words:
        raise Invalid("nothing_said", _("Write what is said."), field=field)
    numbers = [digits(n) for n in _NUMBERS.findall(words)]
    references = [w for w in re.findall(r"\b\w{8}\b", words) if w == w.upper() and is_reference(w)]
    if references or any(len(n) > MOST_DIGITS and not _is_day(n) for n in numbers):
        raise Invalid("leads_to_somebody", _("Take the number out: a rumour never leads to a person."), field=field)
    return words


def _is_day(number: str) -> bool:
    """Whether the digits can be a date, such as 2019-05-06 or 06052019."""
    if len(number) != 8:
        return False
    return any(number[a : a + 4] in {str(y) for y in range(1990, 2100)} for a in (0, 4))


def _hold(act: Act, rumour: Rumour, states: Collection[str], expected: int | None) -> Rumour:
    held = Rumour.objects.select_for_update(of=("self",)).select_related("site").filter(pk=rumour.pk).first()
    if held is None:
        raise Missing("no_rumour", _("There is no such rumour."))
    at_site(act, held.site)
    if held.state not in states:
        raise Refused("rumour.state", _("This can't be done any more: the rumour was answered, or let go."))
    if expected is not None and expected != held.version:
        raise Stale(
            "stale",
            _("Somebody changed this rumour since you opened the page: load it again, then repeat your change."),
        )
    return held


def _kept(act: Act, held: Rumour) -> Rumour:
    held.version += 1
    held.save()
    act.subject = held.ref
    act.detail = {"state": held.state}
    return held
