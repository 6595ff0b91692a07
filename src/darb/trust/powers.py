"""What each role may do, and which classes of data it sees: declared once, as data.

Powers are names of actions (`room.verb`). Steps and gates of a pathway name their own roles in the
pathway's declaration; the powers here let a role reach the action at all. Data classes D1 to D10
follow programmes.md 2.0.3.
"""

from __future__ import annotations

from collections.abc import Set
from enum import StrEnum

from darb.programmes.incidents import INCIDENTS
from darb.programmes.voluntary_return_papers import PAPERS
from darb.rules.roles import Role


class DataClass(StrEnum):
    """The ten classes of what is known about a person."""

    IDENTITY = "D1"
    WHEREABOUTS = "D2"
    TRAVEL_DOCUMENT = "D3"
    MEDICAL = "D4"
    PSYCHOSOCIAL = "D5"
    PROTECTION = "D6"
    CHILD = "D7"
    ASYLUM = "D8"
    MISCONDUCT = "D9"
    ETHNICITY = "D10"


class Sight(StrEnum):
    """How much of a data class a role sees. FLAG: that there is something, never what."""

    FLAG = "flag"
    READ = "read"
    WRITE = "write"


D = DataClass
_CASEWORK = {
    D.IDENTITY: Sight.WRITE,
    D.WHEREABOUTS: Sight.WRITE,
    D.TRAVEL_DOCUMENT: Sight.READ,
    D.MEDICAL: Sight.FLAG,
    D.PROTECTION: Sight.FLAG,
    D.CHILD: Sight.FLAG,
    D.ASYLUM: Sight.FLAG,
}
_PROTECTION = {
    D.IDENTITY: Sight.READ,
    D.WHEREABOUTS: Sight.READ,
    D.TRAVEL_DOCUMENT: Sight.READ,
    D.MEDICAL: Sight.FLAG,
    D.PSYCHOSOCIAL: Sight.FLAG,
    D.PROTECTION: Sight.WRITE,
    D.CHILD: Sight.WRITE,
    D.ASYLUM: Sight.WRITE,
    D.ETHNICITY: Sight.WRITE,
}
_MEDICAL = {
    D.IDENTITY: Sight.READ,
    D.WHEREABOUTS: Sight.READ,
    D.MEDICAL: Sight.WRITE,
    D.PSYCHOSOCIAL: Sight.FLAG,
    D.PROTECTION: Sight.FLAG,
    D.CHILD: Sight.FLAG,
}
_CONSULAR = {D.IDENTITY: Sight.READ, D.WHEREABOUTS: Sight.READ, D.TRAVEL_DOCUMENT: Sight.WRITE}
_MOVEMENT = {
    D.IDENTITY: Sight.READ,
    D.WHEREABOUTS: Sight.FLAG,
    D.TRAVEL_DOCUMENT: Sight.READ,
    D.MEDICAL: Sight.FLAG,
    D.PROTECTION: Sight.FLAG,
    D.CHILD: Sight.FLAG,
}
_FIELD = {D.IDENTITY: Sight.WRITE, D.WHEREABOUTS: Sight.WRITE}
_OVERSIGHT = _CASEWORK | {D.IDENTITY: Sight.READ, D.WHEREABOUTS: Sight.READ}

SEES: dict[Role, dict[DataClass, Sight]] = {
    Role.OUTREACH_OFFICER: _FIELD,
    Role.HOTLINE_OPERATOR: _FIELD,
    Role.REGISTRATION_CLERK: _FIELD | {D.TRAVEL_DOCUMENT: Sight.WRITE},
    Role.VHR_CASEWORKER: _CASEWORK,
    Role.VHR_HEAD: _CASEWORK,
    Role.CONSULAR_OFFICER: _CONSULAR,
    Role.EXIT_VISA_OFFICER: _CONSULAR,
    Role.DC_LIAISON: {D.IDENTITY: Sight.READ, D.WHEREABOUTS: Sight.WRITE},
    Role.MOBILE_TEAM_MEMBER: _FIELD,
    Role.SCREENING_INTERVIEWER: _CASEWORK | {D.PROTECTION: Sight.WRITE},
    Role.PHYSICIAN: _MEDICAL,
    Role.NURSE: _MEDICAL,
    Role.MHPSS_COUNSELLOR: {D.IDENTITY: Sight.READ, D.WHEREABOUTS: Sight.READ, D.PSYCHOSOCIAL: Sight.WRITE},
    Role.PROTECTION_CASEWORKER: _PROTECTION,
    Role.PROTECTION_LEAD: _PROTECTION,
    Role.CHILD_PROTECTION_OFFICER: _PROTECTION,
    Role.COUNTER_TRAFFICKING_FOCAL_POINT: _PROTECTION,
    Role.BID_PANEL_MEMBER: _PROTECTION,
    Role.MOVEMENT_OFFICER: _MOVEMENT,
    Role.TRANSPORT_OFFICER: {D.IDENTITY: Sight.READ, D.WHEREABOUTS: Sight.FLAG},
    Role.WAREHOUSE_OFFICER: {},
    Role.DISTRIBUTION_LEAD: {D.IDENTITY: Sight.READ},
    Role.IM_OFFICER: {},
    Role.ME_OFFICER: {},
    Role.DATA_PROTECTION_FOCAL_POINT: _OVERSIGHT,
    Role.PROGRAMME_MANAGER: _OVERSIGHT,
    Role.CHIEF_OF_MISSION: _OVERSIGHT,
    Role.AUDITOR: {},
    Role.RECEIVING_MISSION_OFFICER: {},
}

