"""Who acts in the demonstration, and when."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from darb.rules.roles import Role
from darb.trust.action import Act
from darb.trust.actions import grant, open_account
from darb.trust.actor import Actor
from darb.trust.models import Account
from darb.trust.queries import HOUSE, actor_for

from .staff_list import NAMES, PASSWORD, RECEIVING


def open_accounts(at: datetime, of: int = 1, part: int = 0) -> None:
    """Open every `of`-th account from `part` on, those that aren't there yet (hashing passwords takes its time).

    Each has its role everywhere; receiving missions reach their own office alone.
    """
    house = Act(HOUSE, at)
    receiver = Role.RECEIVING_MISSION_OFFICER
    wanted = [(role.value, name, role, "") for role, name in NAMES.items() if role != receiver]
    wanted += [(username, NAMES[receiver], receiver, country) for country, username in RECEIVING.items()]
    there = set(Account.objects.values_list("username", flat=True))
    for username, name, role, office in wanted[part::of]:
        if username not in there:
            open_account(house, username, name, PASSWORD)
            grant(house, username, [role], office=office)


@dataclass
class Staff:
    """Gives the deed of a role at a moment, inside one enclosing deed of the demonstration.

    `within` is the house's own deed: what follows from all the deeds inside it, readiness first,
    happens once at its end.
    """

    within: Act
    _actors: dict[str, Actor] = field(default_factory=dict)

    def act(self, role: Role, at: datetime, office: str = "") -> Act:
        """The deed of whoever holds `role` (in a receiving `office`) at `at`, which isn't after today."""
        if at.date() > self.within.at.date():
            raise ValueError(f"the demonstration tells no deed of a day to come: {at:%F}")
        username = RECEIVING.get(office, role.value) if role == Role.RECEIVING_MISSION_OFFICER else role.value
        if username not in self._actors:
            account = Account.objects.filter(username=username).first()
            # Missions of origin without an account of their own answer by letter, and the house types it in.
            self._actors[username] = actor_for(account) if account else HOUSE
        return Act(self._actors[username], at, depth=1, touched=self.within.touched)

    def house(self, at: datetime) -> Act:
        """What the house does by rule at `at`."""
        return replace(self.within.by_house(), at=at)
