"""Papers for embassies: the called list, biodata sheets with photographs, the note that asks for documents.

Seven fields of those who agreed and may be named on the day of printing; nothing on whereabouts, health, protection
or asylum.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from darb.events import queries
from darb.events.models import Event, EventKind, EventState
from darb.events.paper_queries import Presented, asked_for, presented
from darb.people.models import DocumentKind, DocumentState, Sex
from darb.places.queries import mission_of_origin
from darb.programmes.voluntary_return_codes import EMBASSY_FIELDS
from darb.rules.refusal import Missing, Refused
from darb.rules.words import _ as marked
from darb.trust.powers import DataClass

from .paper_parts import Card, Column, Part, Sheet, Signed, Table, Words
from .paper_setting import apart
from .paper_words import NONE, Asked, at, countries, names

OF_DOCUMENTS = "documents"
_WIDE = {"name": 4, "father_name": 2, "mother_name": 2, "place_of_origin": 2, OF_DOCUMENTS: 3}


def called_list(asked: Asked) -> Sheet:
    """Who is called to a session, for the embassy's officer, with room for the embassy's word on each."""
    event = _session(asked)
    people = presented(asked.actor, event, asked.day)
    columns = [Column(_("No."), kind="number", shows=None), *_columns(), Column(_("The embassy's word"), 2, shows=None)]
    rows = [[str(n), *_cells(p), None] for n, p in enumerate(people, 1)]
    return Sheet(
        title=_("Called list"),
        reference=event.ref,
        lead=[_heading(event), _people(len(people))],
        parts=[
            Table(columns, rows),
            Signed([_("For the embassy: name, signature, stamp"), _("For IOM: name, signature")]),
        ],
        landscape=True,
        of=event.country,
        **_about(event.ref, people),
    )


def biodata_sheets(asked: Asked) -> Sheet:
    """One card a person called to a session: photograph and seven fields."""
    event = _session(asked)
    mission = mission_of_origin(event.country)
    if mission and not mission.accepts_photo_lists:
        raise Refused(
            "no_photo_lists", marked("This embassy takes no lists with photographs: give it the called list.")
        )
    people = presented(asked.actor, event, asked.day, photos=True)
    photos = {p.person.ref: p.photo for p in people if p.photo}
    labels = [(code, _(label)) for code, label in EMBASSY_FIELDS.items() if code != "name"]
    cards: list[Part] = [
        Card(
            names=names(p.person),
            facts=[(label, _said(code, p.fields[code])) for code, label in labels],
            photo=p.person.ref if p.person.ref in photos else "",
            lacking=_("no photograph"),
            alt=_("Photo of the person"),
        )
        for p in people
    ]
    return Sheet(
        title=_("Biodata sheets"),
        reference=event.ref,
        lead=[_heading(event), _people(len(people))],
        parts=cards,
        photos=photos,
        of=event.country,
        **_about(event.ref, people),
    )


def note_verbale(asked: Asked) -> Sheet:
    """The note that asks an embassy for the documents that it was asked for and hasn't sent."""
    mission = mission_of_origin(asked.ref)
    if mission is None:
        raise Missing("no_mission", marked("No embassy or consulate is recorded for this country: choose another."))
    people = asked_for(asked.actor, asked.ref, asked.day)
    country = apart(countries().get(asked.ref, asked.ref))
    kind = (
        DocumentKind(mission.document_kind).label
        if mission.document_kind in DocumentKind.values
        else _("Other document")
    )
    begins = _(
        "The International Organization for Migration presents its compliments to the Embassy of {country} and has the"
        " honour to ask for a travel document ({kind}) for each of the persons listed below, whose nationality the"
        " Embassy has confirmed."
    )
    agreed = _(
        "Each of them wishes to return of their own free will and has agreed that these data are given to the Embassy"
        " for this purpose. They may change their minds at any time until they board; the Embassy is then told that"
        " the document isn't needed."
    )
    ends = _(
        "The Organization avails itself of this opportunity to renew to the Embassy the assurances of its highest "
        "consideration."
    )
    columns = [Column(_("No."), kind="number", shows=None), *_columns()]
    return Sheet(
        title=_("Note verbale"),
        reference=f"{asked.ref} {asked.day:%Y-%m-%d}",
        parts=[
            Words([begins.format(country=country, kind=kind), agreed]),
            Table(columns, [[str(n), *_cells(p)] for n, p in enumerate(people, 1)], size=7.5),
            Words([ends]),
            Signed([_("For IOM: name, signature, stamp")]),
        ],
        of=asked.ref,
        **_about(f"embassy:{asked.ref}", people),
    )


def _session(asked: Asked) -> Event:
    event = queries.event(asked.actor, asked.ref)
    if event.kind != EventKind.CONSULAR:
        raise Missing("no_event", marked("There is no such session."))
    if event.state not in (EventState.PLANNED, EventState.OPEN):
        raise Refused("session_over", marked("This session is over: nobody's data go to the embassy for it any more."))
    return event


def _heading(event: Event) -> str:
    told = _("Embassy of {country}, {time}").format(
        country=apart(countries().get(event.country, event.country)), time=at(event.starts_at)
    )
    return f"{told} · {apart(event.attendee)}" if event.attendee else told


def _people(count: int) -> str:
    return ngettext("%(count)d person", "%(count)d persons", count) % {"count": count}


def _columns() -> list[Column]:
    return [
        Column(
            _(label),
            _WIDE.get(code, 0),
            kind="code" if code == "birth_date" else "text",
            shows=DataClass.TRAVEL_DOCUMENT if code == OF_DOCUMENTS else DataClass.IDENTITY,
        )
        for code, label in EMBASSY_FIELDS.items()
    ]


def _cells(p: Presented) -> list[str | list[str]]:
    """The seven fields in order, the name in both scripts."""
    return [_name(p) if code == "name" else _said(code, p.fields[code]) for code in EMBASSY_FIELDS]


def _name(p: Presented) -> list[str]:
    return [p.fields["name"], *names(p.person)[1:]]


def _said(code: str, value: str) -> str:
    """A field in the paper's language: codes of sexes and documents in words, the rest as it is."""
    if code == "sex":
        return str(Sex(value).label)
    if code == OF_DOCUMENTS:
        return "; ".join(_documents(value.split("; "))) if value else NONE
    return value or NONE


def _documents(told: Iterable[str]) -> Iterable[str]:
    labels = dict(DocumentKind.choices) | dict(DocumentState.choices)
    for document in told:
        yield ", ".join(str(labels.get(word, word)) for word in document.split(" "))


def _about(subject: str, people: Sequence[Presented]) -> dict[str, object]:
    return {"subject": subject, "about": {p.person.pk: p.person.scope_id for p in people}}
