"""Reads about referrals. The database gives those of classes that whoever asks reads, and no others."""

from __future__ import annotations

from darb.rules.refusal import Missing
from darb.rules.words import _
from darb.trust.actor import Actor
from darb.trust.powers import DataClass

from .models import Case
from .referral_models import Referral


def of_case(actor: Actor, case: Case) -> list[Referral]:
    """The referrals of one case that `actor` may read, newest first. One statement."""
    return list(Referral.objects.filter(case=case).order_by("-made_at", "-pk"))


def referral(actor: Actor, number: int) -> Referral:
    """One referral with its case; Missing where there is none that `actor` may read."""
    found = Referral.objects.select_related("case__person__site").filter(pk=number).first()
    if found is None or not actor.sees(DataClass(found.data_class)):
        raise Missing("no_referral", _("There is no such referral within your reach."))
    return found
