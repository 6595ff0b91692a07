"""The gates of voluntary return, R1 to R14 and B1 to B7: who mends each, who rules, and who may override (2.7).

What a gate asks stands in `voluntary_return_gates`; this is what is declared about it.
"""

from __future__ import annotations

from darb.rules.pathway import NOBODY, BoardingCheck, Gate, Ruling
from darb.rules.roles import Role
from darb.rules.words import _

from . import voluntary_return_gates as terms

CASEWORK = (Role.VHR_CASEWORKER, Role.VHR_HEAD)
PROTECTION = (Role.PROTECTION_CASEWORKER, Role.PROTECTION_LEAD)
LEAD = Role.PROTECTION_LEAD
PANEL = Role.BID_PANEL_MEMBER
EXAMINE_AGAIN = terms.EXAMINE_AGAIN
PANEL_OF = 3
"""People who determine best interests together, of two organisations at least (programmes.md 2.11)."""

GATES = (
    Gate(
        "R1",
        "identity",
        _("Identity"),
        _("registered with a photo, and no open question of a duplicate"),
        terms.identity,
        mended_by=Role.REGISTRATION_CLERK,
        overridden_by=Role.VHR_HEAD,  # the head leads registration: the mission has no role of that name
    ),
    Gate(
        "R2",
        "consent",
        _("Consent"),
        _("consent to return is explicit, not withdrawn, and not older than 90 days"),
        terms.consent,
        mended_by=Role.VHR_CASEWORKER,
        overridden_by=NOBODY,
        rulings=(
            Ruling("pressure_suspected", _("Pressure suspected"), granted=False, lifted_by=LEAD),
            Ruling("freely_given", _("Found to be freely given"), granted=True),
        ),
        ruled_by=(*PROTECTION, *CASEWORK),
    ),
    Gate(
        "R3",
        "counselling",
        _("Counselling"),
        _("every item of the information checklist was covered for this return"),
        terms.counselling,
        mended_by=Role.VHR_CASEWORKER,
        overridden_by=Role.VHR_HEAD,
    ),
    Gate(
        "R4",
        "protection",
        _("Protection"),
        _("protection has cleared travel, and its conditions are met"),
        terms.protection,
        mended_by=Role.PROTECTION_CASEWORKER,
        # The lead lifts a hold or a stop by ruling anew; there is no way round the gate itself.
        overridden_by=NOBODY,
        rulings=(
            Ruling("cleared", _("Cleared"), granted=True, reflected=True),
            Ruling("cleared_with_conditions", _("Cleared with conditions"), granted=True, reflected=True),
            Ruling("hold", _("Hold"), granted=False, lifted_by=LEAD, why_lifted=True),
            Ruling("stop", _("Stop"), granted=False, lifted_by=LEAD, why_lifted=True),
        ),
        ruled_by=PROTECTION,
    ),
    Gate(
        "R5",
        "child",
        _("Child"),
        _("the best-interests procedure allows the return"),
        terms.child,
        mended_by=Role.CHILD_PROTECTION_OFFICER,
        applies=terms.minor_windows,
        overridden_by=NOBODY,
        bound_to=("unaccompanied", "return_country"),
        rulings=(
            Ruling("bip_cleared", _("Best-interests procedure concluded: return with family"), granted=True),
            Ruling("bid_return", _("Best-interests determination: return"), granted=True, panel=PANEL_OF),
            Ruling("bid_pending", _("Best-interests determination pending"), granted=False),
            Ruling(
                "bid_other",
                _("Best-interests determination: another solution"),
                granted=False,
                lifted_by=PANEL,
                panel=PANEL_OF,
            ),
            Ruling("presumed_child", _("Presumed to be a child"), granted=False),
            Ruling("adult", _("Found to be an adult"), granted=True),
        ),
        ruled_by=(Role.CHILD_PROTECTION_OFFICER, PANEL),
    ),
    Gate(
        "R6",
        "nationality",
        _("Nationality"),
        _("an embassy confirmed the nationality, or there is a valid passport"),
        terms.nationality,
        mended_by=Role.CONSULAR_OFFICER,
        overridden_by=NOBODY,
        rulings=(
            Ruling("confirmed", _("Confirmed"), granted=True),
            Ruling("data_corrected", _("Confirmed, data corrected"), granted=True),
            Ruling("pending_capital", _("Pending in the capital"), granted=False),
            Ruling("pending_evidence", _("Pending evidence"), granted=False),
            Ruling("not_our_national", _("Not a national"), granted=False),
            Ruling("security_query", _("Security or criminal query"), granted=False),
        ),
        ruled_by=(Role.CONSULAR_OFFICER,),
    ),
    Gate(
        "R7",
        "travel_document",
        _("Travel document"),
        _("one is in our custody, and is valid for 7 days more than the day of travel"),
        terms.travel_document,
        mended_by=Role.CONSULAR_OFFICER,
        overridden_by=NOBODY,
    ),
    Gate(
        "R8",
        "exit_visa",
        _("Exit visa"),
        _("it is approved, for the day and the airport of travel"),
        terms.exit_visa,
        mended_by=Role.EXIT_VISA_OFFICER,
        applies=terms.leaves_libya,
        overridden_by=NOBODY,
        bound_to=("departure_airport",),
    ),
    Gate(
        "R9",
        "medical",
        _("Fit to travel"),
        _("a physician found the person fit, and what that requires is confirmed"),
        terms.medical,
        mended_by=Role.PHYSICIAN,
        # The physician's way is a new examination; there is no way round the gate itself.
        overridden_by=NOBODY,
        rulings=(
            Ruling("FTT-1", _("Fit"), granted=True),
            Ruling("FTT-2", _("Fit, with requirements"), granted=True),
            Ruling("FTT-3", _("Unfit for now"), granted=False),
            Ruling("FTT-4", _("Unfit for air travel"), granted=False),
            Ruling("FTT-5", _("Public-health hold"), granted=False),
            Ruling(EXAMINE_AGAIN, _("To be examined again"), granted=False),
        ),
        ruled_by=(Role.PHYSICIAN,),
    ),
    Gate(
        "R10",
        "release",
        _("Release"),
        _("the detention centre where the person is has agreed to the hand-over"),
        terms.release,
        mended_by=Role.DC_LIAISON,
        applies=terms.detained,
        overridden_by=Role.DC_LIAISON,
        bound_to=("site",),
        rulings=(
            Ruling("handover_agreed", _("Hand-over agreed"), granted=True),
            Ruling("release_refused", _("Release refused"), granted=False),
        ),
        ruled_by=(Role.DC_LIAISON,),
    ),
    Gate(
        "R11",
        "receiving_side",
        _("Receiving side"),
        _("the receiving mission has acknowledged this return, special needs included"),
        terms.receiving_side,
        mended_by=Role.RECEIVING_MISSION_OFFICER,
        overridden_by=Role.VHR_HEAD,
        bound_to=("return_country", "return_area"),
        rulings=(
            Ruling("acknowledged", _("Acknowledged"), granted=True),
            Ruling("not_accepted", _("Can't be received now"), granted=False),
        ),
        ruled_by=(Role.RECEIVING_MISSION_OFFICER, *CASEWORK),
    ),
    Gate(
        "R12",
        "family",
        _("Family"),
        _("everyone who must travel together is ready, or a split was decided"),
        terms.family,
        mended_by=Role.VHR_CASEWORKER,
        applies=terms.has_companions,
        overridden_by=LEAD,
    ),
    Gate(
        "R13",
        "route",
        _("Route and area"),
        _("the country and area of return and the point of departure are open"),
        terms.route,
        mended_by=Role.CHIEF_OF_MISSION,
        applies=terms.has_closures,
        overridden_by=Role.CHIEF_OF_MISSION,
    ),
    Gate(
        "R14",
        "money",
        _("Money"),
        _("a project whose earmark fits this return pays, and has the balance"),
        terms.money,
        mended_by=Role.PROGRAMME_MANAGER,
        overridden_by=Role.PROGRAMME_MANAGER,
        bound_to=("nationality", "return_country"),
        rulings=(
            Ruling("funded", _("Funded"), granted=True),
            Ruling("budget_used", _("Budget used up"), granted=False),
        ),
        ruled_by=(Role.PROGRAMME_MANAGER,),
    ),
)

