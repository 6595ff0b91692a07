"""What shows that something recorded is so: pages of documents, signed forms, spoken declarations."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from darb.people import queries
from darb.people.actions import give_consents, record_documents, withdraw_consents
from darb.people.custody import USED_UP
from darb.people.models import Consent, Document, Person, Proof
from darb.people.proof_actions import PROOF_BYTES, kind_of, picture_document, prove_consents
from darb.rules.refusal import Forbidden, Invalid
from darb.rules.roles import Role
from tests.cast import TODAY, act_as, actor, person

CLERK = Role.REGISTRATION_CLERK
PNG = b"\x89PNG\r\n\x1a\n" + b"page"
SPOKEN = b"OggS" + b"declaration"


def passport(of: Person) -> Document:
    paper = Document(person=of, kind="passport", number="B123", country="MLI", state="held")
    return record_documents(act_as(CLERK), [paper])[0]


def agreed(of: Person, *purposes: str) -> list[Consent]:
    rows = [Consent(person=of, purpose=p, form="oral", language="bam", given=TODAY) for p in purposes]
    return give_consents(act_as(CLERK), rows)


def test_a_picture_of_a_page_stands_beside_its_document_and_only_readers_of_documents_see_it(house):
    paper = passport(person())
    proof = picture_document(act_as(CLERK), paper, PNG)
    second = picture_document(act_as(Role.CONSULAR_OFFICER), paper, PNG + b"2")
    file = queries.person_file(actor(Role.CONSULAR_OFFICER), paper.person.ref)
    assert file and file.pages == {paper.pk: [proof.pk, second.pk]}
    assert bytes(queries.proof(actor(Role.CONSULAR_OFFICER), proof.pk).content) == PNG
    assert queries.proof(actor(Role.PHYSICIAN), proof.pk) is None
    assert queries.person_file(actor(Role.PHYSICIAN), paper.person.ref).pages == {}


def test_a_recording_shows_each_agreement_that_it_holds_and_no_other(house):
    who = person()
    first, second, third = agreed(who, "voluntary_return", "share_with_embassy", "share_with_authorities")
    proof = prove_consents(act_as(CLERK), who, [first, second], SPOKEN)
    assert proof.mime == "audio/ogg"
    kept = dict(Consent.objects.values_list("purpose", "proof"))
    assert kept == {"voluntary_return": proof.pk, "share_with_embassy": proof.pk, "share_with_authorities": None}
    assert third.proof_id is None


def test_the_form_of_a_withdrawal_leaves_the_form_by_which_it_was_agreed(house):
    who = person()
    [consent] = agreed(who, "voluntary_return")
    given = prove_consents(act_as(CLERK), who, [consent], PNG)
    withdraw_consents(act_as(CLERK), who, ["voluntary_return"], "written")
    taken_back = prove_consents(act_as(CLERK), who, [consent], PNG + b"no")
    consent.refresh_from_db()
    assert (consent.proof_id, consent.withdrawn_proof_id) == (given.pk, taken_back.pk)


@pytest.mark.parametrize("content", [b"GIF89a", b"", b"RIFF0000AVI ", b"%PDF-" + b"0" * PROOF_BYTES])
def test_what_is_no_page_or_recording_or_is_too_large_is_refused_and_nothing_is_kept(house, content):
    who = person()
    with pytest.raises(Invalid):
        prove_consents(act_as(CLERK), who, agreed(who, "voluntary_return"), content)
    assert not Proof.objects.exists()


def test_a_sound_is_no_picture_of_a_page(house):
    with pytest.raises(Invalid, match="bad_page"):
        picture_document(act_as(CLERK), passport(person()), SPOKEN)


def test_consents_of_somebody_else_are_shown_by_nobodys_form(house):
    one, other = person(), person(given="Musa")
    with pytest.raises(Invalid, match="no_consent"):
        prove_consents(act_as(CLERK), one, agreed(other, "voluntary_return"), PNG)


def test_a_nurse_keeps_no_pictures_of_documents(house):
    paper = passport(person())
    with pytest.raises(Forbidden):
        picture_document(act_as(Role.NURSE), paper, PNG)


def test_a_proof_is_never_changed(house):
    proof = picture_document(act_as(CLERK), passport(person()), PNG)
    with pytest.raises(DatabaseError), transaction.atomic():
        Proof.objects.filter(pk=proof.pk).update(mime="image/jpeg")


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (b"RIFF0000WEBPVP8 ", "image/webp"),
        (b"RIFF0000WAVEfmt ", "audio/wav"),
        (b"\x00\x00\x00\x20ftypM4A ", "audio/mp4"),
        (b"%PDF-1.7", "application/pdf"),
        (b"#!AMR\n", "audio/amr"),
        (b"MZ\x90", ""),
    ],
)
def test_files_are_known_by_their_first_bytes(content, mime):
    assert kind_of(content) == mime


def test_a_document_is_for_one_journey_as_it_says_itself_or_else_as_its_kind_is(house):
    told = [("laissez_passer", None), ("laissez_passer", False), ("passport", None), ("passport", True)]
    rows = [
        Document(person=person(), kind=kind, number=f"N{n}", country="MLI", state="held", single_journey=single)
        for n, (kind, single) in enumerate(told)
    ]
    record_documents(act_as(CLERK), rows)
    assert set(Document.objects.filter(USED_UP).values_list("number", flat=True)) == {"N0", "N3"}
