"""What is known of one case, frozen: all that readiness may look at.

`cases.queries.facts_for` builds these from rows, a set of cases at a time; tests build them by hand.
Nothing here holds a name or a finding: gates need dates, codes and verdicts only. Every value is
hashable, so that equal facts are judged once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Consent:
    """One consent of the person. `until` is exclusive; `withdrawn` is the day it ended, if it did.

    `form` is "explicit", "implicit" or "proxy" (a guardian's for a child).
    """

    purpose: str  # "voluntary_return", "share_with_embassy", "share_with_authorities", "share_with_receiving_mission"
    given: date
    until: date | None = None
    withdrawn: date | None = None
    form: str = "explicit"


@dataclass(frozen=True)
class TravelDocument:
    """A document that the person may travel on. `state` is one of people.models.Document's states."""

    kind: str  # "passport", "laissez_passer", "national_id", ...
    state: str  # "in_custody", "held", "lost", "withheld", "requested", "received", "expired", ...
    country: str
    received: date | None
    expires: date | None
    key: int = 0


@dataclass(frozen=True)
class Visa:
    """An approved exit visa: valid in [valid_from, valid_to], at one airport, on one document."""

    airport: str | None  # IATA; None: any point of exit
    valid_from: date
    valid_to: date
    document: int = 0


@dataclass(frozen=True)
class Verdict:
    """A claim about a gate: granted or refused, `since` inclusive, `until` exclusive, by a role.

    `gate` is the gate's code ("R4"). `code` says which ruling (a gate's own list: "cleared", "hold",
    "stop", "FTT-1", ... or `pathway.OVERRIDE`). `conditions` are codes that must be confirmed, `met`
    those that were. `bound` is what `Gate.binding` gave on the day. Only the newest standing verdict
    of a gate is here.
    """

    gate: str
    granted: bool
    code: str
    by: str
    since: date
    until: date | None = None
    conditions: tuple[str, ...] = ()
    met: tuple[str, ...] = ()
    bound: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Closure:
    """A country, area or place of return, or a point of departure, closed in [since, until)."""

    subject: str
    since: date
    until: date | None
    reason: str


@dataclass(frozen=True)
class Companion:
    """Another member of a group that must travel together: when its own gates are all green.

    `ready` holds disjoint half-open windows (from, until; None is open-ended), without its own R12.
    """

    case: str
    ready: tuple[tuple[date | None, date | None], ...]


@dataclass(frozen=True)
class Facts:
    """What is known of one case on the day the facts were read.

    A birth date known to the month or year only is given as the latest day it may be: in doubt, a
    person is a child. `counselled_for` is the country of return that counselling was about ("" where
    that wasn't recorded), `site` the code of the site where the person stays.
    """

    birth_date: date | None
    nationality: str
    nationality_verified: str | None
    return_country: str
    return_area: str
    departure_airport: str | None
    leaves_libya: bool
    detained: bool
    captivity_since: date | None
    stage: str
    registered: date
    photo: bool = False
    open_duplicate: bool = False
    counselled: date | None = None
    asylum_concern: bool = False
    unaccompanied: bool = False
    consents: tuple[Consent, ...] = ()
    documents: tuple[TravelDocument, ...] = ()
    visas: tuple[Visa, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    closures: tuple[Closure, ...] = ()
    companions: tuple[Companion, ...] = ()
    counselled_for: str = ""
    site: str = ""

    def verdict(self, gate: str) -> Verdict | None:
        """The standing verdict on `gate`, or None."""
        return next((v for v in self.verdicts if v.gate == gate), None)
