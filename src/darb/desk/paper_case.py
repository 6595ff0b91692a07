"""Papers that a person takes along or signs: the slip, the information sheet, the declaration."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from darb.cases import homecoming_queries as homecoming
from darb.cases.models import Case
from darb.people.models import Consent
from darb.people.queries import person_file
from darb.places.queries import name_in
from darb.programmes.voluntary_return_codes import CONSENT_PURPOSES
from darb.programmes.voluntary_return_papers import DECLARED, INFORMATION, WITHDRAWN

from .paper_parts import Facts, Heading, Part, Points, Sheet, Signed, Slip, Ticks, Words
from .paper_person import about, case_asked, identity
from .paper_setting import apart, qr
from .paper_words import NONE, Asked, at, countries, names, on

BY_HAND = "\u2009".join("." * 24)
"""Where a number is to be written in by hand."""


def registration_slip(asked: Asked) -> Sheet:
    """The slip: names, the case's reference as words and as a QR code, hotline, next appointment; not where one is."""
    case = case_asked(asked)
    expected = homecoming.expected(asked.actor, case)
    facts = [
        (_("Registered on"), on(case.opened)),
        (_("Hotline"), settings.HOTLINE or BY_HAND),
        *((_("Come on"), f"{at(due.starts_at)}, {name_in(get_language() or 'en', due.place)}") for due in expected[:1]),
    ]
    told = [
        _("Keep this slip and show it when you come to us. With the number we find your case at once."),
        _("It isn't a travel document, and it gives no right to a seat."),
        _("Our help is free. Nobody may ask you for money or favours; if somebody does, call the hotline."),
        _("You may stop at any time until you board, and lose no other help by it."),
    ]
    return Sheet(
        title=_("Registration slip"),
        reference=case.ref,
        parts=[Slip(names(case.person), facts, case.ref, qr(case.ref)), Points([("", said) for said in told])],
        **about(case),
    )


def information_sheet(asked: Asked) -> Sheet:
    """What everyone is told before they decide, to take along. It names nobody."""
    return Sheet(
        title=_("Going home with our help: what you should know"),
        reference=settings.HOTLINE,
        lead=[_("Hotline: {number}").format(number=apart(settings.HOTLINE) or BY_HAND)],
        parts=[Points([(_(title), _(told)) for title, told in INFORMATION], size=11.5)],
        subject=f"programme:{asked.ref}",
    )


def declaration(asked: Asked) -> Sheet:
    """What the person declares before returning, and what they agree to being shared; to be signed or thumbprinted."""
    case = case_asked(asked)
    country = countries().get(case.return_country, case.return_country)
    place = ", ".join(filter(None, (case.return_area, country)))
    parts: list[Part] = [
        Facts([*identity(case), (_("Country and place of return"), place or NONE)], columns=2),
        Heading(_("I declare")),
        Points([("", _(said)) for said in DECLARED]),
        Heading(_("I agree")),
        Ticks(_agreed(asked, case)),
        Words([_(
            "Boxes that are ticked were agreed to on the day written beside them; the others are ticked by hand."
        )]),
        Signed(_signing()),
    ]  # fmt: skip
    return Sheet(
        title=_("Voluntary-return declaration, and permission to share personal data"),
        reference=case.ref,
        parts=parts,
        **about(case),
    )


def withdrawal(asked: Asked) -> Sheet:
    """That the person no longer wishes to return, or takes back what they agreed to; to be signed or thumbprinted."""
    case = case_asked(asked)
    parts: list[Part] = [
        Facts(identity(case), columns=2),
        Heading(_("I declare")),
        Points([("", _(said)) for said in WITHDRAWN]),
        Heading(_("I take back")),
        Ticks(_taken_back(asked, case)),
        Words([_(
            "Boxes that are ticked were taken back on the day written beside them; the others are ticked by hand."
        )]),
        Heading(_("In my own words, if I wish")),
        Words([BY_HAND * 5, BY_HAND * 5]),
        Signed(_signing()),
    ]  # fmt: skip
    return Sheet(title=_("Withdrawal"), reference=case.ref, parts=parts, **about(case))


def _taken_back(asked: Asked, case: Case) -> list[tuple[str, bool, str]]:
    """Each purpose, ticked where the person took it back and hasn't agreed to it anew."""
    file = person_file(asked.actor, case.person.ref)
    newest: dict[str, Consent] = {}
    for consent in file.consents if file else ():
        newest.setdefault(consent.purpose, consent)
    back = {purpose: c.withdrawn for purpose, c in newest.items() if c.withdrawn}
    return [(_(label), purpose in back, on(back.get(purpose)) if purpose in back else "")
            for purpose, label in CONSENT_PURPOSES.items()]  # fmt: skip


def _signing() -> list[str]:
    return [
        _("Signature or thumbprint of the person"),
        _("Place and day"),
        _("Interpreter: name, language, signature"),
        _("Witness, or guardian of somebody under 18: name, signature"),
        _("Member of staff: name, signature"),
    ]


def _agreed(asked: Asked, case: Case) -> list[tuple[str, bool, str]]:
    """Each purpose, ticked where an agreement to it is alive."""
    file = person_file(asked.actor, case.person.ref)
    alive: dict[str, Consent] = {}
    for consent in file.consents if file else ():
        ended = consent.withdrawn or (consent.until and consent.until < asked.day)
        if not ended:
            alive.setdefault(consent.purpose, consent)
    return [
        (_(label), purpose in alive, _given(alive[purpose]) if purpose in alive else "")
        for purpose, label in CONSENT_PURPOSES.items()
    ]


def _given(consent: Consent) -> str:
    return f"{on(consent.given)}, {consent.get_form_display()}"  # type: ignore[attr-defined]
