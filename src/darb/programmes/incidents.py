"""What goes wrong on the way home: the catalogue of `programmes.md` 2.8, each with its owner and what is done first.

A deed that tells of one raises it by itself (`reactions.incidents`); the rest is told by whoever sees it.
Consequences that a gate, a step or a seat has by itself stay theirs: an incident says who must act, and by when.
"""

from __future__ import annotations

from dataclasses import dataclass

from darb.rules.roles import Role
from darb.rules.words import Words, _

R = Role
PROTECTION, CHILD, MEDICAL, ASYLUM, PAPERS = "D6", "D7", "D4", "D8", "D3"
HOLD = ("R4", "hold")


@dataclass(frozen=True)
class Asked:
    """A task that an incident makes: its kind, for which role, due in how many days.

    Kinds of task are read by everyone who sees the case: none may tell more than the case's own page does.
    """

    kind: str
    role: Role
    days: int = 1


@dataclass(frozen=True)
class Incident:
    """Something that goes wrong: who acts, what is done first, within how many days, and which class of data it is.

    `told` says that people may tell it by hand; the others follow from deeds alone. `asks` are tasks, of which its
    owner's own are done before it can be settled. `ruling` is the (gate, ruling) that the house gives until somebody
    has looked, `ends` the gate whose decision stands no more, `alone` that a child counts as unaccompanied from then
    on. `wide` says that it may concern the mission, and no person.
    """

    code: str
    label: Words
    owner: Role
    then: Words
    days: int = 1
    sees: str = "D1"
    told: bool = True
    asks: tuple[Asked, ...] = ()
    ruling: tuple[str, str] | None = None
    ends: str = ""
    alone: bool = False
    wide: bool = False


