"""Pages of proofs: the picture of a document, the signed form or recording of a consent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from darb.people import queries
from darb.people.custody_queries import document as document_within_reach
from darb.people.models import Consent
from darb.people.proof_actions import PICTURES, picture_document, prove_consents
from darb.programmes.voluntary_return_codes import CONSENT_PURPOSES
from darb.rules.refusal import Missing
from darb.trust.action import Act

from . import deed

SHRINK = "900000"


class PictureForm(forms.Form):
    """A page of a document, photographed or scanned."""

    file = forms.FileField(
        label=gettext_lazy("Picture of the page"),
        widget=forms.FileInput(attrs={"accept": "image/*,application/pdf", "data-shrink": SHRINK}),
        help_text=gettext_lazy(
            "The page with the photograph, all four corners, no glare. A large one is made smaller."
        ),
    )


class ProveForm(forms.Form):
    """The signed form, or the recording of what was said, and what it is about."""

    consents = forms.MultipleChoiceField(label=gettext_lazy("What it is about"), widget=forms.CheckboxSelectMultiple)
    file = forms.FileField(
        label=gettext_lazy("Signed form, or recording"),
        widget=forms.FileInput(attrs={"accept": "image/*,application/pdf,audio/*", "data-shrink": SHRINK}),
        help_text=gettext_lazy(
            "A picture of the form with the signature or thumbprint, or the recording of what the person said. "
            "At most 2 MB; a picture is made smaller by this page."
        ),
    )


@require_safe
def proof(request: Any, number: int) -> HttpResponse:
    """A proof as it was kept: a picture is shown, anything else is saved."""
    found = queries.proof(request.actor, number)
    if found is None:
        raise Missing("no_proof", _("There is no such picture or recording within your reach."))
    response = HttpResponse(bytes(found.content), content_type=found.mime)
    how = "inline" if found.mime in PICTURES else "attachment"
    ending = found.mime.rsplit("/")[-1]
    response["Content-Disposition"] = f'{how}; filename="proof-{found.pk}.{ending}"'
    response["Cache-Control"] = "private, no-store"
    return response


def picture_page(request: Any, document: int) -> HttpResponse:
    """A picture of a document's page."""
    found = document_within_reach(request.actor, document)
    if found is None:
        raise Missing("no_document", _("There is no such document within your reach."))
    back = reverse("desk:person", args=[found.person.ref]) + "#papers"
    return deed.page(
        request,
        PictureForm(request.POST or None, request.FILES or None),
        lambda act, v: picture_document(act, found, v["file"].read()),
        title=_("Picture of a document"),
        lead=f"{found.get_kind_display()} {found.number}".strip(),  # type: ignore[attr-defined]
        done=_("The picture is kept with the document."),
        to=back,
        back=back,
        person=found.person,
        shrinks=True,
    )


def _named(consent: Consent) -> str:
    """What a consent is to and when it was given, or taken back."""
    said = _("withdrawn on {day}") if consent.withdrawn else _("given on {day}")
    day = date_format(consent.withdrawn or consent.given, "j M Y")
    return f"{_(CONSENT_PURPOSES.get(consent.purpose, consent.purpose))}: {said.format(day=day)}"


def prove_page(request: Any, ref: str) -> HttpResponse:
    """The signed form or recording by which consents were given, or taken back."""
    file = queries.person_file(request.actor, ref)
    if file is None:
        raise Missing("no_person", _("No such person is within your reach."))
    own = [c for c in file.consents if c.person_id == file.person.pk]
    form = ProveForm(request.POST or None, request.FILES or None)
    form.fields["consents"].choices = [(str(c.pk), _named(c)) for c in own]

    def do(act: Act, v: dict[str, Any]) -> Any:
        chosen = [c for c in own if str(c.pk) in v["consents"]]
        return prove_consents(act, file.person, chosen, v["file"].read())

    back = reverse("desk:person", args=[file.person.ref]) + "#consents"
    return deed.page(
        request,
        form,
        do,
        title=_("Signed form or recording"),
        lead=_("One file may show several agreements: tick each that it shows."),
        done=_("It is kept with what it shows."),
        to=back,
        back=back,
        person=file.person,
        shrinks=True,
    )
