"""What goes wrong with a case: told, held where it must be, settled by its owner."""

from __future__ import annotations

import pytest

from darb.cases import incident_queries
from darb.cases.incident_actions import settle, tell
from darb.cases.models import Incident, Verdict
from darb.cases.work_queries import Asked, page
from darb.rules.refusal import Forbidden, Invalid, Refused
from darb.rules.roles import Role
from tests.cast import TODAY, VHR, act_as, actor, case, cases, in_days
from tests.travellers import ready

FOCAL_POINT, CONSUL, CLERK = Role.COUNTER_TRAFFICKING_FOCAL_POINT, Role.CONSULAR_OFFICER, Role.REGISTRATION_CLERK


def test_whoever_sees_it_tells_it_and_its_owner_finds_it_on_the_list(house):
    ibrahim = case()
    tell(act_as(CLERK), ibrahim, "X6", "Passport says Ibrahima, the form Ibrahim")
    [found] = incident_queries.listed(actor(CONSUL), mine=True)
    assert (found.case, found.code, found.due) == (ibrahim, "X6", in_days(1))
    assert not incident_queries.listed(actor(CLERK), mine=True).exists()


def test_the_same_is_told_once_while_it_is_open(house):
    ibrahim = case()
    tell(act_as(CLERK), ibrahim, "X6", "")
    with pytest.raises(Refused):
        tell(act_as(CLERK), ibrahim, "X6", "again")
    assert Incident.objects.count() == 1


def test_what_deeds_alone_tell_of_is_told_by_nobody(house):
    for code in ("X9", "X99", ""):
        with pytest.raises(Invalid):
            tell(act_as(CLERK), case(), code, "")
    assert not Incident.objects.exists()


def test_a_suspected_trafficker_travels_nowhere_until_the_focal_point_has_looked(house):
    traveller = ready()[0]
    tell(act_as(Role.VHR_CASEWORKER), traveller, "X24", "He answers for the girl")
    assert not Verdict.objects.get(case=traveller, gate="R4", superseded_at=None).granted
    assert page(actor(Role.VHR_HEAD), Asked(VHR, TODAY, ready=True), 0, 5) == []
    assert [i.code for i in incident_queries.of_case(actor(FOCAL_POINT), traveller)] == ["X24"]
    assert incident_queries.of_case(actor(CONSUL), traveller) == [], "protection's matters are for protection"


def test_its_owner_settles_it_with_a_word_on_what_was_done(house):
    told = tell(act_as(CLERK), case(), "X6", "")
    with pytest.raises(Forbidden) as refused:
        settle(act_as(FOCAL_POINT), told, "Looked at it")
    assert refused.value.refusal.who == CONSUL
    with pytest.raises(Invalid):
        settle(act_as(CONSUL), told, " ")
    settle(act_as(CONSUL), told, "The consulate printed it anew")
    with pytest.raises(Refused):
        settle(act_as(CONSUL), told, "Twice")
    assert Incident.objects.get().done == "The consulate printed it anew"


def test_kinds_are_counted_with_those_that_are_late(house):
    first, second = cases(2)
    for each in (first, second):
        tell(act_as(CLERK), each, "X6", "")
    settle(act_as(CONSUL), Incident.objects.first(), "Done")
    [kind] = incident_queries.kinds(actor(CONSUL), in_days(2))
    assert (kind.declared.code, kind.open, kind.late, kind.all) == ("X6", 1, 1, 2)
    assert incident_queries.kinds(actor(CONSUL), TODAY)[0].late == 0
