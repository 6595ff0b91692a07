"""Pages of proofs: what a clerk pictures, and who opens it."""

from __future__ import annotations

from io import BytesIO
from uuid import uuid4

import pytest
from django.urls import reverse

from darb.people.models import Consent, Document, Proof
from darb.rules.roles import Role
from darb.trust.context import acting
from darb.trust.queries import HOUSE
from tests.cast import cases, client_for
from tests.desk.reading import html
from tests.desk.test_people import whole_person


@pytest.fixture
def salma(house):
    """The clerk's browser."""
    return client_for(Role.REGISTRATION_CLERK)


def picture(content=b"\x89PNG\r\n\x1a\npage", name="page.png") -> BytesIO:
    file = BytesIO(content)
    file.name = name
    return file


def test_a_clerk_pictures_a_document_and_the_signed_form_and_the_page_of_the_person_shows_both(salma):
    ibrahim = whole_person()
    paper = Document.objects.get(person=ibrahim)
    done = salma.post(
        reverse("desk:picture_document", args=[paper.pk]), {"file": picture(), "key": str(uuid4())}, follow=True
    )
    assert "The picture is kept" in html(done)
    asked = reverse("desk:prove_consents", args=[ibrahim.ref])
    [consent] = Consent.objects.filter(person=ibrahim)
    done = salma.post(
        asked, {"consents": [consent.pk], "file": picture(b"OggSsaid", "said.ogg"), "key": str(uuid4())}, follow=True
    )
    page = html(done)
    pictured, recorded = Proof.objects.order_by("pk")
    for proof in (pictured, recorded):
        assert reverse("desk:proof", args=[proof.pk]) in page
    answer = salma.get(reverse("desk:proof", args=[pictured.pk]))
    assert answer.content == b"\x89PNG\r\n\x1a\npage" and answer["Content-Type"] == "image/png"
    assert salma.get(reverse("desk:proof", args=[recorded.pk]))["Content-Disposition"].startswith("attachment")
    assert client_for(Role.NURSE).get(reverse("desk:proof", args=[pictured.pk])).status_code == 404


def test_a_file_that_is_neither_page_nor_recording_gets_one_sentence(salma):
    ibrahim = whole_person()
    paper = Document.objects.get(person=ibrahim)
    answer = salma.post(
        reverse("desk:picture_document", args=[paper.pk]), {"file": picture(b"MZ"), "key": str(uuid4())}
    )
    assert answer.status_code == 422 and "JPEG, PNG, WebP or PDF" in html(answer)
    assert not Proof.objects.exists()


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"form": "thumbprint"}, "needs a witness"),
        ({"form": "oral"}, "somebody who heard it"),
        ({"form": "proxy"}, "which guardian"),
    ],
)
def test_a_consent_that_nobody_signed_names_who_saw_heard_or_gave_it(salma, told, sentence):
    [case] = cases(1)
    agreed = {"purposes": ["voluntary_return"], "language": "bam", "given": "2019-05-06", **told}
    asked = reverse("desk:consents", args=[case.ref])
    page = salma.post(asked, {**agreed, "key": str(uuid4())})
    assert page.status_code == 422 and sentence in html(page)
    assert not Consent.objects.exists()
    salma.post(asked, {**agreed, "witness": "Oumar Diarra, uncle", "key": str(uuid4())})
    with acting(HOUSE):
        assert Consent.objects.get().witness == "Oumar Diarra, uncle"
