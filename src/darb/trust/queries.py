"""Reads about accounts and deeds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.db import connection

from darb.rules.roles import Role

from .actor import Actor
from .models import Account, ActionLog, Grant
from .powers import SHIELDED_READERS

_REACH = """
select g.role, array_agg(distinct s.id)
from trust_grant g
left join trust_scope s on (g.office = '' or g.office = s.office) and (g.site = '' or g.site = s.site)
  and (g.programme = '' or s.programme in ('', g.programme)) and (s.level = 0 or g.role = any(%s))
where g.account_id = %s and (g.until is null or g.until >= %s) group by g.role
"""

HOUSE = Actor(0, "Darb", house=True)


def actor_for(account: Account, day: date = date.max) -> Actor:
    """The actor that `account` is on `day`: its grants compiled to scope ids. One query.

    Roles that are given until a day count through that day; without `day`, only those for good.
    """
    reach: dict[Role, frozenset[int]] = defaultdict(frozenset)
    with connection.cursor() as cursor:
        cursor.execute(_REACH, [[r.value for r in SHIELDED_READERS], account.pk, day])
        for role, ids in cursor.fetchall():
            reach[Role(role)] = frozenset(i for i in ids if i is not None)
    return Actor(account.pk, account.name, account.language, dict(reach))


def names_of(account_ids: set[int]) -> dict[int, str]:
    """Names of accounts by id, for showing who did a thing. One query; the house's own id gives "Darb"."""
    return {0: "Darb"} | dict(Account.objects.filter(pk__in=account_ids).values_list("pk", "name"))


def history_of(actor: Actor, person: int, limit: int = 100) -> list[ActionLog]:
    """The deeds that concern `person`, newest first. The caller has shown that the person is within reach."""
    return list(ActionLog.objects.filter(persons__contains=[person]).order_by("-id")[:limit])


def copies_of(actor: Actor, subject: str, papers: Sequence[str], limit: int = 100) -> list[ActionLog]:
    """The copies of `papers` (codes) about `subject` that were handed out, the newest first. The caller has shown
    that the subject is within reach, and that the actor hands out such papers."""
    handed = ActionLog.objects.filter(subject=subject, action="trust.hand_out", detail__paper__in=list(papers))
    return list(handed.order_by("-id")[:limit])


def newest_copies(subjects: Sequence[str], papers: Collection[str]) -> list[ActionLog]:
    """The copy of the highest version that each recipient has of each of `papers` (codes) about each of `subjects`.

    A recipient is the same however it is written in capitals or spaced. One statement.
    """
    handed = ActionLog.objects.filter(subject__in=subjects, action="trust.hand_out", detail__paper__in=list(papers))
    newest: dict[tuple[str, str, str, str], ActionLog] = {}
    for deed in sorted(handed.order_by("-id"), key=lambda d: -(d.detail["version"] or 0)):
        told = deed.detail
        newest.setdefault((deed.subject, told["paper"], told["of"], same_recipient(told["recipient"])), deed)
    return list(newest.values())


def same_recipient(name: str) -> str:
    """What two ways of writing a recipient have in common."""
    return " ".join(name.casefold().split())


def delegations(actor: Actor, day: date) -> list[Grant]:
    """Roles that somebody holds until a day from `day` on, the soonest to end first; for those who give them."""
    if not actor.may("trust.delegate"):
        return []
    return list(Grant.objects.filter(until__gte=day).select_related("account").order_by("until", "pk"))


def colleagues(actor: Actor) -> list[Account]:
    """Accounts that can sign in, by name; for those who name who decides."""
    return list(Account.objects.filter(is_active=True).order_by("name")) if actor.may("trust.delegate") else []


def accounts(actor: Actor) -> list[dict[str, Any]]:
    """Every account with its grants, by user name; for those who open and close accounts. Two queries."""
    if not actor.may("trust.open_account"):
        return []
    return [
        {
            "username": account.username,
            "name": account.name,
            "language": account.language,
            "active": account.is_active,
            "grants": [
                {"role": g.role, "office": g.office, "site": g.site, "programme": g.programme}
                | ({"until": g.until.isoformat()} if g.until else {})
                for g in account.grants.all()
            ],
        }
        for account in Account.objects.order_by("username").prefetch_related("grants")
    ]
