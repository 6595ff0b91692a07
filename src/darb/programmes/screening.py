"""The rapid screen for vulnerability that everyone gets, and the counter-trafficking screen.

From `artefacts.md` 3.1.3 and 3.1.4. Questions go by the levels of the model of determinants of
vulnerability: individual, household, community, structural; then experience and what protects.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from darb.rules.roles import Role
from darb.rules.words import Words, _


class Level(StrEnum):
    """Where a vulnerability comes from."""

    INDIVIDUAL = "individual"
    HOUSEHOLD = "household"
    COMMUNITY = "community"
    STRUCTURAL = "structural"
    EXPERIENCE = "experience"
    PROTECTIVE = "protective"


LEVELS: dict[Level, Words] = {
    Level.INDIVIDUAL: _("The person"),
    Level.HOUSEHOLD: _("Family and household"),
    Level.COMMUNITY: _("People around"),
    Level.STRUCTURAL: _("Detention, law and services"),
    Level.EXPERIENCE: _("What happened on the way"),
    Level.PROTECTIVE: _("What helps"),
}


@dataclass(frozen=True)
class FollowUp:
    """Who must see the person, within how many hours of the answer."""

    role: Role
    hours: int


CHILD_TEAM = FollowUp(Role.CHILD_PROTECTION_OFFICER, 12)
PHYSICIAN = FollowUp(Role.PHYSICIAN, 12)
COUNTER_TRAFFICKING = FollowUp(Role.COUNTER_TRAFFICKING_FOCAL_POINT, 72)
PROTECTION = FollowUp(Role.PROTECTION_CASEWORKER, 24)
COUNSELLOR = FollowUp(Role.MHPSS_COUNSELLOR, 72)

NEVER_INTERPRET = frozenset({"fellow_detainee", "guard", "travel_companion", "rival_group"})
INTERPRETERS: dict[str, Words] = {
    "none": _("Nobody: we speak the same language"),
    "staff": _("One of us, or a trained interpreter"),
    "phone": _("A trained interpreter by phone"),
    "volunteer": _("A volunteer whom the person accepts"),
    "fellow_detainee": _("A fellow detainee"),
    "guard": _("A guard"),
    "travel_companion": _("Somebody who came along"),
    "rival_group": _("One of a group that the person fears"),
}
"""Who may stand between the person and us; some never may, because the person couldn't speak freely."""


@dataclass(frozen=True)
class Question:
    """One question, answered yes or no. Yes sets `flag` (a vulnerability code) and calls for `follow_up`.

    `private` ones are asked only alone with the person, by trained staff.
    """

    code: str
    level: Level
    text: Words
    flag: str | None = None
    follow_up: FollowUp | None = None
    private: bool = False


_I, _H, _C, _S, _E, _P = Level

RAPID_SCREEN = (
    Question("under_18", _I, _("Is the person under 18, or may be?"), None, CHILD_TEAM),
    Question("over_60", _I, _("Is the person over 60?"), "ELD"),
    Question("pregnant", _I, _("Is she pregnant or breastfeeding?"), "PLW", PHYSICIAN),
    Question("ill", _I, _("Is there an illness, an injury, or medicine that must not stop?"), "MED", PHYSICIAN),
    Question(
        "disability", _I, _("Is there great difficulty in seeing, hearing, walking, remembering or self-care?"), "DIS"
    ),
    Question("distress", _I, _("Does the person seem in mental distress?"), "MH", COUNSELLOR),
    Question("documents", _I, _("Are the documents lost, or does someone keep them?"), "DOC"),
    Question("reading", _I, _("Does the person need help to read and write?")),
    Question("violence", _I, _("Was there sexual or gender-based violence?"), "GBV", PROTECTION, private=True),
    Question("child_alone", _H, _("Is this a child without a parent or guardian here?"), "UC", CHILD_TEAM),
    Question("child_with_others", _H, _("Is this a child with adults who are not the parents?"), "SC", CHILD_TEAM),
    Question("children_with", _H, _("Are there children with the person, with no other parent here?"), "SP"),
    Question("woman_alone", _H, _("Is this a woman travelling alone?"), "WAR"),
    Question("missing", _H, _("Are relatives missing?"), None, PROTECTION),
    Question("dependants", _H, _("Do people at home live on what this person sends?")),
    Question("debts", _H, _("Are there debts for the journey?")),
    Question("others_decide", _H, _("Does someone else decide for this person?"), None, PROTECTION, private=True),
    Question(
        "threats", _C, _("Do smugglers, employers or groups threaten the person?"), "SMG", PROTECTION, private=True
    ),
    Question("danger_now", _C, _("Is the person in danger now?"), None, PROTECTION, private=True),
    Question("turned_away", _C, _("Is the person attacked or turned away for who they are?"), None, PROTECTION),
    Question("no_network", _C, _("Is there nobody of the same country or language to turn to?")),
    Question("detained", _S, _("Is the person detained now?"), "DET"),
    Question("no_doctor", _S, _("Is there no access to a doctor?"), None, PHYSICIAN),
    Question("fighting_at_home", _S, _("Is there fighting where the person comes from?")),
    Question("stateless", _S, _("Does no country accept the person as a national?"), "STL", PROTECTION),
    Question(
        "fear_at_home",
        _S,
        _("Is there anyone or anything that the person fears at home?"),
        "ASY",
        PROTECTION,
        private=True,
    ),
    Question("ransom", _E, _("Was the person held for ransom?"), "SMG", PROTECTION, private=True),
    Question("torture", _E, _("Was the person tortured?"), "TOR", PHYSICIAN, private=True),
    Question(
        "forced_work",
        _E,
        _("Was the person forced to work, sold, or not paid?"),
        "VOT",
        COUNTER_TRAFFICKING,
        private=True,
    ),
    Question(
        "movement_controlled",
        _E,
        _("Did someone control where the person could go?"),
        "VOT",
        COUNTER_TRAFFICKING,
        private=True,
    ),
    Question(
        "shipwreck", _E, _("Was the person intercepted or shipwrecked at sea, or saw people die?"), None, COUNSELLOR
    ),
    Question("safe_place", _P, _("Is there a safe place to stay?")),
    Question("family_contact", _P, _("Is there contact with family?")),
    Question("skills", _P, _("Are there skills, savings or a phone to build on?")),
)


