"""The papers of voluntary return (`programmes.md` 2.0.3, 2.2 to 2.7): who prints each, and what people are told.

Embassies, authorities and carriers never sign in; what they get of anybody is on one of these. Which columns each
has, and of which class of data, stands where the paper is drawn (`desk.paper_*`).
"""

from __future__ import annotations

from darb.rules.paper import About, Paper
from darb.rules.roles import Role
from darb.rules.words import Words, _

_MEETS = (Role.REGISTRATION_CLERK, Role.VHR_CASEWORKER, Role.VHR_HEAD, Role.MOBILE_TEAM_MEMBER)
_CONSULAR, _VISAS, _FLIGHTS = (Role.CONSULAR_OFFICER,), (Role.EXIT_VISA_OFFICER,), (Role.MOVEMENT_OFFICER,)
_REACHES = (Role.OUTREACH_OFFICER, Role.HOTLINE_OPERATOR)
_CLINIC = (Role.PHYSICIAN, Role.NURSE)
_PROTECTS = (Role.PROTECTION_CASEWORKER, Role.PROTECTION_LEAD)
_REFERS = (*_CLINIC, *_PROTECTS, Role.CHILD_PROTECTION_OFFICER, Role.COUNTER_TRAFFICKING_FOCAL_POINT,
           Role.MHPSS_COUNSELLOR)  # fmt: skip
_HANDS_OUT = (Role.DISTRIBUTION_LEAD,)
_LIAISON = (Role.DC_LIAISON,)
_SCREENS = (Role.SCREENING_INTERVIEWER, Role.MOBILE_TEAM_MEMBER, Role.VHR_CASEWORKER)
_PROTECTION_FILE = _("The protection file")
_THE_PERSON = _("The person concerned")
KEPT_DAYS = 7
"""After so many days a list of names on paper is to be destroyed (`programmes.md` 2.0.3, rule 7)."""

