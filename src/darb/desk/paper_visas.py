"""Papers for the authority that gives exit visas: the letter that goes with a batch, and a form for each person."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from darb.cases import queries
from darb.cases.models import ExitVisa, VisaBatch
from darb.people.queries import photos_of
from darb.rules.refusal import Missing
from darb.rules.words import _ as marked
from darb.trust.powers import DataClass

from .paper_parts import Card, Column, Heading, NewPage, Part, Points, Sheet, Signed, Table, Words
from .paper_setting import apart
from .paper_words import Asked, city, countries, names, number, on
from .templatetags.told import birth_told


def visa_letter(asked: Asked) -> Sheet:
    """The letter to the authority with the list of those for whom exit visas are applied for."""
    batch, visas = _batch(asked)
    named = countries()
    begins = _(
        "The International Organization for Migration hands in {count} applications for exit visas, for departure"
        " from {airport}, and asks {authority} to grant them. Each person below wishes to return of their own free"
        " will, and holds a valid travel document that is kept by the Organization until departure."
    ).format(count=len(visas), airport=apart(city(batch.airport)), authority=apart(batch.authority))
    fees = _(
        "We ask that fees and fines for overstaying be waived: these persons travel on humanitarian grounds and at no"
        " cost to themselves."
    )
    columns = [
        Column(_("No."), kind="number", shows=None),
        Column(_("Name as on the document"), 4),
        Column(_("Sex")),
        Column(_("Born"), kind="code"),
        Column(_("Nationality"), 2),
        Column(_("Document"), kind="code", shows=DataClass.TRAVEL_DOCUMENT),
        Column(_("Valid until"), kind="code", shows=DataClass.TRAVEL_DOCUMENT),
    ]
    rows = [
        [
            str(n),
            _names(v),
            str(v.person.get_sex_display()),
            birth_told(v.person),
            named.get(v.person.nationality, v.person.nationality),
            v.document.number,
            number(v.document.expires),
        ]
        for n, v in enumerate(visas, 1)
    ]
    return Sheet(
        title=_("Applications for exit visas"),
        reference=batch.ref,
        lead=[
            _("To: {authority}").format(authority=apart(batch.authority)),
            _("Handed in on {day}").format(day=on(batch.submitted_at.date())),
            *_version(batch),
        ],
        parts=[
            Words([begins, *([fees] if any(v.waiver_for for v in visas) else [])]),
            Table(columns, rows),
            Signed([_("For IOM: name, signature, stamp"), _("Received by the authority: number, day, stamp")]),
        ],
        **_about(batch, visas),
    )


def visa_forms(asked: Asked) -> Sheet:
    """One page a person, to be filled in further by the authority."""
    batch, visas = _batch(asked)
    named, photos = countries(), photos_of(asked.actor, [v.person_id for v in visas])
    parts: list[Part] = []
    for n, visa in enumerate(visas):
        parts += [NewPage(_("Application for an exit visa"))] if n else []
        parts += _form(batch, visa, named, has_photo=visa.person_id in photos)
    return Sheet(
        title=_("Application for an exit visa"),
        reference=batch.ref,
        lead=[_("To: {authority}").format(authority=apart(batch.authority)), *_version(batch)],
        parts=parts,
        photos={v.person.ref: photos[v.person_id] for v in visas if v.person_id in photos},
        **_about(batch, visas),
    )


def _form(batch: VisaBatch, visa: ExitVisa, named: dict[str, str], *, has_photo: bool) -> list[Part]:
    person, document = visa.person, visa.document
    facts = [
        (_("Sex"), str(person.get_sex_display())),
        (_("Born"), birth_told(person)),
        (_("Nationality"), named.get(person.nationality, person.nationality)),
        (_("Document"), f"{document.get_kind_display()} {document.number}"),
        (_("Issued"), number(document.issued)),
        (_("Valid until"), number(document.expires)),
        (_("Point of exit"), city(batch.airport)),
        (_("Country of return"), named.get(visa.case.return_country, visa.case.return_country)),
        (_("Case"), visa.case.ref),
    ]
    card = Card(_names(visa), facts, person.ref if has_photo else "", _("no photograph"), _("Photo of the person"))
    for_them = [_("Decision"), _("Number of the visa"), _("Valid from, until"), _("Fees and fines waived")]
    return [
        card,
        Words([_(
            "The applicant returns of their own free will with the help of the International Organization for "
            "Migration."
        )]),
        Signed([_("Signature or thumbprint of the applicant"), _("For IOM: name, signature, stamp")]),
        Heading(_("For the authority")),
        Points([("", f"{label}: {'.' * 60}") for label in for_them]),
        Signed([_("Officer: name, signature"), _("Stamp")]),
    ]  # fmt: skip


def _version(batch: VisaBatch) -> list[str]:
    """The version of the authority's form that this stands for, where it was told."""
    return [_("Form {version}").format(version=apart(batch.form_version))] if batch.form_version else []


def _names(visa: ExitVisa) -> list[str]:
    """The name as the document has it, which must be the visa's letter for letter, and the name in the other script."""
    printed = visa.document.name_as_printed or visa.person.name
    return [printed, *names(visa.person)[1:]]


def _batch(asked: Asked) -> tuple[VisaBatch, list[ExitVisa]]:
    found = queries.batch(asked.actor, asked.ref)
    if found is None or not found[1]:
        raise Missing("no_batch", marked("There is no such batch."))
    return found


def _about(batch: VisaBatch, visas: Sequence[ExitVisa]) -> dict[str, object]:
    return {"subject": f"visas:{batch.ref}", "about": {v.person_id: v.scope_id for v in visas}}
