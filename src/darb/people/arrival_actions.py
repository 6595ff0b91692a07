"""Travel documents that come from an embassy: read off the paper, and taken into our custody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from darb.rules.names import fold
from darb.rules.reference import tidy
from darb.rules.refusal import Invalid
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.copying import copy_in

from .actions import hold, numbers_free
from .custody import NOT_TOLD, Hands
from .custody_actions import write_steps
from .likeness_actions import remember_again
from .models import Document, DocumentKind, DocumentState, Person, Token

AWAITED = (DocumentState.REQUESTED, DocumentState.PRINTED, DocumentState.RECEIVED)
"""States of a document that an embassy was asked for and that isn't in our custody yet."""


@dataclass(frozen=True)
class Arrived:
    """A document as it lies on the table: whose, of which country (alpha-3), and what is printed on it."""

    person: Person
    country: str
    number: str
    issued: date
    expires: date
    name_as_printed: str = ""
    kind: str = DocumentKind.LAISSEZ_PASSER


@action("people.take_in")
def take_in(act: Act, arrived: Sequence[Arrived], hands: Hands = NOT_TOLD) -> list[Document]:
    """Take documents into custody as one delivery, all or none. One that was awaited becomes the one that came.

    `hands`: where they are kept, and by whom.

    Raises Invalid, naming the number, for one that is taken or a date that can't be right.
    """
    held = {p.pk: p for p in hold(act, [a.person.pk for a in arrived])}
    awaited = {
        (d.person_id, d.kind, d.country): d
        for d in Document.objects.filter(person__in=held, state__in=AWAITED, number="").select_for_update()
    }
    documents = []
    for a in arrived:
        _check(act, a)
        document = awaited.pop((a.person.pk, a.kind, a.country), None) or Document(
            person=held[a.person.pk], scope_id=held[a.person.pk].scope_id, kind=a.kind, country=a.country, version=0
        )
        document.number, document.issued, document.expires = tidy(a.number), a.issued, a.expires
        document.name_as_printed = a.name_as_printed.strip()
        document.state, document.received = DocumentState.IN_CUSTODY, act.day
        document.version += 1
        documents.append(document)
    numbers_free(documents)
    copy_in([d for d in documents if d.pk is None])
    Document.objects.bulk_update(
        [d for d in documents if d.version > 1],
        ["number", "issued", "expires", "name_as_printed", "state", "received", "version"],
    )
    write_steps(act, documents, hands, states=(DocumentState.RECEIVED, DocumentState.IN_CUSTODY))
    copy_in([Token(person_id=d.person_id, scope_id=d.scope_id, token=fold(d.number)) for d in documents])
    remember_again(held)
    act.persons = list(held)
    act.subject = next(iter(held.values())).ref if len(held) == 1 else ""
    act.detail = {"documents": [d.pk for d in documents], "count": len(documents)}
    return documents


def _check(act: Act, a: Arrived) -> None:
    if not tidy(a.number):
        raise Invalid("no_number", _("Write the number that is printed on the document."), field="number")
    if a.issued > act.day:
        raise Invalid(
            "issued_in_future",
            _("Document {number} would be issued on {day}, a day still to come: check the date."),
            field="issued",
            number=a.number,
            day=a.issued.isoformat(),
        )
    if a.expires <= a.issued:
        raise Invalid(
            "expires_before_issue_of",
            _("Document {number} would expire on {day}, before it was issued: check both dates."),
            field="expires",
            number=a.number,
            day=a.expires.isoformat(),
        )
