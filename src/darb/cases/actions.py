"""Writes about cases. Steps and gates come from the programme's declaration; nothing here names one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from darb.people.actions import hold as hold_persons
from darb.people.models import Person
from darb.places.models import DETAINING, Site
from darb.programmes.screening import NEVER_INTERPRET
from darb.rules.pathway import BACK, CASES, OVERRIDE, SideState
from darb.rules.refusal import Forbidden, Invalid, Missing, Refused, Stale
from darb.rules.roles import Role
from darb.rules.stepping import why_not
from darb.rules.words import _
from darb.trust import scopes
from darb.trust.action import Act, action
from darb.trust.context import unsealed, whole_house
from darb.trust.copying import change_in, copy_in
from darb.trust.models import Scope
from darb.trust.powers import DataClass
from darb.trust.references import unused_references
from darb.trust.scopes import Where

from . import keeping
from .models import Case, Encounter, StageChange, Verdict
from .panel import KIND as PANEL_KIND
from .panel import Sat, check_panel, told
from .pathways import pathway
from .reading import bound_facts, facts_for, standing_in, verdict_told
from .reflection import check_reflected


@dataclass(frozen=True)
class Opening:
    """A case to open: for whom, to where, from which airport."""

    person: Person
    return_country: str
    return_area: str = ""
    return_airport: str = ""
    departure_airport: str = ""
    unaccompanied: bool = False
    vulnerabilities: Sequence[str] = ()


@action("cases.open")
def open_cases(act: Act, programme: str, openings: Sequence[Opening]) -> list[Case]:
    """Open a case for each person, at the beginning of the pathway. Refuses a second open case of a person."""
    held = {p.pk: p for p in hold_persons(act, [o.person.pk for o in openings])}
    taken = Case.objects.filter(person__among=held, programme=programme, closed=None).select_related("person").first()
    if taken:
        raise Refused(
            "case_open", _("{name} has an open case already: {case}."), name=taken.person.name, case=taken.ref
        )
    where = _programme_scopes({p.scope_id for p in held.values()}, programme)
    begins = pathway(programme).begins
    types = dict(Site.objects.filter(pk__in={p.site_id for p in held.values()}).values_list("pk", "type"))
    cases = [
        Case(
            scope_id=where[held[o.person.pk].scope_id],
            ref=ref,
            person=held[o.person.pk],
            programme=programme,
            stage=begins,
            stage_since=act.at,
            opened=act.day,
            return_country=o.return_country,
            return_area=o.return_area,
            return_airport=o.return_airport,
            departure_airport=o.departure_airport,
            detained=types.get(held[o.person.pk].site_id) in DETAINING,
            unaccompanied=o.unaccompanied,
            vulnerabilities=list(o.vulnerabilities),
        )
        for o, ref in zip(openings, unused_references(Case, len(openings)), strict=True)
    ]
    copy_in(cases)
    copy_in([_change(c, "open", "", begins, act, "") for c in cases])
    about(act, cases)
    act.detail = {"programme": programme, "count": len(cases)}
    return cases


@action("cases.take_step")
def take_step(
    act: Act,
    cases: Sequence[Case],
    step: str,
    *,
    day: date | None = None,
    reason: str = "",
    review_on: date | None = None,
    expected: Mapping[int, int] | None = None,
    through: str = CASES,
    vouched: bool = False,
) -> list[Case]:
    """Take `step` with every one of `cases`, or with none; the first that may not refuses, and says why.

    `day` is the day that the deed is for (default: today). `through` is the room that takes the step;
    `vouched` that this room has checked the reach by a row of its own.
    """
    held = hold(act, [c.pk for c in cases], expected, vouched=vouched)
    declared = pathway(held[0].programme)
    taken = declared.step(step)
    if taken.needs or taken.guards:
        with whole_house():
            facts = facts_for(held)
    else:
        facts = {c.pk: standing_in(c) for c in held}
    roles = list(Role) if act.actor.house else act.actor.roles
    for case in held:
        refusals = why_not(declared, taken, facts[case.pk], day or act.day, roles=roles, through=through)
        if refusals:
            raise Refused.because(refusals[0])
    changes = []
    for case in held:
        into = case.stage_before if taken.into == BACK else taken.into or case.stage
        _check_asked(declared.stage(into), reason, review_on, case.stage)
        changes.append(_change(case, step, case.stage, into, act, reason))
        _enter(case, into, act, reason, review_on)
    with whole_house():
        change_in(held, ["stage", "stage_since", "stage_before", "why", "review_on", "version", "closed"])
        copy_in(changes)
    about(act, held)
    act.detail = {"step": step}
    return held


@action("cases.close")
def close(act: Act, cases: Sequence[Case], code: str) -> list[Case]:
    """Close cases with one of the endings that their stage allows."""
    held = hold(act, [c.pk for c in cases])
    for case in held:
        if code not in {e.key for e in pathway(case.programme).endings_from(case.stage)}:
            raise Refused("no_such_ending", _("A case can't be closed in this way where it stands now."))
    held = take_step(act, held, "close")
    Case.objects.filter(pk__among=[c.pk for c in held]).update(closure_code=code)
    about(act, held)
    return held


@action("cases.set_return")
def set_return(
    act: Act,
    case: Case,
    *,
    expected: int,
    return_country: str | None = None,
    return_area: str | None = None,
    return_airport: str | None = None,
    departure_airport: str | None = None,
) -> Case:
    """Change where a person goes home to, or leaves from. Gates bound to it turn red by themselves."""
    held = hold(act, [case.pk], {case.pk: expected})[0]
    given = {
        "return_country": return_country,
        "return_area": return_area,
        "return_airport": return_airport,
        "departure_airport": departure_airport,
    }
    for name, value in given.items():
        if value is not None:
            setattr(held, name, value)
    held.version += 1
    held.save()
    about(act, [held])
    act.detail = {k: v for k, v in given.items() if v is not None}
    return held


@dataclass(frozen=True)
class Ruled:
    """A verdict to give: the gate's code, the ruling's code, how long it stands, what it asks and was given for.

    `panel` are those who decided together, where the ruling asks for several.
    """

    case: Case
    gate: str
    code: str
    until: date | None = None
    conditions: Sequence[str] = ()
    reason: str = ""
    since: date | None = None
    panel: Sequence[Sat] = ()


@action("cases.give_verdict")
def give_verdicts(act: Act, given: Sequence[Ruled]) -> list[Verdict]:
    """Give verdicts on gates, each in place of the one that stands. The gate's declaration says who may."""
    held = {c.pk: c for c in hold(act, [g.case.pk for g in given])}
    standing = {
        (v.case_id, v.gate): v for v in Verdict.objects.filter(case__among=held, superseded_at=None).select_for_update()
    }
    gates = {g.gate: _gate(held[g.case.pk], g.gate) for g in given}
    bound = [held[g.case.pk] for g in given if gates[g.gate].bound_to]
    facts = bound_facts(bound)
    rows = []
    for g in given:
        case, gate = held[g.case.pk], gates[g.gate]
        there = standing.get((case.pk, g.gate))
        role = _ruling_role(act, gate, g, verdict_told(there) if there else None)
        ruling = gate.ruling(g.code)
        if there and not act.actor.house and gate.lifts(g.code, verdict_told(there)) and not g.reason.strip():
            raise Invalid("reason_needed", _("Write why what stands here is lifted."), field="reason")
        if ruling and ruling.panel > 1 and not act.actor.house:
            check_panel(g.panel, ruling)
        if ruling and ruling.reflected and not act.actor.house:
            check_reflected(case, act.day)
        if g.until and g.until <= (g.since or act.day):
            raise Invalid("until_past", _("The end of a decision must lie after its beginning."), field="until")
        rows.append(
            Verdict(
                scope_id=case.scope_id,
                case=case,
                person_id=case.person_id,
                gate=g.gate,
                granted=ruling.granted if ruling else True,
                code=g.code,
                conditions=list(g.conditions),
                since=g.since or act.day,
                until=g.until,
                bound=dict(gate.binding(facts[case.pk])) if gate.bound_to else {},
                reason=g.reason,
                role=role.value,
                override=g.code == OVERRIDE,
                account_id=act.actor.account_id,
                at=act.at,
            )
        )
    old = [standing[g.case.pk, g.gate].pk for g in given if (g.case.pk, g.gate) in standing]
    Verdict.objects.filter(pk__among=old).update(superseded_at=act.at)
    copy_in(rows)
    if sat := [g for g in given if g.panel]:
        kept = [Spoken(g.case, PANEL_KIND, "eng", told(g.panel, g), data_class=DataClass.CHILD.value) for g in sat]
        record_encounters(act.by_house(), kept)
    about(act, list(held.values()))
    act.detail = {"verdicts": sorted({f"{g.gate}:{g.code}" for g in given})}
    return rows