TRAVEL_GATES = tuple(gate.code for gate in GATES)

AIRPORT = (Role.MOVEMENT_OFFICER, Role.TRANSPORT_OFFICER)

BOARDING = (
    BoardingCheck(
        "B1", "consent_confirmed", _("Consent confirmed again, in private"), (*CASEWORK, Role.MOVEMENT_OFFICER)
    ),
    BoardingCheck(
        "B2", "pre_embarkation", _("Pre-embarkation check clear, within 72 hours"), (Role.PHYSICIAN, Role.NURSE)
    ),
    BoardingCheck("B3", "face_matches", _("Face, photo and document are the same person"), (*AIRPORT, *CASEWORK)),
    BoardingCheck("B4", "infant_linked", _("Each infant has its adult"), AIRPORT),
    BoardingCheck("B5", "escort_present", _("The escort is here"), (*AIRPORT, Role.PHYSICIAN, Role.NURSE)),
    BoardingCheck("B6", "visa_stamped", _("Exit visa stamped"), (*AIRPORT, Role.EXIT_VISA_OFFICER)),
    BoardingCheck("B7", "baggage_tagged", _("Baggage tagged"), AIRPORT),
)
_HEALTH = (Role.PHYSICIAN, Role.NURSE)
PRE_DEPARTURE = (
    BoardingCheck("P1", "briefed", _("Briefed about the journey"), (*CASEWORK, Role.MOVEMENT_OFFICER)),
    BoardingCheck("P2", "consent_the_day_before", _("Still wants to go, asked in private"), CASEWORK),
    BoardingCheck("H1", "screened", _("Screened as the route asks"), _HEALTH, measure="screening"),
    BoardingCheck("H2", "tested", _("Tested as the route asks"), _HEALTH, measure="test"),
)
"""The pre-departure day. What a health measure of the route asks keeps from boarding; the rest is made up for there."""
