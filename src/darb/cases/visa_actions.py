"""Exit visas: handed in by the batch, asked back, answered one by one. In = approved + queried + rejected + pending."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from darb.people.models import Document
from darb.programmes.exit_visa import DISPUTE, FEES, OTHER, REASONS, WANTED
from darb.programmes.voluntary_return_gates import USABLE
from darb.rules.reference import new_reference
from darb.rules.refusal import Invalid, Missing, Refused
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.copying import change_in, copy_in

from .actions import hold, take_step
from .models import Case
from .task_actions import ToDo, raise_tasks, tasks_over
from .visa_models import VISA_PENDING, ExitVisa, VisaBatch, VisaForm, VisaQuery, VisaState, Waiver
from .visa_queries import differing, form_on, recorded_names

FORM_WITHIN = timedelta(days=366)
MOST_LETTERS = 30
REPLY_WITHIN = timedelta(days=3)
QUERY_TASK, WANTED_TASK, FEES_TASK = "visa_query", "visa_wanted", "visa_fees"


@action("cases.submit_visas")
def submit_visas(
    act: Act, cases: Sequence[Case], airport: str, authority: str, office: str, waive: Collection[str] = tuple(FEES)
) -> VisaBatch:
    """Hand in one batch of exit-visa forms, for departure from `airport` (IATA), asking that fees be waived.

    Each case needs a document in our custody with the recorded name on it letter for letter, a photo, and live
    consents; each leaves from `airport`, and no dispute that the authority asked about is open.
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
    pending = ExitVisa.objects.filter(case__in=held, state__in=VISA_PENDING).select_related("case").first()
    if pending:
        raise Refused("visa_pending", _("Case {case} waits for an answer already."), case=pending.case.ref)
    if open_dispute := VisaQuery.objects.filter(case__in=held, answered_at=None).select_related("case").first():
        raise Refused(
            "dispute_open",
            _("Case {case}: the authority asked that this be settled first: {asked}"),
            case=open_dispute.case.ref,
            asked=open_dispute.asked,
        )
    documents: dict[int, Document] = {}
    usable = Document.objects.filter(person__in=[c.person_id for c in held], state__in=USABLE).select_related("person")
    for document in usable.order_by("expires"):
        documents[document.person_id] = document
    recorded = recorded_names(documents)
    for case in held:
        document = documents[case.person_id]
        if differing(document, recorded[case.person_id]):
            raise Refused(
                "name_differs",
                _("Case {case}: the document says {printed}, our record {told}. Have the wrong one corrected first."),
                who=Role.CONSULAR_OFFICER,
                case=case.ref,
                printed=document.name_as_printed,
                told=document.person.name,
            )
    batch = VisaBatch.objects.create(
        ref=new_reference(),
        office=office,
        airport=airport,
        authority=authority,
        form_version=form.version if (form := form_on(act.day)) else "",
        submitted_at=act.at,
        account_id=act.actor.account_id,
    )
    asked = [code for code in FEES if code in waive]
    copy_in(
        [
            ExitVisa(
                scope_id=c.scope_id,
                case=c,
                person_id=c.person_id,
                batch=batch,
                document=documents[c.person_id],
                airport=airport,
                waiver=Waiver.ASKED if asked else Waiver.NOT_ASKED,
                waiver_for=asked,
            )
            for c in held
        ]
    )
    act.persons = [c.person_id for c in held]
    act.subject = f"visas:{batch.ref}"
    act.detail = {"batch": batch.ref, "count": len(held)}
    return batch


@action("cases.set_visa_form")
def set_form(act: Act, version: str, since: date) -> VisaForm:
    """Say which version of its form the authority takes from `since` on; told again for that day, it is corrected.

    Batches that were handed in keep the version that they were handed in on.
    """
    told = version.strip()
    if not told or len(told) > MOST_LETTERS:
        raise Invalid(
            "no_version", _("Write the version as it is printed on the form, in {most} letters at most."),
            field="version", most=MOST_LETTERS,
        )  # fmt: skip
    if abs(since - act.day) > FORM_WITHIN:
        raise Invalid("bad_since", _("Choose a day within a year of today."), field="since")
    form, _made = VisaForm.objects.update_or_create(
        since=since, defaults={"version": told, "told_at": act.at, "account_id": act.actor.account_id}
    )
    act.detail = {"version": told, "since": since.isoformat()}
    return form


@action("cases.keep_visa_receipt")
def keep_receipt(act: Act, batch: VisaBatch, number: str) -> VisaBatch:
    """Keep the number of the authority's receipt stamp on a batch."""
    if not number.strip():
        raise Invalid("no_receipt", _("Write the number on the receipt."), field="receipt")
    batch.receipt = number.strip()
    batch.save(update_fields=["receipt"])
    act.subject = f"visas:{batch.ref}"
    act.detail = {"batch": batch.ref}
    return batch


@dataclass(frozen=True)
class Answer:
    """The authority's answer to one application. Approved needs a number and both dates; the others a reason, in words
    and as a code of `REASONS`. `waiver` says whether fees are waived; it may come alone, with no `state`.
    """

    visa: ExitVisa
    state: str
    number: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    reason: str = ""
    why: str = OTHER
    waiver: str = ""


