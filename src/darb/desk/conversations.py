"""Conversations with a person, and what follows from them: counselling, consents, the screen, a fear of return."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from darb.cases.actions import Spoken, record_encounters
from darb.cases.assessment_actions import Assessed, assess
from darb.cases.asylum_actions import raise_asylum_concern, record_joint_counselling, settle_asylum_concern
from darb.cases.counselling_actions import counsel, record_consents
from darb.cases.models import Case
from darb.cases.queries import trafficking_screens
from darb.cases.screening_actions import (
    TraffickingSigns,
    guardian_found,
    screen,
    screen_trafficking,
    sign_trafficking,
)
from darb.people.models import Consent
from darb.programmes.screening import TRAFFICKING_RESULTS
from darb.rules.refusal import Missing
from darb.trust.action import Act
from darb.trust.powers import DataClass, Sight

from . import door
from .case_deeds import case_deed, case_of
from .conversation_forms import (
    AssessForm,
    ConcernForm,
    ConsentForm,
    ConversationForm,
    CounselForm,
    GuardianForm,
    JointForm,
    ScreenForm,
    SettleForm,
    SignForm,
    TraffickingForm,
    TriageForm,
)
from .wording import DATA_CLASS_LABELS


def still_here(request: Any, case: Case) -> str:
    """The case's page, or the front page where the case has just gone out of this officer's sight."""
    home = reverse("desk:home")
    return reverse("desk:case", args=[case.ref]) if request.actor.shielded else home


def talk(request: Any, case: Case, form: Form, do: Callable[[Act, dict[str, Any]], Any], **words: str) -> HttpResponse:
    """A conversation by its questions; what is heard may put the case out of this officer's sight."""
    there = {"to": lambda _done: still_here(request, case), "template": "desk/cases/spoken.html"}
    return case_deed(request, case, form, do, **words, **there)


def begun(case: Case) -> dict[str, Any]:
    """What a talk's form begins with: the language that the person named first."""
    return {"language": case.person.languages[0] if case.person.languages else ""}


def counsel_page(request: Any, ref: str) -> HttpResponse:
    """The information and voluntariness checklist."""
    case = case_of(request, ref)
    form = CounselForm(request.POST or None, detained=case.detained, initial=begun(case))

    def do(act: Act, v: dict[str, Any]) -> Case:
        return counsel(act, [Spoken(case=case, kind="counselling", answers=form.answers(), **form.spoken())])[0]

    return talk(
        request,
        case,
        form,
        do,
        title=_("Counselling"),
        lead=_("Every item is said in a language that the person understands, and in private."),
        done=_("Counselling is recorded."),
    )


def consents_page(request: Any, ref: str) -> HttpResponse:
    """What the person agrees to, purpose by purpose."""
    case = case_of(request, ref)
    form = ConsentForm(request.POST or None, initial=begun(case) | {"given": door.today()})

    def do(act: Act, v: dict[str, Any]) -> Any:
        told = {name: v[name] for name in ("form", "language", "interpreter", "witness", "given", "until")}
        rows = [Consent(person=case.person, purpose=purpose, **told) for purpose in v["purposes"]]
        return record_consents(act, [case], rows)

    return case_deed(
        request,
        case,
        form,
        do,
        title=_("Consents"),
        lead=_("Each purpose is asked by itself. Whoever says no to one may say yes to another."),
        done=_("The consents are recorded. Print the declaration, have it signed, and add its picture here."),
    )


def screen_page(request: Any, ref: str) -> HttpResponse:
    """The rapid screen for vulnerability."""
    case = case_of(request, ref)
    form = ScreenForm(request.POST or None, initial=begun(case))
    return talk(
        request,
        case,
        form,
        lambda act, v: screen(
            act, Spoken(case=case, kind="screening", answers=form.answers(), **form.spoken()), v["result"]
        ),
        title=_("Rapid screen"),
        lead=_("Five to eight minutes. Whoever must see the person is told at once."),
        done=_("The screen is recorded, and whoever must see the person has a task."),
    )


def triage_page(request: Any, ref: str) -> HttpResponse:
    """Two minutes at first contact: who can't wait for the screen."""
    case = case_of(request, ref)
    form = TriageForm(request.POST or None, initial=begun(case))
    return talk(
        request,
        case,
        form,
        lambda act, v: screen(act, Spoken(case=case, kind="triage", answers=form.answers(), **form.spoken())),
        title=_("Two-minute triage"),
        lead=_("Look and ask: who can't wait for the screen? Whoever must see the person is told at once."),
        done=_("The triage is recorded, and whoever must see the person has a task."),
    )


