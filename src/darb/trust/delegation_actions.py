"""Who decides from afar while staff are away (X32): a role for somebody else, until a day, and for a reason."""

from __future__ import annotations

from datetime import date, timedelta

from darb.rules.refusal import Invalid, Missing, Refused
from darb.rules.roles import Role
from darb.rules.words import _

from .action import Act, action
from .models import Account, Grant

AT_MOST = timedelta(days=90)


@action("trust.delegate")
def delegate(act: Act, account: Account, role: Role, until: date, why: str, *, office: str = "") -> Grant:
    """Let `account` act as `role` through the day `until`, in one office or (empty) in all.

    Raises Invalid for a day that has passed or lies further off than 90 days, and Refused where the account has the
    role for good. Given again, it holds until the new day.
    """
    if not act.day <= until <= act.day + AT_MOST:
        raise Invalid(
            "bad_until",
            _("Choose a day from today until {last}; it can be given again then."),
            field="until",
            last=act.day + AT_MOST,
        )
    if not why.strip():
        raise Invalid("reason_needed", _("Write the reason: it stays with the decision."), field="why")
    where = {"account": account, "role": role.value, "office": office, "site": "", "programme": ""}
    there = Grant.objects.select_for_update().filter(**where).first()
    if there and there.until is None:
        raise Refused("has_role", _("{name} has this role already."), name=account.name)
    row = there or Grant(**where)
    row.until, row.why, row.given_by = until, why.strip()[:200], act.actor.account_id
    row.save()
    act.subject = f"account:{account.pk}"
    act.detail = {"role": role.value, "until": until.isoformat(), "office": office}
    return row


@action("trust.end_delegation")
def end_delegation(act: Act, grant: int) -> None:
    """Take back, at once, a role that was given until a day."""
    held = Grant.objects.select_for_update().filter(pk=grant).exclude(until=None).first()
    if held is None:
        raise Missing("no_delegation", _("This isn't given any more."))
    act.subject = f"account:{held.account_id}"
    act.detail = {"role": held.role, "ended": True}
    Grant.objects.filter(pk=held.pk).delete()
