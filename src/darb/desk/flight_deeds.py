"""What can be done with a flight next, as buttons: in order, and grey with the reason where it can't."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from darb.movements.models import FlightState
from darb.movements.queries import FlightFile
from darb.movements.receiving_queries import receiving_side
from darb.rules.paper import About
from darb.rules.refusal import Refusal
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.actor import Actor

from . import door
from .paper_choice import papers_for

MOST_REASONS = 4
NOT_YOURS = Refusal("no_power", _("This is for another role to do."), who=Role.MOVEMENT_OFFICER)
NOBODY_YET = Refusal("nobody_on_it", _("Nobody is on this manifest yet."))
NOBODY_ABOARD = Refusal("nobody_aboard", _("Nobody has boarded yet."))
RED = _("{name}: {reason}")
TONES = {
    FlightState.PLANNED: "",
    FlightState.PERMITS_REQUESTED: "",
    FlightState.CONFIRMED: "blue",
    FlightState.MANIFEST_OPEN: "blue",
    FlightState.LOCKED: "amber",
    FlightState.SUBMITTED: "blue",
    FlightState.DEPARTURE_DAY: "amber",
    FlightState.BOARDING: "amber",
    FlightState.OFF_BLOCKS: "blue",
    FlightState.LANDED: "green",
    FlightState.RECONCILED: "green",
    FlightState.CLOSED: "green",
    FlightState.CANCELLED: "red",
    FlightState.TURNED_BACK: "red",
}


@dataclass(frozen=True)
class Deed:
    """A button: its words, where it leads, why it is grey, and whether it opens a page (`get`) or acts at once."""

    label: str
    url: str
    icon: str
    refusals: Sequence[Refusal | str] = ()
    get: bool = False
    tone: str = ""
    confirm: str = ""
    version: int | None = None


def status_tone(state: FlightState) -> str:
    """The colour of a flight's state."""
    return TONES[state]


def deeds(actor: Actor, file: FlightFile, lacking: int = 0) -> list[Deed]:
    """The buttons of a flight's page, the next deed first. `lacking` people must still get the newest manifest."""
    flight = file.flight
    by_state = {
        FlightState.PLANNED: _planned,
        FlightState.PERMITS_REQUESTED: _planned,
        FlightState.CONFIRMED: _planned,
        FlightState.MANIFEST_OPEN: _open,
        FlightState.LOCKED: _locked,
        FlightState.BOARDING: _boarding,
        FlightState.OFF_BLOCKS: _in_the_air,
        FlightState.LANDED: _landed,
        FlightState.RECONCILED: _reconciled,
        FlightState.CANCELLED: _cancelled,
        FlightState.TURNED_BACK: _cancelled,
    }
    found = by_state[FlightState(flight.state)](actor, file) if flight.state in by_state else []
    if flight.state == FlightState.LOCKED and lacking:
        found[0] = replace(found[0], confirm=_not_all_have_it(lacking))
    if flight.state in LOCKED:
        url = reverse("desk:sending", args=[flight.ref])
        found.append(Deed(gettext("Who gets the list"), url, "send", get=True))
    if flight.manifest_version:
        url = reverse("desk:papers_about", args=[About.FLIGHT, flight.ref])
        refusals = [] if papers_for(actor, About.FLIGHT) else [NOT_YOURS]
        found.append(Deed(gettext("Papers"), url, "printer", refusals, get=True))
        if Role.MOVEMENT_OFFICER in actor.reach:
            words = gettext("Passenger list for computers")
            found.append(_page(actor, "trust.hand_out", file, words, "passenger_list", "download"))
    if flight.seats_taken and flight.state != FlightState.CANCELLED:
        found.append(_page(actor, "assistance.give", file, gettext("Packs and meals"), "issue", "package"))
    if flight.state in (FlightState.CONFIRMED, FlightState.MANIFEST_OPEN, *LOCKED):
        words = gettext("What clearances ask of it")
        found.append(_page(actor, "movements.confirm_conditions", file, words, "conditions", "list-check"))
    if flight.state in (FlightState.MANIFEST_OPEN, *LOCKED):
        found.append(_page(actor, "movements.use_standby", file, gettext("Standby"), "standby", "users-group"))
    if flight.state in (*LOCKED, *GONE):
        found.append(_page(actor, "movements.tag_baggage", file, gettext("Bags"), "bags", "package"))
    if flight.state in (FlightState.MANIFEST_OPEN, *LOCKED, *NEVER_CAME):
        words = gettext("The way to the airport")
        found.append(_page(actor, "movements.count_transfer", file, words, "way", "bus"))
    url = reverse("desk:arrangements", args=[flight.ref])
    found.append(Deed(gettext("Contract, cost, reception"), url, "writing-sign", get=True))
    if flight.state in (FlightState.PLANNED, FlightState.PERMITS_REQUESTED):
        found.append(_page(actor, "movements.request_permits", file, gettext("Permits"), "permits", "file"))
    if flight.state in BEFORE:
        words = gettext("Another aircraft")
        found.append(_page(actor, "movements.change_aircraft", file, words, "change_aircraft", "plane"))
        words = gettext("Move to another time")
        found.append(_page(actor, "movements.postpone", file, words, "postpone_flight", "clock"))
        words = gettext("Another airport")
        found.append(_page(actor, "movements.move_airport", file, words, "move_airport", "plane"))
        found.append(_page(actor, "movements.cancel", file, gettext("Call off"), "cancel_flight", "ban"))
    return found


