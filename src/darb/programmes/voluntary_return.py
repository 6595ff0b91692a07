"""Voluntary humanitarian return: from an expression of interest to a handover at home.

The lifecycle is `programmes.md` 2.2, the gates 2.7, the guards 2.3 and 2.4. There is no stage
"ready": whether someone is ready follows from the gates on a day, and changes at midnight without
anyone doing anything; a stored stage would go stale. A case that is ready is one `in_process` whose
readiness has the day in it.
"""

from __future__ import annotations

from darb.rules.pathway import BACK, Ending, Pathway, SideState, Stage, Step, Track
from darb.rules.roles import Role
from darb.rules.soundness import sound
from darb.rules.words import _

from . import voluntary_return_guards as guards
from .voluntary_return_readiness import (
    AIRPORT,
    BOARDING,
    CASEWORK,
    GATES,
    LEAD,
    PRE_DEPARTURE,
    PROTECTION,
    TRAVEL_GATES,
)

# Stages --------------------------------------------------------------------------------------------

STAGES = (
    Stage("expressed_interest", _("Expressed interest")),
    Stage("registered", _("Registered")),
    Stage("counselled", _("Counselled")),
    Stage("consented", _("Consented")),
    Stage("in_process", _("In process")),
    Stage("manifested", _("On a manifest"), held_by="movements"),
    Stage("cleared_to_board", _("Cleared to board"), held_by="movements"),
    Stage("departed", _("Departed"), held_by="movements"),
    Stage("in_transit", _("In transit"), held_by="movements"),
    Stage("arrived", _("Arrived"), held_by="movements"),
    Stage("handed_over", _("Handed over"), open=False),
    Stage("closed", _("Closed"), final=True, open=False),
    SideState("on_hold", _("On hold"), open=True, asks=("reason", "review_date")),
    SideState("withdrawn", _("Withdrawn")),
    SideState("referred_to_unhcr", _("Referred to UNHCR")),
    SideState("not_eligible", _("Not eligible")),
    SideState("no_contact", _("No contact")),
    SideState("moved", _("Moved")),
    SideState("returned_otherwise", _("Returned by other means")),
    SideState("duplicate_merged", _("Duplicate, merged")),
    SideState("deceased", _("Deceased"), final=True, reopens=False),
)

BEFORE_TRACKS = ("registered", "counselled", "consented")
WAITING = ("expressed_interest", *BEFORE_TRACKS, "in_process")
"""Stages of an open case that no flight holds."""
ON_FLIGHT = ("manifested", "cleared_to_board")
"""Stages in which a case has a seat and hasn't left."""
UNDER_WAY = ("departed", "in_transit")

# Steps ---------------------------------------------------------------------------------------------

FIELD = (*CASEWORK, Role.REGISTRATION_CLERK, Role.MOBILE_TEAM_MEMBER)
ANYONE_WHO_HEARS_IT = (
    *FIELD,
    *PROTECTION,
    Role.CHILD_PROTECTION_OFFICER,
    Role.MOVEMENT_OFFICER,
    Role.TRANSPORT_OFFICER,
)
"""A withdrawal counts from whoever heard it; it asks nothing more of the person."""

