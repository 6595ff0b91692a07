"""Pages about persons: search, one person, and what is recorded about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from darb.cases import queries as cases
from darb.people import queries
from darb.people.actions import (
    add_phone,
    correct,
    form_group,
    join_group,
    leave_group,
    move,
    record_documents,
    record_stay,
    take_photos,
    withdraw_consents,
)
from darb.people.family_queries import sought_by
from darb.people.kin_queries import kin_suggestions
from darb.people.models import Document, Person, Relation
from darb.people.queries import PersonFile
from darb.people.registration import ToldName, ToldPhone
from darb.places.queries import country_names
from darb.programmes.voluntary_return_codes import CONSENT_PURPOSES
from darb.rules.refusal import Invalid, Missing
from darb.trust.action import Act
from darb.trust.actor import Actor
from darb.trust.powers import DataClass
from darb.trust.queries import history_of

from . import deed, deeds_told, door, zones
from .people_forms import (
    CorrectForm,
    DocumentForm,
    FamilyForm,
    JoinForm,
    Joining,
    Kin,
    LeaveForm,
    MoveForm,
    PhoneForm,
    PhotoForm,
    StayForm,
    WithdrawForm,
    site_choices,
)

AT_ONCE = 500


@require_safe
def search(request: Any) -> HttpResponse:
    """Persons found by name, reference, phone or document; a whole reference goes straight to the page."""
    asked = door.typed(request.GET.get("q", ""))
    found = queries.find(request.actor, asked, 40) if asked else []
    case = cases.get(request.actor, asked) if asked and not found else None
    context = {
        "q": asked,
        "found": [case.person] if case else found,
        "newest": cases.newest_of(request.actor, [case.person_id] if case else [p.pk for p in found]),
        "countries": country_names(request.LANGUAGE_CODE),
        "day": door.today(),
        "sees_where": request.actor.sees(DataClass.WHEREABOUTS),
        "may_register": request.actor.may("cases.register"),
    }
    return render(request, "desk/people/search.html", context)


def _file(request: Any, ref: str) -> PersonFile:
    found = queries.person_file(request.actor, ref)
    if found is None:
        raise Missing("no_person", _("No such person is within your reach."))
    return found


def _person(request: Any, ref: str) -> Person:
    found = queries.by_refs(request.actor, [ref])
    if not found:
        raise Missing("no_person", _("No such person is within your reach."))
    return next(iter(found.values()))


@require_safe
def person(request: Any, ref: str) -> HttpResponse:
    """One person: names in both scripts, family, whereabouts, papers, consents, cases, and what was done."""
    file = _file(request, ref)
    day = door.today()
    live = [c for c in file.consents if c.withdrawn is None and (c.until is None or c.until > day)]
    may = request.actor.may
    there = cases.of_person(request.actor, file.files)
    context = {
        "file": file,
        "opens": may("cases.open_again") and all(c.closed or c.stage == "handed_over" for c in there),
        "sought": sought_by(request.actor, file.person),
        "kin": kin_suggestions(request.actor, file.person),
        "relations": dict(Relation.choices),
        "person": file.person,
        "cases": there,
        "live": live,
        "purposes": CONSENT_PURPOSES,
        "countries": country_names(request.LANGUAGE_CODE),
        "day": day,
        "history": deeds_told.told(request.actor, history_of(request.actor, file.person.pk)),
        "may": {
            name: may(f"people.{power}", [file.person.scope_id])
            for name, power in (
                ("correct", "correct"),
                ("phone", "add_phone"),
                ("stay", "record_stay"),
                ("document", "record_document"),
                ("picture", "picture_document"),
                ("prove", "prove_consents"),
                ("photo", "take_photo"),
                ("family", "form_group"),
                ("join", "join_group"),
                ("leave", "split_group"),
                ("relative", "declare_relative"),
                ("withdraw", "withdraw_consent"),
                ("judge", "judge"),
                ("doubt", "raise_duplicate"),
            )
        },
    }
    return render(request, "desk/people/person.html", context)


@require_safe
def photo(request: Any, ref: str) -> HttpResponse:
    """The newest photograph of a person."""
    found = queries.photo_of(request.actor, ref)
    if found is None:
        raise Missing("no_photo", _("There is no photo of this person."))
    response = HttpResponse(bytes(found.image), content_type=found.mime)
    response["Cache-Control"] = "private, no-store"
    return response


def _deed(request: Any, who: Person, form: Any, do: Callable[[Act, dict[str, Any]], Any], **page: Any) -> HttpResponse:
    """A page for one deed about a person, which goes back to the person."""
    page.setdefault("to", reverse("desk:person", args=[who.ref]))
    return deed.page(request, form, do, person=who, back=reverse("desk:person", args=[who.ref]), **page)


def add_phone_page(request: Any, ref: str) -> HttpResponse:
    """A number at which the person may be reached."""
    who = _person(request, ref)
    form = PhoneForm(request.POST or None)
    return _deed(
        request,
        who,
        form,
        lambda act, v: add_phone(act, who, ToldPhone(v["number"], v["owner"], v["safe_to_call"], v["hours"])),
        title=_("Add a phone"),
        done=_("The phone is added."),
    )


def record_stay_page(request: Any, ref: str) -> HttpResponse:
    """Where the person is now."""
    who = _person(request, ref)
    form = StayForm(request.POST or None, initial={"since": door.today()})
    return _deed(
        request,
        who,
        form,
        lambda act, v: record_stay(act, who, v["site"], v["since"], v["source"], certain=v["certain"]),
        title=_("Where is the person now?"),
        done=_("Whereabouts are recorded."),
        sites=site_choices(),
        # Who moves out of an officer's reach has no page for that officer any more.
        to=reverse("desk:search") + f"?q={who.ref}",
    )


def correct_page(request: Any, ref: str) -> HttpResponse:
    """Names, birth date and sex, corrected; what was told before stays beside it."""
    who = _person(request, ref)
    form = CorrectForm(request.POST or None, initial={"sex": who.sex, "birth_date": who.birth_date})

    def do(act: Act, v: dict[str, Any]) -> Any:
        names: list[ToldName] = form.names()
        born, precision = form.born()
        changed = (
            {"birth_date": born, "birth_precision": precision} if "birth_date" in form.changed_data or v["age"] else {}
        )
        return correct(
            act,
            who,
            expected=door.expected(request),
            names=names,
            sex=v["sex"] if v["sex"] != who.sex else None,
            **changed,
        )

    title, done = _("Correct the record"), _("The record is corrected.")
    return _deed(request, who, form, do, title=title, done=done, version=who.version, wide=True)


def take_photo_page(request: Any, ref: str) -> HttpResponse:
    """A photograph, taken now or chosen."""
    who = _person(request, ref)
    form = PhotoForm(request.POST or None, request.FILES or None)
    return _deed(
        request,
        who,
        form,
        lambda act, v: take_photos(act, [(who, v["photo"].read())]),
        title=_("Take a photo"),
        done=_("The photo is kept."),
        shrinks=True,
    )


def record_document_page(request: Any, ref: str) -> HttpResponse:
    """A document: held, lost, withheld, received or in our custody."""
    who = _person(request, ref)
    sent, read = request.POST or None, None
    if zones.asked(sent):
        sent, read = zones.into_document(request.POST, DocumentForm, who)
    form = DocumentForm(sent if read is None else None, initial=sent.dict() if read else {"country": who.nationality})

    def do(act: Act, v: dict[str, Any]) -> Any:
        received = act.day if v["state"] in ("received", "in_custody") else None
        return record_documents(act, [Document(person=who, received=received, **v)])

    return _deed(
        request,
        who,
        form,
        do,
        title=_("Record a document"),
        done=_("The document is recorded."),
        template="desk/people/document.html",
        zone_form=zones.ZoneForm(initial=sent.dict() if sent else {}),
        read=read,
    )


def withdraw_page(request: Any, ref: str) -> HttpResponse:
    """Consents that the person takes back, at once."""
    file = _file(request, ref)
    who = file.person
    form = WithdrawForm(request.POST or None)
    live = {c.purpose for c in file.consents if c.withdrawn is None}
    form.fields["purposes"].choices = [(p, _(label)) for p, label in CONSENT_PURPOSES.items() if p in live]
    return _deed(
        request,
        who,
        form,
        lambda act, v: withdraw_consents(act, who, v["purposes"], v["how"]),
        title=_("Withdraw a consent"),
        lead=_("It ends at once, and every gate that rests on it turns red. Ask nothing more of the person."),
        done=_("The consent is withdrawn."),
        submit=_("Withdraw"),
    )


def family_page(request: Any, ref: str) -> HttpResponse:
    """A family formed from people who are registered already; this person speaks for it."""
    who = _person(request, ref)
    form = FamilyForm(request.POST or None)
    kin = Kin(request.POST or None, prefix="kin")
    kin.is_valid()

    def do(act: Act, v: dict[str, Any]) -> Any:
        members = [(who, Relation.HEAD.value, True), *_told_kin(request.actor, kin)]
        return form_group(act, "family", members, must_travel_together=v["together"])

    return _deed(
        request,
        who,
        form,
        do,
        title=_("Form a family"),
        submit=_("Form the family"),
        head=who,
        done=_("The family is formed."),
        template="desk/people/family.html",
        kin=kin,
    )


def join_page(request: Any, ref: str) -> HttpResponse:
    """Somebody more in the family that this person stands in."""
    who = _person(request, ref)
    file = queries.person_file(request.actor, ref)
    group = file.group if file else None
    if file is None or group is None:
        raise Missing("no_family", _("{name} stands in no family yet: form one first."), name=who.name)
    head = next((m.person for m in file.members if m.relation == Relation.HEAD), who)
    kin = Joining(request.POST or None, prefix="kin")
    kin.is_valid()

    def do(act: Act, v: dict[str, Any]) -> Any:
        members = _told_kin(request.actor, kin)
        if not members:
            raise Invalid("nobody_told", _("Write the reference of the one who joins."))
        return join_group(act, group, members)

    return _deed(
        request,
        who,
        JoinForm(request.POST or None),
        do,
        title=_("Add somebody to the family"),
        done=_("The family is larger now."),
        template="desk/people/family.html",
        submit=_("Add to the family"),
        head=head,
        kin=kin,
    )


def _told_kin(actor: Actor, kin: Any) -> list[tuple[Person, str, bool]]:
    """The members that a form names, each with the relation to the head. Raises Missing for one out of reach."""
    told = [k.cleaned_data for k in kin if k.is_valid() and k.cleaned_data.get("member")]
    found = queries.by_refs(actor, [k["member"] for k in told])
    members = []
    for k in told:
        other = found.get(k["member"].strip().upper())
        if other is None:
            raise Missing("no_member", _("There is no person {ref} within your reach."), ref=k["member"])
        members.append((other, k["relation"], k["verified"]))
    return members


def leave_page(request: Any, ref: str) -> HttpResponse:
    """Somebody leaves the family group that they were in."""
    who = _person(request, ref)
    return _deed(
        request,
        who,
        LeaveForm(request.POST or None),
        lambda act, v: leave_group(act, who, v["because"]),
        title=_("Take this person out of the group"),
        done=_("The person left the group."),
    )


def move_page(request: Any) -> HttpResponse:
    """Move many people who are at one site, or whose references are pasted, in one deed."""
    at = door.typed(request.GET.get("site", ""), 24)
    here = queries.at_site(request.actor, at, AT_ONCE) if at else []
    form = MoveForm(request.POST or None, initial={"since": door.today()})

    def do(act: Act, v: dict[str, Any]) -> int:
        chosen = [door.typed(r, 12) for r in request.POST.getlist("person")]
        refs = [r.strip(",;") for r in v["references"].split()] + chosen
        found = queries.by_refs(request.actor, refs)
        of_cases = cases.by_refs(request.actor, [r for r in refs if r.upper() not in found])
        people = {p.pk: p for p in found.values()} | {c.person_id: c.person for c in of_cases.values()}
        unknown = [r for r in refs if r.upper() not in found and r.upper() not in of_cases]
        if unknown:
            raise Missing("no_person_ref", _("There is nobody {ref} within your reach."), ref=unknown[0])
        if not people:
            raise Missing("nobody_chosen", _("Choose at least one person, or paste references."))
        return move(act, list(people.values()), v["to"], v["since"], v["source"])

    return deed.page(
        request,
        form,
        do,
        done=_("They are moved."),
        to=request.get_full_path(),
        template="desk/people/move.html",
        here=here,
        at=at,
        sites=site_choices(),
        chosen=set(request.POST.getlist("person")),
        counted=ngettext("%(count)d person is here.", "%(count)d people are here.", len(here)) % {"count": len(here)},
    )