LOCKED = (FlightState.LOCKED, FlightState.BOARDING)
GONE = (FlightState.OFF_BLOCKS, FlightState.LANDED, FlightState.RECONCILED)
NEVER_CAME = (FlightState.CANCELLED, FlightState.TURNED_BACK)
BEFORE = (
    FlightState.PLANNED,
    FlightState.PERMITS_REQUESTED,
    FlightState.CONFIRMED,
    FlightState.MANIFEST_OPEN,
    *LOCKED,
)


def _planned(actor: Actor, file: FlightFile) -> list[Deed]:
    confirmed = file.flight.state == FlightState.CONFIRMED
    label = gettext("Open the manifest") if confirmed else gettext("The carrier has confirmed")
    found = [_at_once(actor, "movements.advance", file, label, "advance_flight", "check")]
    if not confirmed and actor.has(Role.VHR_HEAD):
        left = receiving_side(actor, file.flight, door.today()).left
        if left is not None and file.flight.seats > left:
            words = gettext("Confirm beyond what was agreed")
            found.append(_page(actor, "movements.advance", file, words, "confirm_all_the_same", "alert-triangle"))
    return found


def _open(actor: Actor, file: FlightFile) -> list[Deed]:
    return [
        _page(actor, "movements.book", file, gettext("Add people"), "add_people", "user-plus", tone="primary"),
        _at_once(
            actor,
            "movements.lock",
            file,
            gettext("Lock the manifest"),
            "lock_manifest",
            "lock",
            refusals=_in_the_way(file),
            tone="",
            confirm=gettext("Lock the manifest? Every later change makes a new version, with its reason."),
        ),
        _page(actor, "movements.check_boarding", file, gettext("Checks before boarding"), "boarding", "checks"),
    ]


def _locked(actor: Actor, file: FlightFile) -> list[Deed]:
    return [
        _at_once(
            actor,
            "movements.clear_to_board",
            file,
            gettext("Clear everyone to board"),
            "clear_to_board",
            "plane-departure",
            refusals=_in_the_way(file),
        ),
        _page(actor, "movements.check_boarding", file, gettext("Checks before boarding"), "boarding", "checks"),
        _page(actor, "movements.book", file, gettext("Add people"), "add_people", "user-plus"),
    ]


def _not_all_have_it(lacking: int) -> str:
    return ngettext(
        "{count} must still get the newest list. Clear everyone to board all the same?",
        "{count} must still get the newest list. Clear everyone to board all the same?",
        lacking,
    ).format(count=lacking)


