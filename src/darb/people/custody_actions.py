"""The chain of custody is written here, as part of the actions on documents."""

from __future__ import annotations

from collections.abc import Sequence

from darb.trust.action import Act
from darb.trust.copying import copy_in

from .custody import NOT_TOLD, Hands
from .models import CustodyStep, Document


def write_steps(
    act: Act, documents: Sequence[Document], hands: Hands = NOT_TOLD, *, states: Sequence[str] = ()
) -> None:
    """Add to the chain of each of `documents` (saved) the state it is in, or each of `states` in turn."""
    copy_in(
        [
            CustodyStep(
                scope_id=d.scope_id,
                person_id=d.person_id,
                document=d,
                state=state,
                day=act.day,
                place=hands.place.strip(),
                holder=hands.holder.strip(),
                at=act.at,
                account_id=act.actor.account_id,
            )
            for d in documents
            for state in states or (d.state,)
        ]
    )
