"""Writes before a flight: what a carrier takes, permits, health measures; and after it: closing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from darb.places.models import Country
from darb.programmes.fitness import TERM
from darb.programmes.voluntary_return_codes import HEALTH_MEASURES
from darb.rules.refusal import Invalid, Missing, Refused
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.context import whole_house

from .actions import hold_flight
from .models import UNCONFIRMED, Flight, FlightState, Handover, HealthMeasures, Operator, Permit, PermitKind

MOST_STRETCHERS = 20


@action("movements.keep_operator")
def keep_operator(
    act: Act,
    name: str,
    *,
    infants_per_adult: int,
    infants_percent: int | None = None,
    stretchers: int | None = None,
    pregnant_until: int | None = None,
    multiple_until: int | None = None,
) -> Operator:
    """Keep what a carrier takes, under the name that flights give it; said again, the new word holds.

    `pregnant_until` and `multiple_until` are weeks of pregnancy (see `Operator`); None: as most carriers do.
    """
    if not name.strip():
        raise Invalid("no_operator", _("Write the carrier's name, as on its flights."), field="name")
    if infants_per_adult not in (1, 2):
        raise Invalid(
            "bad_infants_per_adult",
            _("An adult looks after one infant, or after two: one on the lap, one in a seat."),
            field="infants_per_adult",
        )
    if infants_percent is not None and not 0 <= infants_percent <= 100:
        raise Invalid("bad_percent", _("A percentage lies between 0 and 100."), field="infants_percent")
    if stretchers is not None and not 0 <= stretchers <= MOST_STRETCHERS:
        raise Invalid(
            "bad_stretchers",
            _("An aircraft takes from 0 to {most} stretchers."),
            field="stretchers",
            most=MOST_STRETCHERS,
        )
    for field, weeks in (("pregnant_until", pregnant_until), ("multiple_until", multiple_until)):
        if weeks is not None and not 1 <= weeks <= TERM:
            raise Invalid("bad_weeks", _("A pregnancy has from 1 to {most} weeks."), field=field, most=TERM)
    there = Operator.objects.select_for_update().filter(name__iexact=name.strip()).first()
    operator = there or Operator(name=name.strip())
    operator.infants_per_adult, operator.infants_percent = infants_per_adult, infants_percent
    operator.stretchers = stretchers
    operator.pregnant_until, operator.multiple_until = pregnant_until, multiple_until
    operator.save()
    act.subject = f"operator:{operator.pk}"
    act.detail = {
        "infants_per_adult": infants_per_adult,
        "infants_percent": infants_percent,
        "stretchers": stretchers,
        "weeks": [pregnant_until, multiple_until],
    }
    return operator


@dataclass(frozen=True)
class Asking:
    """A permit to ask for: of which kind, from which authority."""

    kind: str
    authority: str


@action("movements.request_permits")
def request_permits(act: Act, flight: Flight, asked: Sequence[Asking]) -> list[Permit]:
    """Write down which permits were asked for; a planned flight waits for them from here on."""
    held = hold_flight(act, flight)
    if held.state not in UNCONFIRMED:
        raise Refused("confirmed_already", _("This flight is confirmed already: no more permits are asked for."))
    for each in asked:
        if each.kind not in PermitKind.values or not each.authority.strip():
            raise Invalid("no_permit", _("Choose what is asked for, and write which authority is asked."), field="kind")
        if Permit.objects.filter(flight=held, kind=each.kind, authority__iexact=each.authority.strip()).exists():
            raise Invalid("permit_twice", _("{authority} is asked for that already."), authority=each.authority.strip())
    made = Permit.objects.bulk_create(
        [Permit(flight=held, kind=a.kind, authority=a.authority.strip(), requested_on=act.day) for a in asked]
    )
    held.state = FlightState.PERMITS_REQUESTED
    held.version += 1
    held.save()
    act.detail = {"permits": sorted(a.kind for a in asked)}
    return made


@action("movements.answer_permit")
def answer_permit(act: Act, permit: Permit, *, number: str = "", refused_because: str = "") -> Permit:
    """An authority's answer: the permit's `number`, or why it was refused; a refusal may be granted later after all."""
    held = Permit.objects.select_for_update(of=("self",)).select_related("flight").filter(pk=permit.pk).first()
    if held is None:
        raise Missing("no_permit", _("There is no such permit."))
    act.subject = held.flight.ref
    if held.granted_on:
        raise Refused("permit_granted", _("This permit was granted already."))
    if bool(number.strip()) == bool(refused_because.strip()):
        raise Invalid("permit_answer", _("Write the permit's number, or else why it was refused."), field="number")
    held.number, held.refused_because = number.strip(), refused_because.strip()[:200]
    held.granted_on = act.day if held.number else None
    held.save()
    act.detail = {"kind": held.kind, "granted": held.granted_on is not None}
    return held


@action("movements.set_health_measures")
def set_health_measures(
    act: Act,
    country: str,
    since: date,
    until: date | None,
    measures: Sequence[str],
    *,
    source: str,
    seats_percent: int = 100,
    quarantine_days: int = 0,
) -> HealthMeasures:
    """Say what health asks of those who go home to `country` (alpha-3) in [since, until). The newest word holds."""
    if not Country.objects.filter(pk=country).exists():
        raise Invalid("no_country", _("Choose the country."), field="country")
    if set(measures) - HEALTH_MEASURES.keys():
        raise Invalid("no_measure", _("Choose the measures from the list."), field="measures")
    if until is not None and until <= since:
        raise Invalid("ends_before", _("The measures would end before they begin."), field="until")
    if not 1 <= seats_percent <= 100:
        raise Invalid("bad_percent", _("A percentage lies between 0 and 100."), field="seats_percent")
    if ("spacing" in measures) != (seats_percent < 100):
        raise Invalid(
            "spacing_share", _("Where seats are left free, say how many of 100 are used."), field="seats_percent"
        )
    if ("quarantine" in measures) != (quarantine_days > 0):
        raise Invalid("quarantine_days", _("With quarantine, say for how many days."), field="quarantine_days")
    if not source.strip():
        raise Invalid("no_source", _("Write who asks for it: it stays with the decision."), field="source")
    act.subject = f"health:{country}"
    act.detail = {"measures": sorted(measures), "seats_percent": seats_percent, "quarantine_days": quarantine_days}
    return HealthMeasures.objects.create(
        country=country,
        since=since,
        until=until,
        measures=sorted(set(measures)),
        seats_percent=seats_percent,
        quarantine_days=quarantine_days,
        source=source.strip()[:200],
        account_id=act.actor.account_id,
        at=act.at,
    )


@action("movements.close_flight")
def close_flight(act: Act, flight: Flight, expected: int | None = None) -> Flight:
    """Nothing is left to do: reconciled, everybody who came home accepted, and nobody still on the way."""
    held = hold_flight(act, flight, expected)
    if held.state != FlightState.RECONCILED:
        raise Refused("not_reconciled", _("Flight {code} isn't reconciled yet."), code=held.code)
    with whole_house():
        waiting = Handover.objects.filter(flight=held, accepted_at=None).count()
        on_the_way = held.seat_rows.filter(removed_in=None, landed_at=None, case__stage="in_transit").count()
    if waiting or on_the_way:
        raise Refused(
            "not_all_home",
            _("Not yet accepted by their missions: {waiting}. Still on the way: {on_the_way}."),
            waiting=waiting,
            on_the_way=on_the_way,
        )
    held.state = FlightState.CLOSED
    held.version += 1
    held.save()
    return held
