"""Writes about relatives looked for: told, found, checked by protection, verified, reunited.

A relative may be the danger: who was found is seen by protection alone until both agreed, each was heard alone, and
somebody of protection said that it is safe.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from darb.places.models import Site
from darb.rules.refusal import Invalid, Missing, Refused
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.context import whole_house
from darb.trust.copying import copy_in

from .actions import form_group, hold, join_group
from .candidate_queries import candidates
from .likeness import Told
from .models import Checked, Consent, KinFact, Membership, Person, Relation, Relative, Sex, Trace
from .registration import ToldName
from .together import all_files

TO_TRACE = "family_tracing"
"""The purpose of the consent that both must have given."""
FACTS_NEEDED = 2
LEAST_CHANCE = 0.02
"""Little is known of a relative who is told of: even a faint likeness is worth protection's look."""
MOST = 3


@dataclass(frozen=True)
class ToldRelative:
    """A relative as a person tells of them: name, relation to the person, about how old, where last seen."""

    name: ToldName
    relation: str
    sex: str
    birth_year: int | None = None
    last_seen: str = ""

    def checked(self, today: date) -> ToldRelative:
        """Give itself, or raise Invalid naming the field."""
        if not self.name.given.strip():
            raise Invalid("no_name", _("Write at least the given name, in either script."), field="given")
        self.name.checked()
        if self.relation not in set(Relation.values) - {Relation.HEAD}:
            raise Invalid("no_relation", _("Choose how they are related."), field="relation")
        if self.sex not in Sex.values:
            raise Invalid("bad_sex", _("Choose female, male or not told."), field="sex")
        if self.birth_year and not today.year - 110 <= self.birth_year <= today.year:
            raise Invalid(
                "bad_year", _("Check the age: nobody alive was born in {year}."), field="age", year=self.birth_year
            )
        return self


@action("people.declare_relative")
def declare_relatives(act: Act, person: Person, told: Sequence[ToldRelative]) -> list[Relative]:
    """Keep the relatives whom a person looks for. They are looked for once the person has agreed to it."""
    held = hold(act, [person.pk])[0]
    rows = copy_in(
        [
            Relative(
                person=held,
                scope_id=held.scope_id,
                relation=r.relation,
                script=r.name.script,
                given=r.name.given.strip(),
                father=r.name.father.strip(),
                family=r.name.family.strip(),
                mother=r.name.mother.strip(),
                sex=r.sex,
                birth_year=r.birth_year,
                last_seen=r.last_seen.strip(),
                declared_at=act.at,
                account_id=act.actor.account_id,
            )
            for r in (r.checked(act.day) for r in told)
        ]
    )
    act.persons, act.subject = [held.pk], held.ref
    act.detail = {"relatives": [r.pk for r in rows]}
    return rows


@action("people.trace")
def trace(act: Act, relatives: Sequence[Relative]) -> list[Trace]:
    """Look for relatives at every site, of persons who agreed to it. Gives who was newly found, for protection."""
    held = {p.pk: p for p in hold(act, [r.person_id for r in relatives])}
    agreed = _agree(held, act.day)
    there = set(Trace.objects.filter(relative__in=relatives).values_list("relative_id", "found_id"))
    rows: list[Trace] = []
    with whole_house():
        families = _families(held)
        for r in relatives:
            if r.person_id not in agreed:
                continue
            person = held[r.person_id]
            born = date(r.birth_year, 1, 1) if r.birth_year else None
            told = Told(r.sex, born, "estimated", person.nationality, person.origin_place, registered=act.day)
            but = families[r.person_id] | all_files([r.person_id])
            found = candidates(act.by_house().actor, told, [r], limit=MOST, but=but)
            rows += [
                Trace(
                    relative=r,
                    person=person,
                    scope_id=person.scope_id,
                    found=c.person,
                    probability=round(c.probability, 4),
                    found_at=act.at,
                )
                for c in found
                if c.probability >= LEAST_CHANCE and (r.pk, c.person.pk) not in there
            ]
    made = copy_in(rows)
    act.persons = list(held)
    act.detail = {"found": len(made)}
    return made


