"""A sealed record opened in an emergency, read for an hour, and reviewed by somebody else."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from darb.care import opening_queries as queries
from darb.care.opening_actions import open_sealed, review_opening
from darb.rules.refusal import Missing
from darb.trust.queries import names_of

from . import deed
from .case_deeds import case_deed, case_of
from .cases import answers_told
from .clinic import findings_told, outcome_told

YES_NO = [
    ("yes", gettext_lazy("Yes, somebody was in danger")),
    ("no", gettext_lazy("No: it wasn't needed, or another way was open")),
]


class OpenForm(forms.Form):
    """Why it can't wait."""

    reason = forms.CharField(
        label=gettext_lazy("Who is in danger, and what must you know now?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Your name and this reason go to the data-protection focal point at once."),
    )


class ReviewForm(forms.Form):
    """What the review found."""

    justified = forms.ChoiceField(
        label=gettext_lazy("Was it right to open it?"), choices=YES_NO, widget=forms.RadioSelect
    )
    review = forms.CharField(label=gettext_lazy("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


def open_page(request: Any, ref: str) -> HttpResponse:
    """Open what is sealed of one case."""
    case = case_of(request, ref)
    return case_deed(
        request,
        case,
        OpenForm(request.POST or None),
        lambda act, v: open_sealed(act, case, v["reason"]),
        title=_("Open the sealed record"),
        lead=_("In an emergency alone. You read it for an hour; somebody reviews within a day that you did."),
        done=_("It is open to you for an hour. The data-protection focal point is told."),
        to=lambda made: reverse("desk:opened", args=[made.pk]),
        submit=_("Open it"),
    )


@never_cache
@require_safe
def opened(request: Any, number: int) -> HttpResponse:
    """What was opened, for whoever opened it, while the hour lasts."""
    record = queries.opened(request.actor, number, timezone.now())
    case = record.opening.case
    context = {
        "title": _("Sealed record"),
        "case": case,
        "person": case.person,
        "until": record.opening.opened_at + queries.READ_FOR,
        "exams": [(e, findings_told(e), outcome_told(e)) for e in record.exams],
        "talks": [(e, answers_told(e, request.actor)) for e in record.talks],
    }
    return render(request, "desk/clinic/opened.html", context)


@require_safe
def openings(request: Any) -> HttpResponse:
    """Records that were opened, for who reviews them."""
    if not request.actor.may("care.review_opening"):
        raise Missing("no_page", _("This page is for those who review what was opened."))
    rows = queries.openings(request.actor)
    names = names_of({r.opened_by for r in rows} | {r.reviewed_by for r in rows if r.reviewed_by})
    return render(request, "desk/clinic/openings.html", {"rows": rows, "names": names})


def review(request: Any, number: int) -> HttpResponse:
    """Say whether it was right."""
    found = queries.opening(request.actor, number)
    names = names_of({found.opened_by})
    back = reverse("desk:openings")
    return deed.page(
        request,
        ReviewForm(request.POST or None),
        lambda act, v: review_opening(act, found, v["justified"] == "yes", v["review"]),
        done=_("The review is recorded."),
        to=back,
        title=_("Review of an opening"),
        lead=f"{names.get(found.opened_by, '')}: {found.reason}",
        back=back,
    )
