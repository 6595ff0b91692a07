"""The roles of a mission (programmes.md 2.0.3). What each may do and see is declared in `trust`."""

from __future__ import annotations

from enum import StrEnum

from .words import _


class Role(StrEnum):
    """Codes of the roles that accounts hold. `LABELS` gives their names for people."""

    OUTREACH_OFFICER = "outreach_officer"
    HOTLINE_OPERATOR = "hotline_operator"
    REGISTRATION_CLERK = "registration_clerk"
    VHR_CASEWORKER = "vhr_caseworker"
    VHR_HEAD = "vhr_head"
    CONSULAR_OFFICER = "consular_officer"
    EXIT_VISA_OFFICER = "exit_visa_officer"
    DC_LIAISON = "dc_liaison"
    MOBILE_TEAM_MEMBER = "mobile_team_member"
    SCREENING_INTERVIEWER = "screening_interviewer"
    PHYSICIAN = "physician"
    NURSE = "nurse"
    MHPSS_COUNSELLOR = "mhpss_counsellor"
    PROTECTION_CASEWORKER = "protection_caseworker"
    PROTECTION_LEAD = "protection_lead"
    CHILD_PROTECTION_OFFICER = "child_protection_officer"
    COUNTER_TRAFFICKING_FOCAL_POINT = "counter_trafficking_focal_point"
    BID_PANEL_MEMBER = "bid_panel_member"
    MOVEMENT_OFFICER = "movement_officer"
    TRANSPORT_OFFICER = "transport_officer"
    WAREHOUSE_OFFICER = "warehouse_officer"
    DISTRIBUTION_LEAD = "distribution_lead"
    IM_OFFICER = "im_officer"
    ME_OFFICER = "me_officer"
    DATA_PROTECTION_FOCAL_POINT = "data_protection_focal_point"
    PROGRAMME_MANAGER = "programme_manager"
    CHIEF_OF_MISSION = "chief_of_mission"
    AUDITOR = "auditor"
    RECEIVING_MISSION_OFFICER = "receiving_mission_officer"


LABELS: dict[Role, str] = {
    Role.OUTREACH_OFFICER: _("Outreach officer"),
    Role.HOTLINE_OPERATOR: _("Hotline operator"),
    Role.REGISTRATION_CLERK: _("Registration clerk"),
    Role.VHR_CASEWORKER: _("Voluntary return caseworker"),
    Role.VHR_HEAD: _("Head of voluntary return"),
    Role.CONSULAR_OFFICER: _("Consular officer"),
    Role.EXIT_VISA_OFFICER: _("Exit-visa officer"),
    Role.DC_LIAISON: _("Detention centre liaison"),
    Role.MOBILE_TEAM_MEMBER: _("Mobile-team member"),
    Role.SCREENING_INTERVIEWER: _("Screening interviewer"),
    Role.PHYSICIAN: _("Physician"),
    Role.NURSE: _("Nurse"),
    Role.MHPSS_COUNSELLOR: _("Psychosocial counsellor"),
    Role.PROTECTION_CASEWORKER: _("Protection caseworker"),
    Role.PROTECTION_LEAD: _("Protection lead"),
    Role.CHILD_PROTECTION_OFFICER: _("Child-protection officer"),
    Role.COUNTER_TRAFFICKING_FOCAL_POINT: _("Counter-trafficking focal point"),
    Role.BID_PANEL_MEMBER: _("Best-interests panel"),
    Role.MOVEMENT_OFFICER: _("Movement officer"),
    Role.TRANSPORT_OFFICER: _("Transport officer"),
    Role.WAREHOUSE_OFFICER: _("Warehouse officer"),
    Role.DISTRIBUTION_LEAD: _("Distribution lead"),
    Role.IM_OFFICER: _("Information management officer"),
    Role.ME_OFFICER: _("Monitoring and evaluation officer"),
    Role.DATA_PROTECTION_FOCAL_POINT: _("Data-protection focal point"),
    Role.PROGRAMME_MANAGER: _("Programme manager"),
    Role.CHIEF_OF_MISSION: _("Chief of mission"),
    Role.AUDITOR: _("Auditor"),
    Role.RECEIVING_MISSION_OFFICER: _("Receiving-mission officer"),
}
