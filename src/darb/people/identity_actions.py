"""Writes about who is who: questions raised, judged, taken back. A file never changes because of them."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from datetime import date

from django.db import connection

from darb.programmes.voluntary_return_gates import MAJORITY, birthday
from darb.rules.identity import shipped
from darb.rules.refusal import Invalid, Missing, Refused
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.context import whole_house
from darb.trust.copying import change_in, copy_in

from .actions import hold
from .matching_queries import Suspicion, weighed
from .models import Duplicate, Judgement, Person, Said
from .together import Pair, pair, standing, together

SAMPLED = 20
"""Of so many pairs that the machine finds, one is judged blind, to see how sure people are without it."""
DECIDE = (Said.SAME, Said.DIFFERENT)


@action("people.raise_duplicate")
def raise_duplicate(act: Act, person: Person, other: Person, why: str) -> Duplicate:
    """Ask whether two persons are one. Travel of both waits until somebody has judged."""
    if person.pk == other.pk:
        raise Invalid("same_file", _("That is the same file: write the reference of the other one."), field="other")
    held = hold(act, [person.pk, other.pk])
    if said := standing([person.pk], [other.pk]).get(pair(person.pk, other.pk)):
        _refuse_judged(held, said)
    row = _question(act, held, why=why, waits=True)
    _about(act, held)
    return row


@action("people.judge")
def judge(act: Act, person: Person, other: Person, said: str, why: str = "") -> Judgement:
    """Say whether two persons are one: `same`, `different`, or `unsure`, which leaves the question open.

    In a blind question two people must agree (a third settles it) before it counts. `same` is refused where it
    would join people somebody found to be different, `different` where other judgements hold them together.
    """
    if said not in (*DECIDE, Said.UNSURE):
        raise Invalid("no_such_word", _("Say that it is the same person, two people, or can't be said."), field="said")
    held = hold(act, [person.pk, other.pk])
    if len(held) != 2:
        raise Invalid("same_file", _("That is the same file: write the reference of the other one."), field="other")
    one_at_a_time()
    ids = pair(person.pk, other.pk)
    if stands := standing([ids[0]], [ids[1]]).get(ids):
        _refuse_judged(held, stands)
    question = _question(act, held)
    before = _waiting_judgements(ids)
    if any(j.account_id == act.actor.account_id for j in before):
        raise Refused("judged_by_you", _("You have judged these two already. Somebody else looks at them now."))
    counts = said in DECIDE and (not question.blind or any(j.said == said for j in before))
    concerned = set(ids)
    if counts:
        concerned = _sides(ids, said)
        Duplicate.objects.filter(pk=question.pk).update(settled_at=act.at)
    row = _say(act, held, said, counts=counts, blind=question.blind, why=why)
    act.persons = sorted(concerned)
    act.detail = {"judged": said, "counts": counts, "pair": list(ids)}
    return row


@action("people.take_back_judgement")
def take_back(act: Act, person: Person, other: Person, why: str) -> Judgement:
    """Undo what stands of a pair, with the reason. Everything is again as it was; the question is open again."""
    if not why.strip():
        raise Invalid("reason_needed", _("Write the reason: it stays with the decision."), field="why")
    held = hold(act, [person.pk, other.pk])
    one_at_a_time()
    ids = pair(person.pk, other.pk)
    if standing([ids[0]], [ids[1]]).get(ids) not in DECIDE:
        raise Missing("nothing_judged", _("Nothing stands about these two that could be taken back."))
    with whole_house():
        concerned = {file for files in together(ids).values() for file in files}
    question = _question(act, held)
    Duplicate.objects.filter(pk=question.pk).update(settled_at=None)
    row = _say(act, held, Said.TAKEN_BACK, counts=True, blind=False, why=why)
    act.persons = sorted(concerned)
    act.detail = {"judged": str(Said.TAKEN_BACK), "pair": list(ids)}
    return row


@action("people.suggest")
def suggest(act: Act, found: Sequence[Suspicion], until: int) -> int:
    """Ask about pairs that the nightly round found alike; nobody waits for it. Gives how many weren't asked before.

    `until` is the last record that was compared, where the next round goes on.

    Every pair with a child in it, and one in `SAMPLED` of the others, is judged blind by two people.
    """
    ids = {p for s in found for p in (s.person, s.other)}
    people = {p.pk: p for p in Person.objects.filter(pk__among=ids)}
    there = set(Duplicate.objects.filter(person__among=ids).values_list("person_id", "other_id"))
    judged = {ids for ids, said in standing(ids, ids).items() if said in DECIDE}
    rows = copy_in(
        [
            Duplicate(
                person=people[s.person],
                other=people[s.other],
                scope_id=people[s.person].scope_id,
                waits=False,
                raised_at=act.at,
                probability=s.probability,
                model_version=shipped().version,
                stake=0,
                blind=_is_sampled(s) or any(is_young(people[p].birth_date, act.day) for p in (s.person, s.other)),
            )
            for s in found
            if (s.person, s.other) not in there | judged and s.person in people and s.other in people
        ]
    )
    act.detail = {"asked": len(rows), "until": until}
    return len(rows)


@action("people.weigh")
def weigh(act: Act, stakes: Mapping[int, int]) -> None:
    """Write what hangs on open questions (by id), as a sum of `Stake`."""
    rows = list(Duplicate.objects.filter(pk__among=list(stakes)))
    changed = [r for r in rows if r.stake != stakes[r.pk]]
    for row in changed:
        row.stake = stakes[row.pk]
    change_in(changed, ["stake"])
    act.detail = {"weighed": len(rows), "changed": len(changed)}


def _is_sampled(s: Suspicion) -> bool:
    """Whether a pair is in the blind sample: always the same for the same pair, and nobody's choice."""
    return zlib.crc32(f"{s.person}:{s.other}".encode()) % SAMPLED == 0


