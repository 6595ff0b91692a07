"""Pages of distributions: what is handed out where, the list, who comes to the table and had one before, closing."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from darb.assistance import distribution_queries as queries
from darb.assistance.distribution_actions import (
    close_distribution,
    hand_out,
    list_families,
    open_distribution,
    plan_distribution,
    resume_distribution,
    stop_distribution,
    take_back_handed,
)
from darb.assistance.models import Distribution, DistributionState
from darb.assistance.partner_actions import keep_agreement
from darb.people import queries as people
from darb.people.candidate_queries import Candidate, candidates_of
from darb.people.models import Person
from darb.places.queries import country_names
from darb.rules.identity import Verdict
from darb.rules.refusal import Missing, Refused
from darb.rules.words import _ as marked
from darb.trust.powers import DataClass
from darb.trust.queries import names_of

from . import deed, door
from .candidates import of_name
from .distributions_forms import AgreementForm, CloseForm, HandForm, OpenForm, PlanForm, StopForm, TakeBackForm
from .identity_words import TONES, reasons_said, verdict_said
from .people_forms import site_choices

ON_A_PAGE = 50
SHOWN_OF_LIST = 8
OFFERED = 300
"""How many people of the place are offered for the list at once."""
Trail = list[tuple[str, str]]


@require_safe
def distribution_list(request: Any) -> HttpResponse:
    """Every distribution, the newest first."""
    page = Paginator(queries.distributions(request.actor), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "may_plan": request.actor.may("assistance.plan_distribution")}
    return render(request, "desk/assistance/distributions.html", context)


def new_distribution(request: Any) -> HttpResponse:
    """Plan one."""
    partners = [agreement.partner for agreement in queries.agreements(request.actor)]
    begun = {"day": door.today(), "period": PlanForm.PERIOD}
    form = PlanForm(request.POST or None, initial=begun, partners=partners)
    return deed.page(
        request,
        form,
        lambda act, v: plan_distribution(act, **v),
        done=_("The distribution is planned. Put the families on its list."),
        to=_address,
        template="desk/assistance/deed.html",
        title=_("Plan a distribution"),
        submit=_("Plan it"),
        sites=site_choices(),
        back=reverse("desk:distributions"),
        trail=[(_("Distributions"), reverse("desk:distributions")), (_("New"), "")],
    )


def partners(request: Any) -> HttpResponse:
    """Who hands out for us, and until when that is agreed."""
    return deed.page(
        request,
        AgreementForm(request.POST or None),
        lambda act, v: keep_agreement(act, v["partner"], v["since"], v["until"], v["number"]),
        done=_("The agreement is kept."),
        to=reverse("desk:partners"),
        template="desk/assistance/partners.html",
        agreements=queries.agreements(request.actor),
        today=door.today(),
        may_keep=request.actor.may("assistance.keep_agreement"),
        trail=[(_("Distributions"), reverse("desk:distributions")), (_("Partners"), "")],
    )


@require_safe
def distribution(request: Any, ref: str) -> HttpResponse:
    """One distribution: who is served at the table now, the list with who got what, and what it came to."""
    found = queries.distribution(request.actor, ref)
    _sees(request)
    text = door.typed(request.GET.get("name", ""))
    page = Paginator(queries.listed(request.actor, found), ON_A_PAGE).get_page(request.GET.get("page"))
    may, state = request.actor.may, found.state
    context = {
        "distribution": found,
        "text": text,
        "page": page,
        "rows": queries.served(request.actor, found, list(page)),
        "tally": queries.tally(request.actor, found),
        "left": found.loaded - found.issued - found.returned - found.lost,
        "planned": state == DistributionState.PLANNED,
        "serves": state == DistributionState.OPEN and may("assistance.hand_out"),
        "stopped": state == DistributionState.STOPPED,
        "lasts": state in (DistributionState.OPEN, DistributionState.STOPPED),
        "may_list": state in (DistributionState.PLANNED, DistributionState.OPEN) and may("assistance.list_families"),
        "may_open": may("assistance.open_distribution"),
        "may_stop": may("assistance.stop_distribution"),
        "may_resume": may("assistance.resume_distribution"),
        "may_close": may("assistance.close_distribution"),
        "trail": _trail(),
        **(_known(request, found, text) if text else {}),
    }
    return render(request, "desk/assistance/distribution.html", context)


@require_POST
def known(request: Any, ref: str) -> HttpResponse:
    """Who may stand at the table, while their name is typed, each with what they had within the period."""
    found = queries.distribution(request.actor, ref)
    _sees(request)
    return render(
        request, "desk/assistance/known.html", _known(request, found, door.typed(request.POST.get("name", "")))
    )


def list_page(request: Any, ref: str) -> HttpResponse:
    """Choose whose families are put on the list, among the people who are there."""
    found = queries.distribution(request.actor, ref)
    _sees(request)
    refusal = None
    if request.method == "POST":
        chosen = [int(pk) for pk in request.POST.getlist("person") if pk.isdigit()]
        try:
            if not chosen:
                raise Refused("nobody_chosen", marked("Choose at least one person."))
            return deed.at_once(
                request,
                lambda act: list_families(act, found, chosen),
                done=_("They are on the list, each family once."),
                to=_address(found),
            )
        except Refused as refused:
            request.refused, refusal = refused, refused.refusal
    context = {
        "distribution": found,
        "people": queries.to_list(request.actor, found, OFFERED),
        "offered": OFFERED,
        "day": door.today(),
        "countries": country_names(get_language() or "en"),
        "refusal": door.said(refusal) if refusal else "",
        "trail": [*_trail(found), (_("The list"), "")],
    }
    return render(request, "desk/assistance/list.html", context, status=422 if refusal else 200)


def hand_page(request: Any, ref: str, person: str) -> HttpResponse:
    """Hand out to one person: who had one before, who may be the same, the signature."""
    found, who = queries.distribution(request.actor, ref), _person(request, person)
    family = queries.families([who.pk])[who.pk]
    before = queries.had_before(request.actor, found, [who.pk], door.today())[who.pk]
    form = HandForm(request.POST or None, before=bool(before))
    return deed.page(
        request,
        form,
        lambda act, _v: hand_out(act, found, who, form.handed()),
        done=_("Handed out to %(name)s.") % {"name": who.name},
        to=_address(found),
        template="desk/assistance/hand.html",
        title=_("Hand out"),
        submit=_("Handed out and signed"),
        icon_name="package",
        back=_address(found),
        distribution=found,
        person=who,
        family=family,
        day=door.today(),
        before=before,
        by=names_of({b.line.account_id for b in before}),
        alike=_alike(request, found, who, family),
        countries=country_names(get_language() or "en"),
        trail=[*_trail(found), (who.name, "")],
    )


def take_back_page(request: Any, ref: str, person: str) -> HttpResponse:
    """Take back what was written wrongly."""
    found, who = queries.distribution(request.actor, ref), _person(request, person)
    return deed.page(
        request,
        TakeBackForm(request.POST or None),
        lambda act, v: take_back_handed(act, found, who, v["quantity"], v["why"]),
        done=_("It is taken back."),
        to=_address(found),
        template="desk/assistance/deed.html",
        title=_("Take back"),
        lead=who.name,
        back=_address(found),
        trail=[*_trail(found), (who.name, "")],
    )


def open_page(request: Any, ref: str) -> HttpResponse:
    """Open it, with what was loaded."""
    found = queries.distribution(request.actor, ref)
    return _deed(
        request,
        found,
        OpenForm(request.POST or None),
        lambda act, v: open_distribution(
            act, found, v["loaded"], carrier=v["carrier"], expected=door.expected(request)
        ),
        done=_("The distribution is open."),
        title=_("Open the distribution"),
        lead=_("You answer for the list: it is the mission's own, and nobody pays or is asked for a favour."),
        submit=_("Open it"),
    )


def stop_page(request: Any, ref: str) -> HttpResponse:
    """Stop it."""
    found = queries.distribution(request.actor, ref)
    return _deed(
        request,
        found,
        StopForm(request.POST or None),
        lambda act, v: stop_distribution(act, found, v["why"]),
        done=_("The distribution is stopped."),
        title=_("Stop the distribution"),
        lead=_("A crowd, guards who take things, shooting: stop first, explain after."),
        submit=_("Stop it"),
    )


@require_POST
def resume(request: Any, ref: str) -> HttpResponse:
    """Go on after a stop."""
    found = queries.distribution(request.actor, ref)
    return deed.at_once(
        request, lambda act: resume_distribution(act, found), done=_("The distribution goes on."), to=_address(found)
    )


def close_page(request: Any, ref: str) -> HttpResponse:
    """Close it, with everything accounted for."""
    found = queries.distribution(request.actor, ref)
    return _deed(
        request,
        found,
        CloseForm(request.POST or None),
        lambda act, v: close_distribution(act, found, **v, expected=door.expected(request)),
        done=_("The distribution is closed, and everything is accounted for."),
        title=_("Close the distribution"),
        lead=_("%(loaded)s loaded, %(issued)s handed out: what is left was brought back, or is lost.")
        % {"loaded": found.loaded, "issued": found.issued},
        submit=_("Close it"),
    )


def _deed(request: Any, found: Distribution, form: Any, do: deed.Do, *, title: str, **more: Any) -> HttpResponse:
    return deed.page(
        request,
        form,
        do,
        to=_address(found),
        template="desk/assistance/deed.html",
        title=title,
        version=found.version,
        back=_address(found),
        trail=[*_trail(found), (title, "")],
        **more,
    )


def _known(request: Any, found: Distribution, text: str) -> dict[str, Any]:
    """Template context: who a typed name may be, those on the list first, each with what they or their family had."""
    shown = of_name(request, text)
    listed = queries.on_list(request.actor, found, text, SHOWN_OF_LIST)
    there = {person.pk for person in listed}
    others = [each for each in shown["candidates"] if each["person"].pk not in there]
    shown["candidates"] = [{"person": person, "listed": True} for person in listed] + others
    had = queries.had_before(request.actor, found, [c["person"].pk for c in shown["candidates"]], door.today())
    for each in shown["candidates"]:
        each["before"] = had[each["person"].pk]
        each["to"] = reverse("desk:hand_out", args=[found.ref, each["person"].ref])
    return shown


def _alike(request: Any, found: Distribution, who: Person, family: queries.Family) -> list[dict[str, Any]]:
    """Others who may be this person, unjudged as yet, and had one: looked at, and never a reason to refuse."""
    likely = [c for c in candidates_of(request.actor, who, but=family.files) if c.verdict != Verdict.WEAK]
    had = queries.had_before(request.actor, found, [c.person.pk for c in likely], door.today())
    return [_told(c, had[c.person.pk]) for c in likely if had[c.person.pk]]


def _told(c: Candidate, before: list[queries.Before]) -> dict[str, Any]:
    return {
        "person": c.person,
        "verdict": verdict_said(c.verdict),
        "tone": TONES[c.verdict],
        "reasons": reasons_said(c.reasons),
        "before": before,
    }


def _person(request: Any, ref: str) -> Person:
    _sees(request)
    found = people.by_refs(request.actor, [ref])
    if not found:
        raise Missing("no_person", marked("No such person is within your reach."))
    return next(iter(found.values()))


def _sees(request: Any) -> None:
    if not request.actor.sees(DataClass.IDENTITY):
        raise Missing("no_page", marked("This page is for those who hand things out."))


def _address(found: Distribution) -> str:
    return reverse("desk:distribution", args=[found.ref])


def _trail(found: Distribution | None = None) -> Trail:
    trail = [(_("Distributions"), reverse("desk:distributions"))]
    return [*trail, (found.get_item_display(), _address(found))] if found else [*trail, (_("Distribution"), "")]
