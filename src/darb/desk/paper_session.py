"""The report of a consular session: how people were heard, the link, each outcome, and that they add up."""

from __future__ import annotations

from django.utils.translation import gettext as _

from darb.events import queries
from darb.events.consular_queries import questions_counted
from darb.events.models import Asked as EmbassyAsked
from darb.events.models import ConnectivityCheck, Event, EventKind, EventLine, EventState
from darb.events.opening import FALLBACKS
from darb.events.queries import ConsularPage
from darb.places.queries import name_in
from darb.programmes.voluntary_return_codes import CONSULAR_OUTCOMES
from darb.rules.refusal import Missing, Refused
from darb.rules.words import _ as marked
from darb.trust.powers import DataClass
from darb.trust.queries import names_of

from .paper_parts import Column, Facts, Heading, Part, Sheet, Signed, Table, Words
from .paper_setting import apart
from .paper_words import NONE, Asked, at, countries, language, names


def session_report(asked: Asked) -> Sheet:
    """What a consular session came to, once it is open."""
    event = queries.event(asked.actor, asked.ref)
    if event.kind != EventKind.CONSULAR:
        raise Missing("no_event", marked("There is no such session."))
    if event.state == EventState.PLANNED:
        raise Refused("not_held", marked("This session wasn't held yet: there is nothing to report."))
    page = queries.consular_page(asked.actor, event.ref, event.starts_at)
    parts: list[Part] = [Facts(_facts(event), 2)]
    if event.why:
        parts.append(Words([_("Abandoned: {why}").format(why=event.why)]))
    parts += [*_link(page), *_sum(page), *_lines(page), *_questions(asked, event)]
    parts.append(Signed([_("For IOM: name, signature")]))
    return Sheet(
        title=_("Session report"),
        reference=event.ref,
        lead=[_("Embassy of {country}, {time}").format(country=_country(event.country), time=at(event.starts_at))],
        parts=parts,
        landscape=True,
        of=event.country,
        subject=event.ref,
        about={line.person_id: line.scope_id for line in page.lines},
    )


def _facts(event: Event) -> list[tuple[str, str]]:
    return [
        (_("Place"), name_in(language(), event.site)),
        (_("How we meet"), event.get_mode_display()),
        (_("Who comes from the embassy"), event.attendee or NONE),
        (_("Our team"), event.team or NONE),
        (_("Interpreter"), event.interpreter or NONE),
        (_("How private it is"), event.get_privacy_display() or NONE),
        (_("Opened"), at(event.opened_at)),
        (_("Closed"), at(event.closed_at)),
    ]


def _link(page: ConsularPage) -> list[Part]:
    """Measurements of the link, exceptions with whoever signed them, and where it dropped."""
    if not page.checks and not page.drops:
        return []
    columns = [
        Column(_("Measured"), shows=None),
        Column(_("Down, Mbit/s"), kind="number", shows=None),
        Column(_("Up, Mbit/s"), kind="number", shows=None),
        Column(_("Milliseconds"), kind="number", shows=None),
        Column(_("Picture"), kind="box", shows=None),
        Column(_("Sound"), kind="box", shows=None),
        Column(_("Power ready"), kind="box", shows=None),
        Column(_("Holds"), kind="box", shows=None),
        Column(_("Signed exception"), 3, shows=None),
    ]
    signers = names_of({check.exception_by for check in page.checks if check.exception_by})
    parts: list[Part] = [Heading(_("The link"))]
    if page.checks:
        parts.append(Table(columns, [_measured(check, signers) for check in reversed(page.checks)]))
    dropped = [
        _("Dropped at {time}. At {until}: {on}.").format(
            time=at(drop.at), until=at(drop.ended_at), on=_(FALLBACKS[drop.on]) if drop.on else NONE
        )
        for drop in page.drops
    ]
    return [*parts, Words(dropped)] if dropped else parts


def _measured(check: ConnectivityCheck, signers: dict[int, str]) -> list[str | bool]:
    signed = f"{signers.get(check.exception_by, '')}: {check.exception_because}" if check.exception_by else NONE
    return [
        at(check.at),
        f"{check.down_mbps:g}",
        f"{check.up_mbps:g}",
        NONE if check.latency_ms is None else str(check.latency_ms),
        check.camera,
        check.sound,
        check.backup_power,
        check.passed,
        signed,
    ]


def _sum(page: ConsularPage) -> list[Part]:
    """Every outcome with its count; together they are the called list."""
    rows = [[_(CONSULAR_OUTCOMES[code].label), str(count)] for code, count in page.tally.items()]
    if page.missing:
        rows.append([_("No outcome"), str(page.missing)])
    rows.append([_("Called"), str(sum(page.tally.values()) + page.missing)])
    columns = [Column(_("Outcome"), 3, shows=None), Column(_("People"), kind="number", shows=None)]
    return [Heading(_("Outcomes")), Table(columns, rows)]


def _lines(page: ConsularPage) -> list[Part]:
    if not page.lines:
        return []
    columns = [
        Column(_("No."), kind="number", shows=None),
        Column(_("Name"), 3),
        Column(_("Case"), kind="code"),
        Column(_("Outcome"), 2),
        Column(_("With the child officer"), kind="box", shows=DataClass.IDENTITY),
        Column(_("Note"), 2),
        Column(_("What is next"), 3),
    ]
    return [Heading(_("Called list")), Table(columns, [_line(line) for line in page.lines])]


def _line(line: EventLine) -> list[str | bool | list[str]]:
    outcome = CONSULAR_OUTCOMES.get(line.outcome)
    then = _(outcome.then) if outcome and outcome.then else NONE
    if line.rebooked_to:
        then = _("Booked again for {time}").format(time=at(line.rebooked_to.starts_at))
    elif line.referred_to:
        then = f"{then} ({_country(line.referred_to)})"
    return [
        str(line.number),
        names(line.person),
        line.case.ref,
        _(outcome.label) if outcome else NONE,
        line.with_child_officer,
        line.reason or NONE,
        then,
    ]


def _questions(asked: Asked, event: Event) -> list[Part]:
    """How many questions were refused, by kind; about whom stands on no paper."""
    counted = questions_counted(asked.actor, event)
    if not counted:
        return []
    told = "; ".join(f"{EmbassyAsked(code).label}: {count}" for code, count in counted.items())
    return [Words([_("The embassy asked for more and was refused. {what}").format(what=told)])]


def _country(code: str) -> str:
    return apart(countries().get(code, code))
