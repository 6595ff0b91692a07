"""Registering people: one family on one page, or a whole sheet at once."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from darb.cases.registration_actions import Telling, register_with_cases
from darb.people.import_cells import LANGUAGES, Reading
from darb.people.import_cells import key_of as folded
from darb.people.import_columns import template
from darb.people.importing import Fault, ImportedRow, file_key, read
from darb.people.likeness import told_of
from darb.people.models import Relation
from darb.places.queries import airport, country_names, sites_by_spelling
from darb.rules.refusal import Refused
from darb.trust.action import AlreadyDone

from . import deed, door, zones
from .candidates import shown
from .people_forms import site_choices
from .registering_forms import ImportForm, MemberForm, RegistrationForm

PROGRAMME = "voluntary-return"
MOST_MEMBERS = 20
FAULTS_SHOWN = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def register(request: Any) -> HttpResponse:
    """One person or family. Who may be registered already is shown before anything is saved."""
    sent = request.POST if request.method == "POST" else None
    read = None
    if sent is not None and zones.asked(sent):
        sent, read = zones.into_registration(sent, RegistrationForm)
    form = RegistrationForm(sent, initial={"phone_owner": "self", "site": request.GET.get("site", "")})
    members = _members(sent)
    context: dict[str, Any] = {"form": form, "members": members, "sites": site_choices()}
    context |= {"read": read, "zone_form": zones.ZoneForm(initial=sent.dict() if sent else {})}
    if sent is None or read or "add" in sent or "drop" in sent:
        for each in (form, *members):
            each.errors.clear() if sent is not None else None
        return render(request, "desk/people/register.html", context)
    if all([form.is_valid(), *[m.is_valid() for m in members]]):
        known = {} if sent.get("seen") else _may_be_known(request, form)
        if not known.get("candidates"):
            return _save(request, form, members, context)
        context |= known | {"known": known["candidates"]}
    return render(request, "desk/people/register.html", context, status=422)


def _members(sent: Any) -> list[MemberForm]:
    """The forms of further family members: as many as were sent, one more or less where a button asks for it."""
    if sent is None:
        return []
    numbers = [n for n in sent.getlist("members") if n.isdigit()][:MOST_MEMBERS]
    if "add" in sent and len(numbers) < MOST_MEMBERS:
        numbers.append(str(max((int(n) for n in numbers), default=0) + 1))
    if "drop" in sent:
        numbers = [n for n in numbers if n != sent["drop"]]
    forms = []
    for number in numbers:
        form = MemberForm(sent, prefix=f"m{number}", initial={"relation": Relation.WIFE})
        form.number = number
        forms.append(form)
    return forms


def _may_be_known(request: Any, form: RegistrationForm) -> dict[str, Any]:
    """Template context: who of those within reach may be the person told, other than hardly."""
    told = form.registration()
    found = shown(request, told_of(told), told.names)
    likely = [c for c in found["candidates"] if c["tone"]]
    return found | {"candidates": likely}


def _save(request: Any, form: RegistrationForm, members: list[MemberForm], context: dict[str, Any]) -> HttpResponse:
    v = form.cleaned_data
    head = form.registration()
    route = {n: v[n] for n in ("return_country", "return_area", "departure_airport")}
    family = "family" if members else ""
    tellings = [
        Telling(head, **route, unaccompanied=v["unaccompanied"], family=family, relation=Relation.HEAD),
        *[Telling(m.registration(head), **route, family=family, relation=m.cleaned_data["relation"]) for m in members],
    ]
    try:
        cases = register_with_cases(door.act(request), PROGRAMME, tellings)
    except AlreadyDone as again:
        to = reverse("desk:case", args=[again.subject]) if again.subject else reverse("desk:register")
        return deed.said_and_sent(request, door.said(again.refusal), to)
    except Refused as refused:
        door.into_form(request, form, refused)
        return render(request, "desk/people/register.html", context, status=refused.status)
    said = ngettext("Registered, with one case.", "%(count)d people are registered, each with a case.", len(cases))
    return deed.said_and_sent(request, said % {"count": len(cases)}, reverse("desk:case", args=[cases[0].ref]))


def import_sheet(request: Any) -> HttpResponse:
    """A whole sheet: every fault shown by row and column, or everybody registered in one deed."""
    form = ImportForm(request.POST or None, request.FILES or None)
    faults: list[Fault] = []
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["file"].read()
        try:
            found = read(BytesIO(content), _reading())
            if not found.faults:
                return _load(request, content, found.rows)
            faults = found.faults
        except Refused as refused:
            door.into_form(request, form, refused)
    status = 422 if faults or form.errors else 200
    context = {"form": form, "faults": faults[:FAULTS_SHOWN], "all_faults": len(faults)}
    return render(request, "desk/people/import.html", context, status=status)


def _reading() -> Reading:
    countries: dict[str, str] = {}
    for language in LANGUAGES:
        named = country_names(language)
        countries |= {folded(name): code for code, name in named.items()}
        countries |= {folded(code): code for code in named}
    return Reading(door.today(), sites_by_spelling(), countries, lambda code: airport(code) is not None)


def _load(request: Any, content: bytes, rows: list[ImportedRow]) -> HttpResponse:
    act = door.act(request)
    act.key = file_key(content)
    here = reverse("desk:import")
    try:
        cases = register_with_cases(act, PROGRAMME, [_telling(row) for row in rows])
    except AlreadyDone:
        return deed.said_and_sent(request, _("This file was loaded before; nobody was registered twice."), here)
    said = ngettext("One person is registered.", "%(count)d people are registered.", len(cases))
    return deed.said_and_sent(request, said % {"count": len(cases)}, reverse("desk:cases"))


def _telling(row: ImportedRow) -> Telling:
    return Telling(
        row.registration,
        return_country=row.return_country,
        return_area=row.return_area,
        departure_airport=row.departure_airport,
        unaccompanied=row.unaccompanied,
        family=row.family,
        relation=row.relation,
    )


def import_template(request: HttpRequest) -> HttpResponse:
    """The empty sheet, in the reader's language."""
    response = HttpResponse(template(site_choices()), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="darb-registration.xlsx"'
    return response
