"""One group of people on the way home together, told chapter by chapter through the rooms' own actions.

A chapter is what staff do in the same days for the whole group. Returned groups go through all of
them; open ones stop somewhere, and some stumble there.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from darb.care.actions import Examined, Outcome, examine_all
from darb.cases.actions import (
    Opening,
    Ruled,
    Sat,
    Spoken,
    give_verdicts,
    meet_conditions,
    open_cases,
    record_encounters,
    take_step,
)
from darb.cases.asylum_actions import record_joint_counselling
from darb.cases.counselling_actions import counsel, record_consents
from darb.cases.models import Case, ExitVisa, Task
from darb.cases.task_actions import do_tasks
from darb.cases.visa_actions import Answer, answer_visas, submit_visas
from darb.events import actions as sessions
from darb.events import consular_actions as consular
from darb.events.models import Event
from darb.people.actions import form_groups, record_documents, register, take_photos
from darb.people.arrival_actions import Arrived, take_in
from darb.people.custody import Hands
from darb.people.models import Consent, Document, DocumentState, Person
from darb.places.models import MissionOfOrigin, Site
from darb.programmes.counselling import CHECKLIST, Kind
from darb.programmes.joint_counselling import needs_joint_counselling
from darb.programmes.voluntary_return_codes import MANDATORY_MESSAGES
from darb.reactions.after import AFTER
from darb.rules.roles import Role

from .names import NAMING
from .people import Invented, parties
from .staff import Staff

PROGRAMME = "voluntary-return"
PURPOSES = ("voluntary_return", "share_with_embassy", "share_with_authorities", "share_with_receiving_mission")
OFFICES = {"MJI": "TIP", "MRA": "TIP", "BEN": "BEN", "SEB": "SEB"}
AUTHORITY = "Passports and Nationality Authority"
CORRECTED_SHARE = 0.05
NEEDS = {"PLW": ("F", 0.12), "GBV": ("F", 0.05), "VOT": ("FM", 0.02), "DIS": ("FM", 0.01), "MED": ("FM", 0.03)}
"""By vulnerability, who may have it and how many of the grown do."""
RESULTS = {
    "VOT": "needs_on_arrival",
    "UC": "needs_at_departure",
    "DIS": "needs_at_departure",
    "GBV": "needs_here",
    "MED": "needs_here",
    "PLW": "needs_here",
}
"""What the screen comes to for whoever has a vulnerability, the first of them that is here."""
GROWN = 18
TASKS_OF_SCREENING = (
    (Role.PROTECTION_LEAD, "joint_counselling", -37),
    (Role.CHILD_PROTECTION_OFFICER, "child_assessment", -36),
)
WHEELCHAIR_SHARE = 0.012
WHEELCHAIR = ("wheelchair",)
PANEL = (Sat("Tarek Lamlum", "IOM"), Sat("Hana Zaidan", "UNHCR"), Sat("Samir Ghadban", "Social Affairs"))


CHAPTERS = (
    "hear",
    "register",
    "counsel",
    "consent",
    "screen",
    "meet_embassy",
    "ask_for_documents",
    "receive_documents",
    "apply_for_visas",
    "receive_visas",
    "examine",
    "settle_the_rest",
)


@dataclass
class Journey:
    """A group of one nationality, leaving from one airport, `day` being the day they fly or should."""

    chance: random.Random
    staff: Staff
    photos: list[bytes]
    nationality: str
    count: int
    airport: str
    day: date
    people: list[Invented] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    needing: list[Case] = field(default_factory=list)
    valid_days: int = 86
    outcome: str = "confirmed"
    alone: bool = False
    edition: int = 0

    def at(self, days: int, hour: int = 9) -> datetime:
        """The hour on the day so many days before (negative) the flight."""
        day = self.day + timedelta(days=days)
        return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)

    # Chapters ---------------------------------------------------------------------------------------

    def hear(self) -> None:
        """An outreach session at one of their places gives the four mandatory messages."""
        self.people, self.heads = [], []
        met = self.day - timedelta(days=44)
        for party in parties(self.chance, self.nationality, self.count, self.airport, met, alone=self.alone):
            self.heads += [len(self.people)] * len(party.members)
            self.people += party.members
        site = Site.objects.get(code=self.people[0].registration.site)
        mode = "dc_visit" if site.code.startswith("DC-") else "urban"
        planned = sessions.plan(
            self.staff.act(Role.OUTREACH_OFFICER, self.at(-47)),
            sessions.Plan("outreach", site, self.at(-46), mode, languages=NAMING[self.nationality].languages),
        )
        batch = f"{site.office}-{self.day:%m%d}"
        report = sessions.Report(
            MANDATORY_MESSAGES,
            {
                "men": self.chance.randint(30, 90),
                "women": self.chance.randint(4, 20),
                "boys": self.chance.randint(0, 9),
                "girls": self.chance.randint(0, 6),
            },
            batch,
            self.chance.randint(30, 90),
        )
        act = self.staff.act(Role.OUTREACH_OFFICER, self.at(-46))
        sessions.close(act, sessions.record_messages(act, planned, report))

    def register(self) -> None:
        """Everyone is registered, photographed, and put with their family; a case opens for each."""
        clerk = self.staff.act(Role.REGISTRATION_CLERK, self.at(-44))
        persons = register(clerk, [i.registration for i in self.people])
        self.cases = open_cases(
            clerk, PROGRAMME, [self._opening(p, i) for p, i in zip(persons, self.people, strict=True)]
        )
        self.cases = take_step(clerk, self.cases, "register")
        # What follows from a deed follows at its end, which is today: these tasks were raised back then.
        for follow in AFTER["cases.open"]:
            follow(clerk, [p.pk for p in persons])
        take_photos(clerk, [(p, self.chance.choice(self.photos)) for p in persons])
        kept = [p for p, i in zip(persons, self.people, strict=True) if i.passport_withheld]
        passports = [
            Document(person=p, kind="passport", country=self.nationality, state="withheld", issued=None) for p in kept
        ]
        if passports:
            record_documents(clerk, passports)
        worker = self.staff.act(Role.VHR_CASEWORKER, self.at(-44, 12))
        families: dict[int, list[tuple[Person, str, bool]]] = {}
        for person, invented, head in zip(persons, self.people, self.heads, strict=True):
            families.setdefault(head, []).append((person, invented.relation, True))
        if formed := [members for members in families.values() if len(members) > 1]:
            form_groups(worker, "family", formed)

    def counsel(self) -> None:
        """Each is counselled alone, over the whole checklist, in a language they understand."""
        language = NAMING[self.nationality].languages[0]
        answers = {i.code: i.kind != Kind.ASK or i.code == "V3" for i in CHECKLIST} | {"V1": "family at home"}
        worker = self.staff.act(Role.VHR_CASEWORKER, self.at(-40))
        self.cases = counsel(worker, [Spoken(c, "counselling", language, answers) for c in self.cases])

    def consent(self) -> None:
        """Each agrees, purpose by purpose; for a child, the guardian does. Then the tracks open."""
        worker = self.staff.act(Role.VHR_CASEWORKER, self.at(-39))
        language = NAMING[self.nationality].languages[0]
        consents = [
            Consent(person_id=c.person_id, purpose=purpose, form=self._form(i), language=language, given=worker.day)
            for c, i in zip(self.cases, self.people, strict=True)
            for purpose in PURPOSES
        ]
        self.cases = record_consents(worker, self.cases, consents)
        self.cases = take_step(worker, self.cases, "open_tracks")

    def screen(self) -> None:
        """Screening interviews; protection clears; the best-interests procedure concludes for each child."""
        interviewer = self.staff.act(Role.SCREENING_INTERVIEWER, self.at(-38))
        language = NAMING[self.nationality].languages[0]
        record_encounters(interviewer, [Spoken(c, "screening", language, {"result": _result(c)}) for c in self.cases])
        lead = self.staff.act(Role.PROTECTION_LEAD, self.at(-37))
        if needs_joint_counselling(self.nationality):
            record_joint_counselling(lead, self.cases, True, "Seen together with UNHCR: able and wishing to return")
        give_verdicts(lead, [Ruled(c, "R4", "cleared") for c in self.cases])
        young = [(c, i) for c, i in zip(self.cases, self.people, strict=True) if i.age < 19]
        with_family = [Ruled(c, "R5", "bip_cleared") for c, i in young if not i.alone]
        alone = [Ruled(c, "R5", "bid_return", panel=PANEL) for c, i in young if i.alone]
        if with_family:
            give_verdicts(self.staff.act(Role.CHILD_PROTECTION_OFFICER, self.at(-36)), with_family)
        if alone:
            give_verdicts(self.staff.act(Role.BID_PANEL_MEMBER, self.at(-35)), alone)
        for role, kind, days in TASKS_OF_SCREENING:
            tasks = Task.objects.filter(case__in=self.cases, kind=kind, done_at=None)
            if found := list(tasks.order_by("pk")):
                do_tasks(self.staff.act(role, self.at(days)), found)

    def meet_embassy(self) -> None:
        """A consular session hears everyone, children with the child-protection officer, and confirms them."""
        event = self.call(self.at(-34))
        act = self.staff.act(Role.CONSULAR_OFFICER, self.at(-34))
        sessions.open_session(act, event)
        consular.record_outcomes(
            act,
            event,
            [
                consular.Heard(line.pk, self._heard(), with_child_officer=True)
                for line in event.lines.order_by("number")
            ],
        )
        sessions.close(act, event)

    def _heard(self) -> str:
        corrected = self.chance.random() < CORRECTED_SHARE
        return "data_corrected" if corrected and self.outcome == "confirmed" else self.outcome

    def call(self, at: datetime, mode: str = "office") -> Event:
        """Plan the consular session and call everyone to it."""
        act = self.staff.act(Role.CONSULAR_OFFICER, at - timedelta(days=3))
        mission = MissionOfOrigin.objects.get(pk=self.nationality)
        site = Site.objects.get(code=f"OFFICE-{OFFICES[self.airport]}")
        plan = sessions.Plan("consular", site, at, mode, self.nationality, attendee=f"Consul, {mission.seat_en}")
        event = sessions.plan(act, plan)
        consular.call(act, event, self.cases)
        return event

    def ask_for_documents(self) -> None:
        """Data that the embassy corrected are corrected here too, and it is asked for a document for everyone."""
        for role in (Role.REGISTRATION_CLERK, Role.CONSULAR_OFFICER):
            act = self.staff.act(role, self.at(-33))
            tasks = Task.objects.filter(case__in=self.cases, role=role, kind__startswith="embassy_", done_at=None)
            if found := list(tasks.order_by("pk")):
                do_tasks(act, found)
        officer = self.staff.act(Role.CONSULAR_OFFICER, self.at(-33, 14))
        asked = DocumentState.REQUESTED
        record_documents(
            officer,
            [
                Document(person_id=c.person_id, kind="laissez_passer", country=self.nationality, state=asked)
                for c in self.cases
            ],
        )

    def receive_documents(self) -> None:
        """Laissez-passers come from the embassy, into custody."""
        act = self.staff.act(Role.CONSULAR_OFFICER, self.at(-22))
        serial = self.chance.randrange(10**6)
        people = Person.objects.in_bulk([c.person_id for c in self.cases])
        came = [
            Arrived(
                people[c.person_id],
                self.nationality,
                number=f"{self.nationality}{self.day:%j}{self.edition or ''}{serial + n:07d}",
                issued=act.day - timedelta(days=4),
                expires=act.day + timedelta(days=self.valid_days),
                name_as_printed=people[c.person_id].name.upper(),
            )
            for n, c in enumerate(self.cases)
        ]
        take_in(act, came, Hands(f"Safe of {OFFICES[self.airport]}"))

    def apply_for_visas(self) -> None:
        """One batch of exit-visa forms is handed in."""
        submit_visas(
            self.staff.act(Role.EXIT_VISA_OFFICER, self.at(-18)),
            self.cases,
            self.airport,
            AUTHORITY,
            OFFICES[self.airport],
        )

    def receive_visas(self) -> None:
        """The authority approves them."""
        act = self.staff.act(Role.EXIT_VISA_OFFICER, self.at(-10))
        serial = self.chance.randrange(10**6)
        pending = ExitVisa.objects.filter(case__in=self.cases, state="submitted").order_by("pk")
        answer_visas(
            act,
            [
                Answer(v, "approved", f"V{self.day:%y%j}{serial + n:06d}", act.day, act.day + timedelta(days=30))
                for n, v in enumerate(pending)
            ],
        )

    def examine(self) -> None:
        """A physician finds them fit to travel, some in a wheelchair."""
        physician = self.staff.act(Role.PHYSICIAN, self.at(-9))
        until = physician.day + timedelta(days=30)
        seated = {c.pk for c in self.cases if self.chance.random() < WHEELCHAIR_SHARE}
        fit, in_wheelchair = Outcome("FTT-1", until), Outcome("FTT-2", until, WHEELCHAIR)
        examine_all(physician, [Examined(c, {}, in_wheelchair if c.pk in seated else fit) for c in self.cases])
        self.needing = [c for c in self.cases if c.pk in seated]

    def settle_the_rest(self) -> None:
        """Centres agree to hand over, the receiving mission acknowledges, a project pays, wheelchairs are there."""
        held = [c for c in self.cases if c.detained]
        if held:
            give_verdicts(
                self.staff.act(Role.DC_LIAISON, self.at(-7)), [Ruled(c, "R10", "handover_agreed") for c in held]
            )
        worker = self.staff.act(Role.VHR_CASEWORKER, self.at(-6))
        give_verdicts(worker, [Ruled(c, "R11", "acknowledged") for c in self.cases])
        manager = self.staff.act(Role.PROGRAMME_MANAGER, self.at(-6))
        give_verdicts(manager, [Ruled(c, "R14", "funded") for c in self.cases])
        if self.needing:
            # Their flight is found later: that its carrier said yes is taken as told.
            meet_conditions(
                self.staff.house(self.at(-6)), [(c, "R9", need) for c in self.needing for need in WHEELCHAIR]
            )

    def _opening(self, person: Person, invented: Invented) -> Opening:
        vulnerable = [code for code, (sexes, share) in NEEDS.items() if self._has(invented, sexes, share)]
        if invented.alone:
            vulnerable.append("UC")
        if invented.passport_withheld:
            vulnerable.append("DOC")
        return Opening(
            person,
            self.nationality,
            return_area=invented.registration.origin_place,
            return_airport=NAMING[self.nationality].airport,
            departure_airport=self.airport,
            unaccompanied=invented.alone,
            vulnerabilities=vulnerable,
        )

    def _has(self, invented: Invented, sexes: str, share: float) -> bool:
        return self.chance.random() < share and invented.registration.sex in sexes and invented.age >= GROWN

    def _form(self, invented: Invented) -> str:
        if invented.age < 16:
            return "proxy"
        return self.chance.choice(("signature", "thumbprint", "signature"))

    def until(self, last: str, progress: Callable[[], None] = lambda: None) -> None:
        """Tell the chapters from the first to `last`, that one included."""
        for chapter in CHAPTERS[: CHAPTERS.index(last) + 1]:
            getattr(self, chapter)()
            progress()


def _result(case: Case) -> str:
    return next((result for code, result in RESULTS.items() if code in case.vulnerabilities), "no_concern")
