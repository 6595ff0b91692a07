"""Who is asking: an account, its roles, and the scopes that each role reaches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from darb.rules.roles import Role

from .powers import POWERS, SEES, SHIELDED_READERS, DataClass, Sight

_RANK = {Sight.FLAG: 1, Sight.READ: 2, Sight.WRITE: 3}


@dataclass(frozen=True)
class Actor:
    """The account behind a deed or a question.

    `reach` maps each role to the scope ids it covers; `house` marks the mission's own worker and
    command line, which hold every power and reach.
    """

    account_id: int
    name: str
    language: str = "en"
    reach: Mapping[Role, frozenset[int]] = field(default_factory=dict)
    house: bool = False

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held anywhere."""
        return frozenset(self.reach)

    @property
    def scopes(self) -> frozenset[int]:
        """Every scope id that some role reaches."""
        return frozenset().union(*self.reach.values()) if self.reach else frozenset()

    def has(self, *roles: Role) -> bool:
        """Whether any of `roles` is held."""
        return self.house or any(r in self.reach for r in roles)

    def may(self, power: str, scope_ids: Iterable[int] | None = None) -> bool:
        """Whether some role held has `power`; with `scope_ids`, whether each is covered by such a role."""
        if self.house:
            return True
        able = [r for r in self.reach if power in POWERS[r]]
        if scope_ids is None:
            return bool(able)
        covered = frozenset().union(*(self.reach[r] for r in able)) if able else frozenset()
        return covered.issuperset(scope_ids)

    def sees(self, data_class: DataClass, at_least: Sight = Sight.READ) -> bool:
        """Whether some role sees `data_class` to the degree `at_least`."""
        if self.house:
            return True
        return any(
            (sight := SEES[r].get(data_class)) is not None and _RANK[sight] >= _RANK[at_least] for r in self.reach
        )

    @property
    def shielded(self) -> bool:
        """Whether SHIELDED rows are within reach at all."""
        return self.house or bool(self.roles & SHIELDED_READERS)
