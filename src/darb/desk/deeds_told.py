"""What was done, in words: the names that histories give to the deeds of the action log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from darb.rules.words import _
from darb.trust.actor import Actor
from darb.trust.models import ActionLog
from darb.trust.powers import DataClass
from darb.trust.queries import names_of

DEEDS: dict[str, str] = {
    "assistance.give": _("Assistance given"),
    "assistance.hand_out": _("Handed out at a distribution"),
    "assistance.list_families": _("Put on the list of a distribution"),
    "assistance.take_back_handed": _("Taken back at a distribution"),
    "care.check_before_flight": _("Checked before embarkation"),
    "care.examine": _("Examined for travel"),
    "care.list_contacts": _("To be seen in the clinic"),
    "care.open_sealed": _("Sealed record opened in an emergency"),
    "care.prepare_exam": _("Examination prepared"),
    "care.report_illness": _("The clinic was told"),
    "care.review_opening": _("The opening of the sealed record was reviewed"),
    "cases.answer_visas": _("Exit visa answered"),
    "cases.close": _("Case closed"),
    "cases.counsel": _("Counselling recorded"),
    "cases.do_task": _("Task done"),
    "cases.give_verdict": _("Decision on a gate"),
    "cases.mark_visas": _("Exit visa marked"),
    "cases.meet_condition": _("Condition confirmed"),
    "cases.open": _("Case opened"),
    "cases.open_again": _("Case opened again"),
    "cases.override": _("Exception made on a gate"),
    "cases.propose_family_option": _("How the family goes on was proposed"),
    "cases.sign_family_option": _("How the family goes on was decided"),
    "cases.raise_task": _("Task raised"),
    "cases.refer": _("Referral made"),
    "cases.follow_referral": _("Referral followed up"),
    "cases.record_consents": _("Consents recorded"),
    "cases.record_encounter": _("Conversation recorded"),
    "cases.register": _("Registered, with a case"),
    "cases.screen": _("Screened for vulnerability"),
    "cases.reply_to_visa_query": _("Query about the exit visa answered"),
    "cases.answer_release": _("Release answered"),
    "cases.hand_over_released": _("Handed over by the detention centre"),
    "cases.miss_moved": _("Off a release list: no longer at the centre"),
    "cases.miss_release": _("Not there at the hand-over"),
    "cases.refuse_release": _("Release refused on the day"),
    "cases.request_release": _("Release asked for"),
    "cases.schedule_release": _("Hand-over agreed with the centre"),
    "cases.take_off_release": _("Taken off a release list"),
    "cases.set_return": _("Return changed"),
    "cases.set_visa_form": _("Version of the exit-visa form told"),
    "cases.submit_visas": _("Exit visa applied for"),
    "cases.tell_home": _("Home and family there told"),
    "cases.tell_way": _("The way here told"),
    "cases.make_appointment": _("Appointment made"),
    "cases.end_appointment": _("Appointment ended"),
    "cases.take_step": _("Step taken"),
    "cases.withdraw": _("Withdrew"),
    "events.begin_call": _("Called by phone"),
    "events.call": _("Called to a session"),
    "events.close": _("Outcome of the session stands"),
    "events.end_call": _("Call by us told"),
    "events.rebook": _("Booked for another session"),
    "events.record_call": _("Call by phone taken"),
    "events.record_outcome": _("Heard at a session"),
    "events.register_lead": _("Registered from a lead"),
    "events.request_documents": _("Travel document asked for"),
    "events.resume_link": _("Not heard: the link dropped"),
    "events.share_called_list": _("Called list shared with the embassy"),
    "events.take_over_call": _("Taken over from a call"),
    "movements.accept_handover": _("Hand-over accepted"),
    "movements.arrive_onward": _("Arrived after the flight"),
    "movements.board": _("Boarded"),
    "movements.book": _("Placed on a manifest"),
    "movements.cancel": _("Flight called off"),
    "movements.change_aircraft": _("Off the list: another aircraft"),
    "movements.check_boarding": _("Boarding check"),
    "movements.clear_to_board": _("Cleared to board"),
    "movements.depart": _("Flight left"),
    "movements.land": _("Landed"),
    "movements.link": _("Seat changed"),
    "movements.lock": _("Manifest locked"),
    "movements.reconcile": _("Flight reconciled"),
    "movements.accept_plan": _("On an accepted plan"),
    "movements.move_airport": _("Flight moved to another airport"),
    "cases.set_departures": _("Leaves from another airport"),
    "movements.lock_seat": _("Kept on one flight of the plan"),
    "movements.move_in_plan": _("Moved to another flight of the plan"),
    "movements.record_from_paper": _("Boarding recorded from paper"),
    "movements.divert": _("Landed elsewhere than planned"),
    "movements.confirm_conditions": _("Condition confirmed on the flight"),
    "movements.name_standby": _("Named as standby"),
    "movements.end_standby": _("No longer standby"),
    "movements.turn_back": _("Flight turned back"),
    "movements.carry_over": _("Carried over to another flight"),
    "movements.use_standby": _("Seated from standby"),
    "movements.match_baggage": _("Bags matched on arrival"),
    "movements.tag_baggage": _("Bags tagged"),
    "movements.record_death": _("Death recorded"),
    "movements.unbook": _("Taken off the manifest"),
    "movements.withdraw_booked": _("Withdrew from the flight"),
    "people.add_phone": _("Phone added"),
    "people.declare_relative": _("A relative is looked for"),
    "people.correct": _("Record corrected"),
    "people.form_group": _("Family formed"),
    "people.give_consent": _("Consent given"),
    "people.mark_left": _("Left the country"),
    "people.move": _("Moved with others"),
    "people.raise_duplicate": _("Said to be perhaps the same as another"),
    "people.receive_document": _("Document moved"),
    "people.record_document": _("Document recorded"),
    "people.record_reunion": _("Reunited with family"),
    "people.record_stay": _("Whereabouts recorded"),
    "people.register": _("Registered"),
    "people.judge": _("Possible match judged"),
    "people.join_group": _("Joined a family group"),
    "cases.tell_incident": _("Told what went wrong"),
    "cases.settle_incident": _("What went wrong was settled"),
    "cases.guardian_found": _("A guardian was found"),
    "people.split_group": _("Left the family group"),
    "people.take_back_judgement": _("Judgement of a match taken back"),
    "people.take_in": _("Document taken in"),
    "people.take_photo": _("Photo taken"),
    "people.picture_document": _("Picture of a document kept"),
    "people.prove_consents": _("Signed form or recording kept"),
    "people.verify_nationality": _("Nationality verified"),
    "people.verify_kin": _("Relation verified"),
    "people.withdraw_consent": _("Consent withdrawn"),
    "trust.hand_out": _("On a paper that was handed out"),
}
# Deeds whose very name tells of a wish for protection, or of a search for relatives: for those who may know of it.
TELLING = frozenset(
    {
        "cases.assess",
        "cases.raise_asylum_concern",
        "cases.record_joint_counselling",
        "cases.screen_trafficking",
        "cases.sign_trafficking",
        "cases.settle_asylum_concern",
        "events.refuse_question",
        "events.settle_question",
        "people.check_trace",
        "people.trace",
    }
)


@dataclass(frozen=True)
class Told:
    """One deed as a history shows it."""

    at: datetime
    who: str
    what: str
    subject: str


def told(actor: Actor, deeds: Iterable[ActionLog]) -> list[Told]:
    """Deeds in words, without those that this reader may not know of. One query for the names."""
    shown = [d for d in deeds if d.action in DEEDS or (d.action in TELLING and actor.sees(DataClass.ASYLUM))]
    names = names_of({d.account_id for d in shown})
    return [
        Told(d.at, names.get(d.account_id, ""), gettext(DEEDS.get(d.action, _("Protection matter"))), d.subject)
        for d in shown
    ]
