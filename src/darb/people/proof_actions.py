"""Keeping what shows that something recorded is so: never instead of the record, always beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from darb.rules.refusal import Invalid, Missing
from darb.rules.words import _
from darb.trust.action import Act, action

from .actions import hold
from .models import Consent, Document, Person, Proof

PROOF_BYTES = 2_000_000
"""Two minutes of speech as telephones record it, or a page that can be read."""


def kind_of(content: bytes) -> str:
    """The kind of file by its first bytes, as a MIME type; "" for one that is not kept."""
    if content[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(content[8:12], "")
    if content[4:8] == b"ftyp":
        return "audio/mp4"
    return next((mime for magic, mime in _BEGINS.items() if content.startswith(magic)), "")


_BEGINS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"%PDF-": "application/pdf",
    b"OggS": "audio/ogg",
    b"\x1aE\xdf\xa3": "audio/webm",
    b"ID3": "audio/mpeg",
    b"\xff\xfb": "audio/mpeg",
    b"\xff\xf3": "audio/mpeg",
    b"#!AMR": "audio/amr",
}
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
PAGES = PICTURES | {"application/pdf"}


@action("people.picture_document")
def picture_document(act: Act, document: Document, content: bytes) -> Proof:
    """Keep a picture or scan of a page of `document`, beside those that are kept already."""
    hold(act, [document.person_id])
    held = Document.objects.select_related("person").filter(pk=document.pk).first()
    if held is None:
        raise Missing("no_document", _("There is no such document within your reach."))
    if kind_of(content) not in PAGES:
        raise Invalid("bad_page", _("A page is a JPEG, PNG, WebP or PDF file of at most 2 MB."), field="file")
    proof = _kept(act, held.person, content)
    proof.document = held
    proof.save()
    act.detail = {"document": held.pk, "sha256": proof.sha256}
    return proof


@action("people.prove_consents")
def prove_consents(act: Act, person: Person, consents: Sequence[Consent], content: bytes) -> Proof:
    """Keep the signed form or the recording of a spoken declaration by which `person` gave `consents`, or took them
    back: of those that are withdrawn, it shows the withdrawal. What an earlier file showed, it shows from now on.
    """
    hold(act, [person.pk])
    held = Consent.objects.filter(pk__in=[c.pk for c in consents], person=person)
    if not consents or held.count() != len({c.pk for c in consents}):
        raise Invalid("no_consent", _("Choose what the form or recording is about."), field="consents")
    proof = _kept(act, person, content)
    proof.save()
    # A consent that was taken back keeps the form by which it was given.
    held.filter(withdrawn=None).update(proof=proof)
    held.exclude(withdrawn=None).update(withdrawn_proof=proof)
    act.detail = {"consents": sorted(c.pk for c in consents), "sha256": proof.sha256}
    return proof


def _kept(act: Act, person: Person, content: bytes) -> Proof:
    mime = kind_of(content)
    if not mime or len(content) > PROOF_BYTES:
        raise Invalid("bad_proof", _("Choose a picture, a PDF or a sound recording of at most 2 MB."), field="file")
    act.persons, act.subject = [person.pk], person.ref
    return Proof(
        person=person,
        scope_id=person.scope_id,
        content=content,
        mime=mime,
        sha256=hashlib.sha256(content).hexdigest(),
        at=act.at,
        account_id=act.actor.account_id,
    )