def _boarding(actor: Actor, file: FlightFile) -> list[Deed]:
    aboard = sum(p.seat.boarded_at is not None for family in file.families for p in family)
    return [
        _page(actor, "movements.check_boarding", file, gettext("Boarding"), "boarding", "checks", tone="primary"),
        _page(
            actor,
            "movements.record_from_paper",
            file,
            gettext("Record from paper"),
            "record_from_paper",
            "writing-sign",
        ),
        _at_once(
            actor,
            "movements.depart",
            file,
            gettext("Off blocks: the flight has left"),
            "depart",
            "plane-departure",
            refusals=[] if aboard else [NOBODY_ABOARD],
            tone="",
            confirm=ngettext(
                "Has the flight left with {count} person aboard?", "Has the flight left with {count} people?", aboard
            ).format(count=aboard),
        ),
        _page(actor, "movements.book", file, gettext("Add people"), "add_people", "user-plus"),
    ]


def _in_the_air(actor: Actor, file: FlightFile) -> list[Deed]:
    leg = next(leg for leg in file.legs if leg.landed_at is None)
    label = gettext("Landed at {airport}").format(airport=leg.destination)
    url = reverse("desk:land", args=[file.flight.ref, leg.number])
    refusals = [] if actor.may("movements.land") else [NOT_YOURS]
    found = [
        Deed(label, url, "plane-arrival", refusals, get=True, tone="primary"),
        _page(actor, "movements.divert", file, gettext("Landed elsewhere"), "divert", "plane-arrival"),
    ]
    if all(each.landed_at is None for each in file.legs):
        found.append(_page(actor, "movements.turn_back", file, gettext("Came back"), "turn_back", "refresh"))
    return found


def _landed(actor: Actor, file: FlightFile) -> list[Deed]:
    return [
        _page(actor, "movements.reconcile", file, gettext("Reconcile"), "reconcile", "clipboard-check", tone="primary")
    ]


def _reconciled(actor: Actor, file: FlightFile) -> list[Deed]:
    return [_at_once(actor, "movements.close_flight", file, gettext("Close the flight"), "close_flight", "check")]


def _cancelled(actor: Actor, file: FlightFile) -> list[Deed]:
    refusals = [] if actor.may("movements.ask_plan") else [NOT_YOURS]
    label = gettext("Plan anew without it")
    carry = gettext("Carry everybody over to another flight")
    return [
        _page(actor, "movements.carry_over", file, carry, "carry_over", "plane-departure", tone="primary"),
        _page(actor, "movements.tell_notice", file, gettext("Who must be told"), "notices", "speakerphone"),
        Deed(label, reverse("desk:new_plan"), "refresh", refusals),
    ]


def _page(actor: Actor, power: str, file: FlightFile, label: str, name: str, icon: str, *, tone: str = "") -> Deed:
    refusals = [] if actor.may(power) else [NOT_YOURS]
    return Deed(label, reverse(f"desk:{name}", args=[file.flight.ref]), icon, refusals, get=True, tone=tone)


def _at_once(actor: Actor, power: str, file: FlightFile, label: str, name: str, icon: str, **more: Any) -> Deed:
    refusals = [] if actor.may(power) else [NOT_YOURS]
    refusals += more.pop("refusals", [])
    url = reverse(f"desk:{name}", args=[file.flight.ref])
    return Deed(label, url, icon, refusals, version=file.flight.version, **{"tone": "primary", **more})


def _in_the_way(file: FlightFile) -> list[Refusal | str]:
    """Why the manifest can't be locked or cleared: faults of seating, and passengers with a red gate."""
    if not file.counts.people:
        return [NOBODY_YET]
    reds = [
        Refusal("not_ready", RED, {"name": p.person.name, "reason": gate.reason}, gate.reason.who)
        for p in file.red
        for gate in p.red[:1]
    ]
    found: list[Refusal | str] = [*file.faults, *reds]
    more = len(found) - MOST_REASONS
    if more <= 0:
        return found
    also = ngettext("and {count} reason more, below", "and {count} reasons more, below", more).format(count=more)
    return [*found[:MOST_REASONS], also]
