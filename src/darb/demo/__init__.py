"""The demonstration mission, "Libya, 2019 so far": invented people, real places, every row through an action.

`load` needs Django set up; `ACCOUNTS` doesn't.
"""

from collections.abc import Callable
from datetime import date

from .staff_list import ACCOUNTS

__all__ = ["ACCOUNTS", "load"]


def load(today: date, progress: Callable[[str, int, int], None]) -> None:
    """See `darb.demo.loading.load`; imported late, because settings must stand before models."""
    from .loading import load as load_it

    load_it(today, progress)