# Who reaches SHIELDED rows: whoever sees at least the flag of a wish for asylum.
SHIELDED_READERS: frozenset[Role] = frozenset(r for r, sees in SEES.items() if D.ASYLUM in sees)

_MEET = {
    "cases.raise_asylum_concern",
    "events.take_lead",
    "events.record_contact",
    "events.record_call",
    "events.begin_call",
    "events.end_call",
    "events.hear_rumour",
    "people.register",
    "people.record_stay",
    "people.add_phone",
    "people.declare_relative",
}
_EXPECTS = {"cases.make_appointment", "cases.end_appointment"}
_PAPERS = {"people.record_document", "people.picture_document"}
_FAMILY = {"people.form_group", "people.join_group", "people.take_photo"}
_FILES = _PAPERS | _FAMILY | {"people.correct"}
_LINK = {"events.check_connectivity", "events.drop_link", "events.resume_link"}
_CASE = _EXPECTS | {
    "cases.tell_home",
    "cases.tell_way",
    "people.prove_consents",
    "cases.open",
    "cases.open_again",
    "cases.register",
    "cases.take_step",
    "cases.counsel",
    "cases.record_encounter",
    "cases.record_consents",
    "cases.do_task",
    "people.give_consent",
}
_REFERS = {"cases.refer", "cases.follow_referral"}
_CLINIC = _REFERS | {
    "movements.confirm_conditions",
    "care.prepare_exam",
    "care.list_contacts",
    "care.check_before_flight",
    "cases.record_encounter",
    "cases.do_task",
    "movements.check_boarding",
    "events.take_over_call",
}
_TRACE = {"people.declare_relative", "people.trace", "people.check_trace", "people.verify_kin", "people.record_reunion"}
_STOP = {
    "people.withdraw_consent",
    "cases.withdraw",
    "cases.take_step",
    "cases.raise_asylum_concern",
    "movements.withdraw_booked",
}
_RELEASE = {"cases.request_release", "cases.answer_release", "cases.schedule_release", "cases.take_off_release"}
_AT_THE_GATE = {"cases.hand_over_released", "cases.miss_release", "cases.refuse_release"}
_DISTRIBUTES = {
    "assistance.give",
    "assistance.hand_out",
    "assistance.take_back_handed",
    "assistance.stop_distribution",
}
_LEADS_DISTRIBUTION = {
    "assistance.plan_distribution",
    "assistance.list_families",
    "assistance.open_distribution",
    "assistance.resume_distribution",
    "assistance.close_distribution",
}
_HANDS_OUT = frozenset(role for paper in PAPERS.values() for role in paper.printed_by)
_COMMUNITIES = {
    "events.keep_leader",
    "events.verify_leader",
    "events.end_leader",
    "events.invite_leaders",
    "events.record_attendance",
}
_ON_THE_GROUND = {
    *("movements.plan_transfer", "movements.count_transfer", "movements.plan_convoy"),
    *("movements.tell_notice", "movements.tag_baggage", "movements.match_baggage"),
}
_HIRES = {"movements.arrange_flight", "movements.plan_reception", "movements.share_cost"}
_PLANS = {"movements.ask_plan", "movements.suppose_plan", "movements.stop_plan", "movements.set_flight_terms"}
_BREAKS_GLASS = {"care.open_sealed"}
_PROTECTS = (
    _STOP
    | _TRACE
    | _REFERS
    | _BREAKS_GLASS
    | {
        "events.take_over_call",
        "events.hear_rumour",
        "cases.screen",
        "cases.assess",
        "cases.give_verdict",
        "cases.record_encounter",
        "cases.do_task",
        "cases.raise_task",
    }
)
_OWNERS = frozenset(i.owner for i in INCIDENTS.values())


