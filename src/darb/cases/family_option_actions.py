"""When one of a family can't travel: all wait, the children go with a relative, or the family splits.

Somebody who works with the family proposes one of the three; protection's lead signs before anything changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from darb.people.models import Membership, Relation
from darb.programmes.voluntary_return_codes import FAMILY_OPTIONS
from darb.rules.refusal import Invalid, Refused
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.powers import DataClass

from .actions import Spoken, hold, override, record_encounters
from .models import Case, Encounter
from .reading import may_be_child
from .signing_actions import second_reader_signs
from .task_actions import ToDo, raise_tasks, tasks_over

OPTION, SIGN, CHOICE, REVIEW = "family_option", "sign_family_option", "family_choice", "family_review"
WAIT, WITH_RELATIVE, SPLIT = FAMILY_OPTIONS
GATE = "R12"


@action("cases.propose_family_option")
def propose_family_option(
    act: Act,
    case: Case,
    option: str,
    *,
    language: str,
    relative: Case | None = None,
    consent: str = "",
    review: date | None = None,
) -> Encounter:
    """Propose how the family of `case`, who can't travel now, goes on; nothing changes until it is signed.

    With a relative: a grown member of the same family whose relation is verified, and the parent's own consent,
    given in private and written down. Waiting needs the day on which it is looked at again.
    """
    held = hold(act, [case.pk])[0]
    members = family_of(held)
    if not members:
        raise Refused("no_family", _("Nobody must travel together with this person."))
    if option not in FAMILY_OPTIONS:
        raise Invalid("no_such_option", _("Choose one of the three ways."), field="option")
    if option == WAIT and (review is None or review <= act.day):
        raise Invalid("review_needed", _("Say on which day this is looked at again."), field="review")
    if option == WITH_RELATIVE:
        _check_relative(act, held, members, relative, consent)
    answers = {
        "option": option,
        "relative": relative.ref if relative and option == WITH_RELATIVE else "",
        "consent": consent.strip()[:500],
        "review": review.isoformat() if review else "",
    }
    kept = Spoken(held, OPTION, language, answers, data_class=DataClass.PROTECTION.value)
    row = record_encounters(act, [kept])[0]
    raise_tasks(act.by_house(), [ToDo(held, SIGN, Role.PROTECTION_LEAD, act.day)])
    tasks_over(act, [held.pk], CHOICE)
    act.persons, act.subject = [held.person_id], held.ref
    act.detail = {"option": option}
    return row


@action("cases.sign_family_option")
def sign_family_option(act: Act, proposed: Encounter, agrees: bool, why: str) -> Case:
    """Protection's lead signs what was proposed, or doesn't, and says why. Signed, those who go needn't wait."""
    row, held = second_reader_signs(act, proposed, agrees, why)
    if agrees:
        for case in _going(held, row):
            override(act, case, GATE, why.strip()[:200])
        if row.answers["option"] == WAIT:
            due = date.fromisoformat(row.answers["review"])
            raise_tasks(act.by_house(), [ToDo(held, REVIEW, Role.VHR_CASEWORKER, due, due.isoformat())])
    else:
        raise_tasks(act.by_house(), [ToDo(held, CHOICE, Role.VHR_CASEWORKER, act.day + timedelta(days=1))])
    tasks_over(act, [held.pk], SIGN)
    act.persons, act.subject = [held.person_id], held.ref
    act.detail = {"option": row.answers["option"], "agrees": agrees}
    return held


def family_of(case: Case) -> list[tuple[Case, Membership]]:
    """Open cases of the others who must travel together with `case`, each with their place in the family."""
    groups = Membership.objects.filter(person=case.person_id, left_at=None, group__must_travel_together=True)
    members = Membership.objects.filter(group__in=groups.values("group"), left_at=None)
    of = {m.person_id: m for m in members.exclude(person=case.person_id).order_by("pk")}
    cases = Case.objects.filter(person__in=of, programme=case.programme, closed=None).select_related("person")
    return [(c, of[c.person_id]) for c in cases.order_by("pk")]


def can_take_along(case: Case, member: Membership, day: date) -> bool:
    """Whether a member of the family can take its children along: grown, and a relative beyond doubt."""
    known = member.relation == Relation.HEAD or (member.verified and member.relation != Relation.OTHER_NON_FAMILY)
    return known and not may_be_child(case.person, day)


def _check_relative(
    act: Act, case: Case, members: Sequence[tuple[Case, Membership]], relative: Case | None, consent: str
) -> None:
    if not any(may_be_child(c.person, act.day) for c, _m in members):
        raise Refused("no_children", _("There are no children in this family who would go along."))
    fits = relative and any(c.pk == relative.pk and can_take_along(c, m, act.day) for c, m in members)
    if not fits:
        raise Invalid(
            "no_such_relative",
            _("Choose a grown relative of the same family whose relation is verified."),
            field="relative",
        )
    if not may_be_child(case.person, act.day) and not consent.strip():
        raise Invalid(
            "consent_needed",
            _("The parent must agree, in private: write how, in which language, and who interpreted."),
            field="consent",
        )


def _going(case: Case, proposed: Encounter) -> list[Case]:
    """Those who needn't wait for `case` any more."""
    members = family_of(case)
    if proposed.answers["option"] == SPLIT:
        return [c for c, _m in members]
    if proposed.answers["option"] == WAIT:
        return []
    day = proposed.at.date()
    return [c for c, _m in members if c.ref == proposed.answers["relative"] or may_be_child(c.person, day)]
