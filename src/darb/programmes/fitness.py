"""The examination for travel: what is looked at, which prompts the physician gets, and which services follow.

From `programmes.md` 2.6 and `artefacts.md` 3.7. Prompts never decide: a physician alone does. What is found is sealed
(D4); what leaves the examination is the outcome, until when it holds, and what the journey needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from darb.rules.refusal import Refusal
from darb.rules.words import Words, _


class Kind(StrEnum):
    """How something is written down."""

    YES_NO = "yes_no"
    NUMBER = "number"
    CHOICE = "choice"
    TEXT = "text"


@dataclass(frozen=True)
class Looked:
    """One thing looked at. `least` and `most` bound a number, beyond which it is a slip of the pen."""

    code: str
    label: Words
    kind: Kind = Kind.TEXT
    least: float = 0
    most: float = 0
    choices: tuple[tuple[str, Words], ...] = ()


_Y, _N, _CH = Kind.YES_NO, Kind.NUMBER, Kind.CHOICE

DISEASES: dict[str, Words] = {
    "tb": _("Tuberculosis"),
    "measles": _("Measles"),
    "covid": _("COVID-19"),
    "cholera": _("Cholera"),
    "meningitis": _("Meningitis"),
    "other": _("Another disease that passes from person to person"),
}

MENTAL_STATES = (
    ("calm", _("Calm, knows where and who they are")),
    ("distressed", _("Distressed")),
    ("confused", _("Confused, or hears and sees what isn't there")),
    ("danger", _("A danger to themselves or others")),
)
MOBILITY = (
    ("alone", _("Walks alone")),
    ("with_help", _("Walks with help")),
    ("no_steps", _("Can't climb steps")),
    ("carried", _("Can't walk")),
    ("lying", _("Must lie")),
)

EXAMINATION: tuple[tuple[Words, tuple[Looked, ...]], ...] = (
    (
        _("Vital signs"),
        (
            Looked("temperature", _("Temperature, °C"), _N, 30, 43),
            Looked("pulse", _("Pulse a minute"), _N, 20, 250),
            Looked("breathing", _("Breaths a minute"), _N, 5, 90),
            Looked("systolic", _("Blood pressure, upper"), _N, 40, 260),
            Looked("diastolic", _("Blood pressure, lower"), _N, 20, 160),
            Looked("oxygen", _("Oxygen saturation, %"), _N, 50, 100),
            Looked("weight", _("Weight, kg"), _N, 1, 300),
        ),
    ),
    (
        _("History"),
        (
            Looked("history", _("Illnesses, operations, allergies")),
            Looked("chronic", _("Chronic illness")),
            Looked("medicines", _("Medicines, with dose")),
            Looked("medicine_days", _("Medicine for so many days goes along"), _N, 0, 180),
        ),
    ),
    (
        _("Pregnancy"),
        (
            Looked("pregnant", _("Is she pregnant?"), _Y),
            Looked("weeks", _("Weeks of pregnancy today"), _N, 1, 43),
            Looked("multiple", _("More than one child?"), _Y),
            Looked("complications", _("Complications")),
        ),
    ),
    (
        _("Signs of tuberculosis"),
        (
            Looked("cough", _("Cough for two weeks or more?"), _Y),
            Looked("blood", _("Blood in the sputum?"), _Y),
            Looked("fever", _("Fever?"), _Y),
            Looked("night_sweats", _("Sweats at night?"), _Y),
            Looked("weight_loss", _("Loss of weight?"), _Y),
            Looked("tb_contact", _("Lived with somebody who has tuberculosis?"), _Y),
        ),
    ),
    (
        _("Other diseases that pass from person to person"),
        (
            Looked("rash", _("Rash with fever?"), _Y),
            Looked("diarrhoea", _("Watery diarrhoea?"), _Y),
            Looked("communicable", _("What was seen")),
        ),
    ),
    (
        _("Mind and body"),
        (
            Looked("mental_state", _("State of mind"), _CH, choices=MENTAL_STATES),
            Looked("wounds", _("Wounds, recent operations, plaster")),
            Looked("mobility", _("Mobility"), _CH, choices=MOBILITY),
        ),
    ),
    (
        _("Vaccination and tests"),
        (
            Looked("vaccination", _("Vaccinations, with dates")),
            Looked("tests", _("Tests and their results")),
            Looked("diet", _("Diet on the way")),
            Looked("notes", _("What else the next physician must know")),
        ),
    ),
)
LOOKED_AT: dict[str, Looked] = {each.code: each for _heading, those in EXAMINATION for each in those}

OF_WOMEN = frozenset({"pregnant", "weeks", "multiple", "complications"})
"""What isn't looked at in men."""

TB_SIGNS = frozenset({"cough", "blood", "fever", "night_sweats", "weight_loss", "tb_contact"})
"""A yes to any of these asks for a closer look, as in the symptom screens of national programmes."""

LETTER_FROM = 28
"""Weeks from which a carrier asks for a letter with the expected date (WHO, International travel and health)."""
CARRIER_STOPS_AT = 36
CARRIER_STOPS_AT_MULTIPLE = 32
"""Weeks from which most carriers take no pregnant passenger, with one child and with more. A carrier may say other."""
TERM = 40
"""Weeks after which a child is expected."""
NEWBORN_NEVER = timedelta(hours=48)
NEWBORN_RATHER_NOT = timedelta(days=7)
"""Ages of a newborn below which it doesn't fly, and below which it rather shouldn't (WHO, as above)."""
FEVER_FROM = 38.0
"""Degrees Celsius."""