@action("cases.override")
def override(act: Act, case: Case, gate: str, reason: str, until: date | None = None) -> Verdict:
    """Open a gate that its declaration lets this role open, with the reason; refuses where nobody may."""
    if not reason.strip():
        raise Invalid("reason_needed", _("Write the reason: it stays with the decision."), field="reason")
    return give_verdicts(act, [Ruled(case, gate, OVERRIDE, until, (), reason)])[0]


@action("cases.meet_condition")
def meet_conditions(act: Act, met: Sequence[tuple[Case, str, str]]) -> int:
    """Confirm conditions of standing verdicts: (case, gate, condition). The verdict is given anew with what is met."""
    held = {c.pk: c for c in hold(act, [case.pk for case, _g, _c in met])}
    wanted: dict[tuple[int, str], set[str]] = {}
    for case, gate, condition in met:
        wanted.setdefault((case.pk, gate), set()).add(condition)
    fresh = []
    for verdict in Verdict.objects.filter(case__among=held, superseded_at=None).select_for_update():
        more = wanted.get((verdict.case_id, verdict.gate), set()) & set(verdict.conditions)
        if more - set(verdict.met):
            fresh.append(given_anew(act, verdict, more | set(verdict.met)))
    copy_in(fresh)
    about(act, list(held.values()))
    return len(fresh)