PAPERS: dict[str, Paper] = {
    paper.code: paper
    for paper in (
        Paper("registration_slip", _("Registration slip"), About.CASE, _MEETS, _THE_PERSON),
        Paper(
            "declaration",
            _("Voluntary-return declaration"),
            About.CASE,
            _MEETS,
            _("The person concerned, and the case file"),
        ),
        Paper(
            "withdrawal",
            _("Withdrawal form"),
            About.CASE,
            _MEETS,
            _("The person concerned, and the case file"),
        ),
        Paper(
            "information_sheet",
            _("Information sheet"),
            About.PROGRAMME,
            (*_MEETS, *_REACHES),
            _("Whoever asks"),
        ),
        Paper("hotline_card", _("Hotline cards"), About.PROGRAMME, _REACHES, _("Whoever asks")),
        Paper("outreach_report", _("Report of an outreach session"), About.OUTREACH, (Role.OUTREACH_OFFICER,)),
        Paper(
            "call_sheet",
            _("Call sheet"),
            About.CALLS,
            _REACHES,
            _("Whoever calls and visits today"),
            keep_days=0,
        ),
        Paper("fitness_certificate", _("Fit-to-travel certificate"), About.CASE, (Role.PHYSICIAN,)),
        Paper(
            "medical_information", _("Medical information for the carrier"), About.CASE, _CLINIC, keep_days=KEPT_DAYS
        ),
        Paper("medicine_list", _("Medicine list"), About.CASE, _CLINIC, _("The person, and whoever escorts them")),
        Paper(
            "screening_form",
            _("Rapid screen for vulnerability"),
            About.CASE,
            (*_SCREENS, *_PROTECTS, Role.CHILD_PROTECTION_OFFICER),
            _PROTECTION_FILE,
        ),
        Paper(
            "risk_assessment",
            _("Assessment of dangers and needs"),
            About.CASE,
            (*_PROTECTS, Role.CHILD_PROTECTION_OFFICER, Role.COUNTER_TRAFFICKING_FOCAL_POINT),
            _PROTECTION_FILE,
        ),
        Paper("medical_summary", _("Medical summary, in a sealed envelope"), About.CASE, (Role.PHYSICIAN,)),
        Paper(
            "conditions_list",
            _("Notification to the receiving mission"),
            About.CASE,
            (*_PROTECTS, Role.VHR_CASEWORKER, Role.VHR_HEAD),
            keep_days=KEPT_DAYS,
        ),
        Paper("referral_form", _("Referral form"), About.REFERRAL, _REFERS, keep_days=KEPT_DAYS),
        Paper("called_list", _("Called list"), About.SESSION, _CONSULAR, keep_days=KEPT_DAYS),
        Paper("biodata_sheets", _("Biodata sheets"), About.SESSION, _CONSULAR, keep_days=KEPT_DAYS),
        Paper("session_report", _("Session report"), About.SESSION, _CONSULAR),
        Paper("note_verbale", _("Note verbale"), About.EMBASSY, _CONSULAR),
        Paper("receipt_list", _("Document receipt list"), About.EMBASSY, _CONSULAR),
        Paper("custody_log", _("Custody log"), About.EMBASSY, _CONSULAR, keep_days=KEPT_DAYS),
        Paper("visa_letter", _("Batch letter for exit visas"), About.VISA_BATCH, _VISAS),
        Paper("visa_forms", _("Exit-visa forms"), About.VISA_BATCH, _VISAS, languages=("ar",)),
        Paper("release_letter", _("Release letter"), About.RELEASE, _LIAISON),
        Paper("release_list", _("Release list"), About.RELEASE, _LIAISON, keep_days=KEPT_DAYS),
        Paper("release_protocol", _("Hand-over protocol"), About.RELEASE, _LIAISON),
        Paper("manifest_authorities", _("Manifest for the authorities"), About.FLIGHT, _FLIGHTS, keep_days=KEPT_DAYS),
        Paper("manifest_airline", _("Manifest for the carrier"), About.FLIGHT, _FLIGHTS, keep_days=KEPT_DAYS),
        Paper("manifest_mission", _("Manifest for a receiving mission"), About.FLIGHT, _FLIGHTS, keep_days=KEPT_DAYS),
        Paper(
            "manifest_medical",
            _("Medical manifest"),
            About.FLIGHT,
            (Role.PHYSICIAN, Role.NURSE),
            keep_days=KEPT_DAYS,
        ),
        Paper("manifest_packs", _("Packs and meals list"), About.FLIGHT, _FLIGHTS, keep_days=KEPT_DAYS),
        Paper(
            "bus_list",
            _("Bus list"),
            About.FLIGHT,
            (Role.TRANSPORT_OFFICER, Role.MOVEMENT_OFFICER),
            keep_days=KEPT_DAYS,
        ),
        Paper("boarding_list", _("Boarding list"), About.FLIGHT, _FLIGHTS, keep_days=KEPT_DAYS),
        Paper("captain_list", _("Special needs, for the captain"), About.FLIGHT, _FLIGHTS, keep_days=KEPT_DAYS),
        Paper("seat_list", _("Seat list"), About.FLIGHT, _FLIGHTS, keep_days=KEPT_DAYS),
        Paper("escort_letters", _("Escort letters"), About.FLIGHT, _FLIGHTS, keep_days=KEPT_DAYS),
        Paper("landing_confirmation", _("Landing confirmation"), About.FLIGHT, _FLIGHTS),
        Paper("reconciliation", _("Reconciliation report"), About.FLIGHT, _FLIGHTS),
        Paper("waybill", _("Waybill"), About.DISTRIBUTION, _HANDS_OUT),
        Paper(
            "issue_sheet",
            _("Issue sheet"),
            About.DISTRIBUTION,
            _HANDS_OUT,
            _("Whoever hands out"),
            keep_days=KEPT_DAYS,
        ),
        Paper("handover_packet", _("Handover packet"), About.FLIGHT, (Role.RECEIVING_MISSION_OFFICER,)),
    )
}

