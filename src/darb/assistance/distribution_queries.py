"""Reads of distributions: the list with who got what, families, and what was given before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from darb.people.models import Membership, Person, Relation
from darb.people.queries import called
from darb.people.together import together
from darb.rules.reference import tidy
from darb.rules.refusal import Missing
from darb.rules.words import _
from darb.trust.actor import Actor
from darb.trust.powers import DataClass

from .models import Agreement, Distribution, LedgerLine, Share


@dataclass(frozen=True)
class Family:
    """Who shares what is handed out: the id of who signs, how many they are, and every file of any of them."""

    head: int
    people: int
    files: frozenset[int]


@dataclass(frozen=True)
class Before:
    """An item that somebody got: who, when, how many, and where (None where it wasn't a distribution)."""

    line: LedgerLine
    at: Distribution | None


@dataclass(frozen=True)
class Listed:
    """A row of a list: the share, how many were handed out for it, and the newest line that says so."""

    share: Share
    had: int
    line: LedgerLine | None


@dataclass(frozen=True)
class Tally:
    """What a list came to: families and people on it, those of them that were served, and who came without."""

    families: int
    people: int
    families_served: int
    people_served: int
    at_the_door: int


def distributions(actor: Actor) -> QuerySet[Distribution]:
    """Every distribution, the newest first: they hold no person, those stand on their lists behind the wall."""
    return Distribution.objects.select_related("site").order_by("-day", "-pk")


def distribution(actor: Actor, ref: str) -> Distribution:
    """One of them by its reference; raises Missing."""
    found = distributions(actor).filter(ref=tidy(ref)).first()
    if found is None:
        raise Missing("no_distribution", _("There is no such distribution."))
    return found


def listed(actor: Actor, of: Distribution) -> QuerySet[Share]:
    """The list within sight, in order of names; empty for who sees no identity."""
    rows = Share.objects.filter(distribution=of).select_related("person").order_by("person__name", "pk")
    return rows if actor.sees(DataClass.IDENTITY) else rows.none()


def on_list(actor: Actor, of: Distribution, text: str, limit: int) -> list[Person]:
    """Who is called so, in whatever script and spelling, among those who sign for a family on the list."""
    rows = listed(actor, of).filter(person__in=called(text))
    return [share.person for share in rows.select_related("person__site")[:limit]]


def served(actor: Actor, of: Distribution, shares: Sequence[Share]) -> list[Listed]:
    """What was handed out for each of these rows, to anybody of the family in any file. A few queries."""
    whose = families([share.person_id for share in shares])
    lines: dict[int, list[LedgerLine]] = defaultdict(list)
    asked = {file for family in whose.values() for file in family.files}
    for line in LedgerLine.objects.filter(occasion=of.ref, item=of.item, person__among=asked).order_by("pk"):
        lines[line.person_id].append(line)
    rows = []
    for share in shares:
        its = sorted((li for file in whose[share.person_id].files for li in lines[file]), key=lambda li: li.pk)
        given = [line for line in its if line.quantity > 0]
        rows.append(Listed(share, sum(line.quantity for line in its), given[-1] if given else None))
    return rows


def tally(actor: Actor, of: Distribution) -> Tally:
    """What the list came to so far. A few queries, however long it is."""
    shares = list(Share.objects.filter(distribution=of).only("person_id", "people", "at_the_door"))
    had = served(actor, of, shares)
    got = [row.share for row in had if row.had > 0]
    return Tally(
        len(shares),
        sum(s.people for s in shares),
        len(got),
        sum(s.people for s in got),
        sum(s.at_the_door for s in shares),
    )


def families(persons: Iterable[int]) -> dict[int, Family]:
    """By person id, the standing family of each with all their files; who has none is one alone. A few queries."""
    wanted = set(persons)
    own = together(wanted)
    files = set().union(*own.values()) if own else set()
    group = dict(Membership.objects.filter(person__among=files, left_at=None).values_list("person_id", "group_id"))
    members: dict[int, list[Membership]] = defaultdict(list)
    for m in Membership.objects.filter(group__in=set(group.values()), left_at=None).order_by("pk"):
        members[m.group_id].append(m)
    everyone = together({m.person_id for of in members.values() for m in of})
    found = {}
    for person, its in own.items():
        of = [m for file in sorted(its) if file in group for m in members[group[file]]]
        head = next((m.person_id for m in of if m.relation == Relation.HEAD), person)
        whole = its.union(*(everyone[m.person_id] for m in of))
        found[person] = Family(head, max(1, len({min(everyone[m.person_id]) for m in of})), frozenset(whole))
    return found


def given_before(files: Collection[int], item: str, today: date, period: int) -> list[LedgerLine]:
    """What these files got of an item within the period and still have, the newest first; their persons come along.

    One query. What was given and taken back on the same occasion counts as never given.
    """
    since = today - timedelta(days=period)
    rows = LedgerLine.objects.filter(person__among=set(files), item=item, given_at__date__gt=since)
    lines = list(rows.select_related("person").order_by("-given_at", "-pk"))
    kept: dict[tuple[int, str], int] = defaultdict(int)
    for line in lines:
        kept[line.person_id, line.occasion] += line.quantity
    return [line for line in lines if line.quantity > 0 and kept[line.person_id, line.occasion] > 0]


def had_before(actor: Actor, of: Distribution, persons: Collection[int], today: date) -> dict[int, list[Before]]:
    """By person id, what they or their family got of the same item within the period: who, when and where.

    Only what lies within the asker's reach. A few queries.
    """
    whose = families(persons)
    files = {file for family in whose.values() for file in family.files}
    lines = given_before(files, of.item, today, of.period)
    refs = {line.occasion for line in lines}
    at = {d.ref: d for d in Distribution.objects.filter(ref__in=refs).select_related("site")}
    return {
        person: [Before(line, at.get(line.occasion)) for line in lines if line.person_id in family.files]
        for person, family in whose.items()
    }


def to_list(actor: Actor, of: Distribution, limit: int) -> list[Person]:
    """People who are where the distribution is and whose family isn't on its list: `limit` at most, by name."""
    if not actor.sees(DataClass.IDENTITY):
        return []
    on_it = Share.objects.filter(distribution=of)
    groups = Membership.objects.filter(person__in=on_it.values("person"), left_at=None).values("group")
    in_family = Membership.objects.filter(group__in=groups, left_at=None).values("person")
    rows = Person.objects.filter(site=of.site).exclude(Q(pk__in=on_it.values("person")) | Q(pk__in=in_family))
    return list(rows.order_by("name", "pk")[:limit])


def in_force(partner: str, day: date) -> QuerySet[Agreement]:
    """Agreements with a partner that are in force on `day`, the newest first."""
    return Agreement.objects.filter(partner=partner, since__lte=day, until__gte=day).order_by("-since")


def agreement_on(actor: Actor, partner: str, day: date) -> Agreement | None:
    """The agreement with a partner that is in force on `day`, or None. One statement."""
    return in_force(partner, day).first()


def agreements(actor: Actor) -> list[Agreement]:
    """Every agreement with a partner, by its name, the newest first. One statement."""
    return list(Agreement.objects.order_by("partner", "-since"))
