"""Papers of outreach and the hotline: cards to hand out, a session's report, and the day's call sheet."""

from __future__ import annotations

from django.conf import settings
from django.utils.timezone import localdate
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from darb.events import hotline_queries, queries
from darb.events.community_queries import points_by_refs
from darb.events.hotline_queries import ToCall
from darb.events.models import Event, EventKind, EventState, Lead, Urgent
from darb.places.queries import name_in
from darb.programmes.voluntary_return_codes import OUTREACH_MESSAGES
from darb.rules.refusal import Missing, Refused
from darb.rules.words import _ as marked
from darb.trust.powers import DataClass

from .paper_case import BY_HAND
from .paper_parts import Cards, Column, Facts, Heading, Part, Sheet, Signed, Table, Ticks, Value, Words
from .paper_setting import apart, qr
from .paper_words import NONE, Asked, at, countries
from .spoken import language_names

CARDS = 10
"""On one A4 sheet: two columns of five."""


def hotline_cards(asked: Asked) -> Sheet:
    """A sheet of cards to cut apart: our number, and that nothing costs anything. They name nobody."""
    told = [
        _("Do you wish to go home? Are you sick, alone, or in danger? Call us."),
        _("It is free. Nobody may ask you for money for a place on a list."),
        _("We tell no embassy, no guard and no authority that you called."),
    ]
    number = settings.HOTLINE
    code = qr(f"tel:{number}") if number else ""
    return Sheet(
        title=_("Hotline cards"),
        reference=number,
        parts=[Cards(CARDS, _("Here to help migrants"), told, number or BY_HAND, code)],
        subject=f"programme:{asked.ref}",
    )


def outreach_report(asked: Asked) -> Sheet:
    """What an outreach session came to: headcounts, messages, cards, questions, rumours. It names no migrant."""
    event = queries.event(asked.actor, asked.ref)
    if event.kind != EventKind.OUTREACH:
        raise Missing("no_event", marked("There is no such session."))
    if event.state == EventState.PLANNED:
        raise Refused("session_open", marked("Close the session first: its report may still change."))
    leads = queries.leads_of(asked.actor, event)
    parts: list[Part] = [
        Facts(_circumstances(event), columns=2),
        Heading(_("What we explained")),
        Ticks([(_(words), code in event.messages, "") for code, words in OUTREACH_MESSAGES.items()]),
        Heading(_("Who was there")),
        Table(_head_columns(), [_heads(event)]),
    ]
    for title, told in (
        (_("What was asked"), event.questions),
        (_("Rumours heard"), event.rumours),
        (_("Rumours that we answered"), "; ".join(p.words for p in points_by_refs(asked.actor, event.talking_points))),
        (_("Security"), event.security),
        (_("Why it wasn't held"), event.why),
    ):
        if told:
            parts += [Heading(title), Words([apart(told)])]
    names_left = ngettext("%(count)d name was left with us.", "%(count)d names were left with us.", len(leads))
    parts += [Words([names_left % {"count": len(leads)}]), Signed([_("Written by: name, signature")])]
    return Sheet(title=_("Report of an outreach session"), reference=event.ref, parts=parts, subject=event.ref)


def call_sheet(asked: Asked) -> Sheet:
    """Who is called and visited today, with room for what came of it. No guard's or smuggler's phone is on it."""
    if asked.at is None:
        raise Refused("no_time", marked("A call sheet is of one moment: print it from its page."))
    to_call, day = hotline_queries.sheet(asked.actor, asked.at), queries.call_sheet(asked.actor, localdate(asked.at))
    parts: list[Part] = []
    if day.children:
        parts += [Heading(_("Children alone: the child team goes today")), _to_visit(day.children)]
    parts += [Heading(f"{_('To call')} ({len(to_call)})")]
    parts += [_to_call(to_call)] if to_call else [Words([_("Nobody waits for a call.")])]
    parts += [Heading(f"{_('To visit')} ({len(day.visits)})")]
    parts += [_to_visit(day.visits)] if day.visits else [Words([_("Nobody waits for a visit.")])]
    return Sheet(
        title=_("Call sheet"), reference=at(asked.at), parts=parts, subject="calls", landscape=True
    )  # it holds no file's person, only names that were left with us


def _circumstances(event: Event) -> list[tuple[str, Value]]:
    named = language_names(get_language() or "en")
    numbers = f"{event.card_from}–{event.card_to}" if event.card_from else NONE
    return [
        (_("Place"), name_in(get_language() or "en", event.site)),
        (_("Time"), at(event.starts_at)),
        (_("For whom"), event.get_meant_for_display()),  # type: ignore[attr-defined]
        (_("Our team"), event.team or NONE),
        (_("Languages"), ", ".join(named.get(code, code) for code in event.languages) or NONE),
        (_("Were we let in?"), _("no") if event.access_denied else _("yes")),
        (_("Cards"), " ".join(filter(None, (str(event.cards), event.card_batch)))),
        (_("Numbers of the cards"), numbers),
        (_("Leaflets and posters"), event.materials or NONE),
    ]


def _head_columns() -> list[Column]:
    labels = (_("Men"), _("Women"), _("Boys"), _("Girls"), _("Together"))
    columns = [Column(label, kind="number", shows=None) for label in labels]
    return [*columns, Column(_("Nationalities"), 4, shows=None)]


def _heads(event: Event) -> list[Value]:
    counts = [event.audience.get(of, 0) for of in ("men", "women", "boys", "girls")]
    named = countries()
    told = ", ".join(f"{named.get(code, code)} {number}" for code, number in event.nationalities.items())
    return [*map(str, counts), str(sum(counts)), told or NONE]


def _to_call(rows: list[ToCall]) -> Table:
    columns = [
        Column(_("Who"), 3),
        Column(_("What can't wait"), 2, shows=DataClass.WHEREABOUTS),
        Column(_("Language")),
        Column(_("Until"), 2, shows=None),
        Column(_("Tries"), kind="number", shows=None),
        Column(_("When it is safe"), 2, shows=DataClass.WHEREABOUTS),
        Column(_("Phone"), kind="code", shows=DataClass.WHEREABOUTS),
        Column(_("Whose phone"), 2, shows=DataClass.WHEREABOUTS),
        Column(_("What came of it"), 4, shows=None),
    ]
    named = language_names(get_language() or "en")
    return Table(columns, [_line(row, named.get(row.to.language, NONE)) for row in rows])


def _line(row: ToCall, language: str) -> list[Value]:
    to = row.to
    return [
        [to.name or to.ref, countries().get(to.nationality, "")],
        _urgent(to.urgent),
        language,
        at(row.due),
        str(row.tries),
        to.hours or _("at any hour"),
        to.phone if isinstance(to, Lead) else to.number,
        to.get_phone_owner_display(),  # type: ignore[union-attr]
        None,
    ]


def _to_visit(leads: list[Lead]) -> Table:
    columns = [
        Column(_("Who"), 3),
        Column(_("Place"), 3, shows=DataClass.WHEREABOUTS),
        Column(_("What can't wait"), 2, shows=DataClass.WHEREABOUTS),
        Column(_("Persons"), kind="number", shows=None),
        Column(_("What came of it"), 4, shows=None),
    ]
    rows: list[list[Value]] = [
        [
            [lead.name, countries().get(lead.nationality, "")],
            name_in(get_language() or "en", lead.site),
            _urgent(lead.urgent),
            str(lead.group_size),
            None,
        ]
        for lead in leads
    ]
    return Table(columns, rows)


def _urgent(flags: list[str]) -> str:
    return ", ".join(str(Urgent(flag).label) for flag in flags)
