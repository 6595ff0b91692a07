"""Whoever was trafficked decides after time to recover, an assessment of the dangers, and being asked apart."""

from __future__ import annotations

from datetime import date

from darb.programmes.assessment import REFLECTION
from darb.programmes.screening import FULL_ASSESSMENT, PRESUMED, TRAFFICKING
from darb.rules.refusal import Refused
from darb.rules.roles import Role
from darb.rules.words import _

from .models import Case, Encounter


def check_reflected(case: Case, day: date) -> None:
    """Refuse to clear the return of somebody presumed trafficked (as a second reader signed) before they were
    assessed since, wish to return, and had their time to reflect or asked not to wait for its end.

    Read by those who decide on protection: conversations of that class are sealed to others.
    """
    told = Encounter.objects.filter(case=case, kind__in=[TRAFFICKING, FULL_ASSESSMENT]).order_by("at", "pk")
    screens = [e for e in told if e.kind == TRAFFICKING and e.answers.get("agrees")]
    if not screens or screens[-1].answers.get("result") != PRESUMED:
        return
    since = screens[-1].at
    assessed = next((e for e in reversed(told) if e.kind == FULL_ASSESSMENT and e.at >= since), None)
    if assessed is None:
        raise Refused(
            "not_assessed",
            _("The dangers for this person aren't assessed yet: record the full assessment first."),
            who=Role.PROTECTION_CASEWORKER,
        )
    wish = assessed.answers.get("wish")
    if wish not in ("return", "return_sooner"):
        raise Refused(
            "not_wished",
            _("At the last assessment this person didn't wish to return: ask apart again, and record it."),
            who=Role.PROTECTION_CASEWORKER,
        )
    ends = since.date() + REFLECTION
    if wish == "return" and day < ends:
        raise Refused(
            "reflecting",
            _("This person has until {day} to recover and reflect, unless they ask not to wait."),
            who=Role.PROTECTION_CASEWORKER,
            day=ends,
        )
