"""The code lists of voluntary return, each code with its label and what follows from it.

From `programmes.md` 2.1 to 2.7 and `artefacts.md` 3.1.3 and 3.7, in the mission's own words.
"""

from __future__ import annotations

from dataclasses import dataclass

from darb.rules.roles import Role
from darb.rules.words import Words, _

TO_RETURN = "voluntary_return"
TO_EMBASSY = "share_with_embassy"
TO_AUTHORITIES = "share_with_authorities"
TO_RECEIVING_MISSION = "share_with_receiving_mission"

TO_SHARE_MEDICAL = "share_medical"
TO_TRACE_FAMILY = "family_tracing"
CONSENT_PURPOSES: dict[str, str] = {
    TO_RETURN: _("To return voluntarily with our help"),
    TO_EMBASSY: _("To share identity and document data with the embassy"),
    TO_AUTHORITIES: _("To share what exit visa and release need with the authorities"),
    TO_RECEIVING_MISSION: _("To share the case with the receiving mission"),
    TO_SHARE_MEDICAL: _("To share what the physician found with the carrier's medical desk and the next physician"),
    TO_TRACE_FAMILY: _("To look for family members and be put in touch with them"),
}

OUTREACH_MESSAGES: dict[str, str] = {
    "free_of_charge": _("Our help is free of charge; nobody may ask for money or favours"),
    "eligibility": _("Who may join"),
    "process": _("What happens, step by step"),
    "timeframe": _("How long it is likely to take"),
    "asylum_option": _("Whoever fears to return can ask for international protection"),
    "change_of_mind": _("Everyone may change their mind until boarding"),
    "no_preference": _("Nobody is preferred; need decides the order"),
    "complaints": _("How to complain, and that it is safe to"),
}

MANDATORY_MESSAGES = ("free_of_charge", "eligibility", "process", "timeframe")
"""An outreach session isn't complete without these."""

EMBASSY_FIELDS: dict[str, str] = {
    "name": _("Name"),
    "father_name": _("Father's name"),
    "mother_name": _("Mother's name"),
    "sex": _("Sex"),
    "birth_date": _("Date of birth"),
    "place_of_origin": _("Place of origin"),
    "documents": _("Documents held or lost"),
}
"""All that an embassy gets to see of someone; nothing on whereabouts, health, protection or asylum."""

VULNERABILITIES: dict[str, str] = {
    "UC": _("Unaccompanied child"),
    "SC": _("Separated child"),
    "WAR": _("Woman alone or at risk"),
    "SP": _("Single parent"),
    "PLW": _("Pregnant or breastfeeding"),
    "ELD": _("Older person"),
    "MED": _("Medical needs"),
    "DIS": _("Disability"),
    "MH": _("Mental health"),
    "VOT": _("Trafficking, presumed or confirmed"),
    "SMG": _("Violence by smugglers"),
    "GBV": _("Gender-based violence"),
    "TOR": _("Torture"),
    "DET": _("In detention"),
    "STL": _("Stateless, or at risk of it"),
    "LRG": _("Large family"),
    "DOC": _("No documents"),
    "ASY": _("Need of international protection"),
}

SCREENING_RESULTS: dict[str, str] = {
    "no_concern": _("No concern"),
    "needs_here": _("Needs help here"),
    "needs_at_departure": _("Needs help at departure"),
    "needs_on_arrival": _("Needs help on arrival"),
    "return_not_safe": _("Return isn't safe, or there is a claim"),
    "cannot_assess": _("Can't be assessed yet"),
}

FAMILY_OPTIONS: dict[str, str] = {
    "wait": _("All wait until everybody can travel"),
    "with_relative": _("The children travel with a relative, and the others wait"),
    "split": _("Everybody travels when they can"),
}
"""How a family goes on when one of them can't travel; protection's lead signs it."""

