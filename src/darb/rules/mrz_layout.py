"""Where things stand in each form of machine-readable zone.

Source: ICAO Doc 9303, eighth edition (2021): part 4 (TD3, passports), part 5 (TD1, cards), part 6 (TD2), part 7
(MRV-A and MRV-B, visas). Places are counted in the zone's lines put end to end, from 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Span = tuple[int, int]
NUMBER, BIRTH, EXPIRES, OPTIONAL, COMPOSITE = "number", "birth", "expires", "optional", "composite"


@dataclass(frozen=True)
class Layout:
    """One form of zone: its lines and their width, the places of its fields, and where their check digits stand.

    `checked` has, by field, its span and the place of its check digit. `composite` are the spans that the last
    check digit covers, with its place; None where a visa has none. `more` is where a number too long for its
    field goes on, None where it can't.
    """

    key: str
    lines: int
    width: int
    names: Span
    issuer: Span
    nationality: Span
    sex: int
    checked: Mapping[str, tuple[Span, int]]
    composite: tuple[tuple[Span, ...], int] | None = None
    more: Span | None = None

    @property
    def length(self) -> int:
        """Characters of the whole zone."""
        return self.lines * self.width

    def parted(self, zone: str) -> tuple[str, ...]:
        """The lines of a zone."""
        return tuple(zone[i : i + self.width] for i in range(0, self.length, self.width))


TD3 = Layout(
    "TD3", 2, 44, names=(5, 44), issuer=(2, 5), nationality=(54, 57), sex=64,
    checked={NUMBER: ((44, 53), 53), BIRTH: ((57, 63), 63), EXPIRES: ((65, 71), 71), OPTIONAL: ((72, 86), 86)},
    composite=(((44, 54), (57, 64), (65, 87)), 87),
)  # fmt: skip
TD2 = Layout(
    "TD2", 2, 36, names=(5, 36), issuer=(2, 5), nationality=(46, 49), sex=56,
    checked={NUMBER: ((36, 45), 45), BIRTH: ((49, 55), 55), EXPIRES: ((57, 63), 63)},
    composite=(((36, 46), (49, 56), (57, 71)), 71), more=(64, 71),
)  # fmt: skip
TD1 = Layout(
    "TD1", 3, 30, names=(60, 90), issuer=(2, 5), nationality=(45, 48), sex=37,
    checked={NUMBER: ((5, 14), 14), BIRTH: ((30, 36), 36), EXPIRES: ((38, 44), 44)},
    composite=(((5, 30), (30, 37), (38, 45), (48, 59)), 59), more=(15, 30),
)  # fmt: skip
MRV_A = Layout(
    "MRV-A", 2, 44, names=(5, 44), issuer=(2, 5), nationality=(54, 57), sex=64,
    checked={NUMBER: ((44, 53), 53), BIRTH: ((57, 63), 63), EXPIRES: ((65, 71), 71)},
)  # fmt: skip
MRV_B = Layout(
    "MRV-B", 2, 36, names=(5, 36), issuer=(2, 5), nationality=(46, 49), sex=56,
    checked={NUMBER: ((36, 45), 45), BIRTH: ((49, 55), 55), EXPIRES: ((57, 63), 63)},
)  # fmt: skip
LAYOUTS = (TD3, MRV_A, TD2, MRV_B, TD1)


def fits_code(layout: Layout, code: str) -> bool:
    """Whether a document of that code (first two characters) may have a zone of this form: V is for visas alone."""
    if not ("A" <= code[:1] <= "Z"):
        return False
    if layout in (MRV_A, MRV_B):
        return code[0] == "V"
    if layout in (TD1, TD2):
        return code[0] in "ACI" or (layout is TD2 and code[0] in "PL")
    return code[0] not in "V"
