"""What people are asked about home and the way here, beside who they are (`programmes.md` 2.2): the code lists."""

from __future__ import annotations

from darb.rules.words import Words, _

ON_THE_WAY: dict[str, Words] = {
    "worked": _("Worked, and was paid"),
    "unpaid": _("Worked, and wasn't paid"),
    "held": _("Was held or locked in"),
    "ransom": _("Had to pay to be let go"),
    "hurt": _("Was beaten or hurt"),
    "robbed": _("Money or papers were taken"),
    "intercepted": _("Was stopped at sea and brought back"),
    "sent_back": _("Was sent back over a border"),
    "separated": _("Was separated from family"),
    "saw_death": _("Saw people die"),
}
"""What may have happened on the way; told freely, never asked one by one where others can hear."""

APPOINTMENTS: dict[str, Words] = {
    "counselling": _("Counselling"),
    "screening": _("Screening"),
    "clinic": _("Clinic"),
    "photo": _("Photo and papers"),
    "embassy": _("Hearing by the embassy"),
    "signature": _("Signature"),
    "departure": _("Departure"),
    "other": _("Something else"),
}
"""What somebody is asked to come for."""
