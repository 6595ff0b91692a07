"""What papers are drawn from, and a copy asked for: flights locked and landed, people helped and looked after."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client

from darb.assistance.distribution_actions import list_families, plan_distribution
from darb.assistance.models import Distribution
from darb.care.actions import Outcome, examine
from darb.cases.actions import Spoken
from darb.cases.assessment_actions import Assessed, assess
from darb.cases.models import Case, Referral, ReleaseRequest
from darb.cases.referral_actions import Referred, refer
from darb.cases.release_actions import Decision, answer_release, request_release
from darb.cases.screening_actions import screen
from darb.movements.actions import book, lock
from darb.movements.boarding_actions import Checked, board, check_boarding, clear_to_board
from darb.movements.flight_actions import depart, land
from darb.movements.models import Flight, Seat
from darb.movements.reading import Booking
from darb.places.models import Site
from darb.rules.roles import Role
from darb.trust.models import ActionLog
from tests.cast import NOON, TODAY, act_as
from tests.travellers import flight, ready

OFFICER, CONSULAR, VISAS, CLERK = (
    Role.MOVEMENT_OFFICER,
    Role.CONSULAR_OFFICER,
    Role.EXIT_VISA_OFFICER,
    Role.REGISTRATION_CLERK,
)
CHECKS = ("B1", "B2", "B3", "B4", "B5", "B6", "B7")
SOON = NOON + timedelta(days=2)


def copy(client: Client, about: str, ref: str, code: str, **data: Any) -> Any:
    """Ask for one copy of a paper, in English and for the station unless said otherwise."""
    data = {"key": str(uuid4()), "language": "en", "recipient": "Station of Mitiga"} | data
    return client.post(f"/papers/{about}/{ref}/{code}/", data)


def handed() -> ActionLog:
    """The newest line of the log about a copy."""
    return ActionLog.objects.filter(action="trust.hand_out").latest("pk")


def locked(cases: list[Case], *, escort: str = "", **more: Any) -> Flight:
    """A flight the day after tomorrow with these people on it, its manifest locked."""
    made = flight(**{"day": SOON.date(), "at": NOON, **more})
    book(act_as(OFFICER), made, [Booking(c, escort=escort) for c in cases])
    lock(act_as(OFFICER), made)
    made.refresh_from_db()
    return made


def landed(cases: list[Case], **more: Any) -> Flight:
    """The same, landed."""
    made = clear_to_board(act_as(OFFICER), locked(cases, **more))
    seats = list(Seat.objects.filter(flight=made, removed_in=None).values_list("pk", flat=True))
    check_boarding(act_as(), made, [Checked(s, c) for s in seats for c in CHECKS])
    board(act_as(OFFICER), made, seats)
    depart(act_as(OFFICER), made)
    land(act_as(OFFICER), made, 1)
    made.refresh_from_db()
    return made


def distributed(people: list[Case], partner: str = "") -> Distribution:
    """Kits for these people, by a partner or by us, that the truck isn't loaded with yet."""
    lead, site = act_as(Role.DISTRIBUTION_LEAD), Site.objects.get(code="DC-TARIQ-SIKKA")
    made = plan_distribution(lead, site, TODAY, "household_kit", partner=partner)
    list_families(act_as(Role.DISTRIBUTION_LEAD), made, [c.person_id for c in people])
    return made


def asked_for() -> ReleaseRequest:
    """A request for two people of Tariq al-Sikka, approved."""
    held = ready(2, at=NOON, site="DC-TARIQ-SIKKA")
    liaison = act_as(Role.DC_LIAISON)
    request = request_release(liaison, held, Site.objects.get(code="DC-TARIQ-SIKKA"), "court", "DCIM")
    decisions = [Decision(line.pk, True) for line in request.lines.all()]
    return answer_release(act_as(Role.DC_LIAISON), request, decisions, approved_by="Col. Ahmed", list_number="17")


def looked_after(of: Case) -> Referral:
    """Examined, screened, assessed, and referred to somebody who can help."""
    examine(act_as(Role.PHYSICIAN), of, {"medicines": "Insulin"}, Outcome("FTT-2", conditions=["medicine"]))
    lead = act_as(Role.PROTECTION_LEAD)
    screen(lead, Spoken(of, "screening", "fra", {"ill": True, "over_60": False}), "needs_here")
    told = Assessed("low", ["no_means"], "Alone in the town", "A place in the shelter", "return")
    assess(act_as(Role.PROTECTION_LEAD), Spoken(of, "full_assessment", "fra"), told)
    asked = Referred("Hospital", "health", "normal", "Insulin", "D4", ["identity", "health"], "signature")
    return refer(act_as(Role.PHYSICIAN), of, asked)
