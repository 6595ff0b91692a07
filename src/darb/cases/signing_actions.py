"""What one has written and a second reader signs before it counts."""

from __future__ import annotations

from darb.rules.refusal import Invalid, Refused
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.action import Act

from .actions import hold
from .models import Case, Encounter


def second_reader_signs(act: Act, written: Encounter, agrees: bool, why: str) -> tuple[Encounter, Case]:
    """Put a second reader's name and reason to what somebody wrote; gives it with its case, locked.

    Refuses what is signed already, whoever signs what they wrote themselves, and a signature without a reason.
    """
    row = Encounter.objects.select_for_update().filter(pk=written.pk, kind=written.kind).first()
    if row is None or row.answers.get("signed_by"):
        raise Refused("signed", _("This is signed already."))
    if row.account_id == act.actor.account_id:
        raise Refused("own_reading", _("Somebody else must sign what you wrote."), who=Role.PROTECTION_LEAD)
    if not why.strip():
        raise Invalid("reason_needed", _("Write the reason: it stays with the decision."), field="why")
    held = hold(act, [row.case_id])[0]
    row.answers = {**row.answers, "signed_by": act.actor.account_id, "agrees": agrees, "why": why.strip()[:500]}
    row.save(update_fields=["answers"])
    return row, held
