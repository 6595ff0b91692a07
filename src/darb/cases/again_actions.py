"""A new case of somebody who is registered already: back after a return (X33), or after a case that ended otherwise."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from darb.people.actions import record_stay
from darb.people.models import Person
from darb.people.together import together
from darb.places.models import Site
from darb.programmes.second_return import second_return
from darb.rules.refusal import Forbidden, Refusal
from darb.trust.action import Act, action
from darb.trust.context import whole_house

from .actions import Opening, close, open_cases, take_step
from .models import Case, StageChange

HOME, ARRIVED, RETURNED = "handed_over", "arrived", "returned"


@action("cases.open_again")
def open_again(
    act: Act,
    person: Person,
    programme: str,
    site: Site,
    *,
    return_country: str,
    return_area: str = "",
    departure_airport: str = "",
    because: str = "",
) -> Case:
    """Open and register a case of `person`, who is at `site` now, linked to the newest case before it.

    Whoever was brought home is no duplicate: what they have stays one file. Raises Forbidden where the rule for a
    second return says no, unless the role that it names gives the reason (`because`).
    """
    refused = rule_for(person, act.day)
    who = refused.who if refused else None
    if refused and not (who and act.actor.has(who) and because.strip()):
        raise Forbidden(refused.code, refused.sentence, who=who, **refused.values)
    record_stay(act, person, site, act.day, "seen")
    person.refresh_from_db()
    before = Case.objects.filter(person=person, programme=programme).order_by("-pk").first()
    if before and before.stage == HOME and before.closed is None:
        close(act.by_house(), [before], RETURNED)
    wanted = Opening(person, return_country, return_area, departure_airport=departure_airport)
    case = take_step(act, open_cases(act, programme, [wanted]), "register", reason=because.strip()[:200])[0]
    Case.objects.filter(pk=case.pk).update(follows=before)
    act.persons, act.subject = [person.pk], case.ref
    act.detail = {"follows": before.ref if before else "", "rule": refused.code if refused else ""}
    return case


def rule_for(person: Person, day: date) -> Refusal | None:
    """What the rule for a second return says about a new case of `person` on `day`; None if it allows one."""
    return second_return(returns_of(person), day)


def returns_of(person: Person) -> Collection[date]:
    """The days on which this person came home with us, in any of their files."""
    with whole_house():
        files = together([person.pk])[person.pk]
        came = StageChange.objects.filter(person__among=files, to_stage=ARRIVED).values_list("case_id", "at")
        return sorted({case: at.date() for case, at in came}.values())