@action("cases.answer_visas")
def answer_visas(act: Act, answers: Sequence[Answer]) -> list[ExitVisa]:
    """Record answers: approved, queried or rejected. What follows is on somebody's list: a query is to be answered, a
    claim of the prosecution reviewed by protection, fees are the mission's and never the person's."""
    locked = ExitVisa.objects.select_for_update(of=("self",)).select_related("case")
    held = {v.pk: v for v in locked.filter(pk__in=[a.visa.pk for a in answers]).order_by("pk")}
    if len(held) != len({a.visa.pk for a in answers}):
        raise Missing("no_visa", _("No such application is within your reach."))
    act.within({v.scope_id for v in held.values()})
    for a in answers:
        visa = held[a.visa.pk]
        _check(visa, a)
        visa.waiver = a.waiver or visa.waiver
        if a.state:
            visa.state, visa.number, visa.reason = a.state, a.number, a.reason.strip()
            visa.why = "" if a.state == VisaState.APPROVED else a.why
            visa.valid_from, visa.valid_to, visa.answered_at = a.valid_from, a.valid_to, act.at
    columns = ["state", "number", "reason", "why", "valid_from", "valid_to", "answered_at", "waiver"]
    change_in(held.values(), columns)
    decided = [held[a.visa.pk] for a in answers if a.state]
    _ask_back(act, decided)
    if todos := _to_do(act, answers, held):
        raise_tasks(act.by_house(), todos)
    act.persons = [v.person_id for v in held.values()]
    act.detail = {"answers": sorted({a.state for a in answers if a.state}), "count": len(answers)}
    return list(held.values())


@action("cases.reply_to_visa_query")
def reply(act: Act, query: VisaQuery, answer: str) -> VisaQuery:
    """Answer what the authority asked: the application waits for its decision again. A dispute is settled so too."""
    held = VisaQuery.objects.select_for_update(of=("self",)).select_related("visa").get(pk=query.pk)
    act.within([held.scope_id])
    if held.answered_at:
        raise Refused("query_answered", _("This was answered already."))
    if not answer.strip():
        raise Invalid("no_answer", _("Write what we answer, or how it was settled."), field="answer")
    held.answer, held.answered_at, held.answered_by = answer.strip(), act.at, act.actor.account_id
    held.save()
    ExitVisa.objects.filter(pk=held.visa_id, state=VisaState.QUERIED).update(state=VisaState.SUBMITTED)
    _asked_no_more(act, [held.case_id])
    act.persons = [held.person_id]
    act.subject = f"visas:{held.visa.batch.ref}"
    return held


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


@action("cases.expire_visas")
def expire_visas(act: Act) -> int:
    """Mark approved visas whose last day is over as expired unused; gives how many. The house's own round."""
    over = ExitVisa.objects.filter(state=VisaState.APPROVED, valid_to__lt=act.day)
    act.detail = {"count": over.update(state=VisaState.EXPIRED)}
    return int(act.detail["count"])


def _check(visa: ExitVisa, answer: Answer) -> None:
    if answer.waiver and visa.waiver == Waiver.NOT_ASKED:
        raise Invalid("no_waiver", _("No waiver was asked for with this application."), field="waiver")
    if not answer.state and answer.waiver:
        return
    if visa.state not in VISA_PENDING:
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
    elif answer.why not in REASONS:
        raise Invalid("no_why", _("Choose the kind of reason."), field="why")


def _ask_back(act: Act, visas: Collection[ExitVisa]) -> None:
    """Keep what the authority asks; a decision settles what it asked before, unless it rejects for a dispute."""
    settled = VisaQuery.objects.filter(visa__in=[v.pk for v in visas], answered_at=None)
    settled.update(answered_at=act.at)
    asks = [v for v in visas if v.state == VisaState.QUERIED or (v.state == VisaState.REJECTED and v.why == DISPUTE)]
    copy_in(
        [
            VisaQuery(
                scope_id=v.scope_id,
                visa=v,
                case_id=v.case_id,
                person_id=v.person_id,
                why=v.why,
                asked=v.reason,
                asked_at=act.at,
            )
            for v in asks
        ]
    )
    _asked_no_more(act, {v.case_id for v in visas if v not in asks})


def _asked_no_more(act: Act, cases: Collection[int]) -> None:
    """The task to answer is done for those of whom nothing is asked any more."""
    open_ones = set(VisaQuery.objects.filter(case__in=cases, answered_at=None).values_list("case_id", flat=True))
    tasks_over(act, set(cases) - open_ones, QUERY_TASK)


def _to_do(act: Act, answers: Sequence[Answer], held: dict[int, ExitVisa]) -> list[ToDo]:
    found = []
    for a in answers:
        visa = held[a.visa.pk]
        if a.state == VisaState.QUERIED or (a.state == VisaState.REJECTED and a.why == DISPUTE):
            found.append(ToDo(visa.case, QUERY_TASK, Role.EXIT_VISA_OFFICER, act.day + REPLY_WITHIN, visa.reason))
        if a.state in (VisaState.QUERIED, VisaState.REJECTED) and a.why == WANTED:
            found.append(ToDo(visa.case, WANTED_TASK, Role.PROTECTION_LEAD, act.day + timedelta(days=1)))
        if a.waiver == Waiver.REFUSED:
            found.append(ToDo(visa.case, FEES_TASK, Role.VHR_HEAD, act.day + REPLY_WITHIN))
    return found
