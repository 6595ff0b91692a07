"""AS-02: forty Gambians in Sebha are heard online by an officer in Tripoli; the link drops once; papers come later."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from darb.cases.models import Task
from darb.events.consular_actions import tally
from darb.events.models import Event, EventLine, EventState
from darb.people.models import CustodyStep, Document
from darb.programmes.voluntary_return_codes import EMBASSY_FIELDS
from darb.reactions import jobs
from darb.rules.roles import Role
from darb.trust.models import ActionLog
from darb.trust.queries import HOUSE
from tests.cast import NOON, act_as
from tests.events.cast import in_process
from tests.journeys.browsing import Page, Somebody

GOOD = {"down_mbps": "3.1", "up_mbps": "1.2", "latency_ms": "180", "camera": "on", "sound": "on", "backup_power": "on"}
OUTCOMES = (
    ["confirmed"] * 29
    + ["data_corrected"] * 4
    + ["pending_capital"] * 2
    + ["not_our_national"] * 2
    + ["referred_to_other_mission", "no_show_moved", "not_heard"]
)
THURSDAY = NOON.replace(day=9, hour=6, minute=0)  # 08:00 in the mission
SUNDAY = THURSDAY + timedelta(days=3)


class Clock:
    """The doors' clock, which a journey sets."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = THURSDAY
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def at(self, hour: int, minute: int) -> None:
        """It is so late on Thursday, in the mission."""
        self.now = timezone.localtime(THURSDAY).replace(hour=hour, minute=minute)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def planned(officer: Somebody, starts_at: datetime) -> Page:
    """A session with the Gambian officer, online, for those in Sebha."""
    return officer.open("/events/new/consular/").send(
        "Plan it",
        mode="online",
        country="GMB",
        site="DC-SABHA",
        attendee="Mr Ceesay",
        interpreter="Fatou Sanneh",
        privacy="apart",
        slots=40,
        starts_at=f"{timezone.localtime(starts_at):%Y-%m-%dT%H:%M}",
    )


def enter(session: Page, lines: list[EventLine], codes: list[str], **more: str) -> Page:
    """Outcomes of so many lines, typed into the table and saved."""
    told = {f"outcome-{line.pk}": code for line, code in zip(lines, codes, strict=True)}
    return session.somebody.open(session.url).send("Save the outcomes", **told, **more)


def test_forty_gambians_are_heard_over_a_link_that_drops_and_their_papers_run_out_in_time(db, seen_by, clock):
    with seen_by(HOUSE):
        people = [
            *in_process(39, at=NOON),
            *in_process(1, at=NOON, given="Lamin", family="Touray", born=date(2003, 1, 9)),
        ]
    officer = Somebody("consular_officer")
    session = planned(officer, THURSDAY.replace(hour=8))
    calling = session.follow("Call people")
    session = calling.send("Call those chosen", case=calling.form("Call those chosen").choices["case"])
    ref = session.url.strip("/").split("/")[-1]

    # Nothing opens before the check passed, whoever asks.
    assert "The link wasn't checked today" in session.text
    with pytest.raises(AssertionError, match="no button 'Open the session'"):
        session.send("Open the session")
    answer = officer.client.post(
        f"{session.url}open/", {"csrfmiddlewaretoken": officer.client.cookies["csrftoken"].value, "version": "2"}
    )
    assert answer.status_code == 409
    team = Somebody("mobile_team_member")
    clock.at(8, 5)
    team.open(session.url).send("Keep the measurement", **GOOD | {"down_mbps": "0.6", "camera": None})
    with seen_by(HOUSE):
        assert Event.objects.get(ref=ref).state == EventState.PLANNED
    assert "Head of voluntary return" in officer.open(session.url).text, "or somebody above signs an exception"
    clock.at(8, 10)
    team.open(session.url).send("Keep the measurement", **GOOD, provider="LTT", fallback="second_sim")
    file = officer.client.post(
        f"{session.url}called-list/", {"csrfmiddlewaretoken": officer.client.cookies["csrftoken"].value}
    )
    clock.at(10, 0)
    session = officer.open(session.url).send("Open the session")

    with seen_by(HOUSE):
        lines = list(EventLine.objects.select_related("case__person").order_by("number"))
    boy = next(n for n, line in enumerate(lines) if line.case.person.name.startswith("Lamin"))
    lines.insert(0, lines.pop(boy))  # he is the first who is heard
    moved = lines[OUTCOMES.index("no_show_moved")]
    Somebody("vhr_caseworker").open(f"/people/{moved.case.person.ref}/stay/").send(
        "Save", site="DC-BRAK", since=str(THURSDAY.date() - timedelta(days=1)), source="told_by_dc"
    )
    assert "elsewhere now" in officer.open(session.url).text

    # The boy is heard with the child officer, and not before.
    refused = enter(session, lines[:1], ["confirmed"])
    assert "child-protection officer" in refused.text and refused.status == 409
    session = enter(session, lines[:1], ["confirmed"], **{f"child-{lines[0].pk}": "1"})

    clock.at(11, 47)
    session = officer.open(session.url).send("The link dropped")
    assert "11:47" in session.text
    clock.at(11, 56)
    session = session.send("Second SIM card")
    assert "Dropped at 11:47, at 11:56: Second SIM card" in session.text
    senegal = lines[OUTCOMES.index("referred_to_other_mission")]
    session = enter(session, lines[1:], OUTCOMES[1:], **{f"referred-{senegal.pk}": "SEN"})
    assert "29 + 4 + 2 + 2 + 1 + 1 + 1 = 40" in session.text and "adds up" in session.text

    # Who wasn't heard comes on Sunday; whoever moved is looked for.
    planned(officer, SUNDAY)
    session = officer.open(session.url)
    session = session.send("Book again", line=[str(lines[OUTCOMES.index("not_heard")].pk)])
    clock.at(13, 0)
    session = session.send("Close the session")
    with seen_by(HOUSE):
        event = Event.objects.get(ref=ref)
        counts = tally(list(event.lines.all()))
        assert counts["confirmed"] + counts["data_corrected"] == 33
        assert counts["not_our_national"] + counts["referred_to_other_mission"] == 3
        assert 33 + counts["pending_capital"] + 3 + counts["no_show_moved"] + counts["not_heard"] == 40
        assert event.lines.get(case=lines[0].case).with_child_officer
        assert [(d.on, d.ended_at - d.at) for d in event.drops.all()] == [("second_sim", timedelta(minutes=9))]
        sunday = Event.objects.exclude(ref=ref).get()
        assert sunday.lines.get().case_id == lines[OUTCOMES.index("not_heard")].case_id
        assert Task.objects.get(kind="embassy_no_show_moved").case_id == moved.case_id

    only_the_seven_fields(file, seen_by, people)
    papers_run_out(clock, seen_by)