@action("people.check_trace")
def check_trace(act: Act, found: Trace, safe: bool, *, each_heard_alone: bool = False) -> Trace:
    """Say whether a relative may be told of. Safe only where both agreed and each was heard alone."""
    row = _held(act, found)
    if safe:
        if not each_heard_alone:
            raise Refused("not_alone", _("Hear each of the two alone first: a relative may be the danger."))
        with whole_house():
            lacking = {row.person_id, row.found_id} - _agree([row.person_id, row.found_id], act.day)
        if lacking:
            raise Refused(
                "no_consent_to_trace",
                _("Both must agree to be put in touch, in their own words, before anything is told."),
                who=Role.PROTECTION_CASEWORKER,
            )
    row.checked = Checked.SAFE if safe else Checked.DANGER
    row.checked_at, row.checked_by = act.at, act.actor.account_id
    row.save()
    _about(act, row)
    act.detail = {"checked": str(row.checked)}
    return row


@action("people.verify_kin")
def verify_kin(act: Act, found: Trace, facts: Collection[str]) -> Trace:
    """Verify a relation by two independent facts; the two are one family from now on, and travel together."""
    row = _held(act, found)
    if row.checked != Checked.SAFE:
        raise Refused("not_checked", _("Protection hasn't said yet that this is safe."), who=Role.PROTECTION_CASEWORKER)
    if len(set(facts) & set(KinFact.values)) < FACTS_NEEDED:
        raise Invalid("facts_needed", _("Two facts that don't depend on one another are needed."), field="facts")
    with whole_house():
        _one_family(act.by_house(), row)
    row.facts, row.verified_at = sorted(set(facts) & set(KinFact.values)), act.at
    row.save()
    _about(act, row)
    act.detail = {"facts": row.facts}
    return row


@action("people.record_reunion")
def record_reunion(act: Act, found: Trace, site: Site) -> Trace:
    """Record that a family met again: when, where, and by which member of staff."""
    row = _held(act, found)
    if row.verified_at is None:
        raise Refused("not_verified", _("Verify the relation first."))
    row.reunited_at, row.reunited_in, row.reunited_by = act.at, site, act.actor.account_id
    row.save()
    _about(act, row)
    act.detail = {"site": site.code}
    return row


def _held(act: Act, found: Trace) -> Trace:
    row = Trace.objects.select_for_update(no_key=True).filter(pk=found.pk).select_related("person", "found").first()
    if row is None:
        raise Missing("no_trace", _("Nobody such was found within your reach."))
    hold(act, [row.person_id, row.found_id])
    return row


def _agree(persons: Collection[int], day: date) -> set[int]:
    """Those who agree today to be put in touch with relatives."""
    live = Q(withdrawn=None) & (Q(until=None) | Q(until__gt=day))
    rows = Consent.objects.filter(live, person__among=list(persons), purpose=TO_TRACE, given__lte=day)
    return set(rows.values_list("person_id", flat=True))


def _families(persons: Collection[int]) -> dict[int, set[int]]:
    """By person, those who stand in their family already."""
    mine = dict(Membership.objects.filter(person__among=persons, left_at=None).values_list("person_id", "group_id"))
    members: dict[int, set[int]] = {}
    for group, person in Membership.objects.filter(group__in=set(mine.values()), left_at=None).values_list(
        "group_id", "person_id"
    ):
        members.setdefault(group, set()).add(person)
    return {p: members.get(mine.get(p, 0), set()) for p in persons}


def _one_family(act: Act, row: Trace) -> None:
    """The found one stands in the family of who looked for them; it is formed where there is none."""
    standing = Membership.objects.filter(person=row.person_id, left_at=None).select_related("group").first()
    theirs = (row.found, row.relative.relation, True)
    if standing is None:
        form_group(act, "family", [(row.person, Relation.HEAD.value, True), theirs])
    elif not Membership.objects.filter(person=row.found_id, group=standing.group_id, left_at=None).exists():
        join_group(act, standing.group, [theirs])


def _about(act: Act, row: Trace) -> None:
    act.persons = [row.person_id, row.found_id]
