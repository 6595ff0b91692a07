"""Marks text that a person will read, below the rooms that know who is reading.

`rules` and `programmes` can't translate: they run without Django and don't know the reader. They
mark the English source with `_`; the catalogue tool finds it, and the door translates it.
"""


class Words(str):
    """English source that was marked for translation; otherwise a plain string.

    The type is the mark: `soundness` refuses a declaration whose label was never marked.
    """

    __slots__ = ()


def _(source: str) -> Words:
    """Give `source` back as `Words`; the call marks it for translation."""
    return Words(source)
