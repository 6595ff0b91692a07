"""Something whole, parted by hundredths so that the parts make the whole again."""

from __future__ import annotations

from collections.abc import Sequence

WHOLE = 100


def parted(whole: int, percents: Sequence[int]) -> list[int]:
    """`whole` (0 or more, in the smallest unit) in parts of so many hundredths each, which add up to `whole`.

    `percents` make a hundred. What rounding down leaves goes one by one to those who lost most by it, the first first.
    Raises ValueError where they make anything else.
    """
    if sum(percents) != WHOLE or min(percents) < 0:
        raise ValueError(f"parts of {sum(percents)} hundredths don't make a whole")
    parts = [whole * p // WHOLE for p in percents]
    lost = sorted(range(len(parts)), key=lambda n: -(whole * percents[n] % WHOLE))
    for n in lost[: whole - sum(parts)]:
        parts[n] += 1
    return parts