def given_anew(act: Act, verdict: Verdict, met: Collection[str]) -> Verdict:
    """The same decision with other conditions met, in place of the one that stands."""
    Verdict.objects.filter(pk=verdict.pk).update(superseded_at=act.at)
    verdict.pk, verdict.superseded_at = None, None
    verdict._state.adding = True
    verdict.met = sorted(met)
    return verdict


@dataclass(frozen=True)
class Spoken:
    """A conversation to record: of which kind, where and how it was held, and the answers by question code."""

    case: Case
    kind: str
    language: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    channel: str = "field"
    interpreter: str = ""
    private: bool = True
    not_private_because: str = ""
    data_class: str = "D6"
    interpreter_is: str = ""


@action("cases.record_encounter")
def record_encounters(act: Act, spoken: Sequence[Spoken]) -> list[Encounter]:
    """Record conversations. Without privacy, the reason must be written; some people never interpret."""
    held = {c.pk: c for c in hold(act, [s.case.pk for s in spoken])}
    people = Person.objects.in_bulk({c.person_id for c in held.values()})
    for s in spoken:
        if s.interpreter_is in NEVER_INTERPRET:
            raise Invalid(
                "never_interprets",
                _(
                    "A fellow detainee, a guard, a companion or one of a group that the person fears never interprets:"
                    " find somebody else, or come again."
                ),
                field="interpreter_is",
            )
        if not s.private and not s.not_private_because.strip():
            raise Invalid(
                "not_private",
                _("Write why the conversation wasn't private."),
                field="not_private_because",
            )
    rows = [
        Encounter(
            scope_id=held[s.case.pk].scope_id,
            case=held[s.case.pk],
            person_id=held[s.case.pk].person_id,
            kind=s.kind,
            at=act.at,
            place_id=people[held[s.case.pk].person_id].site_id,
            channel=s.channel,
            language=s.language,
            interpreter=s.interpreter,
            interpreter_is=s.interpreter_is,
            private=s.private,
            not_private_because=s.not_private_because,
            answers=dict(s.answers),
            data_class=s.data_class,
            account_id=act.actor.account_id,
        )
        for s in spoken
    ]
    with unsealed():
        copy_in(rows)
    about(act, list(held.values()))
    act.detail = {"kinds": sorted({s.kind for s in spoken})}
    return rows


