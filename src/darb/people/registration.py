"""What a registration says, before it is one: checked here, written by `actions.register`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from darb.rules.names import digits
from darb.rules.refusal import Invalid
from darb.rules.words import _

from .models import BirthPrecision, PhoneOwner, Sex

OLDEST_YEARS = 110
LONGEST_NAME = 60
LONGEST_PLACE = 80


@dataclass(frozen=True)
class ToldName:
    """A name as told, in one script ("L" or "A")."""

    script: str
    given: str
    father: str = ""
    family: str = ""
    mother: str = ""
    kind: str = "told"

    def whole(self) -> str:
        """Given, father's and family name in one line."""
        return " ".join(p for p in (self.given, self.father, self.family) if p)

    def checked(self) -> ToldName:
        """Give itself, or raise Invalid naming the part that is too long."""
        for part in ("given", "father", "family", "mother"):
            if len(getattr(self, part)) > LONGEST_NAME:
                raise Invalid(
                    "name_too_long",
                    _("A name has at most {most} letters: put its parts where they belong."),
                    field=part,
                    most=LONGEST_NAME,
                )
        return self


@dataclass(frozen=True)
class ToldPhone:
    """A phone number as told. One that belongs to a guard or smuggler is never safe to call."""

    number: str
    owner: str = PhoneOwner.SELF
    safe_to_call: bool = False
    hours: str = ""

    def checked(self) -> ToldPhone:
        """Give itself, or raise Invalid where it can't be a number."""
        if not 6 <= len(digits(self.number)) <= 15:
            raise Invalid(
                "bad_phone",
                _("A phone number has 6 to 15 digits: check {number}."),
                field="phone",
                number=self.number,
            )
        return self


@dataclass(frozen=True)
class Registration:
    """One person as they told us who they are. `site` is the code of where they were met."""

    names: Sequence[ToldName]
    sex: str
    nationality: str
    site: str
    birth_date: date | None = None
    birth_precision: str = BirthPrecision.EXACT
    languages: Sequence[str] = ()
    origin_place: str = ""
    phones: Sequence[ToldPhone] = ()
    caseload: str = "migrant"
    stay_since: date | None = None
    key: str = field(default="", compare=False)

    def checked(self, today: date) -> Registration:
        """Give itself, or raise Invalid with the field and a sentence that says what to do."""
        if not self.names or not any(n.given.strip() for n in self.names):
            raise Invalid("no_name", _("Write at least the given name, in either script."), field="given")
        for name in self.names:
            name.checked()
        for phone in self.phones:
            phone.checked()
        if len(self.origin_place) > LONGEST_PLACE:
            raise Invalid(
                "place_too_long",
                _("A place has at most {most} letters: write its name alone."),
                field="origin_place",
                most=LONGEST_PLACE,
            )
        if self.sex not in Sex.values:
            raise Invalid("bad_sex", _("Choose female, male or not told."), field="sex")
        if self.birth_date and self.birth_date > today:
            raise Invalid(
                "born_in_future",
                _("The birth date {date} has not come yet: check the day, month and year."),
                field="birth_date",
                date=self.birth_date.isoformat(),
            )
        if self.birth_date and today.year - self.birth_date.year > OLDEST_YEARS:
            raise Invalid(
                "born_too_early",
                _("A birth date of {date} means more than {years} years of age: check the year."),
                field="birth_date",
                date=self.birth_date.isoformat(),
                years=OLDEST_YEARS,
            )
        if self.stay_since and self.stay_since > today:
            raise Invalid(
                "stay_in_future",
                _("The person can't be there since {date}, a day still to come."),
                field="stay_since",
                date=self.stay_since.isoformat(),
            )
        return self
