"""What the kinds of task are called."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext

from darb.programmes.voluntary_return_codes import CONSULAR_OUTCOMES
from darb.rules.words import _

from .wording import DAY

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

KINDS: dict[str, str] = {
    "ask_other_mission": _("Ask other missions of origin: an embassy said that this isn't its national"),
    "ask_the_centres": _("Ask the centres where the person is"),
    "ask_the_family": _("Ask the family whether they wait or go"),
    "burial_or_home": _("Burial, or the way home: with the family's word"),
    "cancel_document": _("Have the travel document cancelled and returned"),
    "correct_bus_list": _("Correct the bus list: the person is at another place now"),
    "correct_called_list": _("Correct the called list: the person is at another place now"),
    "correct_name": _("Correct the name, or have it corrected: it differs between papers"),
    "fatality_report": _("Write the report of the death"),
    "find_out_again": _("Find out a second time where the person is"),
    "find_out_first": _("Find out where the person is"),
    "look_at_statelessness": _("Look at whether the person may be stateless"),
    "newborn_document": _("A travel document for the newborn"),
    "newborn_visa": _("An exit visa for the newborn"),
    "other_way_home": _("Look for another way home than by air"),
    "protection_plan": _("Make a plan for a stay with protection"),
    "take_off_flight": _("Take the person off the flight: they can't travel now"),
    "tell_the_family": _("Tell the family, by the protocol"),
    "use_standby": _("Look at the standby list: somebody isn't let out"),
    "watch_hotline": _("Watch for a call from this person"),
    "by_hand": _("To do"),
    "cancel_visa": _("Have the exit visa cancelled"),
    "child_assessment": _("See the child today"),
    "confirm_withdrawal": _("Ask the person today: somebody who called wants to withdraw"),
    "contact_lost": _("Three calls unanswered: decide whether contact is lost"),
    "consent_lapses": _("Ask for consent again: it lapses soon"),
    "document_expires": _("Have a new travel document made: this one runs out soon"),
    "embassy_asked": _("An embassy asked about this person and was refused: look into it"),
    "family_choice": _("One of the family can't travel: ask them how to go on"),
    "family_review": _("The family waits: look at it again"),
    "sign_family_option": _("Sign how the family goes on"),
    "examine_again": _("Examine this person again"),
    "fell_ill": _("See this person in the clinic today: ill since the last examination"),
    "file_in_the_open": _("Another file of this person isn't shielded: look at both"),
    "fitness_ends_before_flight": _("Examine again: fitness to travel ends before the flight"),
    "full_assessment": _("Assess protection needs in full"),
    "see_again": _("See the person again, in private"),
    "assess_again": _("Assess protection needs anew"),
    "review_opening": _("A sealed record was opened in an emergency: review it today"),
    "set_conditions": _("Say what the journey needs, from protection"),
    "screen_again": _("Screen again: it couldn't be assessed"),
    "sign_trafficking_screen": _("Read and sign the second time"),
    "follow_referral": _("Send the referral, and hear what came of it"),
    "follow_up": _("See the person: the screen calls for it"),
    "missed_appointment": _("Didn't come to an appointment: ask how they are, and whether they still wish to return"),
    "merged_case_alone": _("The judgement was taken back: look whether this case must be opened again"),
    "give_document_back": _("Give the passport back to the person"),
    "nationality_review": _("Ask the embassy again, and review the case: the nationality is open for long"),
    "see_in_clinic": _("See this person in the clinic"),
    "take_to_hospital": _("Arrange the hospital or the specialist"),
    "two_open_cases": _("One person has two open cases: close one as merged"),
    "visa_fees": _("Fees are demanded: settle them for the mission, the person pays nothing"),
    "visa_query": _("Answer what the authority asks about the exit visa"),
    "visa_wanted": _("The prosecution asks for the person: review what that means for them"),
    "visa_ends_before_flight": _("Have the exit visa renewed: it ends before the flight"),
    "joint_counselling": _("Counsel together with UNHCR"),
    "paper_disagrees": _("The boarding list on paper says otherwise than the system: find out who is right"),
    "offer_other_help": _("Offer other help"),
    "refer_to_unhcr": _("Refer to UNHCR"),
    "review_hold": _("The hold ends: look at it again"),
    "safe_way_back": _("Bring the person back safely"),
    "withdrew_by_phone": _("Withdrew by phone: take the person off the flight"),
    # What follows an embassy's hearing is said where its outcomes are declared.
    **{f"embassy_{outcome.code}": outcome.then for outcome in CONSULAR_OUTCOMES.values() if outcome.then},
}


TALKS: dict[str, str] = {
    "conversation": _("Conversation"),
    "counselling": _("Counselling"),
    "screening": _("Rapid screen"),
    "illness": _("Seemed ill"),
    "family_option": _("How the family goes on"),
    "triage": _("Triage at first contact"),
    "way": _("The way here"),
    "full_assessment": _("Full assessment"),
    "trafficking_screen": _("Counter-trafficking screen"),
    "bid_panel": _("Best-interests panel"),
    "guardian_found": _("A guardian was found"),
    "release_injury": _("Injury seen at the release"),
}


def talk_named(kind: str) -> str:
    """A kind of conversation in the reader's language; one without words of its own shows its code."""
    return gettext(TALKS.get(kind, kind))


def reason_said(task: Any) -> str:
    """Why a task was raised: the day that it is about, or words; empty where its kind says it all."""
    reason = str(task.reason)
    if _DAY.fullmatch(reason):
        return date_format(date.fromisoformat(reason), DAY)
    return "" if reason == KINDS.get(task.kind) else gettext(reason) if reason else ""


def kind_named(kind: str) -> str:
    """A kind of task in the reader's language; one without words of its own shows its code, spaced."""
    return gettext(KINDS[kind]) if kind in KINDS else kind.replace("_", " ").capitalize()
