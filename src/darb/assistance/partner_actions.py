"""Agreements with partners: signed before goods move to one (programmes.md 2.15)."""

from __future__ import annotations

from datetime import date, timedelta

from darb.rules.refusal import Invalid, Refused
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.action import Act, action

from .distribution_queries import in_force
from .models import Agreement

LONGEST = timedelta(days=5 * 366)
SIGNED_BY = Role.PROGRAMME_MANAGER


@action("assistance.keep_agreement")
def keep_agreement(act: Act, partner: str, since: date, until: date, number: str = "") -> Agreement:
    """Keep an agreement that was signed with a partner; one that begins on the same day is corrected."""
    name = " ".join(partner.split())
    if not name:
        raise Invalid("no_partner", _("Write the partner's name."), field="partner")
    if until < since:
        raise Invalid("backwards", _("The agreement would end before it begins: check both days."), field="until")
    if until - since > LONGEST:
        raise Invalid("too_long", _("An agreement runs for five years at most: check both days."), field="until")
    kept, _made = Agreement.objects.update_or_create(
        partner=name,
        since=since,
        defaults={
            "until": until,
            "number": number.strip(),
            "told_at": act.at,
            "account_id": act.actor.account_id,
        },
    )
    act.detail = {"agreement": kept.pk, "since": since.isoformat(), "until": until.isoformat()}
    return kept


def demand(partner: str, day: date) -> None:
    """Refuse where no agreement with a partner is in force on `day`, naming who signs."""
    if not in_force(partner, day).exists():
        raise Refused(
            "no_agreement",
            _("No agreement with {partner} is in force on {day}: nothing is handed to them before it is signed."),
            who=SIGNED_BY,
            partner=partner,
            day=day,
        )
