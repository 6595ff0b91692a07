"""The code lists of voluntary return: outcomes, states, purposes and messages, each with its label."""

from __future__ import annotations

from darb.rules.words import _

DOCUMENT_STATES: dict[str, str] = {
    "requested": _("Requested"),
    "printed": _("Printed"),
    "received": _("Received from the embassy"),
    "in_custody": _("In our custody"),
    "handed_at_boarding": _("Handed over at boarding"),
    "used": _("Used"),
    "held": _("With the person"),
    "withheld": _("Withheld by someone"),
    "lost": _("Lost"),
    "expired": _("Expired"),
    "returned_for_error": _("Returned to correct an error"),
    "cancelled": _("Cancelled, returned to the embassy"),
}

EXIT_VISA_STATES: dict[str, str] = {
    "draft": _("Draft"),
    "complete": _("Complete"),
    "submitted": _("Submitted"),
    "queried": _("Queried"),
    "approved": _("Approved"),
    "rejected": _("Rejected"),
    "used": _("Used"),
    "expired": _("Expired"),
}

RELEASE_STATES: dict[str, str] = {
    "requested": _("Requested"),
    "approved": _("Approved"),
    "scheduled": _("Scheduled"),
    "handed_to_mission": _("Handed to the mission"),
    "refused": _("Refused"),
    "not_present": _("Person not present"),
}

MEDICAL_STATES: dict[str, str] = {
    "not_examined": _("Not examined"),
    "examined": _("Examined"),
    "decided": _("Outcome given"),
    "pre_embarkation_clear": _("Pre-embarkation check clear"),
    "pre_embarkation_hold": _("Pre-embarkation check: hold"),
}
