"""The demonstration mission, "Libya, 2019 so far": invented people, real places, every row through an action.

`load` needs Django set up; `ACCOUNTS` doesn't.
"""

from .staff_list import ACCOUNTS

__all__ = ["ACCOUNTS", "load"]


def load(today, progress):  # type: ignore[no-untyped-def]
    """See `darb.demo.loading.load`; imported late, because settings must stand before models."""
    from .loading import load as load_it

    load_it(today, progress)
