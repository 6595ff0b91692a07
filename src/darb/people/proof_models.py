"""What shows that something recorded of a person is so: a document's page, a signed form, a spoken declaration."""

from __future__ import annotations

from django.db import models

from darb.trust.models import Scoped


class Proof(Scoped):
    """A picture, a scan or a recording, kept as it came and never changed. Of a document, or of consents."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="proofs")
    document = models.ForeignKey("people.Document", null=True, on_delete=models.PROTECT, related_name="proofs")
    content = models.BinaryField()
    mime = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    account_id = models.BigIntegerField()

    def __str__(self) -> str:
        return self.sha256[:12]