@action("cases.refresh_readiness")
def refresh_readiness(act: Act, after: int, limit: int) -> int | None:
    """Judge and score the next `limit` cases after id `after` again; gives the last id, or None at the end."""
    with whole_house():
        keeping.everyones_turn()
        cases = list(Case.objects.filter(pk__gt=after, closed=None).order_by("pk")[:limit])
        changed = keeping.refresh_cases(cases, act.day)
        scored = keeping.rank_cases([c.pk for c in cases], act.day)
    act.detail = {"after": after, "cases": len(cases), "changed": changed, "scored": scored}
    return cases[-1].pk if len(cases) == limit else None


def hold(
    act: Act, case_ids: Sequence[int], expected: Mapping[int, int] | None = None, *, vouched: bool = False
) -> list[Case]:
    """Lock cases in order of id, check reach and the versions that a page showed."""
    wanted = set(case_ids)
    # No key of a case ever changes: rows that refer to it can be written meanwhile.
    rows = Case.objects.select_for_update(no_key=True).filter(pk__among=wanted).order_by("pk")
    if vouched:
        with whole_house():
            held = list(rows)
    else:
        held = list(rows)
    if not held or len(held) != len(wanted):
        raise Missing("no_case", _("No such case is within your reach."))
    if not vouched:
        act.within({c.scope_id for c in held})
    for case in held:
        if expected and expected.get(case.pk, case.version) != case.version:
            raise Stale(
                "stale",
                _("Somebody changed this case since you opened the page: load it again, then repeat your change."),
            )
    return held


def _programme_scopes(person_scopes: set[int], programme: str) -> dict[int, int]:
    """By scope of the person, the scope of a case in `programme`."""
    rows = list(Scope.objects.filter(pk__in=person_scopes))
    wanted = {s.pk: Where(s.office, s.site, programme, s.level) for s in rows}
    made = scopes.scope_ids(wanted.values())
    return {pk: made[where] for pk, where in wanted.items()}


def _change(case: Case, step: str, source: str, into: str, act: Act, reason: str) -> StageChange:
    return StageChange(
        scope_id=case.scope_id,
        case=case,
        person_id=case.person_id,
        step=step,
        from_stage=source,
        to_stage=into,
        at=act.at,
        account_id=act.actor.account_id,
        reason=reason,
    )


def _check_asked(stage: Any, reason: str, review_on: date | None, source: str) -> None:
    if not isinstance(stage, SideState) or stage.key == source:
        return
    if not reason.strip():
        raise Invalid("reason_needed", _("Write the reason: it stays with the decision."), field="reason")
    if "review_date" in stage.asks and review_on is None:
        raise Invalid("review_needed", _("Say on which day this is looked at again."), field="review_on")


def _enter(case: Case, into: str, act: Act, reason: str, review_on: date | None) -> None:
    stage = pathway(case.programme).stage(into)
    case.version += 1
    if into == case.stage:
        return
    case.stage_before = case.stage if isinstance(stage, SideState) else ""
    case.stage, case.stage_since = into, act.at
    case.why = reason if isinstance(stage, SideState) else ""
    case.review_on = review_on
    if stage.final:
        case.closed = act.day


def _gate(case: Case, code: str) -> Any:
    try:
        return pathway(case.programme).gate(code)
    except KeyError:
        raise Missing("no_gate", _("This programme has no gate {gate}."), gate=code) from None


def _ruling_role(act: Act, gate: Any, given: Ruled, standing: Any) -> Role:
    roles = [r for r in Role if act.actor.has(r)]
    refusals = [gate.may_rule(given.code, role, standing) for role in roles]
    allowed = [role for role, refusal in zip(roles, refusals, strict=True) if refusal is None]
    if allowed:
        return allowed[0]
    raise Forbidden(refusals[0].code, refusals[0].sentence, who=refusals[0].who, **refusals[0].values)


def about(act: Act, cases: Sequence[Case]) -> None:
    """Say in the log whom a deed is about: everyone of these cases, and the one case where it is one."""
    act.persons = [c.person_id for c in cases]
    if len(cases) == 1:
        act.subject = cases[0].ref
