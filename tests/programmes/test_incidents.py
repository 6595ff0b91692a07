"""The catalogue of what goes wrong: whole, owned, and each told by somebody or by a deed."""

from __future__ import annotations

from darb.programmes.incidents import BY_RECONCILIATION, BY_RULING, BY_TASK, INCIDENTS, OPENED_BY_DEED
from darb.programmes.voluntary_return import VOLUNTARY_RETURN
from darb.programmes.voluntary_return_codes import RECONCILIATIONS
from darb.trust.powers import POWERS, SEES, DataClass, Sight


def test_the_catalogue_has_all_thirty_four_in_order():
    assert list(INCIDENTS) == [f"X{n}" for n in range(1, 35)]


def test_each_is_told_by_people_or_by_a_deed():
    by_deed = {*BY_RULING.values(), *BY_RECONCILIATION.values(), *BY_TASK.values(), *OPENED_BY_DEED}
    assert {i.code for i in INCIDENTS.values() if not i.told} <= by_deed


def test_rulings_and_outcomes_are_those_that_the_pathway_declares():
    declared = {(g.code, r.code) for g in VOLUNTARY_RETURN.gates for r in g.rulings if not r.granted}
    assert set(BY_RULING) <= declared
    assert set(BY_RECONCILIATION) <= set(RECONCILIATIONS)


def test_whom_it_belongs_to_sees_it_and_may_settle_it():
    for incident in INCIDENTS.values():
        assert "cases.settle_incident" in POWERS[incident.owner], incident.code
        assert SEES[incident.owner].get(DataClass(incident.sees)) in (Sight.READ, Sight.WRITE), incident.code