SPECIAL_SERVICES: dict[str, str] = {
    "INF": _("Infant"),
    "CHD": _("Child"),
    "UM": _("Minor with an escort"),
    "EXST": _("Extra seat"),
    "WCHR": _("Wheelchair to the ramp"),
    "WCHS": _("Wheelchair, can't climb steps"),
    "WCHC": _("Wheelchair to the cabin seat"),
    "BLND": _("Blind passenger"),
    "DEAF": _("Deaf passenger"),
    "MEDA": _("Medical case"),
    "STCR": _("Stretcher"),
}
"""Codes that a carrier's manifest may show; never a diagnosis or a protection label."""

HEALTH_MEASURES: dict[str, str] = {
    "screening": _("Health screening before boarding"),
    "test": _("A test before boarding"),
    "kit": _("Mask, gloves and sanitiser for each"),
    "spacing": _("Seats left free between people"),
    "quarantine": _("Quarantine on arrival"),
}
"""What the health authorities of a route may ask of everybody on it (`programmes.md` 2.7, health measures profile)."""


BY_CARRIER = _("What the carrier confirmed, and who there")


@dataclass(frozen=True)
class Condition:
    """Something that must be confirmed in the movement before a clearance counts.

    `confirmed_by` are the roles that may say so, `asks` what they write down with it.
    """

    label: Words
    unmet: Words
    confirmed_by: tuple[Role, ...] = (Role.MOVEMENT_OFFICER,)
    asks: Words = BY_CARRIER


_STAFF = (Role.MOVEMENT_OFFICER, Role.VHR_CASEWORKER, Role.VHR_HEAD)
_CLINIC = (Role.NURSE, Role.PHYSICIAN)
_ESCORT = _("Name of the escort")

CONDITIONS: dict[str, Condition] = {
    "escort": Condition(_("Escort"), _("No escort is named yet."), asks=_ESCORT),
    "nurse_escort": Condition(
        _("Nurse as escort"), _("No nurse is named as escort yet."), (*_CLINIC, Role.MOVEMENT_OFFICER), _ESCORT
    ),
    "doctor_escort": Condition(
        _("Doctor as escort"), _("No doctor is named as escort yet."), (*_CLINIC, Role.MOVEMENT_OFFICER), _ESCORT
    ),
    "wheelchair": Condition(_("Wheelchair"), _("The carrier hasn't confirmed the wheelchair yet.")),
    "wheelchair_steps": Condition(
        _("Wheelchair, can't climb steps"), _("The carrier hasn't confirmed the wheelchair yet.")
    ),
    "wheelchair_cabin": Condition(
        _("Wheelchair to the cabin seat"), _("The carrier hasn't confirmed the wheelchair yet.")
    ),
    "stretcher": Condition(_("Stretcher"), _("The carrier hasn't confirmed the stretcher yet.")),
    "extra_seat": Condition(_("Extra seat"), _("The extra seat isn't confirmed yet.")),
    "oxygen": Condition(_("Oxygen"), _("The carrier hasn't confirmed the oxygen yet.")),
    "medicine": Condition(
        _("Medicine for the journey"),
        _("The medicine for the journey isn't packed yet."),
        _CLINIC,
        _("For how many days, and who has it"),
    ),
    "diet": Condition(_("Diet"), _("The meals for a diet aren't ordered yet.")),
    "blind": Condition(_("Blind passenger"), _("The carrier hasn't been told of a blind passenger yet.")),
    "deaf": Condition(_("Deaf passenger"), _("The carrier hasn't been told of a deaf passenger yet.")),
    "seats_together": Condition(
        _("Seats together"), _("Seats together aren't confirmed yet."), asks=_("With whom, and which seats")
    ),
    "same_sex_staff": Condition(
        _("Staff of the same sex"),
        _("Staff of the same sex isn't assigned yet."),
        asks=_("Name of the member of staff"),
    ),
    "named_reception": Condition(
        _("Met by a named person"),
        _("The person who will meet them isn't confirmed yet."),
        _STAFF,
        _("Who meets them, and where"),
    ),
    "mission_notified": Condition(
        _("Receiving mission notified"),
        _("The receiving mission isn't notified yet."),
        _STAFF,
        _("Who was told there, and when"),
    ),
}
OTHER_CONDITION = _("A condition of travel isn't confirmed yet: {condition}.")