ROAD = (
    Step("register", _("Register"), ("expressed_interest",), "registered", FIELD),
    Step(
        "counsel",
        _("Record counselling"),
        ("registered",),
        "counselled",
        (*CASEWORK, Role.MOBILE_TEAM_MEMBER),
        guards=(guards.no_open_duplicate,),
    ),
    Step(
        "consent",
        _("Record consent"),
        ("counselled",),
        "consented",
        (*CASEWORK, Role.MOBILE_TEAM_MEMBER),
        needs=("R2", "R3"),
    ),
    Step("open_tracks", _("Open the tracks"), ("consented",), "in_process", CASEWORK, needs=("R2", "R3")),
    Step(
        "book",
        _("Place on a manifest"),
        ("in_process",),
        "manifested",
        (Role.MOVEMENT_OFFICER,),
        needs=TRAVEL_GATES,
        through="movements",
    ),
    Step(
        "take_off_manifest",
        _("Take off the manifest"),
        ON_FLIGHT,
        "in_process",
        (Role.MOVEMENT_OFFICER,),
        through="movements",
    ),
    Step(
        "clear_to_board",
        _("Clear to board"),
        ("manifested",),
        "cleared_to_board",
        (Role.MOVEMENT_OFFICER,),
        needs=TRAVEL_GATES,
        through="movements",
    ),
    Step(
        "board",
        _("Board"),
        ("cleared_to_board",),
        "departed",
        (Role.MOVEMENT_OFFICER,),
        needs=TRAVEL_GATES,
        through="movements",
    ),
    Step("stop_over", _("Stop over"), ("departed",), "in_transit", AIRPORT, through="movements"),
    Step("turn_back", _("Turn back"), UNDER_WAY, "in_process", AIRPORT, through="movements"),
    Step(
        "land",
        _("Land"),
        UNDER_WAY,
        "arrived",
        (*AIRPORT, Role.RECEIVING_MISSION_OFFICER),
        through="movements",
    ),
    Step(
        "hand_over",
        _("Hand over to the receiving mission"),
        ("arrived",),
        "handed_over",
        (Role.RECEIVING_MISSION_OFFICER,),
        through="movements",
    ),
    Step(
        "close",
        _("Close the case"),
        (
            "handed_over",
            "withdrawn",
            "referred_to_unhcr",
            "not_eligible",
            "no_contact",
            "moved",
            "returned_otherwise",
            "duplicate_merged",
        ),
        "closed",
        (*CASEWORK, Role.RECEIVING_MISSION_OFFICER),
    ),
)

IN_TRACKS = (
    Step(
        "present_to_embassy",
        _("Present to the embassy"),
        ("in_process",),
        None,
        (Role.CONSULAR_OFFICER,),
        guards=(guards.may_contact_embassy,),
        through="events",
        track="consular",
    ),
    Step(
        "request_document",
        _("Ask the embassy for a travel document"),
        ("in_process",),
        None,
        (Role.CONSULAR_OFFICER,),
        needs=("R6",),
        guards=(guards.may_contact_embassy,),
        track="consular",
    ),
    Step(
        "apply_for_exit_visa",
        _("Apply for the exit visa"),
        ("in_process",),
        None,
        (Role.EXIT_VISA_OFFICER,),
        guards=(guards.may_apply_for_exit_visa,),
        track="exit_visa",
    ),
    Step(
        "request_release",
        _("Ask for release"),
        ("in_process",),
        None,
        (Role.DC_LIAISON,),
        needs=("R2",),
        guards=(guards.may_ask_for_release,),
        track="release",
    ),
    Step(
        "notify_receiving_mission",
        _("Notify the receiving mission"),
        ("in_process", "manifested"),
        None,
        CASEWORK,
        guards=(guards.may_tell_receiving_mission,),
        track="receiving_mission",
    ),
)

