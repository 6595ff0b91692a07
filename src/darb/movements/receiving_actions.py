"""What a receiving mission agrees to take, and what is done when a flight would bring more (X34)."""

from __future__ import annotations

from darb.cases.incident_actions import note_of_mission
from darb.places.models import Country
from darb.rules.refusal import Forbidden, Invalid
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.action import Act, action

from .models import Flight, ReceivingCapacity
from .receiving_queries import receiving_side

MOST_A_MONTH = 20_000
"""More than ever went home in a month to one country: a slip of the hand."""
TOO_MANY = "X34"


@action("movements.agree_capacity")
def agree_capacity(act: Act, country: str, a_month: int, agreed_with: str) -> ReceivingCapacity:
    """Keep how many returns in 30 days the mission in `country` (alpha-3) agreed to take, and with whom."""
    if not Country.objects.filter(pk=country).exists():
        raise Invalid("no_country", _("{code} is not a country's three-letter code."), field="country", code=country)
    if not 0 <= a_month <= MOST_A_MONTH:
        raise Invalid("bad_capacity", _("A number lies between none and {most}."), field="a_month", most=MOST_A_MONTH)
    if not agreed_with.strip():
        raise Invalid("agreed_with", _("Write with whom it was agreed."), field="agreed_with")
    row = ReceivingCapacity(
        country_id=country,
        a_month=a_month,
        agreed_with=agreed_with.strip(),
        agreed_at=act.at,
        account_id=act.actor.account_id,
    )
    row.save()
    act.subject, act.detail = f"receiving:{country}", {"a_month": a_month}
    return row


def within_agreement(act: Act, flight: Flight, because: str) -> None:
    """Part of confirming a held flight: refuses more than was agreed, unless the head of the programme says why.

    That reason becomes what went wrong for the mission (X34), which its owner settles with the receiving mission.
    """
    side = receiving_side(act.actor, flight, act.day)
    if side.left is None or flight.seats <= side.left:
        return
    if not (act.actor.has(Role.VHR_HEAD) and because.strip()):
        raise Forbidden(
            "over_agreed",
            _("{country} agreed to take {agreed} returns in 30 days; {home} came home, {to_come} are on the way or "
              "booked, and this flight has {seats} seats. Agree on a number first, or decide with a reason."),
            who=Role.VHR_HEAD, country=side.country, agreed=side.agreed, home=side.home, to_come=side.to_come,
            seats=flight.seats,
        )  # fmt: skip
    note_of_mission(act.by_house(), TOO_MANY, side.country, because, "movements.advance")
