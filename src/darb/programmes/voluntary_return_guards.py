"""What the guards of voluntary return's steps refuse: `programmes.md` 2.3 and 2.4.

A guard is asked for a day, and gives the refusal or None.
"""

from __future__ import annotations

from datetime import date

from darb.rules.facts import Facts
from darb.rules.pathway import all_hold
from darb.rules.refusal import Refusal
from darb.rules.roles import Role
from darb.rules.words import _

from .voluntary_return_codes import TO_AUTHORITIES, TO_EMBASSY, TO_RECEIVING_MISSION
from .voluntary_return_gates import (
    DUPLICATE,
    NO_PHOTO,
    STOPPED,
    consent,
    consented,
    detained,
    joint_counselling_due,
    travel_document,
)

EMBASSY_CLOSED = Refusal(
    "G1.closed",
    _("Contact with the embassy isn't open for this person. Protection can say when it is."),
    who=Role.PROTECTION_LEAD,
)
NO_CONSENT_EMBASSY = Refusal("G2.embassy", _("The person hasn't agreed that we share data with the embassy."))
NO_CONSENT_AUTHORITIES = Refusal(
    "G2.authorities", _("The person hasn't agreed that we share data with the authorities.")
)
NO_CONSENT_MISSION = Refusal(
    "G2.receiving_mission", _("The person hasn't agreed that we share data with the receiving mission.")
)
RELEASE_CLOSED = Refusal(
    "release.closed",
    _("Asking for release isn't open for this person. Protection can say when it is."),
    who=Role.PROTECTION_LEAD,
)
NOT_DETAINED = Refusal("release.not_detained", _("This person isn't in detention now."))
NO_LIVE_CONSENT = Refusal("G2.return", _("There is no consent to return that is alive on that day."))


def no_open_duplicate(facts: Facts, day: date) -> Refusal | None:
    """Guard: a possible duplicate is decided before counselling."""
    return DUPLICATE if facts.open_duplicate else None


def may_contact_embassy(facts: Facts, day: date) -> Refusal | None:
    """Guards G1 and G2: why no embassy may hear of this person on `day`; None if it may.

    G1 reads the same for an open wish for asylum, joint counselling that isn't cleared, and a STOP or
    HOLD by protection: the one who is refused learns nothing about which it is.
    """
    if _closed(facts):
        return EMBASSY_CLOSED
    return _live(facts, day) or (None if consented(facts, TO_EMBASSY, day) else NO_CONSENT_EMBASSY)


def may_apply_for_exit_visa(facts: Facts, day: date) -> Refusal | None:
    """Guard: a usable document first, a photo, and consent to return and to share with the authorities."""
    document = next((term.otherwise for term in travel_document(facts) if day not in term.holds), None)
    photo = None if facts.photo else NO_PHOTO
    shared = None if consented(facts, TO_AUTHORITIES, day) else NO_CONSENT_AUTHORITIES
    return document or photo or _live(facts, day) or shared


def may_ask_for_release(facts: Facts, day: date) -> Refusal | None:
    """Guard: somebody in detention, with consent to return and to share with the authorities, and nothing open with
    protection: no authority hears that somebody is to return who may be in need of protection from it.
    """
    if day not in detained(facts):
        return NOT_DETAINED
    if _closed(facts):
        return RELEASE_CLOSED
    return _live(facts, day) or (None if consented(facts, TO_AUTHORITIES, day) else NO_CONSENT_AUTHORITIES)


def may_tell_receiving_mission(facts: Facts, day: date) -> Refusal | None:
    """Guard: consent to return, and to share with the receiving mission."""
    return _live(facts, day) or (None if consented(facts, TO_RECEIVING_MISSION, day) else NO_CONSENT_MISSION)


def no_asylum_concern(facts: Facts, day: date) -> Refusal | None:
    """Guard: a case comes back from UNHCR only when protection has closed what was open."""
    return STOPPED if facts.asylum_concern else None


CONCERN_FIRST = Refusal(
    "refer.concern_first",
    _("Record first that the person fears return: their file is closed to others from then on."),
    who=Role.PROTECTION_CASEWORKER,
)


def concern_recorded(facts: Facts, day: date) -> Refusal | None:
    """Guard: nobody stands as referred to UNHCR whose file isn't behind the shield."""
    return None if facts.asylum_concern else CONCERN_FIRST


def _closed(facts: Facts) -> bool:
    """Whether protection keeps this person from being named to an embassy or an authority."""
    verdict = facts.verdict("R4")
    return facts.asylum_concern or (verdict is not None and not verdict.granted) or joint_counselling_due(facts)


def _live(facts: Facts, day: date) -> Refusal | None:
    return None if day in all_hold(consent(facts)) else NO_LIVE_CONSENT
