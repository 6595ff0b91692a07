"""Pages about who is who: a question asked, the queue of open ones, two files side by side, judged or taken back."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from darb.cases import queries as cases
from darb.people import queries as people
from darb.people.identity_actions import judge, raise_duplicate, take_back
from darb.people.identity_queries import PairFile, open_questions, pair_file
from darb.people.models import Person, Said
from darb.places.queries import country_names
from darb.rules.identity import Scored
from darb.rules.refusal import Missing
from darb.trust.action import Act
from darb.trust.queries import names_of

from . import deed, door
from .identity_forms import JudgeForm, QuestionForm, TakeBackForm
from .identity_words import TONES, compared, reasons_said, sharing_said, stakes_said, verdict_said

ON_A_PAGE = 25
SAID_OF_A_PAIR = 10


def _person(request: Any, ref: str) -> Person:
    found = people.by_refs(request.actor, [ref])
    if not found:
        raise Missing("no_person", _("No such person is within your reach."))
    return next(iter(found.values()))


def _pair(request: Any, one: str, other: str) -> PairFile:
    found = pair_file(request.actor, one, other)
    if found is None:
        raise Missing("no_pair", _("These two aren't both within your reach."))
    return found


def ask(request: Any, ref: str) -> HttpResponse:
    """Two persons may be one: travel waits until somebody trained has judged."""
    who = _person(request, ref)

    def do(act: Act, v: dict[str, Any]) -> Any:
        other = next(iter(people.by_refs(request.actor, [v["other"]]).values()), None)
        if other is None or other.pk == who.pk:
            raise Missing("no_other", _("There is no other person {ref} within your reach."), ref=v["other"])
        return raise_duplicate(act, who, other, v["why"])

    back = reverse("desk:person", args=[who.ref])
    return deed.page(
        request,
        QuestionForm(request.POST or None, initial={"other": door.typed(request.GET.get("other", ""), 12)}),
        do,
        done=_("The question is open now."),
        to=back,
        back=back,
        person=who,
        title=_("May be the same as somebody else"),
        lead=_("Nothing is merged. Somebody trained looks at both, and travel waits until then."),
    )


@require_safe
def queue(request: Any) -> HttpResponse:
    """Questions that wait for a judgement: most at stake first, then the most doubtful."""
    page = Paginator(open_questions(request.actor), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(q, stakes_said(q.stake)) for q in page],
        "countries": country_names(request.LANGUAGE_CODE),
        "day": door.today(),
    }
    return render(request, "desk/identity/queue.html", context)


def side_by_side(request: Any, one: str, other: str) -> HttpResponse:
    """Two files beside one another, what differs shaded; judged here by whoever may."""
    found = _pair(request, one, other)
    form = JudgeForm(request.POST or None)
    scopes = [found.one.person.scope_id, found.other.person.scope_id]
    may = request.actor.may
    countries = country_names(request.LANGUAGE_CODE)
    context = {
        "pair": found,
        "sides": [found.one, found.other],
        "score": None if found.hidden or found.scored is None else _told(found.scored),
        "sharing": "" if found.hidden else sharing_said(found, countries),
        "rows": compared(found, countries),
        "newest": cases.newest_of(request.actor, [found.one.person.pk, found.other.person.pk]),
        "who": names_of({j.account_id for j in found.judgements}),
        "may_judge": may("people.judge", scopes) and not found.stands and not found.judged_by_me,
        "may_take_back": may("people.take_back_judgement", scopes) and bool(found.stands),
        "day": door.today(),
        "countries": countries,
    }
    return deed.page(
        request,
        form,
        lambda act, v: judge(act, found.one.person, found.other.person, v["said"], v["why"]),
        done=_("Your judgement is kept."),
        to=request.path,
        template="desk/identity/pair.html",
        submit=_("Keep this judgement"),
        **context,
    )


def _told(scored: Scored) -> dict[str, Any]:
    """What the model says of a pair, in words."""
    return {
        "verdict": verdict_said(scored.verdict),
        "tone": TONES[scored.verdict],
        "reasons": reasons_said(scored.reasons, SAID_OF_A_PAIR),
    }


def take_back_page(request: Any, one: str, other: str) -> HttpResponse:
    """A judgement that was wrong, undone: both files are again as they were."""
    found = _pair(request, one, other)
    back = reverse("desk:pair", args=[one, other])
    joined = found.stands == Said.SAME
    return deed.page(
        request,
        TakeBackForm(request.POST or None),
        lambda act, v: take_back(act, found.one.person, found.other.person, v["why"]),
        done=_("It is taken back. The question is open again."),
        to=back,
        back=back,
        person=found.one.person,
        title=_("Take the judgement back"),
        lead=_("Both files are again what each was before.") if joined else _("The two may be judged anew."),
    )
