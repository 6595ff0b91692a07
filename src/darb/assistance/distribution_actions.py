"""Distributions: planned with their list, opened, handed out one by one, stopped, closed with everything accounted for.

Nobody is refused aid because of a match that no one has judged: only what a person's own files, or their family's,
already had asks for a reason, and the reason is enough.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from darb.people.actions import hold
from darb.people.models import Person
from darb.places.models import Site
from darb.rules.reference import new_reference
from darb.rules.refusal import Invalid, Missing, Refused, Stale
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust import scopes
from darb.trust.action import Act, action
from darb.trust.copying import copy_in
from darb.trust.scopes import Where

from .actions import MOST_AT_ONCE, Given, give
from .distribution_queries import families, given_before
from .items import DISTRIBUTED, Receipt
from .models import Agreement, Distribution, DistributionState, LedgerLine, Share
from .partner_actions import demand

PERIODS = (1, 365)
MOST_LOADED = 100_000
_LEAD = Role.DISTRIBUTION_LEAD
_SAYS = {
    DistributionState.PLANNED: _("The distribution isn't open yet: open it first."),
    DistributionState.OPEN: _("The distribution is open already."),
    DistributionState.STOPPED: _("The distribution is stopped: resume it when it is safe."),
    DistributionState.CLOSED: _("The distribution is closed: nothing in it changes any more."),
}


@action("assistance.plan_distribution")
def plan_distribution(
    act: Act, site: Site, day: date, item: str, *, period: int = 30, project: str = "", partner: str = ""
) -> Distribution:
    """Plan a distribution of `item`; a second one to a family within `period` days will ask for a reason.

    `partner`: who hands it out for us, with whom an agreement was signed at some time; empty: we ourselves.
    """
    if item not in DISTRIBUTED:
        raise Invalid("not_distributed", _("Choose what is handed out."), field="item")
    if not PERIODS[0] <= period <= PERIODS[1]:
        raise Invalid("bad_period", _("A period lies between {least} and {most} days."), field="period",
                      least=PERIODS[0], most=PERIODS[1])  # fmt: skip
    if day < act.day:
        raise Invalid("day_past", _("This day is over: choose one from today on."), field="day")
    if partner and not Agreement.objects.filter(partner=partner).exists():
        raise Invalid("no_such_partner", _("There is no agreement with a partner of that name."), field="partner")
    act.within([scopes.scope_id(Where(site.office, site.code))])
    made = Distribution.objects.create(
        ref=new_reference(),
        site=site,
        office=site.office,
        day=day,
        item=item,
        project=project,
        partner=partner,
        period=period,
        planned_by=act.actor.account_id,
    )
    act.subject = made.ref
    act.detail = {"item": item, "site": site.code}
    return made


@action("assistance.list_families")
def list_families(act: Act, distribution: Distribution, persons: Collection[int]) -> list[Share]:
    """Put the families of these persons (ids), and those who are alone, on the list: a family once, its head signs.

    Passes over whoever is on it already, in any of their files.
    """
    held = _held(act, distribution, (DistributionState.PLANNED, DistributionState.OPEN))
    hold(act, list(persons))
    found = families(persons)
    listed = {p for family in families(held.shares.values_list("person", flat=True)).values() for p in family.files}
    wanted = {family.head: family for family in found.values() if not family.files & listed}
    signing = {p.pk: p for p in hold(act, list(wanted))}
    made = copy_in([_share(act, held, signing[pk], family.people) for pk, family in wanted.items()])
    act.persons = [share.person_id for share in made]
    act.detail = {"listed": len(made), "people": sum(s.people for s in made), "passed_over": len(found) - len(made)}
    return made


@action("assistance.open_distribution")
def open_distribution(
    act: Act, distribution: Distribution, loaded: int, *, carrier: str = "", expected: int | None = None
) -> Distribution:
    """Open it, with so many loaded, brought by `carrier`. Whoever opens it answers for its list: the mission's own, and
    no guard's. What goes into a partner's hands is refused where no agreement with it is in force on the day.
    """
    held = _held(act, distribution, (DistributionState.PLANNED,), expected)
    if not 0 < loaded <= MOST_LOADED:
        raise Invalid("bad_load", _("Write how many were loaded."), field="loaded")
    if not held.shares.exists():
        raise Refused("empty_list", _("Nobody is on the list: put the families on it first."), who=_LEAD)
    if held.partner:
        demand(held.partner, act.day)
    held.state, held.loaded, held.opened_at = DistributionState.OPEN, loaded, act.at
    held.carrier = " ".join(carrier.split())[:120]
    act.detail = {"loaded": loaded}
    return _kept(held)


@dataclass(frozen=True)
class Handed:
    """What somebody gets: how many, how it is signed for, who takes it for them, and why where they had one before."""

    quantity: int
    receipt: str
    collected_by: str = ""
    because: str = ""


@action("assistance.hand_out")
def hand_out(act: Act, distribution: Distribution, person: Person, handed: Handed) -> LedgerLine:
    """Hand something out and have it signed for. Who isn't on the list is put on it, marked as come without.

    Refuses without a reason what the person, in any of their files, or their family had within the period.
    """
    held = _held(act, distribution, (DistributionState.OPEN,))
    if handed.receipt not in Receipt.values:
        raise Invalid("no_receipt", _("Choose how it was signed for."), field="receipt")
    if handed.quantity < 1:
        raise Invalid("bad_quantity", _("A quantity lies between 1 and {most}."), field="quantity", most=MOST_AT_ONCE)
    left = held.loaded - held.issued
    if handed.quantity > left:
        raise Invalid("none_left", _("Only {left} are left of what was loaded."), field="quantity", left=left)
    (signing,) = hold(act, [person.pk])
    family = families([signing.pk])[signing.pk]
    before = given_before(family.files, held.item, act.day, held.period)
    if before and not handed.because.strip():
        last = before[0]
        raise Invalid(
            "had_already",
            _("{name} got one on {day}: write why another is given."),
            field="because",
            name=last.person.name,
            day=f"{last.given_at:%Y-%m-%d}",
        )
    if not held.shares.filter(person__among=family.files).exists():
        copy_in([_share(act, held, signing, family.people, at_the_door=True)])
    return _written(act, held, signing, handed, {"again": bool(before)})


@action("assistance.take_back_handed")
def take_back_handed(act: Act, distribution: Distribution, person: Person, quantity: int, why: str) -> LedgerLine:
    """Take back what was written wrongly or brought back by the person, while the distribution lasts."""
    held = _held(act, distribution, (DistributionState.OPEN, DistributionState.STOPPED))
    if not why.strip():
        raise Invalid("no_reason", _("Write why it is taken back."), field="why")
    if not 0 < quantity <= MOST_AT_ONCE:
        raise Invalid("bad_quantity", _("A quantity lies between 1 and {most}."), field="quantity", most=MOST_AT_ONCE)
    return _written(act, held, person, Handed(-quantity, "", because=why), {})


@action("assistance.stop_distribution")
def stop_distribution(act: Act, distribution: Distribution, why: str) -> Distribution:
    """Stop handing out: a crowd, guards who take things, shooting. Anybody who hands out may."""
    held = _held(act, distribution, (DistributionState.OPEN,))
    if not why.strip():
        raise Invalid("no_reason", _("Write why it is stopped."), field="why")
    held.state, held.why = DistributionState.STOPPED, why.strip()[:200]
    return _kept(held)


@action("assistance.resume_distribution")
def resume_distribution(act: Act, distribution: Distribution) -> Distribution:
    """Go on after a stop."""
    held = _held(act, distribution, (DistributionState.STOPPED,))
    held.state = DistributionState.OPEN
    return _kept(held)


@action("assistance.close_distribution")
def close_distribution(
    act: Act, distribution: Distribution, returned: int, lost: int, why: str = "", *, expected: int | None = None
) -> Distribution:
    """Close it: what was loaded was handed out, brought back, or lost, and of the lost it is said how."""
    held = _held(act, distribution, (DistributionState.OPEN, DistributionState.STOPPED), expected)
    if returned < 0 or lost < 0:
        raise Invalid("bad_count", _("A count isn't below zero."), field="returned" if returned < 0 else "lost")
    told = held.issued + returned + lost
    if told != held.loaded:
        raise Refused(
            "doesnt_add_up",
            _(
                "{loaded} were loaded, but {issued} handed out, {returned} brought back and {lost} lost make {told}:"
                " count again."
            ),
            loaded=held.loaded,
            issued=held.issued,
            returned=returned,
            lost=lost,
            told=told,
        )
    if lost and not why.strip():
        raise Invalid("no_reason", _("Write what became of those that are lost."), field="why")
    held.state, held.returned, held.lost, held.closed_at = DistributionState.CLOSED, returned, lost, act.at
    held.why = why.strip()[:200] or held.why
    act.detail = {"issued": held.issued, "returned": returned, "lost": lost}
    return _kept(held)


def _held(act: Act, distribution: Distribution, states: Sequence[str], expected: int | None = None) -> Distribution:
    """Locked for this deed: in one of `states`, within reach, and at the version that the page showed."""
    held = (
        Distribution.objects.select_for_update(of=("self",)).select_related("site").filter(pk=distribution.pk).first()
    )
    if held is None:
        raise Missing("no_distribution", _("There is no such distribution."))
    act.within([scopes.scope_id(Where(held.office, held.site.code))])
    if held.state not in states:
        raise Refused("distribution_state", _SAYS[DistributionState(held.state)], who=_LEAD)
    if expected is not None and expected != held.version:
        raise Stale(
            "stale",
            _("Somebody changed this distribution since you opened the page: load it again, then repeat your change."),
        )
    act.subject = held.ref
    return held


def _kept(held: Distribution) -> Distribution:
    held.version += 1
    held.save()
    return held


def _share(act: Act, held: Distribution, person: Person, people: int, *, at_the_door: bool = False) -> Share:
    return Share(
        scope_id=person.scope_id,
        distribution=held,
        person=person,
        people=people,
        at_the_door=at_the_door,
        listed_at=act.at,
    )


def _written(act: Act, held: Distribution, person: Person, handed: Handed, detail: dict[str, object]) -> LedgerLine:
    """Write it into the ledger, and count it with the distribution."""
    given = Given(
        person,
        held.item,
        handed.quantity,
        occasion=held.ref,
        project=held.project,
        receipt=handed.receipt,
        collected_by=handed.collected_by,
        because=handed.because,
    )
    (line,) = give(act, [given])
    held.issued += handed.quantity
    # The version stays: a hundred hand-outs an hour don't make the page of whoever closes it a stale one.
    held.save(update_fields=["issued"])
    act.subject, act.detail = held.ref, {"quantity": handed.quantity, **detail}
    return line