def assess_page(request: Any, ref: str) -> HttpResponse:
    """The full assessment of protection needs."""
    case = case_of(request, ref)
    form = AssessForm(request.POST or None, initial=begun(case))
    names = ("level", "dangers", "findings", "helps", "plan", "wish")
    return talk(
        request,
        case,
        form,
        lambda act, v: assess(
            act, Spoken(case=case, kind="full_assessment", **form.spoken()), Assessed(**{n: v[n] for n in names})
        ),
        title=_("Full assessment"),
        lead=_("In private. It is read by protection alone, and says how soon the person is seen again."),
        done=_("The assessment is recorded, and the next visit is on the list."),
    )


def trafficking_page(request: Any, ref: str) -> HttpResponse:
    """The counter-trafficking screen: what was done, by which means, what for."""
    case = case_of(request, ref)
    form = TraffickingForm(request.POST or None, initial=begun(case))

    def do(act: Act, v: dict[str, Any]) -> Any:
        spoken = Spoken(case=case, kind="trafficking_screen", answers={"note": v["note"]}, **form.spoken())
        return screen_trafficking(act, spoken, TraffickingSigns(v["acts"], v["means"], v["purposes"]))

    return talk(
        request,
        case,
        form,
        do,
        title=_("Counter-trafficking screen"),
        lead=_("Only in private. Ask about the way here and about now; confront nobody."),
        done=_("The screen is recorded. A second reader signs it."),
    )


def sign_page(request: Any, ref: str, number: int) -> HttpResponse:
    """The second reader of a counter-trafficking screen."""
    case = case_of(request, ref)
    screened = trafficking_screens(request.actor, case).filter(pk=number).first()
    if screened is None:
        raise Missing("no_screen", _("There is no such screen within your reach."))
    return case_deed(
        request,
        case,
        SignForm(request.POST or None),
        lambda act, v: sign_trafficking(act, screened, v["agrees"] == "yes", v["why"]),
        title=_("Read and sign the second time"),
        lead=_(TRAFFICKING_RESULTS[screened.answers["result"]]),
        done=_("You signed it."),
        to=lambda _done: still_here(request, case),
    )


def conversation_page(request: Any, ref: str) -> HttpResponse:
    """A conversation, closed to those who work on such matters."""
    case = case_of(request, ref)
    form = ConversationForm(request.POST or None, initial=begun(case))
    written = [d for d in DataClass if request.actor.sees(d, Sight.WRITE) and d != DataClass.ASYLUM]
    form.fields["data_class"].choices = [(d.value, _(DATA_CLASS_LABELS[d])) for d in written]

    def do(act: Act, v: dict[str, Any]) -> Any:
        told = {"note": v["note"]}
        spoken = Spoken(case=case, kind="conversation", answers=told, data_class=v["data_class"], **form.spoken())
        return record_encounters(act, [spoken])

    return case_deed(request, case, form, do, title=_("Record a conversation"), done=_("The conversation is recorded."))


def concern_page(request: Any, ref: str) -> HttpResponse:
    """The person fears return. Travel and embassy contact stop at once; protection takes over."""
    case = case_of(request, ref)

    def do(act: Act, v: dict[str, Any]) -> None:
        heard, more = v["heard_in"], {n: v[n] for n in ("words", "priority", "referral_consent")}
        raise_asylum_concern(act, case, heard, **more)

    return case_deed(
        request,
        case,
        ConcernForm(request.POST or None),
        do,
        title=_("The person fears return"),
        lead=_("Write down only what was said freely. Don't ask for reasons or proof; protection will."),
        done=_("Protection knows, and takes over from here."),
        to=still_here(request, case),
        submit=_("Tell protection"),
    )


def settle_page(request: Any, ref: str) -> HttpResponse:
    """What protection found about a fear of return."""
    case = case_of(request, ref)
    return case_deed(
        request,
        case,
        SettleForm(request.POST or None),
        lambda act, v: settle_asylum_concern(act, case, v["able"] == "yes", v["record"]),
        title=_("Settle the wish for protection"),
        done=_("It is settled."),
    )


def guardian_page(request: Any, ref: str) -> HttpResponse:
    """A child who was alone has somebody now."""
    case = case_of(request, ref)
    return case_deed(
        request,
        case,
        GuardianForm(request.POST or None),
        lambda act, v: guardian_found(act, case, v["record"], language=request.LANGUAGE_CODE),
        title=_("A guardian was found"),
        lead=_("The child counts as accompanied from now on. The decision on best interests stays as it is."),
        done=_("The child isn't alone any more."),
    )


def joint_page(request: Any, ref: str) -> HttpResponse:
    """The outcome of counselling together with UNHCR."""
    case = case_of(request, ref)
    return case_deed(
        request,
        case,
        JointForm(request.POST or None),
        lambda act, v: record_joint_counselling(act, [case], v["cleared"] == "yes", v["reason"]),
        title=_("Outcome of joint counselling"),
        done=_("The outcome is recorded."),
    )
