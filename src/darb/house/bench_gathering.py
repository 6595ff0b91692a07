"""How long it takes to read from a mission what there is to plan: everybody who is ready in five weeks."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection as app

from darb.cases.pathways import pathway
from darb.movements.flight_actions import Hop, plan_flight
from darb.movements.models import Flight
from darb.movements.plan_queries import instance_now
from darb.trust.action import Act
from darb.trust.context import acting
from darb.trust.queries import HOUSE

from .bench_measures import Line, Statements, bare, timed
from .bench_seeds import AIRPORT, DAY, PROGRAMME, at

WEEKS = 5
TO = ("LOS", "CAI", "ABJ", "BKO", "NIM", "CKY", "BJL", "KAN")
SECONDS_FOR_THOUSAND = 1.0


def gathering(repeat: int) -> Line:
    """Everything that a plan of the next weeks depends on, with a flight each second day, beside the one statement that
    finds who is ready. The aim grows with how many that are."""
    _fly()
    last = DAY + timedelta(weeks=WEEKS)
    statements = Statements()
    with acting(HOUSE), app.execute_wrapper(statements):
        people = instance_now(HOUSE, DAY, 7 * WEEKS).persons
    with acting(HOUSE):
        read = timed(repeat, lambda n: instance_now(HOUSE, DAY, 7 * WEEKS))
    with bare() as connection:
        plain = timed(
            repeat,
            lambda n: connection.execute(
                "select r.case_id, r.ready::text from cases_readiness r join cases_case c on c.id = r.case_id"
                " where c.closed is null and c.stage = any (%s) and r.ready && datemultirange(daterange(%s, %s))",
                [sorted(pathway(PROGRAMME).step("book").out_of), DAY, last],
            ).fetchall(),
        )
    aim = max(1.0, SECONDS_FOR_THOUSAND * people / 1000)
    return Line(
        f"what there is to plan in {WEEKS} weeks",
        read.at(0.5),
        read.at(0.95),
        plain.at(0.5),
        f"< {aim:.0f} s",
        read.at(0.95) < aim,
        statements.count,
        people,
    )


def _fly() -> None:
    """Flights to fly on, each second day to another country."""
    with acting(HOUSE):
        if Flight.objects.exists():
            return
        for n in range(WEEKS * 7 // 2):
            leaves = at(-1 - 2 * n)
            hop = Hop(AIRPORT, TO[n % len(TO)], leaves, leaves + timedelta(hours=5))
            plan_flight(
                Act(HOUSE, at()), f"B {n}", [hop], operator="Buraq", aircraft="A320", seats=160, infant_limit=16
            )
