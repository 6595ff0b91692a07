"""What is done on the way of a case: each a page with one form, or one button."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from darb.cases import queries
from darb.cases.actions import Ruled, close, give_verdicts, override, set_return, take_step
from darb.cases.counselling_actions import withdraw
from darb.cases.models import Case
from darb.cases.pathways import pathway
from darb.cases.task_actions import ToDo, do_task, raise_tasks
from darb.people.actions import move_documents
from darb.people.queries import person_file
from darb.rules.pathway import BACK, Gate
from darb.rules.refusal import Missing, Refused
from darb.trust.action import Act

from . import deed, door
from .cases import MOVES, PAGES, page_of
from .cases_forms import (
    CloseForm,
    ReasonForm,
    ReturnForm,
    StepForm,
    TaskForm,
    VerdictForm,
    WithdrawCaseForm,
)

FITNESS = "R9"


def case_of(request: Any, ref: str) -> Case:
    """The case within reach, or Missing."""
    found = queries.get(request.actor, ref)
    if found is None:
        raise Missing("no_case", _("No such case is within your reach."))
    return found


def case_deed(request: Any, case: Case, form: Any, do: deed.Do, **page: Any) -> HttpResponse:
    """A page for one deed about a case (see `deed.page`), which goes back to the case."""
    here = reverse("desk:case", args=[case.ref])
    page.setdefault("to", here)
    return deed.page(request, form, do, case=case, person=case.person, back=here, **page)


def _gate(case: Case, code: str) -> Gate:
    try:
        return pathway(case.programme).gate(code)
    except KeyError:
        raise Missing("no_gate", _("This programme has no gate {gate}."), gate=code) from None


def verdict_page(request: Any, ref: str, gate: str) -> HttpResponse:
    """A decision on a gate, by those whose word counts there."""
    case = case_of(request, ref)
    asked = _gate(case, gate)
    if asked.code == FITNESS:  # it follows from an examination, and from nothing else
        return HttpResponseRedirect(reverse("desk:examine", args=[case.ref]))
    codes = queries.rulings_open_to(request.actor, case, asked)
    form = VerdictForm(request.POST or None, gate=asked, codes=codes)

    def do(act: Act, v: dict[str, Any]) -> Any:
        conditions, reason = v.get("conditions") or (), v.get("reason") or ""
        return give_verdicts(act, [Ruled(case, gate, v["code"], v["until"], conditions, reason, panel=form.panel())])

    warnings = [] if codes else [_("The decision that stands here can only be changed by another role.")]
    return case_deed(
        request,
        case,
        form,
        do,
        title=f"{gate} · {_(asked.label)}",
        lead=_("Green when %(what)s.") % {"what": _(asked.green_when)},
        done=_("The decision is recorded."),
        warnings=warnings,
    )


def override_page(request: Any, ref: str, gate: str) -> HttpResponse:
    """An exception on a gate, by the one role that may make it."""
    case = case_of(request, ref)
    asked = _gate(case, gate)
    return case_deed(
        request,
        case,
        ReasonForm(request.POST or None),
        lambda act, v: override(act, case, gate, v["reason"], v["until"]),
        title=_("Exception on %(gate)s") % {"gate": f"{gate} · {_(asked.label)}"},
        lead=_("Your name and the reason stay with it."),
        done=_("The exception is recorded."),
    )


def step_page(request: Any, ref: str, step: str) -> HttpResponse:
    """A step as the programme declares it, asking what the stage it leads to asks for."""
    case = case_of(request, ref)
    declared = pathway(case.programme)
    try:
        taken = declared.step(step)
    except KeyError:
        raise Missing("no_step", _("This programme has no step {step}."), step=step) from None
    if step in PAGES:  # it asks for more than a step does: who withdraws says so themselves, and how
        return HttpResponseRedirect(page_of(case, step))
    stage = None if taken.into in (None, BACK) else declared.stage(taken.into)
    form = StepForm(request.POST or None, stage=stage)
    refused = queries.steps_refused(request.actor, [case], step, door.today(), through="cases").get(case.pk)
    expected = {case.pk: door.expected(request)}
    return case_deed(
        request,
        case,
        form,
        lambda act, v: take_step(
            act, [case], step, reason=v.get("reason", ""), review_on=v.get("review_on"), expected=expected
        ),
        title=_(taken.label),
        done=_("Done: %(step)s.") % {"step": _(taken.label)},
        submit=_(taken.label),
        version=case.version,
        warnings=[door.said(refused)] if refused else [],
    )


def withdraw_case_page(request: Any, ref: str) -> HttpResponse:
    """The person no longer wants to return."""
    case = case_of(request, ref)
    return case_deed(
        request,
        case,
        WithdrawCaseForm(request.POST or None),
        lambda act, v: withdraw(act, case, v["reason"], v["how"]),
        title=_("The person no longer wants to return"),
        lead=_("Consent to return ends at once. Other help goes on; the case can be reopened."),
        done=_("The case is withdrawn. The form to sign is among its papers."),
        submit=_("Withdraw"),
    )


def close_case_page(request: Any, ref: str) -> HttpResponse:
    """Close a case with one of the endings that its stage allows."""
    case = case_of(request, ref)
    form = CloseForm(request.POST or None, endings=pathway(case.programme).endings_from(case.stage))
    return case_deed(
        request,
        case,
        form,
        lambda act, v: close(act, [case], v["code"]),
        title=_("Close the case"),
        done=_("The case is closed."),
        submit=_("Close"),
    )


def return_page(request: Any, ref: str) -> HttpResponse:
    """Where the person goes home to and leaves from. Gates that this would turn red are named before it is done."""
    case = case_of(request, ref)
    names = ("return_country", "return_area", "return_airport", "departure_airport")
    form = ReturnForm(request.POST or None, initial={name: getattr(case, name) for name in names})
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid() and not form.cleaned_data["confirmed"]:
        changes = {name: form.cleaned_data[name] for name in names}
        if red := queries.turning_red(request.actor, case, door.today(), changes):
            context["warnings"] = [
                _("This turns red: %(gate)s.") % {"gate": f"{gate.code} · {_(gate.label)}"} for gate in red
            ]
            context["submit"] = _("Change it all the same")
            form = ReturnForm({**request.POST.dict(), "confirmed": "on"})
            return _asked_again(request, case, form, context)

    def do(act: Act, v: dict[str, Any]) -> Case:
        return set_return(act, case, expected=door.expected(request), **{name: v[name] for name in names})

    return case_deed(
        request,
        case,
        form,
        do,
        title=_("The return"),
        done=_("The return is changed."),
        version=case.version,
        **context,
    )


def _asked_again(request: Any, case: Case, form: ReturnForm, context: dict[str, Any]) -> HttpResponse:
    form.is_valid()
    here = reverse("desk:case", args=[case.ref])
    page = {"form": form, "case": case, "person": case.person, "back": here, "title": _("The return")}
    return render(request, "desk/deed.html", {**page, "version": door.expected(request), **context})


def raise_task_page(request: Any, ref: str) -> HttpResponse:
    """Something that a role shall do about this case."""
    case = case_of(request, ref)

    def do(act: Act, v: dict[str, Any]) -> None:
        if not raise_tasks(act, [ToDo(case, "by_hand", v["role"], v["due"], v["reason"])]):
            raise Refused("task_open", _("That role has an open task for this case: let it be done first."))

    return case_deed(
        request,
        case,
        TaskForm(request.POST or None, initial={"due": door.today()}),
        do,
        title=_("Give a task"),
        done=_("The task is given."),
    )


@require_POST
def do_task_page(request: Any, task: int) -> HttpResponse:
    """Say that a task is done."""
    found = queries.open_task(request.actor, task)
    if found is None:
        raise Missing("no_task", _("No such task is open within your reach."))
    back = request.POST.get("next") == "case"
    to = reverse("desk:case", args=[found.case.ref]) if back else reverse("desk:tasks")
    return deed.at_once(request, lambda act: do_task(act, found), done=_("The task is done."), to=to)


@require_POST
def move_document_page(request: Any, ref: str, document: int) -> HttpResponse:
    """Say where a document is now: taken into custody against a receipt, given back, lost, returned for an error."""
    case = case_of(request, ref)
    file = person_file(request.actor, case.person.ref)
    paper = next((d for d in (file.documents if file else None) or () if d.pk == document), None)
    state = request.POST.get("state", "")
    if paper is None or state not in MOVES:
        raise Missing("no_document", _("There is no such document here."))
    to = reverse("desk:case", args=[case.ref]) + "#papers"
    return deed.at_once(
        request, lambda act: move_documents(act, [paper], state), done=_("It is recorded where the document is."), to=to
    )
