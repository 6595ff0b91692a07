"""Exit visas: batches handed in to the authority, and the answers that come back."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from darb.cases import queries, visa_queries, work_queries
from darb.cases.models import VISA_PENDING, ExitVisa, VisaState, Waiver
from darb.cases.visa_actions import Answer, answer_visas, keep_receipt, reply, set_form, submit_visas
from darb.cases.work_queries import Asked
from darb.places.queries import country_names
from darb.programmes.exit_visa import OTHER, REASONS
from darb.rules.refusal import Missing, Refused
from darb.trust.action import Act
from darb.trust.powers import DataClass

from . import deed, door
from .cases_forms import AnswerForm, DaysForm, ReceiptForm, ReplyForm, VisaBatchForm, VisaFormForm
from .registering import PROGRAMME

AT_ONCE = 200


@require_safe
def batches(request: Any) -> HttpResponse:
    """Batches handed in, newest first."""
    _may_see(request)
    context = {
        "batches": queries.visa_counts(request.actor),
        "visa_states": dict(VisaState.choices),
        "may_submit": request.actor.may("cases.submit_visas"),
        "form_now": visa_queries.form_on(door.today()),
        "may_set_form": request.actor.may("cases.set_visa_form"),
    }
    return render(request, "desk/work/visa_batches.html", context)


def form_page(request: Any) -> HttpResponse:
    """Which version of its form the authority takes, since when, and which it took before."""
    _may_see(request)
    return deed.page(
        request,
        VisaFormForm(request.POST or None, initial={"since": door.today()}),
        lambda act, v: set_form(act, v["version"], v["since"]),
        done=_("The version is kept: forms that are handed in from that day on carry it."),
        to=reverse("desk:visa_form"),
        template="desk/work/visa_form.html",
        told=visa_queries.forms(request.actor),
        today=door.today(),
        may_set=request.actor.may("cases.set_visa_form"),
    )


def _may_see(request: Any) -> None:
    if not request.actor.sees(DataClass.TRAVEL_DOCUMENT):
        raise Missing("no_visas", _("Exit visas are outside what your role works with."))


def new_batch(request: Any) -> HttpResponse:
    """Hand in one batch: those who can be applied for are offered, the others say why not."""
    _may_see(request)
    form = VisaBatchForm(request.POST or None, initial={"airport": request.GET.get("airport", "")})
    day = door.today()
    asked = Asked(programme=PROGRAMME, day=day, gate="R8", stage="in_process")
    found = work_queries.page(request.actor, asked, 0, AT_ONCE)
    refused = queries.steps_refused(request.actor, found, "apply_for_exit_visa", day, through="cases")
    pending = queries.pending_visas(request.actor, [c.pk for c in found])
    chosen = set(request.POST.getlist("case"))
    offered = [c for c in found if c.pk not in refused and c.pk not in pending]
    names = visa_queries.compare_names(request.actor, offered)

    def do(act: Act, v: dict[str, Any]) -> Any:
        cases = [c for c in found if c.ref in chosen]
        if not cases:
            raise Refused("nobody_chosen", _("Choose at least one case."))
        return submit_visas(act, cases, v["airport"], v["authority"], v["office"], v["waive"])

    return deed.page(
        request,
        form,
        do,
        done=_("The batch is handed in."),
        to=lambda batch: reverse("desk:visa_batch", args=[batch.ref]),
        template="desk/work/visa_new.html",
        offered=[c for c in offered if c.pk not in names.differ],
        differ=[(c, names.differ[c.pk]) for c in offered if c.pk in names.differ],
        untyped=names.untyped,
        refused=[(c, refused[c.pk]) for c in found if c.pk in refused],
        chosen=chosen,
        countries=country_names(request.LANGUAGE_CODE),
    )


def batch(request: Any, ref: str) -> HttpResponse:
    """One batch: its applications, and a table for the answers."""
    found = queries.batch(request.actor, ref)
    if found is None:
        raise Missing("no_batch", _("There is no such batch."))
    handed_in, visas = found
    asked = visa_queries.open_queries(request.actor, [v.pk for v in visas])
    rows = [(visa, _row(request, visa), asked.get(visa.pk)) for visa in visas]
    every = [form for _visa, form, _query in rows if form is not None]
    holds = all([form.is_valid() for form in every])

    def do(act: Act, v: dict[str, Any]) -> Any:
        told = [(visa, form.cleaned_data) for visa, form, _query in rows if form]
        answers = [_answer(visa, row, v) for visa, row in told if row["state"] or row["waiver"] or row["number"]]
        if not answers:
            raise Refused("no_answers", _("Choose an answer for at least one application."))
        return answer_visas(act, answers)

    whole = DaysForm(request.POST or None) if holds else DaysForm(None)
    return deed.page(
        request,
        whole,
        do,
        done=_("The answers are recorded."),
        to=reverse("desk:visa_batch", args=[ref]),
        template="desk/work/visa_batch.html",
        batch=handed_in,
        form_now=visa_queries.form_on(door.today()),
        rows=rows,
        tally=visa_queries.tally(Counter(v.state for v in visas)),
        reasons=REASONS,
        may_reply=request.actor.may("cases.reply_to_visa_query"),
        may_keep_receipt=request.actor.may("cases.keep_visa_receipt"),
        may_answer=bool(every),
    )


def _row(request: Any, visa: ExitVisa) -> AnswerForm | None:
    """The row's form while an answer is awaited; None afterwards."""
    if visa.state not in VISA_PENDING or not request.actor.may("cases.answer_visas"):
        return None
    return AnswerForm(request.POST or None, prefix=f"v{visa.pk}", waives=visa.waiver == Waiver.ASKED)


def _answer(visa: ExitVisa, v: dict[str, Any], days: dict[str, Any]) -> Answer:
    """One row's answer. A number says approved, and days left out are those of all."""
    state = v["state"] or (VisaState.APPROVED if v["number"] else "")
    why = v["why"] or ("" if state in (VisaState.QUERIED, VisaState.REJECTED) else OTHER)
    first, last = v["valid_from"], v["valid_to"]
    if state == VisaState.APPROVED:
        first, last = first or days["all_from"], last or days["all_to"]
    return Answer(visa, state, v["number"], first, last, v["reason"], why, v["waiver"])


def receipt(request: Any, ref: str) -> HttpResponse:
    """Keep the number on the authority's receipt."""
    found = queries.batch(request.actor, ref)
    if found is None:
        raise Missing("no_batch", _("There is no such batch."))
    to = reverse("desk:visa_batch", args=[ref])
    return deed.page(
        request,
        ReceiptForm(request.POST or None, initial={"receipt": found[0].receipt}),
        lambda act, v: keep_receipt(act, found[0], v["receipt"]),
        done=_("The receipt is recorded."),
        to=to,
        title=_("Receipt of the authority"),
        back=to,
    )


def answer_query(request: Any, number: int) -> HttpResponse:
    """Answer what the authority asks about one application."""
    query = visa_queries.visa_query(request.actor, number)
    if query is None:
        raise Missing("no_query", _("Nothing such is asked within your reach."))
    to = reverse("desk:visa_batch", args=[query.visa.batch.ref])
    return deed.page(
        request,
        ReplyForm(request.POST or None),
        lambda act, v: reply(act, query, v["answer"]),
        done=_("The answer is recorded: the application waits for its decision."),
        to=to,
        title=query.person.name,
        lead=f"{_(REASONS[query.why])}: {query.asked}",
        submit=_("Record the answer"),
        back=to,
    )
