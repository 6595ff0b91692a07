"""What passes between the mission and an embassy on paper: the called list out, requests for documents out."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass

from darb.cases.actions import take_step
from darb.cases.models import Case, Task
from darb.cases.queries import steps_refused
from darb.cases.task_actions import do_tasks
from darb.people.actions import record_documents
from darb.people.arrival_actions import AWAITED
from darb.people.models import Document, DocumentState
from darb.places.models import MissionOfOrigin
from darb.programmes.voluntary_return_codes import EMBASSY_FIELDS
from darb.programmes.voluntary_return_gates import USABLE
from darb.rules.refusal import Invalid, Refused
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.action import Act, action

from .calling import REQUEST
from .embassy import slice_of
from .keeping import hold_event
from .models import Event, EventKind, EventState

# Spreadsheets take a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Shared:
    """A list as it was handed over: its bytes, their SHA-256, how many people are on it."""

    content: bytes
    sha256: str
    count: int


@action("events.share_called_list")
def share_called_list(act: Act, event: Event) -> Shared:
    """Write the called list for the embassy of the session's country, and keep that it was shared.

    Each person is judged again at this moment: whoever may not be named to an embassy now is left out.
    """
    held = hold_event(act, event, (EventState.PLANNED, EventState.OPEN), kind=EventKind.CONSULAR)
    people = slice_of(act.actor, held, act.day)
    if not people:
        raise Refused("nobody_to_share", _("Nobody on this list can be named to the embassy today."))
    content = _as_csv([row for _person, row in people])
    shared = Shared(content, hashlib.sha256(content).hexdigest(), len(people))
    act.persons = [person for person, _row in people]
    act.detail = {
        "recipient": f"embassy:{held.country}",
        "fields": list(EMBASSY_FIELDS),
        "count": shared.count,
        "sha256": shared.sha256,
    }
    return shared


@action("events.request_documents")
def request_documents(act: Act, country: str, cases: Sequence[Case]) -> list[Document]:
    """Ask the mission of `country` (alpha-3) for a travel document for each of `cases`, all or none.

    Those who have one, or wait for one, aren't asked for twice. The tasks that said to ask are done.
    """
    mission = MissionOfOrigin.objects.filter(pk=country).first()
    if mission is None:
        raise Invalid("no_mission", _("No embassy or consulate is recorded for this country: choose another."))
    wanted = list(Case.objects.filter(pk__in={c.pk for c in cases}).select_related("person").order_by("pk"))
    if not wanted:
        raise Invalid("nobody_chosen", _("Choose for whom the embassy is asked."), field="case")
    refused = steps_refused(act.actor, wanted, REQUEST, act.day, through="cases")
    for case in wanted:
        if refusal := refused.get(case.pk):
            raise Refused(
                refusal.code,
                _("Nothing can be asked for {case}: {why}"),
                who=refusal.who,
                case=case.ref,
                why=refusal,
            )
    there = set(
        Document.objects.filter(
            person__in=[c.person_id for c in wanted], country=country, state__in=(*AWAITED, *USABLE)
        ).values_list("person_id", flat=True)
    )
    asked = [c for c in wanted if c.person_id not in there]
    if not asked:
        raise Refused("asked_already", _("Everyone here has a document, or waits for one already."))
    take_step(act, asked, REQUEST)
    rows = [
        Document(person=c.person, kind=mission.document_kind, country=country, state=DocumentState.REQUESTED)
        for c in asked
    ]
    documents = record_documents(act, rows)
    tasks = Task.objects.filter(case__in=asked, kind="embassy_confirmed", role=Role.CONSULAR_OFFICER, done_at=None)
    if found := list(tasks.order_by("pk")):
        do_tasks(act, found)
    act.persons = [c.person_id for c in asked]
    act.subject = asked[0].ref if len(asked) == 1 else ""
    act.detail = {"country": country, "count": len(asked)}
    return documents


def _as_csv(rows: Sequence[dict[str, str]]) -> bytes:
    lines = io.StringIO(newline="")
    writer = csv.DictWriter(lines, fieldnames=list(EMBASSY_FIELDS))
    writer.writerow(EMBASSY_FIELDS)
    writer.writerows({k: f"'{v}" if v.startswith(_FORMULA) else v for k, v in row.items()} for row in rows)
    # The mark lets spreadsheets read Arabic names.
    return lines.getvalue().encode("utf-8-sig")
