"""Partners: nothing of ours goes into their hands but on the days of an agreement."""

from __future__ import annotations

from datetime import timedelta

import pytest

from darb.assistance.distribution_actions import list_families, open_distribution, plan_distribution
from darb.assistance.distribution_queries import agreements
from darb.assistance.models import Agreement, Distribution
from darb.assistance.partner_actions import keep_agreement
from darb.places.models import Site
from darb.rules.refusal import Forbidden, Invalid, Refused
from darb.rules.roles import Role
from tests.cast import TODAY, act_as, actor, in_days, person

LEAD, MANAGER = Role.DISTRIBUTION_LEAD, Role.PROGRAMME_MANAGER
PARTNER = "Al-Amal Society"


def agreed(since: int, until: int, partner: str = PARTNER) -> Agreement:
    return keep_agreement(act_as(MANAGER), partner, in_days(since), in_days(until), "2019/7")


def listed() -> Distribution:
    """A distribution by the partner, with somebody on its list."""
    made = plan_distribution(
        act_as(LEAD), Site.objects.get(code="DC-TARIQ-SIKKA"), TODAY, "household_kit", partner=PARTNER
    )
    list_families(act_as(LEAD), made, [person().pk])
    return made


def test_a_partner_gets_goods_only_while_its_agreement_is_in_force(house):
    agreed(-90, -1)
    made = listed()
    with pytest.raises(Refused, match="No agreement with Al-Amal Society is in force") as refused:
        open_distribution(act_as(LEAD), made, 20)
    assert refused.value.refusal.who == MANAGER
    made.refresh_from_db()
    assert (made.state, made.loaded) == ("planned", 0)
    agreed(0, 30)
    held = open_distribution(act_as(LEAD), made, 20, carrier="Salem Omar,  5-18802")
    assert (held.state, held.loaded, held.carrier) == ("open", 20, "Salem Omar, 5-18802")


def test_an_agreement_told_again_for_its_first_day_is_corrected_and_only_the_manager_keeps_one(house):
    agreed(0, 30)
    agreed(0, 60, partner=f" {PARTNER} ")
    [kept] = agreements(actor(LEAD))
    assert (kept.partner, kept.until) == (PARTNER, in_days(60))
    with pytest.raises(Forbidden):
        keep_agreement(act_as(LEAD), PARTNER, TODAY, in_days(9))


@pytest.mark.parametrize(
    ("partner", "until", "field"), [(" ", 30, "partner"), (PARTNER, -1, "until"), (PARTNER, 4000, "until")]
)
def test_an_agreement_that_cannot_be_right_is_refused_beside_its_field(house, partner, until, field):
    with pytest.raises(Invalid) as refused:
        keep_agreement(act_as(MANAGER), partner, TODAY, TODAY + timedelta(days=until))
    assert refused.value.field == field
    assert not Agreement.objects.exists()


def test_a_distribution_by_whom_nobody_agreed_with_is_not_planned(house):
    with pytest.raises(Invalid) as refused:
        listed()
    assert refused.value.field == "partner"
