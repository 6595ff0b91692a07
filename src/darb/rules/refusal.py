"""A refusal: a stable code and one sentence that a tired officer can act on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .roles import Role


@dataclass(frozen=True)
class Refusal:
    """Why something may not be, as a value: gates carry it, doors print it.

    `sentence` is English source with `{name}` places that `values` fill; the door translates the
    source first and fills it afterwards. `who` can mend it.
    """

    code: str
    sentence: str
    values: Mapping[str, Any] = field(default_factory=dict)
    who: Role | None = None

    def in_english(self) -> str:
        """The sentence with its places filled, untranslated (for logs and the command line)."""
        return self.sentence.format(**self.values)

    def __str__(self) -> str:
        """In English, so that one refusal can be told inside another."""
        return self.in_english()


class Refused(Exception):
    """Raised by an action that refuses. Carries the `Refusal`; `status` is the HTTP status."""

    status = 409

    def __init__(self, code: str, sentence: str, /, *, who: Role | None = None, **values: Any) -> None:
        self.refusal = Refusal(code, sentence, values, who)
        super().__init__(f"{code}: {self.refusal.in_english()}")

    @classmethod
    def because(cls, refusal: Refusal) -> Refused:
        """The exception that carries an existing `refusal`."""
        return cls(refusal.code, refusal.sentence, who=refusal.who, **refusal.values)


class Forbidden(Refused):
    """The account's roles or reach don't allow this."""

    status = 403


class Missing(Refused):
    """No such thing within the account's reach (the same answer whether it exists or not)."""

    status = 404


class Invalid(Refused):
    """Input that can't be right. `field` names the input it is about, where it is about one."""

    status = 422

    def __init__(
        self, code: str, sentence: str, /, *, field: str | None = None, who: Role | None = None, **values: Any
    ) -> None:
        self.field = field
        super().__init__(code, sentence, who=who, **values)


class Stale(Refused):
    """The page is older than the record: somebody changed it meanwhile."""
