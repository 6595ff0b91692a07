"""Reads about calls: who is called today and when it is safe, who called before, what was passed to a team."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet
from django.utils.timezone import localdate

from darb.people.models import Person, Phone
from darb.people.queries import find_ids
from darb.rules.names import digits
from darb.rules.refusal import Missing, Refusal
from darb.rules.words import _
from darb.trust.actor import Actor
from darb.trust.powers import DataClass

from .booking import counted_tries
from .callback import NEVER, why_not_call
from .callback_actions import line_of
from .hotline_actions import PASSED_TO
from .hotline_models import CallEnd, Direction, HotlineCall
from .models import WAITING_LEADS, Lead, LeadState, NextContact
from .numbers import never_called


@dataclass(frozen=True)
class ToCall:
    """Somebody who waits for our call: why, until when, how often we tried, and why not at this hour."""

    to: Lead | HotlineCall
    due: datetime | None
    tries: int
    refusals: tuple[Refusal, ...]

    @property
    def is_lead(self) -> bool:
        """Whether a name waits, or a message."""
        return isinstance(self.to, Lead)


def sheet(actor: Actor, at: datetime, language: str = "") -> list[ToCall]:
    """Everybody who waits for our call at `at`, in one `language` or in any: what can't wait first, then by the hour
    at which it is due. A number that is known anywhere as a guard's or smuggler's isn't on it. Five statements.
    """
    if not actor.sees(DataClass.WHEREABOUTS):
        return []
    calls = list(_waiting_calls(language))
    leads = list(_leads_to_call(localdate(at), language, {c.lead_id for c in calls}))
    never = never_called({row.phone for row in leads} | {row.number for row in calls})
    due = {c.lead_id: c.callback_due for c in reversed(calls) if c.lead_id}
    listed = {row.pk for row in leads}
    rows = [_to_call(row, due.get(row.pk), len(counted_tries(row)), at) for row in leads if row.phone not in never]
    rows += [
        _to_call(c, c.callback_due, c.tried, at) for c in calls if c.lead_id not in listed and c.number not in never
    ]
    return sorted(rows, key=lambda r: (not r.to.urgent, r.due is None, r.due or _since(r.to)))


def calls(actor: Actor) -> QuerySet[HotlineCall]:
    """Every call in sight, the newest first."""
    if not actor.sees(DataClass.WHEREABOUTS):
        return HotlineCall.objects.none()
    return HotlineCall.objects.select_related("site", "lead", "case", "person").order_by("-at", "-pk")


def call(actor: Actor, ref: str) -> HotlineCall:
    """One call; Missing if there is none in sight."""
    found = calls(actor).select_related("answers").filter(ref=ref).first()
    if found is None:
        raise Missing("no_call", _("No such call is within your reach."))
    return found


def phone(actor: Actor, pk: int) -> Phone:
    """A phone on file; Missing if there is none in sight."""
    found = Phone.objects.filter(pk=pk).first() if actor.sees(DataClass.WHEREABOUTS) else None
    if found is None:
        raise Missing("no_phone", _("No such number is within your reach."))
    return found


def answered_by(actor: Actor, to: HotlineCall) -> list[HotlineCall]:
    """Our calls in answer to one, the newest first."""
    return list(calls(actor).filter(answers=to))


def untold(actor: Actor) -> HotlineCall | None:
    """The call that the asker began and hasn't told the outcome of."""
    return calls(actor).filter(direction=Direction.OUTBOUND, end="", account_id=actor.account_id).first()


def passed(actor: Actor, limit: int = 100) -> list[HotlineCall]:
    """Calls passed to a team of the asker's that nobody took over yet: what can't wait first, then the oldest."""
    teams = [team for team, roles in PASSED_TO.items() if actor.has(*roles)]
    waiting = calls(actor).filter(referred_to__in=teams, taken_over_at=None).order_by("at", "pk")[:limit]
    return sorted(waiting, key=lambda c: not c.urgent)


def may_take_over(actor: Actor, of: HotlineCall) -> bool:
    """Whether the asker's team is the one that `of` was passed to, and it still waits."""
    waits = bool(of.referred_to) and of.taken_over_at is None and actor.may("events.take_over_call")
    return waits and actor.has(*PASSED_TO[of.referred_to])


@dataclass(frozen=True)
class KnownAs:
    """Who is behind a number or a reference, as far as we know: files with their phones, names left, earlier calls."""

    people: list[Person]
    phones: dict[int, list[tuple[Phone, tuple[Refusal, ...]]]]
    leads: list[Lead]
    calls: list[HotlineCall]
    number: str = ""
    never: bool = False


def known_by(actor: Actor, text: str, at: datetime, limit: int = 8) -> KnownAs:
    """Who is behind a number, a reference or a name. Each phone on file comes with why it may not be called at `at`."""
    if not actor.sees(DataClass.WHEREABOUTS) or not text.strip():
        return KnownAs([], {}, [], [])
    number = digits(text) if not any(c.isalpha() for c in text) else ""
    found = find_ids(text, limit)
    people = Person.objects.select_related("site").in_bulk(found) if found else {}
    phones = list(Phone.objects.filter(person__in=found).order_by("-told_at")) if found else []
    never = never_called({number} | {p.number for p in phones})
    by_person: dict[int, list[tuple[Phone, tuple[Refusal, ...]]]] = {}
    for phone in phones:
        why = (NEVER,) if phone.number in never else why_not_call(line_of(phone), at)
        by_person.setdefault(phone.person_id, []).append((phone, why))
    return KnownAs(
        [people[pk] for pk in found if pk in people],
        by_person,
        list(Lead.objects.select_related("site").filter(phone=number).order_by("-pk")[:limit]) if number else [],
        list(calls(actor).filter(number=number)[:limit]) if number else [],
        number,
        number in never,
    )


def count_to_call(actor: Actor) -> tuple[int, int]:
    """How many messages and missed calls wait for our call, and how many things passed on wait for the asker's team."""
    if not actor.sees(DataClass.WHEREABOUTS):
        return 0, 0
    return _waiting_calls("").count(), len(passed(actor))


def _leads_to_call(today: date, language: str, asked: Collection[int | None]) -> QuerySet[Lead]:
    """Names that nobody has spoken with yet, whom we expected in vain, and who asked for a call since."""
    missed = Q(state=LeadState.BOOKED) & (Q(booked_for__lt=today) | Q(booked_for=None))
    waits = Q(state=LeadState.NEW) | missed | Q(pk__in=[pk for pk in asked if pk], state__in=WAITING_LEADS)
    leads = Lead.objects.filter(waits, next_contact=NextContact.CALL).select_related("site")
    return (leads.filter(language=language) if language else leads).order_by("taken_at", "pk")


def _waiting_calls(language: str) -> QuerySet[HotlineCall]:
    waits = HotlineCall.objects.filter(callback_due__isnull=False, reached_at=None, given_up_at=None)
    if language:
        waits = waits.filter(language=language)
    tried = Count("answered_by", filter=Q(answered_by__end=CallEnd.NO_ANSWER))
    return waits.select_related("site").annotate(tried=tried).order_by("callback_due", "pk")


def _to_call(to: Lead | HotlineCall, due: datetime | None, tries: int, at: datetime) -> ToCall:
    return ToCall(to, due, tries, why_not_call(line_of(to), at))


def _since(to: Lead | HotlineCall) -> datetime:
    return to.taken_at if isinstance(to, Lead) else to.at
