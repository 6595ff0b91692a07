"""Keys and packed records of files: written with the registration, and made again when something else is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from operator import itemgetter

import numpy as np

from darb.rules.identity import Columns, Record, shipped
from darb.rules.names import digits
from darb.trust.action import Act, action
from darb.trust.copying import copy_rows

from .likeness import AFTER_SOUNDS, SOUND, Told, keys, packed, records, sound_tokens, version
from .models import Document, Likeness, MatchKey, Name, Person, Phone, Token
from .registration import Registration

LIKENESS = ("person_id", "scope_id", "version", "packed")
KEY = ("person_id", "scope_id", "number", "year")
TOKEN = ("person_id", "scope_id", "token")

Owned = tuple[Person, Record]


def remember(registered: Sequence[tuple[Person, Registration]]) -> None:
    """Write keys and packed records of people just registered, in bulk."""
    owned: list[Owned] = []
    for person, r in registered:
        told = _told(person, r.site, [digits(p.number) for p in r.phones], ())
        owned += [(person, record) for record in records(told, r.names)]
    _write(owned)


def remember_again(persons: Collection[int]) -> None:
    """Make keys and packed records of these persons anew from what is kept of them. A fixed number of statements."""
    ids = list(persons)
    held = list(Person.objects.select_related("site").filter(pk__among=ids))
    names: dict[int, list[Name]] = defaultdict(list)
    for name in Name.objects.filter(person__among=ids).order_by("-told_at", "pk"):
        names[name.person_id].append(name)
    phones = _by_person(Phone.objects.filter(person__among=ids).order_by("-told_at").values_list("person_id", "number"))
    papers = _by_person(
        Document.objects.filter(person__among=ids).exclude(number="").order_by("-pk").values_list("person_id", "number")
    )
    owned: list[Owned] = []
    for person in held:
        site = person.site.code if person.site else ""
        told = _told(person, site, phones[person.pk], papers[person.pk])
        owned += [(person, record) for record in records(told, names[person.pk])]
    MatchKey.objects.filter(person__among=ids).delete()
    Token.objects.filter(person__among=ids, token__gte=SOUND, token__lt=AFTER_SOUNDS).delete()
    Likeness.objects.filter(person__among=ids).delete()
    _write(owned)


@action("people.rekey")
def rekey(act: Act, after: int, at_a_time: int) -> int | None:
    """Make anew what isn't of this version, for the next `at_a_time` persons with an id above `after`.

    Gives the last id looked at, or None when nobody is left. The mission's own round, every night.
    """
    ids = list(Person.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:at_a_time])
    now = version()
    fresh = set(Likeness.objects.filter(person__among=ids, version=now).values_list("person_id", flat=True))
    stale = [pk for pk in ids if pk not in fresh]
    if stale:
        remember_again(stale)
    act.detail = {"looked_at": len(ids), "made_again": len(stale)}
    return ids[-1] if len(ids) == at_a_time else None


def _told(person: Person, site: str, phones: Sequence[str], papers: Sequence[str]) -> Told:
    return Told(
        sex=person.sex,
        birth_date=person.birth_date,
        birth_precision=person.birth_precision,
        nationality=person.nationality,
        origin_place=person.origin_place,
        site=site,
        registered=person.registered_at,
        phones=phones,
        documents=papers,
    )


def _by_person(rows: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for person, value in rows:
        found[person].append(value)
    return found


def _write(owned: Sequence[Owned]) -> None:
    if not owned:
        return
    columns = Columns.of((record for _p, record in owned), shipped())
    now = version()
    copy_rows(
        Likeness,
        LIKENESS,
        [(p.pk, p.scope_id, now, row) for (p, _record), row in zip(owned, packed(columns), strict=True)],
    )
    person = np.array([p.pk for p, _record in owned])
    scope = np.array([p.scope_id for p, _record in owned])
    rows: set[tuple[int, int, int, int]] = set()
    for _kind, at, numbers in keys(columns):
        rows.update(
            zip(person[at].tolist(), scope[at].tolist(), numbers.tolist(), columns.year[at].tolist(), strict=True)
        )
    sounds = {(p.pk, p.scope_id, token) for p, record in owned for token in sound_tokens(record)}
    copy_rows(Token, TOKEN, sorted(sounds))
    # In the order of the index that finds them: neighbours are written together.
    copy_rows(MatchKey, KEY, sorted(rows, key=itemgetter(2)))
