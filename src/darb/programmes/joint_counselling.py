"""Nationalities for which UNHCR and the mission counsel together before any embassy hears of the person.

The list is the mission's own to keep; each entry says who names the nationality.
"""

from __future__ import annotations

_BOOKLET = "the mission's booklet of fourteen years in Libya: joint counselling began with Somali nationals"
_NEWS_AGENCY = "Libyan Cultural News Agency, on registration with the detention authority (en.libyan-cna.net)"
_UNHCR = "UNHCR Libya flash update, February 2018: nationalities it could register; recalled, to be checked"

NATIONALITIES: dict[str, str] = {
    "SOM": _BOOKLET,
    "ERI": _NEWS_AGENCY,
    "ETH": _NEWS_AGENCY,
    "YEM": _NEWS_AGENCY,
    "IRQ": _UNHCR,
    "PSE": _UNHCR,
    "SDN": _UNHCR,
    "SSD": _UNHCR,
    "SYR": _UNHCR,
}
"""ISO 3166-1 alpha-3 code to where the entry comes from."""


def needs_joint_counselling(nationality: str) -> bool:
    """Whether someone of this stated nationality (alpha-3) is counselled jointly before any consular step."""
    return nationality in NATIONALITIES
