"""The referral form (`artefacts.md` 3.9), for protection, a hospital or UNHCR: what the person agreed to, no more."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from darb.cases import referral_queries
from darb.cases.models import Referral
from darb.people.queries import person_file
from darb.places.queries import name_in
from darb.programmes import referral as r
from darb.programmes.fitness import DISEASES, EXAMINATION
from darb.trust.powers import DataClass
from darb.trust.queries import names_of

from .paper_medical import examined, found_in
from .paper_parts import Facts, Heading, Part, Sheet, Signed, Ticks, Value, Words
from .paper_words import NONE, Asked, countries, names, on
from .templatetags.told import birth_told


def referral_form(asked: Asked) -> Sheet:
    """One referral: how urgent, for whom, which service, and the consent with exactly what it covers."""
    found = referral_queries.referral(asked.actor, int(asked.ref))
    parts: list[Part] = [
        Facts(
            [
                (_("How urgent"), _(r.PRIORITIES[found.priority])),
                (_("To be answered by"), on(found.due)),
                (_("Referred to"), found.to),
                (_("Referred by"), names_of({found.made_by}).get(found.made_by, NONE)),
            ],
            columns=2,
        ),
        Heading(_("The person")),
        Facts(_person(asked, found), columns=2),
        Heading(_("Service asked for")),
        Ticks([(_(label), code == found.service, "") for code, label in r.SERVICES.items()]),
    ]
    if r.NEEDS in found.shares:
        parts += [Heading(_("Why")), Words([found.reason])]
    if r.HEALTH in found.shares:
        parts += _health(asked, found)
    consent = _("The person agreed on {day} that this is told to {to}, and nothing else: {how}.").format(
        day=on(found.consented_on), to=found.to, how=_(r.CONSENTS[found.consent])
    )
    parts += [
        Heading(_("Consent")),
        Words([consent]),
        Ticks([(_(label), code in found.shares, "") for code, label in r.SHARES.items()]),
        Signed(
            [
                _("The person, or the guardian: signature or thumbprint, day"),
                _("Referred by: name, organisation, signature, day"),
                _("Received by: name, position, day, answer"),
            ]
        ),
        Words([_("Three copies: for us, for the person, for whoever receives it.")]),
    ]
    return Sheet(
        title=_("Referral form"),
        reference=found.case.ref,
        parts=parts,
        subject=f"referral:{found.pk}",
        about={found.person_id: found.scope_id},
    )


def _person(asked: Asked, found: Referral) -> list[tuple[str, Value]]:
    """Who it is, as far as the person agreed: the case's reference alone where the name isn't to be told."""
    person, told = found.case.person, found.shares
    facts: list[tuple[str, Value]] = [(_("Case"), found.case.ref)]
    if r.IDENTITY in told:
        facts += [
            (_("Name"), names(person)),
            (_("Sex"), str(person.get_sex_display())),
            (_("Born"), birth_told(person)),
            (_("Nationality"), countries().get(person.nationality, person.nationality)),
        ]
    if r.CONTACT in told and asked.actor.sees(DataClass.WHEREABOUTS):
        file = person_file(asked.actor, person.ref)
        safe = [p.number for p in (file.phones if file else None) or () if p.safe_to_call]
        facts += [
            (_("Stays at"), name_in(get_language() or "en", person.site)),
            (_("Phone that is safe to call"), ", ".join(safe) or NONE),
        ]
    if found.caregiver:
        facts.append((_("Who cares for the child"), found.caregiver))
    return facts


def _health(asked: Asked, found: Referral) -> list[Part]:
    """What the newest examination found, under its headings."""
    exam = examined(asked, found.case)
    if exam is None:
        return []
    parts: list[Part] = [Heading(_("What the physician found"))]
    facts: list[tuple[str, Value]] = [(_("Examined on"), on(exam.examined_at.date() if exam.examined_at else None))]
    if exam.disease:
        facts.append((_("Disease"), _(DISEASES[exam.disease])))
    for _heading, looked in EXAMINATION:
        facts += found_in(exam, [each.code for each in looked])
    return [*parts, Facts(facts, columns=2)]
