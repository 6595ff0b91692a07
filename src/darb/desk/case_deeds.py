"""What is done on the way of a case: each a page with one form, or one button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from darb.cases import queries
from darb.cases.actions import (
    Ruled,
    Spoken,
    ToDo,
    close,
    do_task,
    give_verdicts,
    meet_conditions,
    override,
    raise_tasks,
    record_encounters,
    set_return,
    take_step,
)
from darb.cases.asylum_actions import raise_asylum_concern, record_joint_counselling, settle_asylum_concern
from darb.cases.counselling_actions import counsel, record_consents, withdraw
from darb.cases.models import Case
from darb.cases.pathways import pathway
from darb.cases.screening_actions import screen
from darb.people.actions import move_documents
from darb.people.models import Consent
from darb.people.queries import person_file
from darb.rules.pathway import BACK, Gate
from darb.rules.refusal import Missing, Refused
from darb.trust.action import Act
from darb.trust.powers import DATA_CLASS_LABELS, DataClass, Sight

from . import deed, door
from .cases import MOVES
from .cases_forms import (
    CloseForm,
    ConcernForm,
    ConsentForm,
    ConversationForm,
    CounselForm,
    JointForm,
    ReasonForm,
    ReturnForm,
    ScreenForm,
    SettleForm,
    StepForm,
    TaskForm,
    VerdictForm,
    WithdrawCaseForm,
)


def _case(request: Any, ref: str) -> Case:
    found = queries.get(request.actor, ref)
    if found is None:
        raise Missing("no_case", _("No such case is within your reach."))
    return found


def _deed(request: Any, case: Case, form: Any, do: Callable[[Act, dict[str, Any]], Any], **page: Any) -> HttpResponse:
    here = reverse("desk:case", args=[case.ref])
    page.setdefault("to", here)
    return deed.page(request, form, do, case=case, person=case.person, back=here, **page)


def _still_here(request: Any, case: Case) -> str:
    """The case's page, or the front page where the case has just gone out of this officer's sight."""
    home = reverse("desk:home")
    return reverse("desk:case", args=[case.ref]) if request.actor.shielded else home


def counsel_page(request: Any, ref: str) -> HttpResponse:
    """The information and voluntariness checklist."""
    case = _case(request, ref)
    form = CounselForm(request.POST or None, detained=case.detained)

    def do(act: Act, v: dict[str, Any]) -> Case:
        return counsel(act, [Spoken(case=case, kind="counselling", answers=form.answers(), **form.spoken())])[0]

    return _deed(
        request,
        case,
        form,
        do,
        title=_("Counselling"),
        lead=_("Every item is said in a language that the person understands, and in private."),
        done=_("Counselling is recorded."),
        to=lambda _done: _still_here(request, case),
        template="desk/cases/spoken.html",
    )


def consents_page(request: Any, ref: str) -> HttpResponse:
    """What the person agrees to, purpose by purpose."""
    case = _case(request, ref)
    form = ConsentForm(request.POST or None, initial={"given": door.today()})

    def do(act: Act, v: dict[str, Any]) -> Any:
        told = {name: v[name] for name in ("form", "language", "interpreter", "witness", "given", "until")}
        rows = [Consent(person=case.person, purpose=purpose, **told) for purpose in v["purposes"]]
        return record_consents(act, [case], rows)

    return _deed(
        request,
        case,
        form,
        do,
        title=_("Consents"),
        lead=_("Each purpose is asked by itself. Whoever says no to one may say yes to another."),
        done=_("The consents are recorded."),
    )


def screen_page(request: Any, ref: str) -> HttpResponse:
    """The rapid screen for vulnerability."""
    case = _case(request, ref)
    form = ScreenForm(request.POST or None)
    return _deed(
        request,
        case,
        form,
        lambda act, v: screen(act, Spoken(case=case, kind="screening", answers=form.answers(), **form.spoken())),
        title=_("Rapid screen"),
        lead=_("Five to eight minutes. Whoever must see the person is told at once."),
        done=_("The screen is recorded, and whoever must see the person has a task."),
        to=lambda _done: _still_here(request, case),
        template="desk/cases/spoken.html",
    )


def conversation_page(request: Any, ref: str) -> HttpResponse:
    """A conversation, closed to those who work on such matters."""
    case = _case(request, ref)
    form = ConversationForm(request.POST or None)
    written = [d for d in DataClass if request.actor.sees(d, Sight.WRITE) and d != DataClass.ASYLUM]
    form.fields["data_class"].choices = [(d.value, _(DATA_CLASS_LABELS[d])) for d in written]

    def do(act: Act, v: dict[str, Any]) -> Any:
        told = {"note": v["note"]}
        spoken = Spoken(case=case, kind="conversation", answers=told, data_class=v["data_class"], **form.spoken())
        return record_encounters(act, [spoken])

    return _deed(request, case, form, do, title=_("Record a conversation"), done=_("The conversation is recorded."))


def _gate(case: Case, code: str) -> Gate:
    try:
        return pathway(case.programme).gate(code)
    except KeyError:
        raise Missing("no_gate", _("This programme has no gate {gate}."), gate=code) from None


def verdict_page(request: Any, ref: str, gate: str) -> HttpResponse:
    """A decision on a gate, by those whose word counts there."""
    case = _case(request, ref)
    asked = _gate(case, gate)
    codes = queries.rulings_open_to(request.actor, case, asked)
    form = VerdictForm(request.POST or None, gate=asked, codes=codes)

    def do(act: Act, v: dict[str, Any]) -> Any:
        conditions, reason = v.get("conditions") or (), v.get("reason") or ""
        return give_verdicts(act, [Ruled(case, gate, v["code"], v["until"], conditions, reason)])

    warnings = [] if codes else [_("The decision that stands here can only be changed by another role.")]
    return _deed(
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
    case = _case(request, ref)
    asked = _gate(case, gate)
    return _deed(
        request,
        case,
        ReasonForm(request.POST or None),
        lambda act, v: override(act, case, gate, v["reason"], v["until"]),
        title=_("Exception on %(gate)s") % {"gate": f"{gate} · {_(asked.label)}"},
        lead=_("Your name and the reason stay with it."),
        done=_("The exception is recorded."),
    )


@require_POST
def condition_page(request: Any, ref: str, gate: str, condition: str) -> HttpResponse:
    """Confirm a condition of a clearance."""
    case = _case(request, ref)
    return deed.at_once(
        request,
        lambda act: meet_conditions(act, [(case, gate, condition)]),
        done=_("The condition is confirmed."),
        to=reverse("desk:case", args=[case.ref]),
    )


def step_page(request: Any, ref: str, step: str) -> HttpResponse:
    """A step as the programme declares it, asking what the stage it leads to asks for."""
    case = _case(request, ref)
    declared = pathway(case.programme)
    try:
        taken = declared.step(step)
    except KeyError:
        raise Missing("no_step", _("This programme has no step {step}."), step=step) from None
    stage = None if taken.into in (None, BACK) else declared.stage(taken.into)
    form = StepForm(request.POST or None, stage=stage)
    refused = queries.steps_refused(request.actor, [case], step, door.today(), through="cases").get(case.pk)
    expected = {case.pk: door.expected(request)}
    return _deed(
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
    case = _case(request, ref)
    return _deed(
        request,
        case,
        WithdrawCaseForm(request.POST or None),
        lambda act, v: withdraw(act, case, v["reason"], v["how"]),
        title=_("The person no longer wants to return"),
        lead=_("Consent to return ends at once. Other help goes on; the case can be reopened."),
        done=_("The case is withdrawn."),
        submit=_("Withdraw"),
    )


def close_case_page(request: Any, ref: str) -> HttpResponse:
    """Close a case with one of the endings that its stage allows."""
    case = _case(request, ref)
    form = CloseForm(request.POST or None, endings=pathway(case.programme).endings_from(case.stage))
    return _deed(
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
    case = _case(request, ref)
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

    return _deed(
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


def concern_page(request: Any, ref: str) -> HttpResponse:
    """The person fears return. Travel and embassy contact stop at once; protection takes over."""
    case = _case(request, ref)

    def do(act: Act, v: dict[str, Any]) -> None:
        heard, more = v["heard_in"], {n: v[n] for n in ("words", "priority", "referral_consent")}
        raise_asylum_concern(act, case, heard, **more)

    return _deed(
        request,
        case,
        ConcernForm(request.POST or None),
        do,
        title=_("The person fears return"),
        lead=_("Write down only what was said freely. Don't ask for reasons or proof; protection will."),
        done=_("Protection knows, and takes over from here."),
        to=_still_here(request, case),
        submit=_("Tell protection"),
    )


def settle_page(request: Any, ref: str) -> HttpResponse:
    """What protection found about a fear of return."""
    case = _case(request, ref)
    return _deed(
        request,
        case,
        SettleForm(request.POST or None),
        lambda act, v: settle_asylum_concern(act, case, v["able"] == "yes", v["record"]),
        title=_("Settle the wish for protection"),
        done=_("It is settled."),
    )


def joint_page(request: Any, ref: str) -> HttpResponse:
    """The outcome of counselling together with UNHCR."""
    case = _case(request, ref)
    return _deed(
        request,
        case,
        JointForm(request.POST or None),
        lambda act, v: record_joint_counselling(act, [case], v["cleared"] == "yes", v["reason"]),
        title=_("Outcome of joint counselling"),
        done=_("The outcome is recorded."),
    )


def raise_task_page(request: Any, ref: str) -> HttpResponse:
    """Something that a role shall do about this case."""
    case = _case(request, ref)

    def do(act: Act, v: dict[str, Any]) -> None:
        if not raise_tasks(act, [ToDo(case, "by_hand", v["role"], v["due"], v["reason"])]):
            raise Refused("task_open", _("That role has an open task for this case: let it be done first."))

    return _deed(
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
    case = _case(request, ref)
    file = person_file(request.actor, case.person.ref)
    paper = next((d for d in (file.documents if file else None) or () if d.pk == document), None)
    state = request.POST.get("state", "")
    if paper is None or state not in MOVES:
        raise Missing("no_document", _("There is no such document here."))
    to = reverse("desk:case", args=[case.ref]) + "#papers"
    return deed.at_once(
        request, lambda act: move_documents(act, [paper], state), done=_("It is recorded where the document is."), to=to
    )
