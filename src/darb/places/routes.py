"""The subjects of closures: how a country, a place in it and an airport are written, so that none passes for another.

Countries and airports both have codes of three letters and some are the same: BEN is Benin, and Benghazi's airport.
"""

from __future__ import annotations

from .names import key_of

# A subject stands in the action log after `route:`, which has 60 letters. Longer names are compared by their beginning.
_LONGEST_AREA = 60 - len("route:area:XXX:")


def country_subject(iso3: str) -> str:
    """A whole country of return: its ISO3 code."""
    return iso3.strip().upper()


def area_subject(iso3: str, name: str) -> str:
    """A place of return inside a country, by the name people use (a region, a town), however it is spelt."""
    return f"area:{iso3.strip().upper()}:{key_of(name)[:_LONGEST_AREA].strip()}"


def airport_subject(iata: str) -> str:
    """An airport by its IATA code."""
    return f"airport:{iata.strip().upper()}"


def subjects_on(country: str, area: str, airport: str | None) -> list[str]:
    """Everything whose closure stops a journey from `airport` to `area` in `country`. Empty or None: not chosen yet."""
    subjects = [country_subject(country)] if country else []
    if country and area:
        subjects.append(area_subject(country, area))
    if airport:
        subjects.append(airport_subject(airport))
    return subjects
