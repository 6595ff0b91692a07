"""An instance as JSON holds it: the other way round of `reading`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from .instance import Flight, Group, Instance


def instance_record(instance: Instance) -> dict[str, Any]:
    """The instance in the format that `read_instance` reads."""
    return {
        **frame_record(instance),
        "groups": [group_record(g) for g in instance.groups.values()],
        "flights": [flight_record(f) for f in instance.flights.values()],
        "current": [{"group": g, "flight": f} for g, f in instance.current.items()],
        "locked": [{"group": g, "flight": f} for g, f in instance.locked.items()],
    }


def frame_record(instance: Instance) -> dict[str, Any]:
    """All of an instance but its groups and flights, and what ties the two."""
    return {
        "horizon": {"start": instance.start.isoformat(), "end": instance.end.isoformat()},
        "airports": {
            iata: {**asdict(a), "closed_days": sorted(day.isoformat() for day in a.closed_days)}
            for iata, a in instance.airports.items()
        },
        "fleet_per_day": dict(instance.fleet_per_day),
        "transfers": [
            {"site": site, "airport": airport, "cost_per_person": cost}
            for (site, airport), cost in instance.transfers.items()
        ],
        "costs": {
            **asdict(instance.prices),
            "left_at_end_per_person": dict(instance.prices.left_at_end_per_person),
        },
        "cancelled": sorted(instance.cancelled),
    }


def group_record(group: Group) -> dict[str, Any]:
    """One group."""
    return _days(asdict(group))


def flight_record(flight: Flight) -> dict[str, Any]:
    """One flight."""
    record = _days(asdict(flight))
    return {**record, "kind": "charter" if record.pop("charter") else "commercial"}


def _days(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in record.items()}
