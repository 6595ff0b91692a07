"""How persons, cases, places and days are told on pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext as _

from darb.cases.pathways import pathway
from darb.desk.task_words import kind_named, reason_said, talk_named
from darb.people.models import BirthPrecision, Person
from darb.places.queries import airport, name_in
from darb.programmes.voluntary_return_codes import RECONCILIATIONS

register = template.Library()


@register.filter
def named(names: Mapping[Any, str], key: Any) -> str:
    """What `names` has for `key` in the reader's language, else the key itself."""
    said = names.get(key, key) if names else key
    return gettext(str(said)) if said else ""


@register.filter
def named_row(rows: Mapping[Any, Any], key: Any) -> Any:
    """The row that `rows` has for `key`, or None."""
    return rows.get(key)


@register.filter
def elsewhere(moment: datetime, code: str) -> str:
    """The same moment by the clock of an airport or port where that isn't ours, and by the world's (UTC)."""
    there = moment.astimezone(ZoneInfo((airport(code) or {}).get("tz") or settings.TIME_ZONE))
    utc = _("{time} UTC").format(time=f"{moment.astimezone(UTC):%H:%M}")
    if there.utcoffset() == moment.astimezone(ZoneInfo(settings.TIME_ZONE)).utcoffset():
        return utc
    local = _("{time} there").format(time=f"{there:%H:%M}")
    return f"{local} · {utc}"


@register.filter
def place_name(place: Any) -> str:
    """The name of a site, area or country in the reader's language."""
    return name_in(get_language() or "en", place) if place else ""


@register.filter
def outcome_name(seat: Any) -> str:
    """What became of a name on a locked manifest; empty where that isn't known yet."""
    return gettext(RECONCILIATIONS[seat.outcome].label) if seat.outcome else ""


@register.filter
def stage_name(case: Any) -> str:
    """The label of the stage that a case stands in."""
    return gettext(pathway(case.programme).stage(case.stage).label)


@register.filter
def stage_tone(case: Any) -> str:
    """The colour of that stage: green at home, amber aside, blue on the way, grey when closed."""
    stage = pathway(case.programme).stage(case.stage)
    if stage.key in ("arrived", "handed_over") or (stage.key == "closed" and case.closure_code == "returned"):
        return "green"
    if not stage.open:
        return ""
    return "amber" if stage in pathway(case.programme).side_states else "blue"


@register.filter
def age_on(person: Person, day: date | datetime) -> str:
    """A person's age on a day in words; "about" where the birth date isn't known exactly."""
    born = person.birth_date
    if born is None:
        return gettext("age not told")
    day = day.date() if isinstance(day, datetime) else day
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    if years < 1:
        return gettext("under one year")
    said = ngettext("%(years)d year", "%(years)d years", years) % {"years": years}
    return said if person.birth_precision == BirthPrecision.EXACT else gettext("about %(age)s") % {"age": said}


@register.filter
def birth_told(person: Person) -> str:
    """A birth date as exactly as it is known."""
    born = person.birth_date
    if born is None:
        return gettext("not told")
    if person.birth_precision == BirthPrecision.EXACT:
        return born.isoformat()
    if person.birth_precision == BirthPrecision.MONTH:
        return f"{born:%Y-%m}"
    return str(born.year) if person.birth_precision == BirthPrecision.YEAR else f"~ {born.year}"


@register.filter
def other_than(pair: Any, files: Any) -> Person:
    """Of two persons in a question, the one that none of `files` is."""
    here = {f.pk for f in files}
    return pair.person if pair.other_id in here else pair.other


register.filter("task_kind", kind_named)
register.filter("talk_kind", talk_named)
register.filter("task_reason", reason_said)


@register.filter
def days_since(today: date, since: date) -> int:
    """How many days have passed by `today` since a day."""
    return (today - since).days


@register.filter
def days_until(day: date, today: date) -> int:
    """How many days there are from `today` to `day`."""
    return (day - today).days