def _of_incidents(role: Role, powers: Set[str]) -> set[str]:
    """Whoever works with people may tell what went wrong, or who seems ill; whom the catalogue names settles it."""
    works = role in _OWNERS or "cases.do_task" in powers
    told = {"cases.tell_incident", "cases.tell_of_mission", "care.report_illness"} if works else set()
    return told | ({"cases.settle_incident"} if role in _OWNERS else set())


POWERS: dict[Role, frozenset[str]] = {
    role: frozenset(powers | _of_incidents(role, powers)) | ({"trust.hand_out"} if role in _HANDS_OUT else set())
    for role, powers in {
        Role.OUTREACH_OFFICER: _MEET
        | _COMMUNITIES
        | {"events.plan", "events.record_messages", "events.close", "events.abandon", "events.check_rumour"},
        Role.HOTLINE_OPERATOR: _MEET | {"people.withdraw_consent", "events.check_rumour", "cases.do_task"},
        Role.REGISTRATION_CLERK: _MEET
        | _CASE
        | _FILES
        | {
            "movements.withdraw_booked",
            "people.withdraw_consent",
            "people.raise_duplicate",
            "people.judge",
            "events.register_lead",
        },
        Role.VHR_CASEWORKER: _MEET
        | _CASE
        | _FILES
        | _STOP
        | {
            "movements.confirm_conditions",
            "cases.propose_family_option",
            "cases.screen",
            "movements.check_boarding",
            "people.receive_document",
            "cases.set_return",
            "cases.give_verdict",
            "cases.close",
            "cases.raise_task",
            "assistance.give",
            "events.register_lead",
            "events.take_over_call",
        },
        Role.VHR_HEAD: _CASE
        | _STOP
        | {
            "events.accept_link",
            "movements.confirm_conditions",
            "events.verify_leader",
            "events.end_leader",
            "events.answer_rumour",
            "events.retire_rumour",
            "people.register",
            "people.form_group",
            "people.join_group",
            "movements.check_boarding",
            "movements.set_health_measures",
            "movements.tell_notice",
            "movements.record_death",
            "people.judge",
            "people.record_stay",
            "movements.advance",
            "movements.agree_capacity",
            "people.take_back_judgement",
            "cases.set_return",
            "cases.give_verdict",
            "cases.close",
            "cases.raise_task",
            "cases.override",
            "people.move",
        },
        Role.CONSULAR_OFFICER: _EXPECTS
        | _PAPERS
        | _LINK
        | {
            "events.plan",
            "events.call",
            "events.rebook",
            "events.prepare",
            "events.refuse_question",
            "events.open",
            "events.record_outcome",
            "events.close",
            "events.abandon",
            "events.request_documents",
            "events.share_called_list",
            "places.keep_mission",
            "people.take_in",
            "cases.raise_task",
            "people.verify_nationality",
            "people.receive_document",
            "cases.give_verdict",
            "cases.take_step",
            "cases.do_task",
        },
        Role.EXIT_VISA_OFFICER: {
            "cases.submit_visas",
            "cases.set_visa_form",
            "cases.answer_visas",
            "cases.keep_visa_receipt",
            "cases.reply_to_visa_query",
        }
        | {"cases.take_step", "cases.do_task", "movements.check_boarding"},
        Role.DC_LIAISON: _RELEASE
        | _AT_THE_GATE
        | {"cases.take_step", "cases.give_verdict", "cases.override", "cases.do_task"}
        | {"people.move", "people.record_stay"},
        Role.MOBILE_TEAM_MEMBER: _MEET
        | _CASE
        | _FAMILY
        | _LINK
        | {
            "cases.screen",
            "movements.withdraw_booked",
            "people.withdraw_consent",
            "events.record_messages",
            "events.record_outcome",
            "events.register_lead",
            "events.take_over_call",
            "events.record_attendance",
        }
        | _DISTRIBUTES,
        Role.SCREENING_INTERVIEWER: _STOP
        | {"cases.screen", "cases.record_encounter", "cases.do_task", "cases.raise_task", "cases.tell_way"},
        Role.PHYSICIAN: _CLINIC
        | _BREAKS_GLASS
        | {"care.examine", "cases.give_verdict", "movements.set_health_measures"},
        Role.NURSE: _CLINIC | _EXPECTS,
        Role.MHPSS_COUNSELLOR: _REFERS | {"cases.record_encounter", "cases.do_task"},
        Role.PROTECTION_CASEWORKER: _PROTECTS
        | {
            "cases.propose_family_option",
            "movements.record_death",
        },
        Role.PROTECTION_LEAD: _PROTECTS
        | {
            "events.settle_question",
            "cases.guardian_found",
            "cases.screen_trafficking",
            "cases.sign_trafficking",
            "movements.record_death",
            "cases.override",
            "cases.settle_asylum_concern",
            "cases.sign_family_option",
            "cases.record_joint_counselling",
            "people.split_group",
        },
        Role.CHILD_PROTECTION_OFFICER: _PROTECTS
        | {
            "cases.guardian_found",
            "cases.screen_trafficking",
            "events.record_outcome",
            "events.record_contact",
        },
        Role.COUNTER_TRAFFICKING_FOCAL_POINT: _REFERS
        | {
            "cases.assess",
            "cases.screen_trafficking",
            "cases.sign_trafficking",
            "cases.record_encounter",
            "cases.do_task",
            "cases.raise_task",
        },
        Role.BID_PANEL_MEMBER: {"cases.give_verdict", "cases.do_task"},
        Role.MOVEMENT_OFFICER: _ON_THE_GROUND
        | _HIRES
        | _PLANS
        | {
            "movements.plan_flight",
            "movements.plan_turns",
            "movements.move_airport",
            "cases.set_departures",
            "people.mark_left",
            "movements.book",
            "movements.unbook",
            "movements.lock",
            "movements.advance",
            "movements.check_boarding",
            "movements.board",
            "movements.reconcile",
            "movements.land",
            "movements.cancel",
            "movements.change_aircraft",
            "movements.record_from_paper",
            "movements.withdraw_booked",
            "movements.link",
            "movements.postpone",
            "movements.clear_to_board",
            "movements.depart",
            "movements.arrive_onward",
            "movements.record_death",
            "movements.move_in_plan",
            "movements.lock_seat",
            "movements.hold_flights",
            "movements.accept_plan",
            "movements.name_standby",
            "movements.use_standby",
            "movements.end_standby",
            "movements.turn_back",
            "movements.divert",
            "movements.carry_over",
            "movements.keep_operator",
            "movements.request_permits",
            "movements.answer_permit",
            "movements.close_flight",
            "cases.take_step",
            "movements.confirm_conditions",
            "cases.mark_visas",
            "people.receive_document",
            "cases.do_task",
            "people.withdraw_consent",
            "people.move",
            "assistance.give",
        },
        Role.TRANSPORT_OFFICER: _ON_THE_GROUND
        | {
            "cases.do_task",
            "cases.take_step",
            "movements.check_boarding",
            "movements.withdraw_booked",
            "people.withdraw_consent",
        },
        Role.WAREHOUSE_OFFICER: {"assistance.give"},
        Role.DISTRIBUTION_LEAD: _DISTRIBUTES | _LEADS_DISTRIBUTION,
        Role.IM_OFFICER: {"places.load_areas", "places.open_site", "places.add_alias"},
        Role.ME_OFFICER: set[str](),
        Role.DATA_PROTECTION_FOCAL_POINT: {
            "care.review_opening",
            "trust.grant",
            "trust.revoke",
            "trust.open_account",
            "trust.close_account",
        },
        Role.PROGRAMME_MANAGER: _PLANS
        | {
            "assistance.keep_agreement",
            "events.accept_link",
            "events.settle_question",
            "cases.give_verdict",
            "events.take_over_call",
            "events.answer_rumour",
            "events.retire_rumour",
            "events.verify_leader",
            "events.end_leader",
            "cases.override",
            "cases.raise_task",
            "cases.do_task",
            "places.allow_over_capacity",
            "places.open_site",
            "movements.set_plan_terms",
            "movements.share_cost",
        },
        Role.CHIEF_OF_MISSION: {
            "movements.suppose_plan",
            "cases.give_verdict",
            "cases.override",
            "cases.raise_task",
            "places.allow_over_capacity",
            "places.open_site",
            "places.close_route",
            "places.reopen_route",
            "trust.delegate",
            "trust.end_delegation",
            "trust.grant",
            "trust.revoke",
            "trust.open_account",
            "trust.close_account",
        },
        Role.AUDITOR: set[str](),
        Role.RECEIVING_MISSION_OFFICER: {"movements.accept_handover", "cases.take_step", "cases.give_verdict"},
    }.items()
}
