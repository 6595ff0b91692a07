"""Pages about relatives looked for: told by a person, found across sites, checked by protection, verified, reunited."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from darb.people.family_actions import check_trace, declare_relatives, record_reunion, verify_kin
from darb.people.family_queries import agreed, trace_of, traces
from darb.people.kin_queries import kin_suggestions
from darb.people.models import Checked, Person, Trace
from darb.people.queries import by_refs
from darb.places.queries import country_names
from darb.rules.refusal import Missing
from darb.trust.action import Act

from . import deed, door
from .families_forms import CheckForm, RelativeForm, ReunionForm, VerifyForm
from .people_forms import site_choices

ON_A_PAGE = 25


def declare(request: Any, ref: str) -> HttpResponse:
    """A relative whom a person looks for."""
    who = next(iter(by_refs(request.actor, [ref]).values()), None)
    if who is None:
        raise Missing("no_person", _("No such person is within your reach."))
    form = RelativeForm(request.POST or None, initial=_suggested(request, who))
    back = reverse("desk:person", args=[who.ref])
    return deed.page(
        request,
        form,
        lambda act, _v: declare_relatives(act, who, [form.told()]),
        done=_("The relative is kept. The search begins when the person agrees to it."),
        to=back + "#relatives",
        back=back,
        person=who,
        wide=True,
        title=_("A relative who is looked for"),
        lead=_("Ask in private. Only protection sees who is found, until both agree and it is safe."),
    )


def _suggested(request: Any, who: Person) -> dict[str, Any]:
    """What is known of somebody suggested as family (`like`, a reference), for the form; nothing for anybody else."""
    like = door.typed(request.GET.get("like", ""), 12)
    kin = next((k for k in kin_suggestions(request.actor, who) if k.person.ref == like), None) if like else None
    return RelativeForm.known(kin) if kin else {}


@require_safe
def tracing(request: Any) -> HttpResponse:
    """Who was found for whom: protection's list."""
    page = Paginator(traces(request.actor), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "desk/identity/tracing.html", {"page": page, "day": door.today()})


def traced(request: Any, number: int) -> HttpResponse:
    """Somebody found who may be a relative: checked, then verified, then reunited."""
    found = trace_of(request.actor, number)
    if found is None:
        raise Missing("no_trace", _("Nobody such was found within your reach."))
    here = reverse("desk:traced", args=[found.pk])
    form, do, done, submit = _next(request, found)
    return deed.page(
        request,
        form,
        do,
        done=done,
        to=lambda row: reverse("desk:tracing") if row.checked == Checked.DANGER or row.reunited_at else here,
        template="desk/identity/trace.html",
        trace=found,
        sides=[found.person, found.found],
        agreed=agreed(request.actor, [found.person_id, found.found_id]),
        may=request.actor.may("people.check_trace", [found.person.scope_id, found.found.scope_id]),
        countries=country_names(request.LANGUAGE_CODE),
        day=door.today(),
        sites=site_choices(),
        submit=submit,
    )


def _next(request: Any, found: Trace) -> tuple[Any, deed.Do, str, str]:
    """The deed that comes next for who was found: its form, what it does, what is said, and the button's words."""
    sent = request.POST or None
    if found.checked != Checked.SAFE:

        def check(act: Act, v: dict[str, Any]) -> Trace:
            return check_trace(act, found, v["safe"] == "yes", each_heard_alone=v["each_heard_alone"])

        return CheckForm(sent), check, _("It is kept."), _("Keep this word")
    if found.verified_at is None:

        def verify(act: Act, v: dict[str, Any]) -> Trace:
            return verify_kin(act, found, v["facts"])

        return VerifyForm(sent), verify, _("They are one family now, and travel together."), _("Verify the relation")

    def reunite(act: Act, v: dict[str, Any]) -> Trace:
        return record_reunion(act, found, v["site"])

    return ReunionForm(sent), reunite, _("The reunion is recorded."), _("They met again")