INCIDENTS: dict[str, Incident] = {
    i.code: i
    for i in (
        Incident("X1", _("Embassy rejects the nationality"), R.VHR_CASEWORKER,
                 _("Counsel again, ask other missions of origin, and look at statelessness"), 3, PAPERS, told=False,
                 asks=(Asked("ask_other_mission", R.CONSULAR_OFFICER, 3),
                       Asked("look_at_statelessness", R.PROTECTION_CASEWORKER, 7))),
        Incident("X2", _("Nationality open for weeks"), R.PROTECTION_LEAD,
                 _("Review the case with protection, and ask the embassy again"), 3, told=False),
        Incident("X3", _("No embassy in the country"), R.CONSULAR_OFFICER,
                 _("Ask the non-resident mission that covers the country"), 3),
        Incident("X4", _("Document expires before the flight"), R.CONSULAR_OFFICER,
                 _("Ask for a new document, and tell whoever plans the flight"), 3, told=False),
        Incident("X5", _("Exit visa expires, or is for another airport"), R.EXIT_VISA_OFFICER,
                 _("Hand in the form again for the right airport and day"), told=False),
        Incident("X6", _("Name differs between document, visa and manifest"), R.CONSULAR_OFFICER,
                 _("Compare letter for letter, and have the wrong one corrected; no manifest is locked until then"),
                 1, PAPERS, asks=(Asked("correct_name", R.REGISTRATION_CLERK),)),
        Incident("X7", _("Unfit to travel for now"), R.PHYSICIAN,
                 _("Set the day of the next examination; ask the family whether they wait or go"), 1, MEDICAL,
                 told=False,
                 asks=(Asked("examine_again", R.PHYSICIAN, 7), Asked("ask_the_family", R.VHR_CASEWORKER))),
        Incident("X8", _("Unfit for air travel"), R.PHYSICIAN,
                 _("Find another way, treatment, or a stay with a protection plan"), 2, MEDICAL, told=False,
                 asks=(Asked("other_way_home", R.VHR_CASEWORKER, 3),
                       Asked("protection_plan", R.PROTECTION_CASEWORKER, 3))),
        Incident("X9", _("Consent withdrawn"), R.VHR_CASEWORKER,
                 _("A safe way back, other help, no penalty; have visa and document cancelled"), told=False,
                 asks=(Asked("offer_other_help", R.VHR_CASEWORKER, 3),)),
        Incident("X10", _("Pressure suspected"), R.PROTECTION_CASEWORKER,
                 _("Speak again in private, without anybody who came along"), 1, PROTECTION, told=False),
        Incident("X11", _("No-show"), R.VHR_CASEWORKER,
                 _("Find out twice where the person is; without proof nobody is marked as withdrawn"), 2,
                 asks=(Asked("find_out_first", R.VHR_CASEWORKER), Asked("find_out_again", R.VHR_CASEWORKER, 2))),
        Incident("X12", _("Moved to another detention centre"), R.DC_LIAISON,
                 _("Correct the consular and bus lists of both centres"), told=False),
        Incident("X13", _("Centre refuses the release"), R.DC_LIAISON,
                 _("Take it up with the centre and the authority; use the standby list"), told=False),
        Incident("X14", _("Escape, raid or arrest"), R.PROTECTION_CASEWORKER,
                 _("Whereabouts are unknown: watch the hotline, ask the centres"), 1, PROTECTION,
                 asks=(Asked("watch_hotline", R.HOTLINE_OPERATOR), Asked("ask_the_centres", R.DC_LIAISON))),
        Incident("X15", _("Flight cancelled or postponed"), R.MOVEMENT_OFFICER,
                 _("Shelter, food and transport for the night; the next flight in the same order"), 0, told=False),
        Incident("X16", _("Diverted, or turned back"), R.MOVEMENT_OFFICER,
                 _("Say where they are now, and what they are given there"), 0),
        Incident("X17", _("Too few seats"), R.MOVEMENT_OFFICER,
                 _("Take off by priority, families whole, and say why on the list"), 0),
        Incident("X18", _("Registered twice"), R.VHR_HEAD,
                 _("Look at both files; what each was given stays with both"), 3, told=False),
        Incident("X19", _("Two people in one file"), R.VHR_HEAD,
                 _("Take the judgement back, and look at what each was given"), 1, told=False),
        Incident("X20", _("Death"), R.PROTECTION_LEAD,
                 _("Tell the family by the protocol; burial or the way home; report"), 0, told=False,
                 asks=(Asked("tell_the_family", R.PROTECTION_LEAD), Asked("burial_or_home", R.PROTECTION_LEAD, 2),
                       Asked("fatality_report", R.VHR_HEAD, 3))),
        Incident("X21", _("Fear of return, or a wish for protection"), R.PROTECTION_LEAD,
                 _("Refer to UNHCR with consent; no word to any embassy"), 1, ASYLUM, told=False,
                 asks=(Asked("joint_counselling", R.PROTECTION_LEAD, 3),)),
        Incident("X22", _("Child with an adult who isn't family"), R.CHILD_PROTECTION_OFFICER,
                 _("Speak to the child alone and assess best interests; the adult hears nothing of it"), 0, CHILD,
                 told=False, asks=(Asked("child_assessment", R.CHILD_PROTECTION_OFFICER, 0),), alone=True),
        Incident("X23", _("Age in doubt"), R.CHILD_PROTECTION_OFFICER,
                 _("A child until shown otherwise; assess the age only as a last resort"), 1, CHILD,
                 ruling=("R5", "presumed_child")),
        Incident("X24", _("Trafficker suspected among the travellers"), R.COUNTER_TRAFFICKING_FOCAL_POINT,
                 _("Let them travel apart; confront nobody"), 0, PROTECTION, ruling=HOLD),
        Incident("X25", _("Pregnant beyond the limit, or a birth before the flight"), R.PHYSICIAN,
                 _("Find the medical way; register the newborn, its nationality and its document"), 1, MEDICAL,
                 ends="R9"),
        Incident("X26", _("Newborn on the day"), R.MOVEMENT_OFFICER,
                 _("A document and a visa of its own, a lap, and the seats counted again"), 0,
                 asks=(Asked("newborn_document", R.CONSULAR_OFFICER, 0),
                       Asked("newborn_visa", R.EXIT_VISA_OFFICER, 0))),
        Incident("X27", _("Outbreak where they are"), R.PHYSICIAN,
                 _("Examine those who were close; nobody of the place travels until then"), 1, MEDICAL, ruling=HOLD),
        Incident("X28", _("Country of return refuses the landing"), R.VHR_HEAD,
                 _("Close the route, and plan the way on"), 0, wide=True),
        Incident("X29", _("Area of return is unsafe"), R.VHR_CASEWORKER,
                 _("Talk about another area; the route is closed for this one"), 2),
        Incident("X30", _("Money ends in the middle of a list"), R.PROGRAMME_MANAGER,
                 _("Find another line, and keep the trace of both"), 1, told=False),
        Incident("X31", _("No network or power on the day"), R.MOVEMENT_OFFICER,
                 _("Go on with the paper pack, and record it when the line is back"), 0, wide=True),
        Incident("X32", _("Staff evacuated"), R.CHIEF_OF_MISSION,
                 _("Name who decides from afar, and until when"), 0, wide=True),
        Incident("X33", _("Came back after a return"), R.VHR_CASEWORKER,
                 _("Talk about what happened, and look at the rule for a second return"), 3, told=False),
        Incident("X34", _("More returns than reintegration can take"), R.VHR_HEAD,
                 _("Agree on a number with the receiving mission before the flight is confirmed"), 2, wide=True),
    )
}  # fmt: skip

BY_RULING: dict[tuple[str, str], str] = {
    ("R2", "pressure_suspected"): "X10",
    ("R5", "presumed_child"): "X23",
    ("R6", "not_our_national"): "X1",
    ("R9", "FTT-3"): "X7",
    ("R9", "FTT-4"): "X8",
    ("R9", "FTT-5"): "X7",
    ("R10", "release_refused"): "X13",
    ("R14", "budget_used"): "X30",
}
"""The incident that a ruling on a gate tells of."""

BY_RECONCILIATION: dict[str, str] = {"no_show": "X11", "not_released": "X13", "withdrew": "X9"}
"""The incident that the outcome of a name on a locked manifest tells of."""

BY_TASK: dict[str, str] = {
    "document_expires": "X4",
    "visa_ends_before_flight": "X5",
    "nationality_review": "X2",
}
"""The incident that a task about something that runs out tells of; the task is the one that is done."""

OPENED_BY_DEED = frozenset({"X12", "X15", "X16", "X18", "X19", "X20", "X21", "X22", "X26", "X28", "X29", "X33"})
"""Incidents that one deed or another tells of by itself, whatever is ruled (see `reactions.incidents`)."""
