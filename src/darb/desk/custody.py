"""Pages of documents in our hands: where each is and who holds it, what runs out soon, and the chain of one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from darb.people import custody_queries as custody
from darb.people.actions import move_documents
from darb.people.custody import Hands
from darb.people.models import DocumentState
from darb.places.queries import country_names, missions_of_origin
from darb.programmes.voluntary_return_gates import SINGLE_JOURNEY
from darb.rules.refusal import Missing, Refused
from darb.rules.words import _ as marked
from darb.trust.action import Act, AlreadyDone
from darb.trust.queries import names_of

from . import deed, door

PAGE = 50


class StepForm(forms.Form):
    """The next step of documents: what they become, where they are, who holds them."""

    state = forms.ChoiceField(label=gettext_lazy("What becomes of it"), choices=[])
    place = forms.CharField(
        label=gettext_lazy("Where it is"), required=False, max_length=120, help_text=gettext_lazy("As: safe, Tripoli")
    )
    holder = forms.CharField(
        label=gettext_lazy("Who holds it"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Empty: whoever records it."),
    )

    def __init__(self, *args: Any, states: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [("", _("Choose")), *((s.value, s.label) for s in states)]  # type: ignore[attr-defined]

    def hands(self) -> Hands:
        """Where and who, as entered."""
        return Hands(self.cleaned_data["place"], self.cleaned_data["holder"])


def custody_list(request: Any) -> HttpResponse:
    """Documents by state and embassy, or those that expire within 14 days; the chosen ones take their next step."""
    _keeps_documents(request)
    sought = _sought(request)
    states = sorted({s for s in DocumentState if s in custody.NEXT[sought.state]}, key=list(DocumentState).index)
    form = StepForm(request.POST or None, states=states)
    chosen = {int(pk) for pk in request.POST.getlist("document") if pk.isdigit()}
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            moved = _move(door.act(request), request, chosen, form)
        except AlreadyDone as again:
            return deed.said_and_sent(request, door.said(again.refusal), request.get_full_path())
        except Refused as refused:
            request.refused, context["refusal"] = refused, refused.refusal
        else:
            said = ngettext("%(count)d document is recorded.", "%(count)d documents are recorded.", moved)
            return deed.said_and_sent(request, said % {"count": moved}, request.get_full_path())
    by_state, soon = custody.counts(request.actor, sought.day)
    context |= {
        "page": Paginator(custody.documents(request.actor, sought), PAGE).get_page(request.GET.get("page")),
        "sought": sought,
        "states": [(s, by_state.get(s, 0)) for s in custody.FROM_EMBASSIES],
        "soon": soon,
        "form": form if states and not sought.soon else None,
        "chosen": chosen,
        "names": country_names(get_language() or "en"),
        "embassies": [m.pk for m in missions_of_origin()],
        "trail": [(_("Travel documents"), reverse("desk:papers")), (_("In our hands"), "")],
    }
    status = 200 if request.method == "GET" else 409
    return render(request, "desk/events/custody.html", context, status=status)


def document_page(request: Any, document: int) -> HttpResponse:
    """One document: its chain of custody, and its next step."""
    _keeps_documents(request)
    found = custody.document(request.actor, document)
    if found is None:
        raise Missing("no_document", marked("There is no such document within your reach."))
    steps = custody.chain(request.actor, [found])
    form = StepForm(request.POST or None, states=custody.followers(found))
    here = reverse("desk:custody_of", args=[found.pk])
    return deed.page(
        request,
        form,
        lambda act, v: move_documents(act, [found], v["state"], form.hands()),
        done=_("It is recorded where the document is."),
        to=here,
        template="desk/events/custody_of.html",
        title=f"{found.get_kind_display()} {found.number}".strip(),
        submit=_("Record"),
        document=found,
        pages=custody.pages(request.actor, found),
        one_journey=found.kind in SINGLE_JOURNEY if found.single_journey is None else found.single_journey,
        steps=[(step, DocumentState(step.state).label) for step in steps],
        who=names_of({step.account_id for step in steps}),
        ended=not custody.followers(found),
        names=country_names(get_language() or "en"),
        today=door.today(),
    )


def _move(act: Act, request: Any, chosen: set[int], form: StepForm) -> int:
    rows = custody.picked(request.actor, chosen)
    if not rows:
        raise Refused("nothing_chosen", marked("Choose the documents first."))
    return len(move_documents(act, rows, form.cleaned_data["state"], form.hands()))


def _sought(request: Any) -> custody.Sought:
    state = request.GET.get("state", "")
    return custody.Sought(
        day=door.today(),
        country=door.typed(request.GET.get("country", ""), 3),
        state=state if state in custody.FROM_EMBASSIES else DocumentState.IN_CUSTODY,
        soon=request.GET.get("soon") == "1",
    )


def _keeps_documents(request: Any) -> None:
    if not request.actor.may("people.take_in"):
        raise Missing("no_page", marked("This page is for those who keep travel documents."))
