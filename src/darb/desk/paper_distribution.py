"""Papers of a distribution: the waybill that goes with the truck, and the sheet on which families sign."""

from __future__ import annotations

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from darb.assistance import distribution_queries as distributions
from darb.assistance.models import Distribution
from darb.places.queries import name_in
from darb.rules.refusal import Refused
from darb.rules.words import _ as marked

from .paper_case import BY_HAND
from .paper_parts import Column, Facts, Heading, Points, Sheet, Signed, Table, Value
from .paper_setting import apart
from .paper_words import Asked, names, on


def waybill(asked: Asked) -> Sheet:
    """What goes to one distribution, with whom, and what of it came back. It names nobody who is helped."""
    found = distributions.distribution(asked.actor, asked.ref)
    tally = distributions.tally(asked.actor, found)
    carried: list[tuple[str, Value]] = [
        *_what(found),
        (_("Families on the list"), str(tally.families)),
        (_("Loaded"), str(found.loaded) if found.loaded else BY_HAND),
        (_("Brought by: driver, truck"), found.carrier or BY_HAND),
        (_("Handed out by"), found.partner or _("IOM")),
    ]
    if found.partner:
        agreed = distributions.agreement_on(asked.actor, found.partner, found.day)
        told = f"{agreed.number} {on(agreed.since)} – {on(agreed.until)}".strip() if agreed else _("none on that day")
        carried.append((_("Agreement with the partner"), told))
    back = (_("Arrived, counted"), _("Handed out"), _("Brought back"), _("Lost or damaged, and how"))
    return Sheet(
        title=_("Waybill"),
        reference=found.ref,
        parts=[
            Facts(carried, columns=2),
            Signed([_("Loaded by: name, signature"), _("Driver: name, signature")]),
            Heading(_("At the place")),
            Points([("", f"{label}: {BY_HAND}") for label in back]),
            Signed([_("Received by: name, signature, hour"), _("Brought back to: name, signature")]),
        ],
        subject=f"distribution:{found.ref}",
    )


def issue_sheet(asked: Asked) -> Sheet:
    """The list with room to sign, for a table without a device; it is collected back and written in the same day."""
    found = distributions.distribution(asked.actor, asked.ref)
    shares = list(distributions.listed(asked.actor, found))
    if not shares:
        raise Refused("empty_list", marked("Nobody is on the list: put the families on it first."))
    columns = [
        Column(_("No."), kind="number", shows=None),
        Column(_("Who signs"), 3),
        Column(_("File"), kind="code"),
        Column(_("People"), kind="number", shows=None),
        Column(_("How many"), kind="number", shows=None),
        Column(_("Signature or thumbprint"), 3, shows=None),
        Column(_("Taken by another: who"), 2, shows=None),
    ]
    rows: list[list[Value]] = [
        [str(n), names(share.person), share.person.ref, str(share.people), "", None, None]
        for n, share in enumerate(shares, 1)
    ]
    count = ngettext("%(count)d family", "%(count)d families", len(shares)) % {"count": len(shares)}
    return Sheet(
        title=_("Issue sheet"),
        reference=found.ref,
        lead=[count, _("Nobody pays and nobody is asked for a favour. Guards sign for nobody.")],
        parts=[
            Facts(_what(found), columns=2),
            Table(columns, rows),
            Signed([_("Handed out by: name, signature"), _("Collected back by: name, hour")]),
        ],
        subject=f"distribution:{found.ref}",
        about={share.person_id: share.scope_id for share in shares},
        landscape=True,
    )


def _what(found: Distribution) -> list[tuple[str, Value]]:
    return [
        (_("What"), str(found.get_item_display())),  # type: ignore[attr-defined]
        (_("Where"), apart(name_in(get_language() or "en", found.site))),
        (_("Day"), on(found.day)),
        (_("Project"), found.project or BY_HAND),
    ]
