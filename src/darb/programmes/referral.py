"""Referral to somebody who can help better (`artefacts.md` 3.9): how soon, which services, what is shared, and what
becomes of it. The same form for protection, for a hospital and for UNHCR; each closed to those of its class of data.
"""

from __future__ import annotations

from datetime import timedelta

from darb.rules.words import Words, _

HOURS = {"emergency": 24, "urgent": 72, "normal": 14 * 24}
"""By priority, the hours within which the referral goes out and is answered."""
PRIORITIES: dict[str, Words] = {
    "emergency": _("Emergency (24 hours)"),
    "urgent": _("Urgent (72 hours)"),
    "normal": _("Normal (2 weeks)"),
}

SERVICES: dict[str, Words] = {
    "health": _("Health and nutrition"),
    "tb": _("Tuberculosis: diagnosis and treatment"),
    "mhpss": _("Mental health and psychosocial support"),
    "asylum": _("International protection"),
    "safety": _("Physical safety"),
    "child_care": _("Care arrangement for a child"),
    "tracing": _("Family tracing"),
    "women": _("Services for women"),
    "disability": _("Services for persons with a disability"),
    "legal": _("Legal help"),
    "relief": _("Relief items"),
    "cash": _("Cash"),
    "food": _("Food"),
    "shelter": _("Shelter"),
    "livelihood": _("Livelihood or education"),
    "other": _("Another service"),
}

IDENTITY, CONTACT, NEEDS, HEALTH = "identity", "contact", "needs", "health"
SHARES: dict[str, Words] = {
    IDENTITY: _("Name, sex, date of birth, nationality"),
    CONTACT: _("Where the person stays, and a phone that is safe to call"),
    NEEDS: _("The reason and the needs, as written here"),
    HEALTH: _("What the physician found"),
}
"""What a person may agree to have told. What isn't agreed stands on no paper."""

CONSENTS: dict[str, Words] = {
    "signature": _("Signature or thumbprint"),
    "oral": _("By word, before a witness"),
    "guardian": _("By the guardian, and the child agrees"),
}

CONSENTED, SENT, RECEIVED, ACCEPTED = "consented", "sent", "received", "accepted"
REFUSED, GIVEN, NOT_GIVEN, CLOSED = "refused", "given", "not_given", "closed"
STATES: dict[str, Words] = {
    CONSENTED: _("Agreed to, not sent yet"),
    SENT: _("Sent"),
    RECEIVED: _("Received"),
    ACCEPTED: _("Accepted"),
    REFUSED: _("Refused"),
    GIVEN: _("Service given"),
    NOT_GIVEN: _("Service not given"),
    CLOSED: _("Closed"),
}
TONES = {CONSENTED: "amber", SENT: "blue", RECEIVED: "blue", ACCEPTED: "blue", REFUSED: "red", GIVEN: "green",
         NOT_GIVEN: "red", CLOSED: ""}  # fmt: skip
NEXT: dict[str, tuple[str, ...]] = {
    CONSENTED: (SENT, CLOSED),
    SENT: (RECEIVED, ACCEPTED, REFUSED),
    RECEIVED: (ACCEPTED, REFUSED),
    ACCEPTED: (GIVEN, NOT_GIVEN),
    REFUSED: (CLOSED,),
    GIVEN: (CLOSED,),
    NOT_GIVEN: (CLOSED,),
    CLOSED: (),
}
"""By state, those that may follow."""
ANSWERED = frozenset({ACCEPTED, REFUSED, GIVEN, NOT_GIVEN, CLOSED})
"""States in which nobody waits for the other side's yes or no any more."""
SAYS_WHY = frozenset({REFUSED, NOT_GIVEN, CLOSED})
"""States that are recorded with a word on why, or on what was told back."""
WHY_REFUSED: dict[str, Words] = {
    "no_capacity": _("No room"),
    "not_eligible": _("Not for this person"),
    "wrong_service": _("Not their service"),
}


def within(priority: str) -> timedelta:
    """How soon a referral of that priority goes out."""
    return timedelta(hours=HOURS[priority])
