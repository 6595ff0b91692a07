"""Pages of referrals: a new one with the person's consent, and one with its paper and what became of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from darb.cases import referral_queries as queries
from darb.cases.models import AsylumConcern, Case, Referral
from darb.cases.referral_actions import FOLLOWED_BY, Referred, follow_referral, refer
from darb.programmes import referral as r
from darb.trust.actor import Actor
from darb.trust.powers import DataClass, Sight

from . import deed, door
from .case_deeds import case_deed, case_of
from .referral_forms import FollowForm, ReferForm
from .wording import DATA_CLASS_LABELS


def refer_page(request: Any, ref: str) -> HttpResponse:
    """Refer somebody to an organisation that can help better."""
    case = case_of(request, ref)
    actor: Actor = request.actor
    classes = [(d.value, _(DATA_CLASS_LABELS[d])) for d in DataClass if d in FOLLOWED_BY and actor.sees(d, Sight.WRITE)]
    form = ReferForm(
        request.POST or None,
        classes=classes,
        health=actor.sees(DataClass.MEDICAL, Sight.WRITE),
        initial=_heard(actor, case),
    )
    names = ("to", "service", "priority", "reason", "data_class", "shares", "consent", "caregiver")
    return case_deed(
        request,
        case,
        form,
        lambda act, v: refer(act, case, Referred(**{name: v[name] for name in names})),
        title=_("Refer to somebody who can help"),
        lead=_("Only what the person agrees to is told, and only to whom they agree."),
        done=_("The referral is made. Print its form, give the person a copy, and send it."),
        to=lambda made: reverse("desk:referral", args=[made.pk]),
        submit=_("Refer"),
    )


def _heard(actor: Actor, case: Case) -> dict[str, str]:
    """What is known already where a wish for protection is open, for those who may know of it."""
    concern = AsylumConcern.objects.filter(case=case, settled_at=None).first()
    if concern is None:
        return {}
    about = {"data_class": DataClass.ASYLUM.value, "to": "UNHCR", "service": "asylum"}
    return {**about, "priority": concern.referral_priority}


def referral_page(request: Any, number: int) -> HttpResponse:
    """One referral: what was agreed and told, where it is, what comes next."""
    found = queries.referral(request.actor, number)
    case = found.case
    form = FollowForm(request.POST or None, referral=found)
    here = reverse("desk:referral", args=[number])
    return deed.page(
        request,
        form,
        lambda act, v: follow_referral(
            act,
            found,
            v["state"],
            outcome=v.get("outcome", ""),
            why=v.get("why", ""),
            expected=door.expected(request),
        ),
        done=_("It is recorded."),
        to=here,
        template="desk/cases/referral.html",
        title=_("Referral"),
        case=case,
        person=case.person,
        referral=found,
        facts=told(found),
        state=(_(r.STATES[found.state]), r.TONES[found.state]),
        late=found.state not in r.ANSWERED and found.due < door.today(),
        ended=not r.NEXT[found.state],
        may=request.actor.may("cases.follow_referral", [found.scope_id]),
        version=found.version,
        back=reverse("desk:case", args=[case.ref]),
    )


def told(found: Referral) -> list[tuple[str, str]]:
    """A referral in words: (what, its value), without what is empty."""
    facts = [
        (_("To whom"), found.to),
        (_("Service asked for"), _(r.SERVICES[found.service])),
        (_("How urgent"), _(r.PRIORITIES[found.priority])),
        (_("Why"), found.reason),
        (_("Who cares for the child"), found.caregiver),
        (_("The person agrees that this is told"), "; ".join(_(r.SHARES[code]) for code in found.shares)),
        (_("How the person agreed"), _(r.CONSENTS[found.consent])),
        (_("If refused, why"), _(r.WHY_REFUSED[found.why]) if found.why else ""),
        (_("What was answered, or told back"), found.outcome),
    ]
    return [(label, value) for label, value in facts if value]