def one_at_a_time() -> None:
    """Wait until nobody else judges: two judgements at once could join what a third keeps apart."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('people.judgement'))")


def is_young(born: date | None, day: date) -> bool:
    """Whether somebody may be a child on `day`; who has no birth date may be."""
    return born is None or day < birthday(born, MAJORITY)


def _question(act: Act, held: Sequence[Person], *, why: str = "", waits: bool = False) -> Duplicate:
    """The question of these two, made where there is none. One about a child is judged twice."""
    one, other = held
    row, _created = Duplicate.objects.get_or_create(
        person=one,
        other=other,
        defaults={
            "why": why,
            "waits": waits,
            "raised_at": act.at,
            "scope_id": one.scope_id,
            "blind": any(is_young(p.birth_date, act.day) for p in held),
        },
    )
    if waits and not row.waits:
        row.waits, row.why = True, why
        row.save()
    return row


def _waiting_judgements(ids: Pair) -> list[Judgement]:
    """Judgements of a pair since something last counted."""
    found: list[Judgement] = []
    for row in Judgement.objects.filter(person=ids[0], other=ids[1]).order_by("-id"):
        if row.counts:
            break
        found.append(row)
    return found


def _sides(ids: Pair, said: str) -> set[int]:
    """Everybody's files that a judgement of a pair concerns, or a refusal where it contradicts another."""
    with whole_house():
        files = together(ids)
        one, other = files[ids[0]], files[ids[1]]
        between = standing(one, other)
    if said == Said.SAME and Said.DIFFERENT in between.values():
        raise Refused(
            "joins_different",
            _("This would join people whom somebody found to be two: look at that judgement first."),
        )
    if said == Said.DIFFERENT and ids[1] in one:
        raise Refused(
            "held_together",
            _("Other judgements hold these two together: take back the wrong one of them first."),
        )
    return {*one, *other}


def _say(act: Act, held: Sequence[Person], said: str, *, counts: bool, blind: bool, why: str) -> Judgement:
    scored = weighed(held[0].pk, held[1].pk)
    rows = copy_in(
        [
            Judgement(
                person=held[0],
                other=held[1],
                scope_id=held[0].scope_id,
                said=said,
                counts=counts,
                blind=blind,
                why=why.strip(),
                probability=scored.probability if scored else None,
                evidence=[list(reason) for reason in scored.reasons] if scored else [],
                model_version=shipped().version if scored else "",
                account_id=act.actor.account_id,
                at=act.at,
            )
        ]
    )
    return rows[0]


def _refuse_judged(held: Sequence[Person], said: str) -> None:
    if said == Said.SAME:
        raise Refused("already_same", _("These two are judged to be one person already."))
    if said == Said.DIFFERENT:
        raise Refused("already_different", _("Somebody found these to be two people. That is remembered."))


def _about(act: Act, held: Sequence[Person]) -> None:
    act.persons = [p.pk for p in held]
