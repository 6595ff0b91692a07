"""The exit visa (`programmes.md` 2.4): why an authority asks back or rejects, and the fees that we ask to be waived."""

from __future__ import annotations

from darb.rules.words import Words, _

NAME, WANTED, DISPUTE, OTHER = "name", "wanted", "dispute", "other"
REASONS: dict[str, Words] = {
    NAME: _("Name differs from the document"),
    "document": _("Document isn't accepted"),
    "photo": _("Photo isn't accepted"),
    "fees": _("Fees or fines are demanded"),
    DISPUTE: _("Dispute with a sponsor or employer"),
    WANTED: _("Person is asked for by the prosecution"),
    OTHER: _("Another reason"),
}
"""Why an application is queried or rejected."""

FEES: dict[str, Words] = {"exit_fee": _("Fee for the exit visa"), "overstay": _("Fine for overstaying")}
"""What the authority may ask for, and the mission asks it to waive: a return costs the person nothing."""
