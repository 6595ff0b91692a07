"""A wish for protection: heard by anyone, known to few, settled by protection's lead."""

from __future__ import annotations

from datetime import timedelta

import pytest

from darb.cases.actions import take_step
from darb.cases.asylum_actions import raise_asylum_concern, record_joint_counselling, settle_asylum_concern
from darb.cases.models import AsylumConcern, Case, GateRow, Task, Verdict
from darb.cases.reading import facts_for
from darb.programmes.voluntary_return_guards import may_contact_embassy
from darb.rules.refusal import Forbidden, Invalid, Missing, Refused
from darb.rules.roles import Role
from darb.trust.models import ActionLog, Level, Scope
from tests.cast import TODAY, act_as, actor, case, in_days, on

LEAD = Role.PROTECTION_LEAD


@pytest.fixture
def hodan(house) -> Case:
    """Hodan, of Mali here, so that no rule but her own words stands in the way."""
    return case(given="Hodan", sex="F", site="TOWN-BANI-WALID")


def level(of: Case) -> int:
    return Scope.objects.get(pk=Case.objects.get(pk=of.pk).scope_id).level


@pytest.mark.parametrize(("priority", "days"), [("emergency", 1), ("urgent", 3), ("normal", 14)])
def test_the_referral_is_due_by_its_priority(hodan, priority, days):
    raise_asylum_concern(act_as(Role.MOBILE_TEAM_MEMBER), hodan, "outreach", priority=priority)
    task = Task.objects.get(case=hodan, kind="refer_to_unhcr")
    assert (task.role, task.due) == ("protection_lead", TODAY + timedelta(days=days))


def test_an_unknown_priority_is_refused_and_nothing_is_raised(hodan):
    with pytest.raises(Invalid):
        raise_asylum_concern(act_as(), hodan, "outreach", priority="soon")
    assert not AsylumConcern.objects.exists()


def test_heard_twice_it_is_one_concern_and_one_referral(hodan):
    for where in ("outreach", "counselling"):
        raise_asylum_concern(act_as(), hodan, where)
    assert AsylumConcern.objects.get(case=hodan).heard_in == "outreach"
    assert Task.objects.filter(case=hodan, kind="refer_to_unhcr").count() == 1


def test_the_file_goes_behind_the_shield_with_everything_in_it(hodan):
    raise_asylum_concern(act_as(), hodan, "outreach")
    assert level(hodan) == Level.SHIELDED
    officer = actor(Role.CONSULAR_OFFICER)
    assert Case.objects.get(pk=hodan.pk).scope_id not in officer.scopes
    assert Task.objects.get(case=hodan, kind="refer_to_unhcr").scope_id not in officer.scopes


def test_travel_stops_with_a_word_that_doesnt_tell_what_was_heard(hodan):
    raise_asylum_concern(act_as(), hodan, "outreach", words="my husband's killers are there")
    row = GateRow.objects.get(case=hodan, gate="R4")
    assert TODAY not in row.windows
    assert "killers" not in str(row.terms) and "asylum" not in str(row.terms)
    assert "killers" not in str(list(ActionLog.objects.values_list("detail", "subject")))
    assert may_contact_embassy(facts_for([hodan])[hodan.pk], TODAY).code == "G1.closed"


def test_only_protections_lead_settles_it_and_writes_what_was_found(hodan):
    raise_asylum_concern(act_as(), hodan, "outreach")
    for role in (Role.PROTECTION_CASEWORKER, Role.VHR_HEAD, Role.CHIEF_OF_MISSION):
        with pytest.raises(Forbidden):
            settle_asylum_concern(act_as(role), hodan, True, "seen by UNHCR")
    with pytest.raises(Invalid) as refused:
        settle_asylum_concern(act_as(LEAD), hodan, True, "  ")
    assert refused.value.field == "record"


def test_found_able_to_return_the_shield_is_lifted_and_the_record_stays(hodan):
    raise_asylum_concern(act_as(), hodan, "outreach")
    settle_asylum_concern(act_as(LEAD, at=on(in_days(2))), hodan, True, "Seen by UNHCR on Tuesday.")
    assert level(hodan) == Level.OPEN
    settled = AsylumConcern.objects.get(case=hodan)
    assert (settled.settled_as, settled.record, settled.settled_at) == (
        "able",
        "Seen by UNHCR on Tuesday.",
        on(in_days(2)),
    )
    assert Case.objects.get(pk=hodan.pk).stage == "registered"


def test_found_to_need_protection_the_case_leaves_the_road_and_stays_shielded(hodan):
    raise_asylum_concern(act_as(), hodan, "outreach")
    settle_asylum_concern(act_as(LEAD), hodan, False, "Needs protection.")
    assert Case.objects.get(pk=hodan.pk).stage == "referred_to_unhcr"
    assert level(hodan) == Level.SHIELDED
    with pytest.raises(Refused):
        take_step(act_as(LEAD), [hodan], "return_from_unhcr")


def test_what_isnt_open_cant_be_settled(hodan):
    with pytest.raises(Missing):
        settle_asylum_concern(act_as(LEAD), hodan, True, "nothing there")


# Joint counselling ------------------------------------------------------------------------------------


def test_a_nationality_on_the_list_meets_no_embassy_before_joint_counselling_is_cleared(house):
    abdi = case(given="Abdi", nationality="SOM")
    assert may_contact_embassy(facts_for([abdi])[abdi.pk], TODAY).code == "G1.closed"
    record_joint_counselling(act_as(LEAD), [abdi], False, "comes again on Monday")
    assert may_contact_embassy(facts_for([abdi])[abdi.pk], TODAY).code == "G1.closed"
    record_joint_counselling(act_as(LEAD, at=on(in_days(3))), [abdi], True, "able and wishing to return")
    refusal = may_contact_embassy(facts_for([abdi])[abdi.pk], in_days(3))
    assert refusal is None or not refusal.code.startswith("G1"), "consent still stands before it"
    stood = Verdict.objects.filter(case=abdi, gate="G1").order_by("pk")
    assert [(v.code, v.superseded_at is None) for v in stood] == [("hold", False), ("cleared", True)]


def test_joint_counselling_is_protections_leads_to_record(house):
    with pytest.raises(Forbidden):
        record_joint_counselling(act_as(Role.VHR_CASEWORKER), [case(nationality="SOM")], True, "fine")