TRIAGE = tuple(
    question
    for question in RAPID_SCREEN
    if question.code in ("under_18", "child_alone", "pregnant", "ill", "distress", "woman_alone", "danger_now")
)
"""Two minutes at first contact: who can't wait for the screen."""

FULL_ASSESSMENT = "full_assessment"
TRAFFICKING, PRESUMED = "trafficking_screen", "presumed_trafficked"
RED_FLAGS = frozenset({"VOT", "GBV", "TOR", "SMG", "STL"})
"""Vulnerabilities that ask for a full assessment, whoever else sees the person; children alone are assessed by the
child team, in their best interests."""
NOT_SAFE, AT_DEPARTURE, CANT_ASSESS, NO_CONCERN = "return_not_safe", "needs_at_departure", "cannot_assess", "no_concern"
AGAIN_WITHIN_DAYS = 7
"""Whoever couldn't be assessed is screened again by then."""


def flags(answers: Mapping[str, bool]) -> tuple[str, ...]:
    """The vulnerability codes that the answers set, each once, in the order of the questions."""
    return tuple(dict.fromkeys(question.flag for question in _affirmed(answers) if question.flag))


def follow_ups(answers: Mapping[str, bool]) -> tuple[FollowUp, ...]:
    """Who must see the person and how soon, each role once with its shortest time, the soonest first."""
    soonest: dict[Role, int] = {}
    for follow_up in (question.follow_up for question in _affirmed(answers)):
        if follow_up:
            soonest[follow_up.role] = min(follow_up.hours, soonest.get(follow_up.role, follow_up.hours))
    return tuple(FollowUp(role, hours) for role, hours in sorted(soonest.items(), key=lambda each: each[1]))


def _affirmed(answers: Mapping[str, bool]) -> Iterable[Question]:
    return (question for question in RAPID_SCREEN if answers.get(question.code))


# Counter-trafficking -------------------------------------------------------------------------------

ACTS: dict[str, Words] = {
    "recruited": _("Recruited"),
    "moved": _("Moved"),
    "handed_over": _("Handed over to others"),
    "housed": _("Housed or hidden"),
    "sold": _("Sold"),
}
MEANS: dict[str, Words] = {
    "force": _("Force"),
    "threats": _("Threats"),
    "deception": _("Deception about the work"),
    "debt": _("Debt"),
    "documents_taken": _("Documents taken"),
    "locked_in": _("Locked in"),
    "abuse_of_power": _("Abuse of power"),
    "payment_to_controller": _("Payment to whoever controls the person"),
}
PURPOSES: dict[str, Words] = {
    "forced_labour": _("Forced labour"),
    "sexual_exploitation": _("Sexual exploitation"),
    "begging": _("Begging"),
    "crime": _("Crime"),
    "forced_marriage": _("Forced marriage"),
    "fighting": _("Fighting"),
    "organs": _("Removal of organs"),
}
TRAFFICKING_RESULTS: dict[str, Words] = {
    "none": _("No sign of trafficking"),
    "smuggled_with_abuse": _("Smuggled, with abuse"),
    "presumed_trafficked": _("Presumed victim of trafficking"),
}


def trafficking_result(acts: Collection[str], means: Collection[str], purposes: Collection[str], *, child: bool) -> str:
    """A code of TRAFFICKING_RESULTS, for a second reader to sign.

    Presumed trafficked is one act with one purpose, and for an adult one means as well (for a child no
    means is needed). Means without that is abuse on the way. Raises ValueError on an unknown code.
    """
    for given, known in ((acts, ACTS), (means, MEANS), (purposes, PURPOSES)):
        unknown = set(given) - set(known)
        if unknown:
            raise ValueError(f"unknown codes: {sorted(unknown)}")
    if acts and purposes and (means or child):
        return "presumed_trafficked"
    return "smuggled_with_abuse" if means else "none"
