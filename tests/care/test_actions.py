"""Dr Huda examines: the finding is sealed, the verdict goes to the case, contacts are seen, illness asks again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from darb.care import queries
from darb.care.actions import (
    Checked,
    Outcome,
    check_before_flight,
    examine,
    list_contacts,
    prepare,
    report_illness,
)
from darb.care.models import Contact, Exam
from darb.cases import queries as cases_queries
from darb.cases.models import Case, Encounter, GateRow, Incident, Task, Verdict
from darb.movements.actions import book
from darb.movements.models import Seat
from darb.movements.reading import Booking
from darb.people.actions import form_group
from darb.programmes.fitness import MOST_CARRIERS, Stops
from darb.rules.refusal import Forbidden, Invalid, Refused
from darb.rules.roles import Role
from darb.trust.models import ActionLog
from darb.trust.queries import HOUSE
from tests.cast import TODAY, act_as, actor, case, cases, in_days, on
from tests.travellers import FLIGHT_DAY, flight, ready

HUDA, NURSE = Role.PHYSICIAN, Role.NURSE
SECRET = "caverns in the left lung"


def green(of: Case, day=TODAY) -> bool:
    return day in GateRow.objects.get(case=of, gate="R9").windows


@pytest.fixture
def aicha(house) -> Case:
    """Aïcha, 26, waiting to go home."""
    return case(given="Aïcha", sex="F")


def test_a_nurse_prepares_and_a_physician_alone_concludes(aicha):
    prepare(act_as(NURSE), aicha, {"temperature": 36.8, "cough": False})
    with pytest.raises(Forbidden):
        examine(act_as(NURSE), aicha, {}, Outcome("FTT-1"))
    done = examine(act_as(HUDA), aicha, {"notes": "well"}, Outcome("FTT-1"))
    assert Exam.objects.get() == done
    assert done.findings == {"temperature": 36.8, "cough": False, "notes": "well"}
    assert done.prepared_by != done.examined_by
    assert green(aicha)


def test_what_was_found_is_read_by_medical_roles_and_stands_in_no_log_and_no_case_file(aicha, seen_by):
    examine(act_as(HUDA), aicha, {"notes": SECRET}, Outcome("FTT-5", in_days(14), disease="tb"))
    for role in (Role.VHR_CASEWORKER, Role.MOVEMENT_OFFICER, Role.PROTECTION_LEAD, Role.CHIEF_OF_MISSION):
        with seen_by(actor(role)), pytest.raises(Forbidden):
            queries.health(actor(role), aicha)
    with seen_by(actor(NURSE)):
        assert queries.health(actor(NURSE), aicha).exams[0].findings["notes"] == SECRET
    assert not any(SECRET in str(log.detail) or "tb" in str(log.detail) for log in ActionLog.objects.all())
    verdict = Verdict.objects.get(case=aicha, gate="R9")
    assert not any(word in f"{verdict.reason} {verdict.conditions}" for word in (SECRET, "tb"))
    amadou = actor(Role.VHR_CASEWORKER)
    with seen_by(amadou):
        file = cases_queries.case_file(amadou, aicha.ref, TODAY)
        told = [g.reason.in_english() for g in file.gates if g.gate.code == "R9" and g.reason]
        assert told == ["A physician found that this person can't fly now."]
        assert not file.encounters


def test_an_outcome_says_what_it_must_and_nothing_that_it_cant(aicha):
    for wrong in (
        Outcome("FTT-9"),
        Outcome("FTT-2"),
        Outcome("FTT-1", conditions=["oxygen"]),
        Outcome("FTT-2", conditions=["mission_notified"]),
        Outcome("FTT-3"),
        Outcome("FTT-5", in_days(3)),
        Outcome("FTT-1", disease="tb"),
    ):
        with pytest.raises(Invalid):
            examine(act_as(HUDA), aicha, {}, wrong)
    for findings in ({"temperature": 378}, {"hat": "red"}, {"mobility": "flies"}, {"pregnant": True}):
        with pytest.raises(Invalid):
            prepare(act_as(NURSE), aicha, findings)
    assert not Exam.objects.exists()


def test_unfit_for_now_is_looked_at_again_on_the_day(aicha):
    examine(act_as(HUDA), aicha, {}, Outcome("FTT-3", in_days(6), refer=True))
    tasks = {t.kind: t for t in Task.objects.filter(case=aicha)}
    assert (tasks["examine_again"].role, tasks["examine_again"].due) == ("physician", in_days(6))
    assert tasks["take_to_hospital"].due == TODAY
    assert Incident.objects.get(case=aicha, code="X7").owner == "physician"
    assert not green(aicha)


@pytest.mark.parametrize(
    ("multiple", "weeks", "ends"), [(False, 30, 6 * 7), (True, 30, 2 * 7), (False, 35, 7), (True, 31, 7)]
)
def test_fitness_of_a_pregnant_woman_ends_where_carriers_stop(aicha, multiple, weeks, ends):
    findings = {"pregnant": True, "weeks": weeks, "multiple": multiple}
    with pytest.raises(Invalid, match="carriers"):
        examine(act_as(HUDA), aicha, findings, Outcome("FTT-1", in_days(ends + 1)))
    done = examine(act_as(HUDA), aicha, findings, Outcome("FTT-1"))
    assert done.until == min(in_days(ends), in_days(30))
    assert not green(aicha, done.until)


def test_beyond_the_weeks_only_with_the_carriers_word(aicha):
    findings = {"pregnant": True, "weeks": 37}
    with pytest.raises(Invalid):
        examine(act_as(HUDA), aicha, findings, Outcome("FTT-1"))
    done = examine(act_as(HUDA), aicha, findings, Outcome("FTT-1", in_days(4), carrier_agreed=True))
    assert done.until == in_days(4)


def test_whoever_keeps_the_list_sees_that_the_carrier_is_to_be_asked_and_never_why(aicha, seen_by):
    stops, flies, agreed = Stops(single=34), in_days(7), case(given="Fatou", sex="F")
    exam = examine(act_as(HUDA), aicha, {"pregnant": True, "weeks": 33}, Outcome("FTT-1"))
    examine(act_as(HUDA), agreed, {"pregnant": True, "weeks": 33}, Outcome("FTT-1", carrier_agreed=True))
    prompts = queries.told(exam, flies, stops)
    assert [p.code for p in prompts] == ["carrier"] and "this carrier" in prompts[0].in_english()
    officer, both = actor(Role.MOVEMENT_OFFICER), [aicha.pk, agreed.pk]
    with seen_by(officer):
        assert queries.to_ask_carrier(officer, both, flies, stops) == {aicha.pk}, "of the other it agreed"
        assert queries.to_ask_carrier(officer, both, in_days(6), stops) == set(), "a day before, it takes her"
        assert queries.to_ask_carrier(officer, both, flies, MOST_CARRIERS) == set(), "another carrier takes her"
        with pytest.raises(Forbidden):
            queries.newest(officer, both)


def test_an_illness_after_the_examination_opens_the_gate_again_and_seals_what_was_said(aicha, seen_by):
    examine(act_as(HUDA), aicha, {}, Outcome("FTT-1"))
    assert green(aicha)
    yusuf = actor(Role.MOVEMENT_OFFICER)
    report_illness(act_as(Role.MOVEMENT_OFFICER), aicha, "She shakes with fever", language="fra")
    assert not green(aicha)
    with seen_by(yusuf):
        assert not cases_queries.case_file(yusuf, aicha.ref, TODAY).encounters
    with seen_by(HOUSE):
        assert Encounter.objects.get(kind="illness").data_class == "D4"
    assert Task.objects.get(kind="fell_ill").role == "physician"
    examine(act_as(HUDA, at=on(in_days(1))), aicha, {}, Outcome("FTT-1"))
    assert green(aicha, in_days(1))
    with pytest.raises(Invalid):
        report_illness(act_as(NURSE), aicha, "  ", language="fra")


def test_the_family_of_somebody_with_tuberculosis_is_listed_held_and_seen(house):
    mother, son, stranger = case(given="Fatima", sex="F"), case(given="Oumar"), case(given="Sékou")
    form_group(act_as(), "family", [(mother.person, "head", True), (son.person, "son", True)])
    examine(act_as(HUDA), son, {}, Outcome("FTT-1"))
    done = examine(act_as(HUDA), mother, {"cough": True, "blood": True}, Outcome("FTT-5", in_days(60), disease="tb"))
    assert [(c.case, c.how, c.held) for c in Contact.objects.all()] == [(son, "family", True)]
    assert Task.objects.get(kind="see_in_clinic").case == son
    assert not green(son)
    more = list_contacts(act_as(HUDA), done, [stranger, son, mother], kept=False)
    assert [c.case for c in more] == [stranger]
    assert not Incident.objects.filter(code="X27").exists()
    examine(act_as(HUDA, at=on(in_days(1))), son, {}, Outcome("FTT-1"))
    assert Contact.objects.get(case=son).seen_at and green(son, in_days(1))


def test_measles_in_a_centre_holds_the_group_and_lists_the_contacts(house):
    ill, *others = cases(4)
    for c in others:
        examine(act_as(HUDA), c, {}, Outcome("FTT-1"))
    done = examine(act_as(HUDA), ill, {"rash": True}, Outcome("FTT-5", in_days(21), disease="measles"))
    with pytest.raises(Forbidden):
        list_contacts(act_as(NURSE), done, others, kept=True)
    list_contacts(act_as(HUDA), done, others, kept=True)
    assert not any(green(c) for c in others)
    assert set(Incident.objects.filter(code="X27").values_list("case", flat=True)) == {c.pk for c in others}
    assert Task.objects.filter(kind="see_in_clinic").count() == len(others)


def test_contacts_are_of_somebody_on_a_public_health_hold(aicha):
    done = examine(act_as(HUDA), aicha, {}, Outcome("FTT-1"))
    with pytest.raises(Refused):
        list_contacts(act_as(HUDA), done, [case()], kept=False)


DAY_BEFORE = on(FLIGHT_DAY - timedelta(days=1))


@pytest.fixture
def seats(house) -> list[Seat]:
    """Two men booked on one flight."""
    plane = flight()
    return book(act_as(), plane, [Booking(c) for c in ready(2)])


def test_a_check_before_the_flight_counts_at_the_stairs_and_its_finding_doesnt_go_there(seats):
    first, second = seats
    checks = [
        Checked(first.case, "PEC-C"),
        Checked(second.case, "PEC-H", {"temperature": 39.2, "notes": SECRET}),
    ]
    check_before_flight(act_as(NURSE, at=DAY_BEFORE), first.flight.ref, checks)
    passed = {s.pk: s.checks["B2"]["passed"] for s in Seat.objects.all()}
    assert passed == {first.pk: True, second.pk: False}
    assert SECRET not in str([s.checks for s in Seat.objects.all()])
    assert Task.objects.get(kind="examine_again").case == second.case
    assert {e.code for e in Exam.objects.filter(kind="pec")} == {"PEC-C", "PEC-H"}


def test_a_check_more_than_72_hours_before_the_flight_is_refused_and_nothing_stays(seats):
    with pytest.raises(Refused, match="72"):
        check_before_flight(act_as(NURSE), seats[0].flight.ref, [Checked(seats[0].case, "PEC-C")])
    assert not Exam.objects.exists()


def test_who_isnt_on_the_flight_isnt_checked_for_it(seats, rolled_back):
    with pytest.raises(Refused):
        check_before_flight(act_as(NURSE, at=DAY_BEFORE), seats[0].flight.ref, [Checked(case(), "PEC-C")])
    with pytest.raises(Invalid):
        check_before_flight(act_as(NURSE, at=DAY_BEFORE), seats[0].flight.ref, [Checked(seats[0].case, "fit")])
