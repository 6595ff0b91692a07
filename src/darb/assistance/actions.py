"""Writes to the ledger: what was given to whom. Lines are added, never changed; a mistake is given back."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Sum

from darb.cases.models import Case
from darb.people.actions import hold
from darb.people.models import Person
from darb.people.together import together
from darb.rules.refusal import Invalid, Refused
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.copying import copy_in

from .items import Item, Receipt
from .models import LedgerLine

MOST_AT_ONCE = 100
"""More of one thing for one person is a slip of the hand."""
Key = tuple[int, str, str, str, str]
POINTS = ("departure", "transit", "arrival")


@dataclass(frozen=True)
class Given:
    """Something given to a person: how many, of which size, where on the way (`point`, and the code of the airport or
    port that is its `stop`), on which occasion (the reference of a flight, event or distribution), from which project,
    how it was signed for (`receipt`), who took it for them, and why, where that is asked. A negative quantity takes
    back what was written wrongly."""

    person: Person
    item: str
    quantity: int = 1
    size: str = ""
    point: str = ""
    stop: str = ""
    occasion: str = ""
    project: str = ""
    case: Case | None = None
    receipt: str = ""
    collected_by: str = ""
    because: str = ""


@action("assistance.give")
def give(act: Act, lines: Sequence[Given], *, once: bool = False) -> list[LedgerLine]:
    """Write what was given; all lines or none. `once` passes over who has the item at that point and stop already."""
    for line in lines:
        _check(line)
    held = {p.pk: p for p in hold(act, [line.person.pk for line in lines])}
    had = _had(lines)
    wanted = [line for line in lines if not (once and had[_key(line)] > 0)]
    _nobody_gives_back_more(wanted, had)
    rows = copy_in(
        [
            LedgerLine(
                scope_id=line.case.scope_id if line.case else held[line.person.pk].scope_id,
                person=held[line.person.pk],
                case=line.case,
                item=line.item,
                size=line.size[:8],
                quantity=line.quantity,
                point=line.point,
                stop=line.stop[:5],
                occasion=line.occasion,
                project=line.project,
                receipt=line.receipt,
                collected_by=line.collected_by.strip()[:120],
                because=line.because.strip()[:200],
                given_at=act.at,
                account_id=act.actor.account_id,
            )
            for line in wanted
        ]
    )
    act.persons = [r.person_id for r in rows]
    act.subject = lines[0].occasion if len({line.occasion for line in lines}) == 1 else ""
    act.detail = {"items": dict(Counter(r.item for r in rows)), "passed_over": len(lines) - len(rows)}
    return rows


def _check(line: Given) -> None:
    if line.item not in Item.values:
        raise Invalid("no_item", _("{item} isn't something that is given here."), field="item", item=line.item)
    if not 0 < abs(line.quantity) <= MOST_AT_ONCE:
        raise Invalid("bad_quantity", _("A quantity lies between 1 and {most}."), field="quantity", most=MOST_AT_ONCE)
    if line.receipt and line.receipt not in Receipt.values:
        raise Invalid("no_receipt", _("Choose how it was signed for."), field="receipt")
    if line.point and line.point not in POINTS:
        raise Invalid("no_point", _("Choose departure, transit or arrival."), field="point")


def _key(line: Given) -> Key:
    return line.person.pk, line.item, line.occasion, line.point, line.stop


def _had(lines: Sequence[Given]) -> Counter[Key]:
    """By person, item, occasion, point and stop, how many the ledger has for them, in any file. Few queries."""
    files = together({line.person.pk for line in lines})
    rows = (
        LedgerLine.objects.filter(
            person__among=set().union(*files.values()),
            item__in={line.item for line in lines},
            occasion__in={line.occasion for line in lines},
        )
        .values_list("person_id", "item", "occasion", "point", "stop")
        .annotate(n=Sum("quantity"))
    )
    had: Counter[Key] = Counter()
    whose: dict[int, list[int]] = defaultdict(list)
    for person, whole in files.items():
        for file in whole:
            whose[file].append(person)
    for file, item, occasion, point, stop, n in rows:
        for person in whose[file]:
            had[person, item, occasion, point, stop] += n
    return had


def _nobody_gives_back_more(lines: Sequence[Given], had: Counter[Key]) -> None:
    after = had.copy()
    for line in lines:
        after[_key(line)] += line.quantity
    if any(n < 0 for n in after.values()):
        raise Refused("gives_back_more", _("More would be given back than was given: check the quantity."))
