"""How well pairs are told apart: F1, reliability, and whether some people are matched worse than others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from darb.rules.identity import Record
from darb.rules.identity.columns import Numbers

FEWEST_PAIRS = 60
"""A group with fewer pairs of one person says nothing about itself."""
MOST_BEHIND = 0.12
"""How far a group's recall or precision may lie behind everybody's."""


@dataclass(frozen=True)
class Measured:
    """What was found of `true` pairs of one person: `said` pairs, `right` of them."""

    true: int
    said: int
    right: int

    @property
    def precision(self) -> float:
        """The share of what was said that is right; 1 where nothing was said."""
        return self.right / self.said if self.said else 1.0

    @property
    def recall(self) -> float:
        """The share of what is true that was said; 1 where nothing is true."""
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        return 2 * self.right / (self.said + self.true) if self.said + self.true else 1.0

    def __str__(self) -> str:
        return f"precision {self.precision:.3f}  recall {self.recall:.3f}  F1 {self.f1:.3f}"


@dataclass(frozen=True)
class Group:
    """A group of people and how their pairs fared."""

    what: str
    name: str
    measured: Measured

    def behind(self, whole: Measured) -> bool:
        """Whether the group has pairs enough to judge, and is matched worse than everybody by more than may be."""
        return self.measured.true >= FEWEST_PAIRS and (
            self.measured.recall < whole.recall - MOST_BEHIND or self.measured.precision < whole.precision - MOST_BEHIND
        )


def true_pairs(people: Sequence[str]) -> Numbers:
    """All pairs of rows of one person, smaller row first."""
    order = np.argsort(np.asarray(people), kind="stable")
    who = np.asarray(people)[order]
    found = []
    for step in range(1, len(order)):
        alike = np.flatnonzero(who[:-step] == who[step:])
        if not len(alike):
            break
        found.append(np.stack([order[alike], order[alike + step]], axis=1))
    return np.sort(np.concatenate(found), axis=1) if found else np.zeros((0, 2), dtype=np.int64)


def measure(rows: Numbers, people: Sequence[str]) -> Measured:
    """How the pairs `rows` that were said fare against the truth."""
    who = np.unique(np.asarray(people), return_inverse=True)[1]
    right = int((who[rows[:, 0]] == who[rows[:, 1]]).sum())
    return Measured(len(true_pairs(people)), len(rows), right)


def reliability(probability: Numbers, same: Numbers) -> list[tuple[float, float, int]]:
    """By tenths of probability: what was expected, what was so, and of how many pairs."""
    tenth = np.minimum((probability * 10).astype(int), 9)
    return [
        (float(probability[tenth == n].mean()), float(same[tenth == n].mean()), int((tenth == n).sum()))
        for n in range(10)
        if (tenth == n).any()
    ]


def fairness(records: Sequence[Record], people: Sequence[str], said: Numbers) -> Iterator[Group]:
    """How pairs fare by nationality, sex and script; a pair across two groups counts for both."""
    true = true_pairs(people)
    who = np.unique(np.asarray(people), return_inverse=True)[1]
    right = who[said[:, 0]] == who[said[:, 1]]
    for what, group in (
        ("nationality", np.array([record.nationality or "?" for record in records])),
        ("sex", np.array([record.sex or "?" for record in records])),
    ):
        for name in np.unique(group):
            of = group == name
            its, told = of[true].any(axis=1), of[said].any(axis=1)
            yield Group(what, str(name), Measured(int(its.sum()), int(told.sum()), int((told & right).sum())))
    arabic = np.array([not record.given_name.isascii() and is_arabic(record.given_name) for record in records])
    for name, scripts in (("Latin", 0), ("Arabic and Latin", 1), ("Arabic", 2)):
        its, told = arabic[true].sum(axis=1) == scripts, arabic[said].sum(axis=1) == scripts
        yield Group("script", name, Measured(int(its.sum()), int(told.sum()), int((told & right).sum())))


def is_arabic(text: str) -> bool:
    """Whether any of a name is in Arabic script."""
    return any("\u0620" <= sign <= "\u06ff" for sign in text)


def as_table(groups: Sequence[Group], whole: Measured) -> str:
    """The table for reading; who is matched worse than may be is marked."""
    lines = [f"{'':<12}{'':<18}{'pairs':>7}{'precision':>11}{'recall':>8}{'F1':>7}"]
    for group in [Group("everybody", "", whole), *groups]:
        m = group.measured
        mark = "  BEHIND" if group.behind(whole) else "  (few)" if m.true < FEWEST_PAIRS else ""
        lines.append(
            f"{group.what:<12}{group.name:<18}{m.true:>7}{m.precision:>11.3f}{m.recall:>8.3f}{m.f1:>7.3f}{mark}"
        )
    return "\n".join(lines)
