"""Exit visas: handed in by the batch, answered one by one. In = approved + queried + rejected + pending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from darb.people.models import Document
from darb.programmes.voluntary_return_gates import USABLE
from darb.rules.reference import new_reference
from darb.rules.refusal import Invalid, Missing, Refused
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.copying import change_in, copy_in

from .actions import hold, take_step
from .models import Case, ExitVisa, VisaBatch, VisaState


@action("cases.submit_visas")
def submit_visas(act: Act, cases: Sequence[Case], airport: str, authority: str, office: str) -> VisaBatch:
    """Hand in one batch of exit-visa forms, for departure from `airport` (IATA).

    Each case needs a document in our custody, a photo, and live consents; each leaves from `airport`.
    """
    held = take_step(act, cases, "apply_for_exit_visa")
    for case in held:
        if case.departure_airport and case.departure_airport != airport:
            raise Refused(
                "other_airport",
                _("Case {case} leaves from {theirs}, not from {airport}."),
                case=case.ref,
                theirs=case.departure_airport,
                airport=airport,
            )
    pending = ExitVisa.objects.filter(case__in=held, state__in=("submitted", "queried")).select_related("case").first()
    if pending:
        raise Refused("visa_pending", _("Case {case} waits for an answer already."), case=pending.case.ref)
    documents: dict[int, Document] = {}
    for document in Document.objects.filter(person__in=[c.person_id for c in held], state__in=USABLE).order_by(
        "expires"
    ):
        documents[document.person_id] = document
    batch = VisaBatch.objects.create(
        ref=new_reference(),
        office=office,
        airport=airport,
        authority=authority,
        submitted_at=act.at,
        account_id=act.actor.account_id,
    )
    copy_in(
        [
            ExitVisa(
                scope_id=c.scope_id,
                case=c,
                person_id=c.person_id,
                batch=batch,
                document=documents[c.person_id],
                airport=airport,
            )
            for c in held
        ]
    )
    act.persons = [c.person_id for c in held]
    act.subject = f"visas:{batch.ref}"
    act.detail = {"batch": batch.ref, "count": len(held)}
    return batch


@dataclass(frozen=True)
class Answer:
    """The authority's answer to one application. Approved needs a number and both dates; the others a reason."""

    visa: ExitVisa
    state: str
    number: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    reason: str = ""


@action("cases.answer_visas")
def answer_visas(act: Act, answers: Sequence[Answer]) -> list[ExitVisa]:
    """Record answers: approved, queried or rejected."""
    held = {
        v.pk: v for v in ExitVisa.objects.select_for_update().filter(pk__in=[a.visa.pk for a in answers]).order_by("pk")
    }
    if len(held) != len({a.visa.pk for a in answers}):
        raise Missing("no_visa", _("No such application is within your reach."))
    act.within({v.scope_id for v in held.values()})
    for a in answers:
        visa = held[a.visa.pk]
        _check(visa, a)
        visa.state, visa.number, visa.reason = a.state, a.number, a.reason
        visa.valid_from, visa.valid_to, visa.answered_at = a.valid_from, a.valid_to, act.at
    change_in(held.values(), ["state", "number", "reason", "valid_from", "valid_to", "answered_at"])
    act.persons = [v.person_id for v in held.values()]
    act.detail = {"answers": sorted({a.state for a in answers}), "count": len(answers)}
    return list(held.values())


def _check(visa: ExitVisa, answer: Answer) -> None:
    if visa.state not in (VisaState.SUBMITTED, VisaState.QUERIED):
        raise Refused("visa_answered", _("This application was answered already."))
    if answer.state == VisaState.APPROVED:
        if not answer.number or not answer.valid_from or not answer.valid_to:
            raise Invalid("visa_incomplete", _("An approved visa has a number and both dates."), field="number")
        if answer.valid_to < answer.valid_from:
            raise Invalid(
                "visa_backwards", _("The visa would end before it begins: check both dates."), field="valid_to"
            )
    elif not answer.reason.strip():
        raise Invalid("reason_needed", _("Write the reason: it stays with the decision."), field="reason")


@action("cases.mark_visas")
def mark_visas(act: Act, cases: Sequence[Case], state: str) -> int:
    """Mark the approved exit visas of `cases` as used, or as to be cancelled; gives how many there were."""
    if state not in (VisaState.USED, VisaState.FLAGGED):
        raise Refused("no_such_mark", _("An approved visa is used, or is to be cancelled; nothing else."))
    held = hold(act, [c.pk for c in cases])
    marked = ExitVisa.objects.filter(case__in=held, state=VisaState.APPROVED).update(state=state)
    act.persons = [c.person_id for c in held]
    act.detail = {"state": state, "count": marked}
    return marked