@dataclass(frozen=True)
class ConsularOutcome:
    """How an embassy's hearing of one person ended. `ruling` is the verdict that it gives on R6, if any.

    `then` says what is to be done next, and `role` by whom; None when nothing is.
    """

    code: str
    label: Words
    ruling: str | None
    then: Words | None = None
    role: Role | None = None


_CONSULAR = Role.CONSULAR_OFFICER

CONSULAR_OUTCOMES: dict[str, ConsularOutcome] = {
    outcome.code: outcome
    for outcome in (
        ConsularOutcome("confirmed", _("Confirmed"), "confirmed", _("Ask for the travel document"), _CONSULAR),
        ConsularOutcome(
            "data_corrected",
            _("Confirmed, data corrected"),
            "data_corrected",
            _("Correct the record, then ask for the travel document"),
            Role.REGISTRATION_CLERK,
        ),
        ConsularOutcome(
            "pending_capital", _("Pending in the capital"), "pending_capital", _("Ask the embassy again"), _CONSULAR
        ),
        ConsularOutcome(
            "pending_evidence",
            _("Pending evidence"),
            "pending_evidence",
            _("Collect the evidence asked for"),
            _CONSULAR,
        ),
        ConsularOutcome(
            "not_our_national",
            _("Not a national"),
            "not_our_national",
            _("Counsel again, and look for another mission of origin"),
            Role.VHR_CASEWORKER,
        ),
        ConsularOutcome(
            "referred_to_other_mission",
            _("Referred to another mission"),
            "not_our_national",
            _("Present to the other mission, with consent"),
            _CONSULAR,
        ),
        ConsularOutcome(
            "declined_by_migrant",
            _("Declined by the person"),
            None,
            _("Talk in private about the wish to return"),
            Role.VHR_CASEWORKER,
        ),
        ConsularOutcome(
            "no_show_moved", _("Not there: moved"), None, _("Find out where the person is"), Role.VHR_CASEWORKER
        ),
        ConsularOutcome("no_show_sick", _("Not there: sick"), None, _("See the sick person, then rebook"), Role.NURSE),
        ConsularOutcome(
            "not_heard", _("Not heard: link or time failed"), None, _("Rebook for the next session"), _CONSULAR
        ),
        ConsularOutcome(
            "minor_needs_guardian",
            _("Child: the guardian rule applies"),
            "pending_evidence",
            _("Settle the guardian with the embassy"),
            Role.CHILD_PROTECTION_OFFICER,
        ),
        ConsularOutcome(
            "security_query",
            _("Security or criminal query"),
            "security_query",
            _("Review what the query means for the person"),
            Role.PROTECTION_LEAD,
        ),
    )
}


@dataclass(frozen=True)
class Reconciliation:
    """What became of one name on a locked manifest, and the step that the case takes with it."""

    code: str
    label: Words
    step: str


RECONCILIATIONS: dict[str, Reconciliation] = {
    outcome.code: outcome
    for outcome in (
        Reconciliation("boarded", _("Boarded"), "board"),
        Reconciliation("no_show", _("No-show"), "take_off_manifest"),
        Reconciliation("withdrew", _("Withdrew"), "withdraw_from_flight"),
        Reconciliation("med_offloaded", _("Offloaded on medical grounds"), "take_off_manifest"),
        Reconciliation("protection_offloaded", _("Offloaded by protection"), "take_off_manifest"),
        Reconciliation("document_problem", _("Document problem"), "take_off_manifest"),
        Reconciliation("denied_by_authorities", _("Denied by the authorities"), "take_off_manifest"),
        Reconciliation("denied_by_airline", _("Denied by the carrier"), "take_off_manifest"),
        Reconciliation("not_released", _("Not released"), "take_off_manifest"),
        Reconciliation("transport_failed", _("Transport failed"), "take_off_manifest"),
        Reconciliation("family_stayed", _("Stayed with family"), "take_off_manifest"),
        Reconciliation("flight_cancelled", _("Flight cancelled"), "take_off_manifest"),
    )
}
"""Their sum is the locked manifest and the standby used."""
