"""What the pages of plans share: where they are, what may be done there, how far planning is."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from darb.movements.models import Plan

from .plan_words import curve, is_under_way

SECONDS = 30
"""So long a plan that is asked for on a page is made at most."""


def to_plan(plan: Plan) -> str:
    """The address of a plan's page."""
    return reverse("desk:plan", args=[plan.ref])


def about(request: Any, plan: Plan, countries: dict[str, str]) -> dict[str, Any]:
    """What every page of a plan's own is told."""
    actor = request.actor
    return {
        "plan": plan,
        "countries": countries,
        "last": plan.end.fromordinal(plan.end.toordinal() - 1),
        "may_ask": actor.may("movements.ask_plan"),
        "may_suppose": actor.may("movements.suppose_plan"),
        "may_change": actor.may("movements.move_in_plan") and plan.state == "done",
        "trail": [*trail(), (plan.ref, "")],
    }


def progress(request: Any, plan: Plan) -> dict[str, Any]:
    """How far planning is, and whether it may be stopped."""
    return {
        "under_way": is_under_way(plan),
        "curve": curve(list(plan.progress.order_by("pk"))),
        "may_stop": request.actor.may("movements.stop_plan"),
    }


def trail(plan: Plan | None = None, *more: str) -> list[tuple[str, str]]:
    """The way to a page: of plans, of a plan, of `more` under it."""
    way = [(_("Plans"), reverse("desk:plans"))]
    if plan:
        way.append((plan.ref, to_plan(plan)))
    return [*way, *((name, "") for name in more)]