ASIDE = (
    Step("hold", _("Put on hold"), WAITING, "on_hold", (*CASEWORK, *PROTECTION)),
    Step("resume", _("Resume"), ("on_hold",), BACK, (*CASEWORK, *PROTECTION)),
    Step("withdraw", _("Withdraw"), (*WAITING, "on_hold"), "withdrawn", ANYONE_WHO_HEARS_IT),
    Step(
        "withdraw_from_flight",
        _("Withdraw from the flight"),
        ON_FLIGHT,
        "withdrawn",
        ANYONE_WHO_HEARS_IT,
        through="movements",
    ),
    Step(
        "refer_unhcr",
        _("Refer to UNHCR"),
        (*WAITING, "on_hold"),
        "referred_to_unhcr",
        PROTECTION,
        guards=(guards.concern_recorded,),
    ),
    Step("find_not_eligible", _("Find not eligible"), (*WAITING, "on_hold"), "not_eligible", (Role.VHR_HEAD,)),
    Step("lose_contact", _("Record no contact"), (*WAITING, "on_hold"), "no_contact", FIELD),
    Step("record_move", _("Record that the person moved"), (*WAITING, "on_hold"), "moved", (*FIELD, Role.DC_LIAISON)),
    Step(
        "record_other_return",
        _("Record a return by other means"),
        (*WAITING, "on_hold", "no_contact", "moved", "withdrawn", "referred_to_unhcr"),
        "returned_otherwise",
        (*CASEWORK, Role.RECEIVING_MISSION_OFFICER),
    ),
    Step(
        "merge_duplicate",
        _("Close as merged duplicate"),
        (*WAITING, "on_hold"),
        "duplicate_merged",
        (Role.REGISTRATION_CLERK, *CASEWORK),
    ),
    Step(
        "record_death",
        _("Record a death"),
        (*WAITING, "on_hold", "no_contact", "moved", "withdrawn", "referred_to_unhcr", "not_eligible", "handed_over"),
        "deceased",
        (Role.VHR_HEAD, *PROTECTION, Role.PHYSICIAN),
    ),
    Step(
        "record_death_under_way",
        _("Record a death on the way"),
        (*ON_FLIGHT, *UNDER_WAY, "arrived"),
        "deceased",
        (Role.VHR_HEAD, *PROTECTION, Role.PHYSICIAN, Role.MOVEMENT_OFFICER),
        through="movements",
    ),
    Step(
        "reopen",
        _("Reopen"),
        ("withdrawn", "not_eligible", "no_contact", "moved", "returned_otherwise", "duplicate_merged"),
        "registered",
        CASEWORK,
    ),
    Step(
        "return_from_unhcr",
        _("Take back from UNHCR"),
        ("referred_to_unhcr",),
        "registered",
        (LEAD,),
        guards=(guards.no_asylum_concern,),
    ),
)

# Tracks and endings --------------------------------------------------------------------------------

TRACKS = (
    Track("registration", _("Registration and consent"), ("R1", "R2", "R3")),
    Track("consular", _("Nationality and travel document"), ("R6", "R7")),
    Track("exit_visa", _("Exit visa"), ("R8",)),
    Track("protection", _("Protection"), ("R4",)),
    Track("child", _("Child protection"), ("R5",)),
    Track("medical", _("Fit to travel"), ("R9",)),
    Track("release", _("Release from detention"), ("R10",)),
    Track("receiving_mission", _("Receiving mission"), ("R11", "R13")),
    Track("family", _("Family"), ("R12",)),
    Track("money", _("Money"), ("R14",)),
)

ENDINGS = (
    Ending("returned", _("Returned and handed over"), ("handed_over",)),
    Ending("withdrew", _("Withdrew"), ("withdrawn",)),
    Ending("referred", _("Referred to UNHCR"), ("referred_to_unhcr",)),
    Ending("not_eligible", _("Not eligible"), ("not_eligible",)),
    Ending("no_contact", _("Contact lost"), ("no_contact",)),
    Ending("moved", _("Moved on or was moved"), ("moved",)),
    Ending("returned_otherwise", _("Returned by other means"), ("returned_otherwise",)),
    Ending("merged", _("Merged with another case"), ("duplicate_merged",)),
)

VOLUNTARY_RETURN = sound(
    Pathway(
        key="voluntary-return",
        label=_("Voluntary humanitarian return"),
        begins="expressed_interest",
        stages=STAGES,
        steps=(*ROAD, *IN_TRACKS, *ASIDE),
        gates=GATES,
        boarding=BOARDING,
        pre_departure=PRE_DEPARTURE,
        tracks=TRACKS,
        endings=ENDINGS,
        never_overridden=frozenset({"R2", "R4", "R5", "R6", "R7", "R8", "R9"}),
    )
)