OF_A_VERSION = frozenset(code for code in PAPERS if code.startswith("manifest_"))
"""Papers that show one version of a flight's manifest."""
AUTHORITIES, AIRLINE, MISSION = "manifest_authorities", "manifest_airline", "manifest_mission"
"""Whom a manifest must reach before anybody boards: each of these papers to its readers (`programmes.md` 2.7)."""
PASSENGER_LIST = "passenger_list"
"""The list for computers, which is no sheet of paper and is drawn by its own page."""
GO_STALE: tuple[str, ...] = (
    AUTHORITIES,
    AIRLINE,
    MISSION,
    PASSENGER_LIST,
    "manifest_medical",
    "manifest_packs",
    "captain_list",
    "seat_list",
    "escort_letters",
    "bus_list",
    "boarding_list",
)
"""Papers that are wrong once the manifest goes on: whoever has one gets it anew, in this order of need."""
OF_A_MISSION = frozenset({"manifest_mission", "handover_packet"})
"""Papers for one receiving mission alone."""

INFORMATION: tuple[tuple[Words, Words], ...] = (
    (
        _("It is free"),
        _(
            "Our help costs nothing. Nobody may ask you for money or favours for a place on a list, a paper or a "
            "seat. If somebody does, tell us: it changes nothing for you."
        ),
    ),
    (
        _("What happens"),
        _(
            "Anyone stranded in Libya who wishes to go home may ask. We register you once and talk with you; you "
            "decide; we ask about your health and safety; your embassy confirms who you are; your papers and the exit"
            " visa come; then you fly. It often takes between 20 and 90 days. Nobody can promise you a day."
        ),
    ),
    (
        _("What your embassy is told"),
        _(
            "Only if you agree: your name and those of your parents, your sex, date of birth, place of origin, and "
            "which documents you have or lost. Never where you stay, never your health, never what you told us of "
            "fears or violence."
        ),
    ),
    (
        _("If you fear to go back"),
        _(
            "Tell us in private. You may ask for international protection instead, and we put you in touch with "
            "UNHCR. Neither your embassy nor any authority hears of it from us."
        ),
    ),
    (
        _("Help after you return"),
        _(
            "It depends on the country and on your plan. No fixed sum is promised, and whoever promises you one isn't"
            " one of us."
        ),
    ),
    (
        _("You may change your mind"),
        _(
            "You may stop at any time until you board, also at the stairs of the plane. It costs you nothing, and you"
            " lose no other help."
        ),
    ),
    (
        _("Your data, and how to complain"),
        _(
            "You may ask what we keep about you, have it corrected, and withdraw what you agreed to. You may complain"
            " about anything, about us too, to any of us or on the hotline; it never counts against you."
        ),
    ),
)
"""What everyone is told before they decide: items I1 to I7 of the checklist, in whole sentences for the person."""

DECLARED: tuple[Words, ...] = (
    _(
        "I wish to return to the country named above, and I decide this myself. Nobody has forced me, threatened me, "
        "or promised me anything so that I sign."
    ),
    _(
        "I was told, in a language that I understand, what happens until I board, what help there may be afterwards "
        "and that no sum is promised, and that I may ask for international protection instead."
    ),
    _(
        "I know that I may change my mind at any time until I board, that it costs me nothing, and that I lose no "
        "other help."
    ),
    _("I know that this help is free of charge. What I have told about myself is true as far as I know."),
    _(
        "I know which data are kept about me and why, that I may see and correct them, and that I may withdraw what I"
        " agree to below."
    ),
)
"""What somebody declares before returning; what they agree to being shared stands in `CONSENT_PURPOSES`."""

WITHDRAWN: tuple[Words, ...] = (
    _("I take back what is ticked below. I decide this myself, and I need not say why."),
    _(
        "I was told that this costs me nothing, that I lose no other help, and that I may ask again to return at any "
        "time."
    ),
    _(
        "I was told that from now on nothing more is passed on of what I take back, and that a seat, an exit visa or a "
        "travel document that was made for my return is given up."
    ),
    _("Whoever was told of me before is told that I have withdrawn, and nothing else."),
)
"""What somebody declares who no longer wishes to return, or takes back what they agreed to."""
