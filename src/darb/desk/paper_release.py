"""Papers for a detention centre and its authority: the letter, the list for the gate, the protocol of the hand-over.

They carry what the centre knows or must write down: names, sex, birth, nationality, what was given back. Nothing of
health, protection, or the country of return.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from darb.cases.models import RELEASE_OPEN, ReleaseLine, ReleaseRequest, ReleaseState
from darb.cases.release_queries import RequestFile, request_file
from darb.places.queries import name_in
from darb.programmes.release import ABSENCES, GROUNDS
from darb.rules.refusal import Missing
from darb.rules.words import _ as marked

from .paper_parts import Column, Facts, Heading, Part, Sheet, Signed, Table, Value, Words
from .paper_setting import apart
from .paper_words import NONE, Asked, at, countries, names, on
from .templatetags.told import birth_told

S = ReleaseState


def release_letter(asked: Asked) -> Sheet:
    """The letter that asks for the release of people of one centre, with their list."""
    file = _file(asked)
    lines = [line for line in file.lines if line.state != S.TAKEN_OFF]
    begins = _(
        "The International Organization for Migration asks {authority} to release the {count} persons named below "
        "from {centre} into its care. Each of them wishes to return of their own free will, and consents that their "
        "name is given for this purpose."
    ).format(authority=apart(file.request.authority), count=len(lines), centre=apart(_centre(file.request)))
    after = _(
        "The Organization takes them over at the gate, at no cost to them, and asks that their property and documents "
        "be given back to each of them there. Nobody will be taken over whose name isn't on this list."
    )
    return Sheet(
        title=_("Request for release"),
        lead=[
            _("To: {authority}").format(authority=apart(file.request.authority)),
            _("Asked on {day}").format(day=on(file.request.requested_at.date())),
        ],
        parts=[
            Facts([(_("Centre"), _centre(file.request)), (_("Legal ground"), _(GROUNDS[file.request.ground]))]),
            Words([begins, after]),
            _table(lines),
            Signed([_("For IOM: name, signature, stamp"), _("Received by the authority: number, day, stamp")]),
        ],
        **_about(file, lines),
    )


def release_list(asked: Asked) -> Sheet:
    """For the gate: those whom the authority releases, with boxes for the count."""
    file = _file(asked)
    lines = [line for line in file.lines if line.state in (S.APPROVED, S.SCHEDULED)]
    return Sheet(
        title=_("Release list"),
        lead=[_centre(file.request)],
        parts=[
            Facts(_appointment(file.request), columns=2),
            _table(lines, boxes=[_("Brought"), _("Compared"), _("Handed over")]),
            Signed([_("For the centre: name, signature"), _("For IOM: name, signature")]),
        ],
        **_about(file, lines),
    )


def release_protocol(asked: Asked) -> Sheet:
    """What happened at the gate, name by name: handed over with what property, refused, not there. The sum adds up."""
    file = _file(asked)
    handed = [line for line in file.lines if line.state == S.HANDED_OVER]
    others = [line for line in file.lines if line.state in (S.REFUSED, S.NOT_PRESENT)]
    waiting = [line for line in file.lines if line.state in RELEASE_OPEN]
    sums = [
        (_("Asked for"), str(file.tally.asked)),
        *((str(state.label), str(n)) for state, n in file.tally.states),
        *([(_("Not within reach of whoever prints this"), str(file.tally.elsewhere))] if file.tally.elsewhere else []),
    ]
    parts: list[Part] = [
        Facts([*_appointment(file.request), *sums], columns=2),
        Heading(_("Handed to IOM: {count}").format(count=len(handed))),
        _handed(handed),
    ]
    if others:
        parts += [Heading(_("Not handed over: {count}").format(count=len(others))), _not_handed(others)]
    if waiting:
        parts.append(Words([_("Still awaited: {count}.").format(count=len(waiting))]))
    parts.append(
        Words([_("The persons handed over, with the property named, are in the care of the Organization from now on.")])
    )
    parts.append(
        Signed(
            [
                _("For the centre: name, rank, signature, stamp"),
                _("For IOM: name, signature, stamp"),
                _("Day and hour"),
            ]
        )
    )
    return Sheet(
        title=_("Hand-over protocol"), lead=[_centre(file.request)], parts=parts, **_about(file, [*handed, *others])
    )


def _table(lines: Collection[ReleaseLine], *, boxes: Iterable[str] = ()) -> Table:
    """Who they are. Not the parents' names: whoever is brought is asked for them, and must know them unprompted."""
    named = countries()
    ticked = [Column(label, kind="box", shows=None) for label in boxes]
    columns = [
        Column(_("No."), kind="number", shows=None),
        Column(_("Name"), 4),
        Column(_("Sex")),
        Column(_("Born"), kind="code"),
        Column(_("Nationality"), 2),
        *ticked,
    ]
    rows: list[list[Value]] = [
        [
            str(n),
            names(line.person),
            str(line.person.get_sex_display()),
            birth_told(line.person),
            named.get(line.person.nationality, line.person.nationality),
            *(False for _box in ticked),
        ]
        for n, line in enumerate(lines, 1)
    ]
    return Table(columns, rows)


def _handed(lines: Collection[ReleaseLine]) -> Table:
    columns = [
        Column(_("No."), kind="number", shows=None),
        Column(_("Name"), 4),
        Column(_("Born"), kind="code"),
        Column(_("Property given back"), 4),
        Column(_("Signature or thumbprint"), 3, shows=None),
    ]
    rows: list[list[Value]] = [
        [str(n), names(line.person), birth_told(line.person), line.property_returned or NONE, None]
        for n, line in enumerate(lines, 1)
    ]
    return Table(columns, rows)


def _not_handed(lines: Collection[ReleaseLine]) -> Table:
    columns = [
        Column(_("No."), kind="number", shows=None),
        Column(_("Name"), 4),
        Column(_("Outcome"), 2),
        Column(_("Reason"), 4),
    ]
    rows: list[list[Value]] = [
        [str(n), names(line.person), str(line.get_state_display()), _why(line)] for n, line in enumerate(lines, 1)
    ]
    return Table(columns, rows)


def _why(line: ReleaseLine) -> str:
    """What the centre may read of it: its own refusal, or that somebody wasn't there; never what we were told."""
    return _(ABSENCES[line.absence]) if line.absence else line.reason


def _appointment(request: ReleaseRequest) -> list[tuple[str, Value]]:
    return [
        (_("Approved by"), request.approved_by or NONE),
        (_("Number of the release list"), request.list_number or NONE),
        (_("Hand-over at the centre"), at(request.hand_over_at)),
        (_("Who of us receives them"), request.receiving_officer or NONE),
    ]


def _centre(request: ReleaseRequest) -> str:
    return name_in(get_language() or "en", request.centre)


def _file(asked: Asked) -> RequestFile:
    found = request_file(asked.actor, asked.ref)
    if found is None:
        raise Missing("no_request", marked("There is no such request within your reach."))
    return found


def _about(file: RequestFile, lines: Iterable[ReleaseLine]) -> dict[str, object]:
    about = {line.person_id: line.scope_id for line in lines}
    return {"reference": file.request.ref, "subject": f"release:{file.request.ref}", "about": about}
