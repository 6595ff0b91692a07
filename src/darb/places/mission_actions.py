"""What is known of embassies and consulates: kept by the consular officer, who deals with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

from darb.rules.refusal import Invalid, Stale
from darb.rules.words import _
from darb.trust.action import Act, action

from .models import Country, MissionOfOrigin, Presence


@dataclass(frozen=True)
class KnownOf:
    """What is known of a mission of origin. `languages` are ISO 639-3; days are calendar days; `fee` is for one
    document, in `fee_currency` (ISO 4217), and paid by us, never by the migrant.
    """

    presence: str
    seat_en: str = ""
    address: str = ""
    jurisdiction: str = ""
    officers: str = ""
    languages: Sequence[str] = ()
    accepts_online: bool = False
    accepts_visits: bool = False
    accepts_photo_lists: bool = False
    document_kind: str = "laissez_passer"
    also_issues: Sequence[str] = ()
    document_days: int = 90
    lead_days: int | None = None
    fee: Decimal | None = None
    fee_currency: str = ""


@action("places.keep_mission")
def keep_mission(act: Act, country: str, known: KnownOf, *, expected: int | None = None) -> MissionOfOrigin:
    """Keep what is known of the mission of `country` (alpha-3), new or known before; the last writing stands.

    Raises Invalid beside the field, and Stale where somebody wrote since the page was made (`expected` version).
    """
    if not Country.objects.filter(pk=country).exists():
        raise Invalid("no_country", _("{code} is not a country's three-letter code."), field="country", code=country)
    _check(known)
    mission = MissionOfOrigin.objects.select_for_update().filter(pk=country).first()
    if mission is None:
        mission = MissionOfOrigin(country_id=country, version=0)
    elif expected is not None and expected != mission.version:
        raise Stale(
            "stale",
            _("Somebody changed this mission since you opened the page: load it again, then repeat your change."),
        )
    for name, value in asdict(known).items():
        setattr(mission, name, list(value) if isinstance(value, tuple) else value)
    mission.version += 1
    mission.save()
    act.subject = f"embassy:{country}"
    act.detail = {"presence": mission.presence, "online": mission.accepts_online, "days": mission.document_days}
    return mission


def _check(known: KnownOf) -> None:
    if known.presence not in Presence.values:
        raise Invalid("bad_presence", _("Choose where the mission sits."), field="presence")
    if known.presence != Presence.NONE and not known.seat_en.strip():
        raise Invalid("no_seat", _("Write the city in which it sits."), field="seat_en")
    if known.presence == Presence.NONE and (known.accepts_online or known.accepts_visits or known.accepts_photo_lists):
        raise Invalid("none_accepts", _("Where there is no mission, nothing can be accepted."), field="presence")
    if not 1 <= known.document_days <= 3650:
        raise Invalid("bad_validity", _("A document is valid for 1 to 3650 days."), field="document_days")
    if known.lead_days is not None and not 0 <= known.lead_days <= 730:
        raise Invalid("bad_lead", _("Write the days that it takes, 0 to 730."), field="lead_days")
    if (known.fee is None) != (not known.fee_currency):
        raise Invalid("half_a_fee", _("Write the fee with its currency, or neither."), field="fee")
    if known.fee is not None and known.fee < 0:
        raise Invalid("bad_fee", _("A fee is 0 or more."), field="fee")