CHECKS_FROM, CHECKS_UNTIL = timedelta(hours=72), timedelta(hours=24)
"""The check before embarkation is done between these times before departure (`programmes.md` 2.6)."""

FITNESS_CODES = ("FTT-1", "FTT-2", "FTT-3", "FTT-4", "FTT-5")
FIT, WITH_REQUIREMENTS, FOR_NOW, NEVER_BY_AIR, PUBLIC_HEALTH = FITNESS_CODES
CLEAR, HOLD = "PEC-C", "PEC-H"
CHECK_CODES: dict[str, Words] = {CLEAR: _("Clear to embark"), HOLD: _("Hold before embarkation")}
LOOKED_AT_AGAIN = frozenset({FOR_NOW, PUBLIC_HEALTH})
"""Outcomes that name the day on which the person is examined again."""

SERVICE_OF: dict[str, str] = {
    "extra_seat": "EXST",
    "wheelchair": "WCHR",
    "wheelchair_steps": "WCHS",
    "wheelchair_cabin": "WCHC",
    "stretcher": "STCR",
    "oxygen": "MEDA",
    "blind": "BLND",
    "deaf": "DEAF",
}
"""By condition of travel, the carrier's code that asks for it: a code says what is needed, never why."""
MEDICAL_CONDITIONS = (
    "escort",
    "nurse_escort",
    "doctor_escort",
    "wheelchair",
    "wheelchair_steps",
    "wheelchair_cabin",
    "stretcher",
    "extra_seat",
    "oxygen",
    "medicine",
    "diet",
    "blind",
    "deaf",
)
"""What a physician may ask of the journey."""


def weeks_on(weeks: int, examined: date, day: date) -> int:
    """Whole weeks of pregnancy on `day`, of one that was `weeks` long on the day `examined`."""
    return weeks + (day - examined).days // 7


@dataclass(frozen=True)
class Stops:
    """From which week of pregnancy a carrier takes nobody, with one child and with more; unsaid: as most do."""

    single: int = CARRIER_STOPS_AT
    multiple: int = CARRIER_STOPS_AT_MULTIPLE

    def last_day(self, weeks: int, examined: date, *, multiple: bool) -> date:
        """The first day on which the carrier takes her no more, who was in week `weeks` on the day `examined`."""
        return examined + timedelta(weeks=(self.multiple if multiple else self.single) - weeks)


MOST_CARRIERS = Stops()


def carriers_last_day(weeks: int, examined: date, *, multiple: bool) -> date:
    """The first day on which most carriers take her no more."""
    return MOST_CARRIERS.last_day(weeks, examined, multiple=multiple)


def prompts(
    findings: Mapping[str, Any], examined: date, born: date | None, flies: date, stops: Stops = MOST_CARRIERS
) -> list[Refusal]:
    """What the findings of the day `examined` ask a physician to weigh, for somebody who would fly on `flies`, with a
    carrier that takes nobody pregnant from the weeks of `stops`."""
    found = []
    if any(findings.get(sign) for sign in TB_SIGNS):
        found.append(Refusal("tb", _("There are signs of tuberculosis: weigh a hold and a referral.")))
    if findings.get("rash"):
        found.append(Refusal("rash", _("Rash with fever: weigh a hold for everybody of the place.")))
    if (findings.get("temperature") or 0) >= FEVER_FROM:
        found.append(Refusal("fever", _("There is fever now.")))
    if weeks := findings.get("weeks"):
        last = stops.last_day(int(weeks), examined, multiple=bool(findings.get("multiple")))
        found += _of_pregnancy(int(weeks), examined, flies, last, own=stops != MOST_CARRIERS)
    if findings.get("mental_state") in ("confused", "danger"):
        found.append(Refusal("mind", _("The state of mind asks for an escort, or for treatment first.")))
    if born and flies - born < NEWBORN_NEVER:
        found.append(Refusal("newborn", _("A newborn doesn't fly in its first 48 hours.")))
    elif born and flies - born < NEWBORN_RATHER_NOT:
        found.append(Refusal("newborn", _("A newborn should rather wait until it is 7 days old.")))
    return found


def _of_pregnancy(weeks: int, examined: date, flies: date, last: date, *, own: bool) -> list[Refusal]:
    then = weeks_on(weeks, examined, flies)
    if flies >= last and own:
        sentence = _("She would be in week {weeks} then; this carrier stops on {day}. Ask it, or another way.")
        return [Refusal("carrier", sentence, {"weeks": then, "day": last})]
    if flies >= last:
        sentence = _("She would be in week {weeks} then; most carriers stop on {day}. Ask the carrier, or another way.")
        return [Refusal("carrier", sentence, {"weeks": then, "day": last})]
    if then >= LETTER_FROM:
        expected = examined + timedelta(weeks=TERM - weeks)
        sentence = _("She would be in week {weeks} then: a letter with the expected day, {day}, goes along.")
        return [Refusal("letter", sentence, {"weeks": then, "day": expected})]
    return []
