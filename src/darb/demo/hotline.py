"""A week of the hotline and of communities: a session with cards, messages, calls, leaders and rumours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from darb.events.actions import Plan, Report, close, plan, record_messages
from darb.events.community_actions import ToldLeader, keep_leader, verify_leader
from darb.events.hotline_actions import ToldCall, record_call
from darb.events.rumour_actions import ToldRumour, answer_rumour, check_rumour, hear_rumour
from darb.places.models import Site
from darb.programmes.voluntary_return_codes import OUTREACH_MESSAGES
from darb.rules.roles import Role

from .names import NAMING
from .staff import Staff

BATCH = "TRP-0419"
LANGUAGES = ("bam", "fra", "ful", "ara")
# What is said, about what, how it goes round; what checking showed, and our answer, where there is one yet.
RUMOURS = (
    ("A place on the flight costs 300 dinars", "money", "broker", "false", "Nobody pays. Tell us who asks for money."),
    ("The airport closes next week", "flights", "social", "unclear", ""),
    ("Whoever signs can't change their mind", "who", "mouth", "false", "You may stop at any time until boarding."),
    ("The embassy asks where you are hiding", "embassy", "mouth", "", ""),
)
LEADERS = (
    ("Pastor James Okafor", "NGA", True),
    ("Imam Moussa Diallo", "MLI", True),
    ("Sheikh Omar Adam", "SDN", False),
)


def tell_week(staff: Staff, today: date) -> None:
    """Tell the week before `today`."""
    place = Site.objects.get(code="DC-TARIQ-SIKKA")
    _session(staff, today - timedelta(days=6), place)
    _calls(staff, today, place)
    _leaders(staff, today, place)
    _rumours(staff, today, place)


def _session(staff: Staff, day: date, place: Site) -> None:
    at = _moment(day, 8)
    act = staff.act(Role.OUTREACH_OFFICER, at)
    held = plan(act, Plan("outreach", place, at, "dc_visit", team="Team of three", languages=("fra", "bam")))
    report = Report(
        tuple(OUTREACH_MESSAGES),
        {"men": 58, "boys": 6},
        card_batch=BATCH,
        cards=64,
        card_from=1,
        card_to=64,
        nationalities={"MLI": 30, "GMB": 20},
    )
    close(act, record_messages(act, held, report))


def _calls(staff: Staff, today: date, place: Site) -> None:
    """Messages of the last days, some told from a phone that nobody calls; and questions that were answered."""
    town = Site.objects.get(code="UNKNOWN-TIP")
    for n, (given, (family, *_arabic)) in enumerate(
        zip(NAMING["MLI"].men[:8], NAMING["MLI"].families[:8], strict=False)
    ):
        act = staff.act(Role.HOTLINE_OPERATOR, _moment(today - timedelta(days=1 + n % 4), 9 + n))
        detained = n % 3 == 0
        told = ToldCall(
            site=place if detained else town,
            end="voicemail",
            number=f"21892{5550100 + n}",
            phone_owner="guard" if detained else "self",
            hours="" if n % 2 else "18-21",
            language=LANGUAGES[n % len(LANGUAGES)],
            name=f"{given[0]} {family[0]}",
            nationality="MLI",
            card_batch=BATCH if detained else "",
        )
        record_call(act, told)
    for n, topic in enumerate(("question", "rumour", "fraud", "question")):
        act = staff.act(Role.HOTLINE_OPERATOR, _moment(today - timedelta(days=n), 7))
        asked = ToldCall(site=town, topic=topic, outcome="informed", language="ara", minutes=4 + n, private=bool(n % 2))
        record_call(act, asked)


def _leaders(staff: Staff, today: date, place: Site) -> None:
    at = _moment(today - timedelta(days=20))
    for name, community, verified in LEADERS:
        signed = at.date() if verified else None
        kept = keep_leader(staff.act(Role.OUTREACH_OFFICER, at), ToldLeader(name, community, place, code_signed=signed))
        if verified:
            verify_leader(staff.act(Role.VHR_HEAD, at), kept)


def _rumours(staff: Staff, today: date, place: Site) -> None:
    at = _moment(today - timedelta(days=5))
    for words, about, spread, found, answer in RUMOURS:
        officer = staff.act(Role.OUTREACH_OFFICER, at)
        rumour = hear_rumour(officer, ToldRumour(words, place, about, spread))
        if found:
            check_rumour(officer, rumour, found, "our own rules")
        if answer:
            answer_rumour(staff.act(Role.VHR_HEAD, at), rumour, answer)


def _moment(day: date, hour: int = 7) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