def only_the_seven_fields(file, seen_by, people) -> None:
    """The embassy's file has the agreed columns, forty rows, and nothing else of anybody."""
    assert file["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert len(rows) == 40
    assert list(rows[0]) == [str(label) for label in EMBASSY_FIELDS.values()] and len(EMBASSY_FIELDS) == 7
    said = file.content.decode()
    for case in people:
        assert case.ref not in said and case.person.ref not in said
    assert "SABHA" not in said.upper() and "SEBHA" not in said.upper()
    with seen_by(HOUSE):
        deed = ActionLog.objects.get(action="events.share_called_list")
        assert deed.detail["recipient"] == "embassy:GMB" and deed.detail["count"] == 40


def papers_run_out(clock: Clock, seen_by) -> None:
    """Thirty-three laissez-passers come twelve days later, valid for thirty; at day sixteen they are told of."""
    officer = Somebody("consular_officer")
    asking = officer.open("/events/papers/GMB/ask/")
    asking.send("Ask for those chosen", case=asking.form("Ask for those chosen").choices["case"])
    clock.now += timedelta(days=12)
    came = timezone.localdate()
    officer = Somebody("consular_officer")
    page = officer.open("/events/papers/GMB/receive/")
    rows = sorted(n.removesuffix("number") for n in page.form("Take them").values if n.endswith("-number"))
    assert len(rows) == 33
    typed = {}
    for n, row in enumerate(rows):
        typed |= {f"{row}number": f"LP{n:04}", f"{row}issued": came, f"{row}expires": came + timedelta(days=30)}
    page.send("Take them into custody", **typed, place="Safe, Tripoli", holder="Amal Khalil")
    with seen_by(HOUSE):
        assert Document.objects.filter(state="in_custody").count() == 33
        assert CustodyStep.objects.filter(state="in_custody", place="Safe, Tripoli", holder="Amal Khalil").count() == 33
    for days, told in ((15, 0), (16, 33)):
        clock.now = THURSDAY + timedelta(days=12 + days)
        with seen_by(HOUSE):
            jobs.tell_of_ends(timestamp=int(clock.now.timestamp()))
            assert Task.objects.filter(kind="document_expires", role=Role.CONSULAR_OFFICER).count() == told
    soon = Somebody("consular_officer").open("/events/papers/custody/?soon=1")
    assert soon.text.count("LP00") == 33
    assert Somebody("physician").open("/events/papers/custody/?soon=1").status == 404


def test_a_day_on_which_the_link_never_comes_back_leaves_nobody_without_an_outcome(db, seen_by, clock):
    with seen_by(HOUSE):
        in_process(5, at=NOON)
    officer = Somebody("consular_officer")
    session = planned(officer, THURSDAY.replace(hour=8))
    calling = session.follow("Call people")
    session = calling.send("Call those chosen", case=calling.form("Call those chosen").choices["case"])
    session.send("Keep the measurement", **GOOD | {"down_mbps": "0.6"})
    head = Somebody("vhr_head").open(session.url).follow("Open all the same, signed")
    head.send("Sign the exception", because="They have waited since March")
    session = officer.open(session.url).send("Open the session")
    with seen_by(HOUSE):
        first = EventLine.objects.order_by("number")[0]
    session = enter(session, [first], ["confirmed"])
    session = session.send("The link dropped")
    with pytest.raises(AssertionError, match="no button 'Close the session'"):
        session.send("Close the session")
    session = session.send("Another day")
    assert "1 + 4 = 5" in session.text and "adds up" in session.text
    planned(officer, SUNDAY)
    session = officer.open(session.url)
    session = session.send("Book again", line=session.form("Book again").choices["line"])
    session.send("Close the session")
    with seen_by(HOUSE):
        sunday = Event.objects.exclude(ref=session.url.strip("/").split("/")[-1]).get()
        assert sunday.lines.count() == 4
        signed = ActionLog.objects.get(action="events.accept_link")
        assert signed.account_id != act_as(Role.CONSULAR_OFFICER).actor.account_id
