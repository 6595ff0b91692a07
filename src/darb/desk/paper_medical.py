"""Papers of the clinic and of protection: the certificate, what carriers and physicians get, what a mission is told.

The certificate and the list of conditions say what the journey needs, never why. What a physician found goes out on
two papers alone, each with the person's consent, for a carrier's medical desk and for the physician at home.
"""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from darb.care import queries
from darb.care.models import Exam, ExamKind
from darb.cases.models import Case, Verdict
from darb.cases.pathways import pathway
from darb.movements.models import Seat
from darb.movements.queries import of_case
from darb.movements.reading import flight_day
from darb.people.queries import person_file
from darb.programmes.fitness import DISEASES, EXAMINATION, SERVICE_OF, Kind, Looked
from darb.programmes.voluntary_return_codes import (
    CONDITIONS,
    SPECIAL_SERVICES,
    TO_RECEIVING_MISSION,
    TO_SHARE_MEDICAL,
)
from darb.rules.refusal import Refused
from darb.rules.roles import Role
from darb.rules.words import _ as marked
from darb.trust.powers import DataClass

from .paper_parts import Column, Facts, Heading, Part, Points, Sheet, Signed, Table, Value, Words
from .paper_person import about, case_asked, identity
from .paper_words import NONE, Asked, at, city, countries, on
from .wording import said

GATE, PROTECTION = "R9", "R4"


def fitness_certificate(asked: Asked) -> Sheet:
    """That a physician found the person fit, until when, and what the journey needs; nothing of what was found."""
    case = case_asked(asked)
    verdict = _standing(case, GATE)
    if verdict is None or not verdict.granted:
        raise Refused("not_fit", marked("No physician has found this person fit to travel."), who=Role.PHYSICIAN)
    ruling = pathway(case.programme).gate(GATE).ruling(verdict.code)
    told: list[tuple[str, Value]] = [
        (_("Outcome"), f"{verdict.code} · {_(ruling.label)}" if ruling else verdict.code),
        (_("Examined on"), on(verdict.since)),
        (_("Valid until"), on(verdict.until) if verdict.until else NONE),
        (_("What the journey needs"), _named(verdict.conditions) or NONE),
        (_("Service codes"), _codes(verdict.conditions) or NONE),
    ]
    return Sheet(
        title=_("Fit-to-travel certificate"),
        reference=case.ref,
        parts=[
            Facts(identity(case), columns=2),
            Facts(told),
            Words([_("It says nothing of what was found. It ends at once if the person falls ill.")]),
            Signed([_("Physician: name, signature, stamp"), _("Place and day")]),
        ],
        **about(case),
    )


def medical_information(asked: Asked) -> Sheet:
    """What a carrier's medical desk asks before it takes somebody with a need: the form that carriers know as MEDIF."""
    case = case_asked(asked)
    exam = _exam(asked, case)
    _refuse_unless_agreed(asked, case, TO_SHARE_MEDICAL)
    verdict = _standing(case, GATE)
    seat = _booked(asked, case)
    needs = list(verdict.conditions) if verdict else []
    flight: list[tuple[str, Value]] = [
        (_("Flight"), seat.flight.code if seat else NONE),
        (_("Departs"), at(seat.flight.departs_at) if seat else NONE),
        (_("From"), city(seat.flight.origin) if seat else NONE),
        (_("To"), city(seat.destination) if seat else NONE),
        (_("Escort"), (seat.escort if seat else "") or NONE),
        (_("Service codes"), _codes(needs) or NONE),
    ]
    answers: list[tuple[str, Value]] = [
        (_("Outcome of the examination"), exam.code),
        (_("What the journey needs"), _named(needs) or NONE),
        (_("Weeks of pregnancy on the day of the flight"), _weeks(exam, seat)),
        (_("Fit to sit upright with a belt"), exam.findings.get("mobility") != "lying"),
        (_("Walks alone"), exam.findings.get("mobility", "alone") == "alone"),
        (_("Needs oxygen"), "oxygen" in needs),
        (_("Needs a stretcher"), "stretcher" in needs),
        (_("Travels with an escort"), any("escort" in need for need in needs)),
        (_("Can pass a disease on to others"), bool(exam.disease)),
    ]
    return Sheet(
        title=_("Medical information for the carrier"),
        reference=case.ref,
        parts=[
            Facts(identity(case), columns=2),
            Facts(flight, columns=2),
            Heading(_("For the carrier's medical desk")),
            Facts([*answers, *found_in(exam, ("chronic", "medicines", "complications", "wounds", "diet"))]),
            Signed([_("Physician: name, signature, stamp"), _("Carrier's medical desk: decision, name, day")]),
        ],
        **about(case),
    )


def medical_summary(asked: Asked) -> Sheet:
    """Everything that the next physician must know, in a sealed envelope that the person carries."""
    case = case_asked(asked)
    exam = _exam(asked, case)
    _refuse_unless_agreed(asked, case, TO_SHARE_MEDICAL)
    outcome: list[tuple[str, Value]] = [
        (_("Examined on"), at(exam.examined_at)),
        (_("Outcome"), exam.code),
        (_("Disease"), _(DISEASES[exam.disease]) if exam.disease else NONE),
    ]
    parts: list[Part] = [
        Words([_("Sealed. To be opened by the receiving physician alone, with the person's consent.")]),
        Facts(identity(case), columns=2),
        Facts(outcome),
    ]
    for heading, looked in EXAMINATION:
        if found := found_in(exam, [each.code for each in looked]):
            parts += [Heading(_(heading)), Facts(found)]
    seat = _booked(asked, case)
    flies = flight_day(seat.flight) if seat else asked.day
    if weighed := queries.told(exam, flies):
        parts += [Heading(_("To be weighed")), Points([("", said(each)) for each in weighed])]
    parts.append(Signed([_("Physician: name, signature, stamp"), _("Opened by: name, day")]))
    return Sheet(title=_("Medical summary, in a sealed envelope"), reference=case.ref, parts=parts, **about(case))


