"""Papers of documents in our hands: what an embassy handed over, and the log of where each was."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from darb.people import custody_queries as custody
from darb.people.models import CustodyStep, DocumentState
from darb.rules.refusal import Refused
from darb.rules.words import _ as marked
from darb.trust.powers import DataClass
from darb.trust.queries import names_of

from .paper_parts import Column, Sheet, Signed, Table
from .paper_setting import apart
from .paper_words import NONE, Asked, countries, names, on

_D3 = DataClass.TRAVEL_DOCUMENT


def receipt_list(asked: Asked) -> Sheet:
    """The documents of an embassy's newest delivery, signed for by both sides."""
    day, came = custody.received_from(asked.actor, asked.ref, asked.day)
    if not came:
        raise Refused("nothing_received", marked("This embassy hasn't handed over any document yet."))
    columns = [
        Column(_("No."), kind="number", shows=None),
        Column(_("Name"), 3),
        Column(_("Name as printed"), 3, shows=_D3),
        Column(_("Document"), 2, shows=_D3),
        Column(_("Number"), kind="code", shows=_D3),
        Column(_("Issued on"), shows=_D3),
        Column(_("Valid until"), shows=_D3),
    ]
    rows = [
        [
            str(n),
            names(step.document.person),
            step.document.name_as_printed or NONE,
            str(step.document.get_kind_display()),
            step.document.number,
            on(step.document.issued),
            on(step.document.expires),
        ]
        for n, step in enumerate(came, 1)
    ]
    count = ngettext("%(count)d document", "%(count)d documents", len(came)) % {"count": len(came)}
    return Sheet(
        title=_("Document receipt list"),
        reference=f"{asked.ref} {day:%Y-%m-%d}",
        lead=[_("Received from the embassy of {country} on {day}").format(country=_country(asked), day=on(day)), count],
        parts=[
            Table(columns, rows),
            Signed([_("For the embassy: name, signature, stamp"), _("For IOM: name, signature")]),
        ],
        landscape=True,
        **_about(asked, came),
    )


def custody_log(asked: Asked) -> Sheet:
    """Where each document of an embassy that is in our custody was, step by step."""
    held = custody.documents(asked.actor, custody.Sought(asked.day, asked.ref, DocumentState.IN_CUSTODY))
    steps = custody.chain(asked.actor, list(held))
    if not steps:
        raise Refused("nothing_held", marked("No document of this embassy is in our custody now."))
    columns = [
        Column(_("Name"), 3),
        Column(_("Number"), kind="code", shows=_D3),
        Column(_("Day"), shows=_D3),
        Column(_("What became of it"), 2, shows=_D3),
        Column(_("Where"), 2, shows=_D3),
        Column(_("Who held it"), 2, shows=_D3),
        Column(_("Valid until"), shows=_D3),
    ]
    who = names_of({step.account_id for step in steps})
    rows = [
        [
            names(step.document.person) if first else "",
            step.document.number if first else "",
            on(step.day),
            str(DocumentState(step.state).label),
            step.place or NONE,
            step.holder or who.get(step.account_id, NONE),
            on(step.document.expires) if first else "",
        ]
        for step, first in _with_firsts(steps)
    ]
    return Sheet(
        title=_("Custody log"),
        reference=f"{asked.ref} {asked.day:%Y-%m-%d}",
        lead=[_("Documents of the embassy of {country} in our custody").format(country=_country(asked))],
        parts=[Table(columns, rows), Signed([_("For IOM: name, signature")])],
        landscape=True,
        **_about(asked, steps),
    )


def _with_firsts(steps: Sequence[CustodyStep]) -> list[tuple[CustodyStep, bool]]:
    """Each step, and whether it is the first shown of its document."""
    return [(s, n == 0 or steps[n - 1].document_id != s.document_id) for n, s in enumerate(steps)]


def _country(asked: Asked) -> str:
    return apart(countries().get(asked.ref, asked.ref))


def _about(asked: Asked, steps: Sequence[CustodyStep]) -> dict[str, object]:
    return {
        "subject": f"embassy:{asked.ref}",
        "about": {step.person_id: step.scope_id for step in steps},
        "of": asked.ref,
    }
