"""What went wrong: the list by kind, who has it, and telling and settling one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from darb.cases import incident_queries
from darb.cases.incident_actions import settle, tell, tell_of_mission
from darb.programmes.incidents import INCIDENTS
from darb.rules.refusal import Missing
from darb.trust.powers import DataClass

from . import deed, door
from .case_deeds import case_deed, case_of
from .work import PAGE, place, turning

TOLD = [i for i in INCIDENTS.values() if i.told]
WIDE = [i for i in INCIDENTS.values() if i.wide]


class TellForm(forms.Form):
    """What somebody saw go wrong."""

    code = forms.ChoiceField(label=gettext_lazy("What went wrong"))
    note = forms.CharField(
        label=gettext_lazy("What you saw, and where"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [("", "")] + [(i.code, f"{_(i.label)} ({i.code})") for i in TOLD]


class WideForm(TellForm):
    """What went wrong for the whole mission, or for one flight, country or office of it."""

    about = forms.CharField(
        label=gettext_lazy("Which flight, country or office"),
        max_length=40,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    field_order = ["code", "about", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [("", "")] + [(i.code, f"{_(i.label)} ({i.code})") for i in WIDE]


class DoneForm(forms.Form):
    """What was done about it."""

    done = forms.CharField(
        label=gettext_lazy("What was done"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


@require_safe
def incident_list(request: Any) -> HttpResponse:
    """What is open, the soonest due first, and how many there are of each kind."""
    code = request.GET.get("code", "")
    code = code if code in INCIDENTS else ""
    settled, mine = request.GET.get("settled") == "1", request.GET.get("mine") == "1"
    start = place(request)
    found = incident_queries.listed(request.actor, code=code, mine=mine, settled=settled)
    rows = list(found[start : start + PAGE + 1])
    context = {
        "rows": [(i, INCIDENTS[i.code]) for i in rows[:PAGE]],
        "kinds": incident_queries.kinds(request.actor, door.today()),
        "code": code,
        "settled": settled,
        "mine": mine,
        "today": door.today(),
        "may_tell": request.actor.may("cases.tell_of_mission"),
        "sees_names": request.actor.sees(DataClass.IDENTITY),
        "sees_where": request.actor.sees(DataClass.WHEREABOUTS),
        **turning(start, rows),
    }
    return render(request, "desk/incidents.html", context)


def tell_page(request: Any, ref: str) -> HttpResponse:
    """Somebody tells what went wrong with one case."""
    case = case_of(request, ref)
    return case_deed(
        request,
        case,
        TellForm(request.POST or None),
        lambda act, v: tell(act, case, v["code"], v["note"]),
        title=_("Tell what went wrong"),
        lead=_("Whoever it belongs to finds it on their list at once."),
        done=_("It is told."),
        # What somebody tells may be more than they may read.
        to=reverse("desk:case", args=[ref]),
    )


def tell_of_mission_page(request: Any) -> HttpResponse:
    """Somebody tells what concerns no single person: a line that is down, staff flown out, a country that closes."""
    back = reverse("desk:incidents")
    return deed.page(
        request,
        WideForm(request.POST or None),
        lambda act, v: tell_of_mission(act, v["code"], v["about"], v["note"]),
        title=_("Tell what went wrong"),
        lead=_("Whoever it belongs to finds it on their list at once."),
        done=_("It is told."),
        to=back,
        back=back,
        trail=[(_("What went wrong"), back), (_("The mission"), "")],
    )


def settle_page(request: Any, incident: int) -> HttpResponse:
    """What was done about one."""
    found = incident_queries.one(request.actor, incident)
    if found is None:
        raise Missing("no_incident", _("There is no such entry within your reach."))
    declared = INCIDENTS[found.code]
    back = reverse("desk:case", args=[found.case.ref]) if found.case else reverse("desk:incidents")
    return deed.page(
        request,
        DoneForm(request.POST or None),
        lambda act, v: settle(act, found, v["done"]),
        title=f"{_(declared.label)} ({found.code})",
        lead=_(declared.then),
        done=_("It is settled."),
        to=back,
        person=found.case and found.case.person,
        case=found.case,
        back=back,
    )