def medicine_list(asked: Asked) -> Sheet:
    """Medicines that go along, with dose and for how many days: for the person, whoever escorts, and customs."""
    case = case_asked(asked)
    exam = _exam(asked, case)
    if not exam.findings.get("medicines"):
        raise Refused("no_medicine", marked("The examination names no medicine for this person."), who=Role.PHYSICIAN)
    seat = _booked(asked, case)
    rows: list[list[Value]] = [[line, False, ""] for line in _medicines(str(exam.findings["medicines"]))]
    days = exam.findings.get("medicine_days")
    facts: list[tuple[str, Value]] = [
        (_("Medicine for so many days goes along"), NONE if days is None else f"{days:g}"),
        (_("Flight"), seat.flight.code if seat else NONE),
        (_("Escort"), (seat.escort if seat else "") or NONE),
        (_("Illnesses, operations, allergies"), str(exam.findings.get("history") or NONE)),
    ]
    columns = [
        Column(_("Medicine, with dose"), width=2, shows=DataClass.MEDICAL),
        Column(_("Packed"), kind="box", shows=None),
        Column(_("Given on the way: hour, by whom"), width=2, shows=None),
    ]
    return Sheet(
        title=_("Medicine list"),
        reference=case.ref,
        parts=[
            Facts(identity(case), columns=2),
            Facts(facts),
            Table(columns, rows),
            Words([_("It goes along with the person. Nobody leaves without a medicine that must not stop.")]),
            Signed([_("Packed by: name, signature, day"), _("Received by the person or the escort: name, signature")]),
        ],
        **about(case),
    )


def _medicines(told: str) -> list[str]:
    """One line each, as the physician parted them by lines or semicolons."""
    return [line.strip() for line in told.replace(";", "\n").splitlines() if line.strip()]


def conditions_list(asked: Asked) -> Sheet:
    """What the receiving mission must arrange: each condition, what was agreed, and not the reason for it."""
    case = case_asked(asked)
    _refuse_unless_agreed(asked, case, TO_RECEIVING_MISSION)
    verdicts = [v for gate in (PROTECTION, GATE) if (v := _standing(case, gate)) and v.granted]
    rows: list[tuple[str, Value]] = [
        (_(CONDITIONS[code].label), _("confirmed") if code in v.met else _("to be confirmed"))
        for v in verdicts
        for code in v.conditions
        if code in CONDITIONS
    ]
    if not rows:
        raise Refused("no_conditions", marked("No clearance of this person asks anything of the journey."))
    return Sheet(
        title=_("Notification to the receiving mission"),
        reference=case.ref,
        lead=[countries().get(case.return_country, case.return_country)],
        parts=[
            Facts(identity(case), columns=2),
            Heading(_("What the journey and the reception need")),
            Facts(rows),
            Words([_("The person agreed that this is shared. Why it is needed stays with us.")]),
            Signed([_("Handed over by: name, signature"), _("Received: name, signature, day")]),
        ],
        **about(case),
    )


def examined(asked: Asked, case: Case) -> Exam | None:
    """The newest examination for travel that is concluded; None where there is none within sight."""
    return next((e for e in queries.health(asked.actor, case).exams if e.kind == ExamKind.FITNESS), None)


def _exam(asked: Asked, case: Case) -> Exam:
    found = examined(asked, case)
    if found is None:
        raise Refused("not_examined", marked("No examination of this person is concluded."), who=Role.PHYSICIAN)
    return found


def _standing(case: Case, gate: str) -> Verdict | None:
    return case.verdicts.filter(gate=gate, superseded_at=None).first()


def _booked(asked: Asked, case: Case) -> Seat | None:
    return next((s for s in of_case(asked.actor, case) if s.removed_in is None and not s.landed_at), None)


def _refuse_unless_agreed(asked: Asked, case: Case, purpose: str) -> None:
    """Refuse what the person didn't agree to have shared."""
    file = person_file(asked.actor, case.person.ref)
    alive = [c for c in (file.consents if file else ()) if c.purpose == purpose and not c.withdrawn]
    if not any(c.until is None or c.until > asked.day for c in alive):
        raise Refused(
            "not_agreed",
            marked("The person hasn't agreed that this is shared: ask first, and record the answer."),
            who=Role.VHR_CASEWORKER,
        )


def _named(conditions: Collection[str]) -> str:
    return ", ".join(str(_(CONDITIONS[code].label)) for code in conditions if code in CONDITIONS)


def _codes(conditions: Collection[str]) -> str:
    codes = dict.fromkeys(SERVICE_OF[c] for c in conditions if c in SERVICE_OF)
    return ", ".join(f"{code} ({_(SPECIAL_SERVICES[code])})" for code in codes)


def _weeks(exam: Exam, seat: Seat | None) -> str:
    weeks = queries.weeks_then(exam, flight_day(seat.flight)) if seat else exam.weeks
    return NONE if weeks is None else str(weeks)


def found_in(exam: Exam, codes: Collection[str]) -> list[tuple[str, Value]]:
    """What was written under these codes, in words."""
    looked = {each.code: each for _heading, those in EXAMINATION for each in those}
    return [(_(looked[c].label), _value(looked[c], exam.findings[c])) for c in codes if c in exam.findings]


def _value(looked: Looked, value: object) -> Value:
    if looked.kind == Kind.YES_NO:
        return _("yes") if value else _("no")
    return str(_(dict(looked.choices)[str(value)])) if looked.kind == Kind.CHOICE else str(value)
