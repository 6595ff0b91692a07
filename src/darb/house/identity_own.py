"""The mission's own identity model, where it has learned one."""

from __future__ import annotations

from pathlib import Path

from . import place
from .errors import HouseError


def own_model() -> Path:
    """Where a mission's own model lies: `darb match` and the desk use it, once started anew, if it is there."""
    return place.data_dir() / "identity_model.json"


def use_own_model() -> None:
    """Use the mission's own model where there is one; raises HouseError where it can't be read or is too old."""
    path = own_model()
    if not path.exists():
        return
    from darb.rules.identity.specification import read, use

    try:
        use(read(path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise HouseError(f"{path} isn't a model of this version of Darb: train it again, or take it away.") from error
