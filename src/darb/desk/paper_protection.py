"""Papers of the screening and of protection, for their own file: the screen, and the full assessment.

The screen's form is the same empty, to be filled in by hand where there is no line, and ticked as it was answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from darb.cases.models import Encounter
from darb.cases.queries import newest_talk
from darb.programmes.assessment import DANGERS, LEVELS, WISHES
from darb.programmes.screening import FULL_ASSESSMENT, RAPID_SCREEN
from darb.programmes.screening import LEVELS as SCREEN_LEVELS
from darb.programmes.voluntary_return_codes import SCREENING_RESULTS
from darb.rules.refusal import Refused
from darb.rules.roles import Role
from darb.rules.words import _ as marked
from darb.trust.powers import DataClass

from .paper_parts import Column, Facts, Heading, Part, Sheet, Signed, Table, Ticks, Value, Words
from .paper_person import about, case_asked, identity
from .paper_words import NONE, Asked, at, on
from .wording import of_asylum

SCREENING = "screening"


def screening_form(asked: Asked) -> Sheet:
    """The rapid screen of one person: ticked as it was answered last, for who reads that; empty boxes otherwise."""
    case = case_asked(asked)
    screened = newest_talk(asked.actor, case, SCREENING)
    answers: Mapping[str, Any] = screened.answers if screened else {}
    if not asked.actor.sees(DataClass.ASYLUM):
        answers = {code: answer for code, answer in answers.items() if not of_asylum(code, answer)}
    parts: list[Part] = [Facts(identity(case), columns=2), Facts(_held(screened), columns=2)]
    for level, label in SCREEN_LEVELS.items():
        rows: list[list[Value]] = [
            [_(q.text) + (" *" if q.private else ""), answers.get(q.code) is True, answers.get(q.code) is False]
            for q in RAPID_SCREEN
            if q.level == level
        ]
        parts.append(Table([_asks(_(label)), _box(_("Yes")), _box(_("No"))], rows))
    parts += [
        Words([_("* Only alone with the person, by trained staff. What wasn't asked stays empty.")]),
        Heading(_("What it came to")),
        Ticks([(_(label), answers.get("result") == code, "") for code, label in SCREENING_RESULTS.items()]),
        Signed([_("Interviewer: name, signature, day"), _("Interpreter: name, language, signature")]),
    ]
    return Sheet(title=_("Rapid screen for vulnerability"), reference=case.ref, parts=parts, **about(case))


def risk_assessment(asked: Asked) -> Sheet:
    """The newest full assessment of one person, for the protection file."""
    case = case_asked(asked)
    found = newest_talk(asked.actor, case, FULL_ASSESSMENT)
    if found is None:
        raise Refused(
            "not_assessed", marked("No full assessment of this person is recorded."), who=Role.PROTECTION_CASEWORKER
        )
    told, level = found.answers, LEVELS[found.answers["level"]]
    day, wish = found.at.date(), WISHES[found.answers["wish"]]
    parts: list[Part] = [
        Facts(identity(case), columns=2),
        Facts(
            [
                *_held(found),
                (_("How much is at stake"), _(level.label)),
                (_("Seen again by"), on(day + level.seen_within)),
                (_("Assessed anew by"), on(day + level.again_within)),
            ],
            columns=2,
        ),
        Heading(_("Dangers")),
        Ticks([(_(label), code in told.get("dangers", ()), "") for code, label in DANGERS.items()]),
    ]
    for label, code in (
        (_("What stands behind it"), "findings"),
        (_("What helps: people, places, means of the person's own"), "helps"),
        (_("What is done, by whom, until when"), "plan"),
    ):
        parts += [Heading(label), Words([str(told.get(code) or NONE)])]
    parts += [
        Heading(_("What the person wants")),
        Words([_(wish)]),
        Signed([_("Protection: name, signature, day"), _("Lead: name, signature, day")]),
    ]
    return Sheet(title=_("Assessment of dangers and needs"), reference=case.ref, parts=parts, **about(case))


def _asks(label: str) -> Column:
    return Column(label, width=1, shows=None)


def _box(label: str) -> Column:
    return Column(label, kind="box", shows=DataClass.IDENTITY)


def _held(talk: Encounter | None) -> list[tuple[str, Value]]:
    """How a conversation was held; dashes to be written over where there was none yet."""
    private = NONE if talk is None else _("yes") if talk.private else talk.not_private_because or _("no")
    return [
        (_("Held on"), at(talk.at) if talk else NONE),
        (_("Language spoken"), talk.language if talk else NONE),
        (_("Name of the interpreter"), (talk.interpreter if talk else "") or NONE),
        (_("In private"), private),
    ]
