"""The staff of the demonstration: one account for each role. No Django, so that the house can print it at once."""

from __future__ import annotations

from darb.rules.roles import LABELS, Role

PASSWORD = "home-by-the-path"  # noqa: S105 - shown to everybody who starts the demonstration, never a mission's
RECEIVING = {"NGA": "receiving_nga", "NER": "receiving_ner", "GMB": "receiving_gmb"}

NAMES: dict[Role, str] = {
    Role.OUTREACH_OFFICER: "Nadia Ben Amer",
    Role.HOTLINE_OPERATOR: "Rania Khalil",
    Role.REGISTRATION_CLERK: "Salma Alwerfalli",
    Role.VHR_CASEWORKER: "Amadou Sow",
    Role.VHR_HEAD: "Ashraf Hassan",
    Role.CONSULAR_OFFICER: "Mabruka Shtewi",
    Role.EXIT_VISA_OFFICER: "Walid Tarhuni",
    Role.DC_LIAISON: "Abdelbaset Ghariani",
    Role.MOBILE_TEAM_MEMBER: "Issa Mahamat",
    Role.SCREENING_INTERVIEWER: "Hawa Diallo",
    Role.PHYSICIAN: "Dr Huda Elmabrouk",
    Role.NURSE: "Khadija Omar",
    Role.MHPSS_COUNSELLOR: "Intisar Zway",
    Role.PROTECTION_CASEWORKER: "Miriam Weldu",
    Role.PROTECTION_LEAD: "Claire Dubois",
    Role.CHILD_PROTECTION_OFFICER: "Tarek Lamlum",
    Role.COUNTER_TRAFFICKING_FOCAL_POINT: "Grace Adeyemi",
    Role.BID_PANEL_MEMBER: "Samir Haddad",
    Role.MOVEMENT_OFFICER: "Yusuf Baraka",
    Role.TRANSPORT_OFFICER: "Milad Swessi",
    Role.WAREHOUSE_OFFICER: "Fathi Zintani",
    Role.DISTRIBUTION_LEAD: "Amal Fezzani",
    Role.IM_OFFICER: "Daniele Rossi",
    Role.ME_OFFICER: "Lina Petrova",
    Role.DATA_PROTECTION_FOCAL_POINT: "Ines Trabelsi",
    Role.PROGRAMME_MANAGER: "Kwame Boateng",
    Role.CHIEF_OF_MISSION: "Federica Conti",
    Role.AUDITOR: "Henrik Olsen",
    Role.RECEIVING_MISSION_OFFICER: "Zeinabou Garba",
}


def accounts() -> list[tuple[str, str, str]]:
    """(user name, role, password) of every demonstration account, in the order of the roles."""
    rows = [(r.value, str(LABELS[r]), PASSWORD) for r in Role if r != Role.RECEIVING_MISSION_OFFICER]
    label = str(LABELS[Role.RECEIVING_MISSION_OFFICER])
    return rows + [(name, f"{label}, {country}", PASSWORD) for country, name in RECEIVING.items()]


ACCOUNTS = accounts()
