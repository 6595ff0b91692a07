"""Readiness kept as rows: the same as the pure function, whatever happened before."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from darb.cases import queries
from darb.cases.actions import Ruled, give_verdicts, set_return, take_step
from darb.cases.asylum_actions import raise_asylum_concern, settle_asylum_concern
from darb.cases.models import Case, GateRow, Readiness
from darb.people.actions import (
    form_group,
    give_consents,
    move_documents,
    record_documents,
    take_photos,
    verify_nationality,
    withdraw_consents,
)
from darb.people.identity_actions import judge, raise_duplicate
from darb.people.models import Consent, Document, Duplicate, Person
from darb.places.actions import close_route, reopen_route
from darb.rules.refusal import Refused
from darb.rules.roles import Role
from tests.cast import NOON, TODAY, VHR, act_as, case, in_days, person

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def test_a_new_case_has_a_row_for_each_gate_and_each_red_one_says_why_and_who(house):
    ibrahim = case()
    rows = {r.gate: r for r in GateRow.objects.filter(case=ibrahim)}
    assert set(rows) == {f"R{n}" for n in range(1, 15)}
    report = next(r for r in queries.readiness_report(house, TODAY, VHR) if r["case"] == ibrahim.ref)
    assert report["ready"] is False
    reds = {r["gate"]: r for r in report["red"]}
    assert "no photo" in reds["R1"]["reason"]
    assert reds["R9"]["who"] == "physician"
    assert "R12" not in reds, "nobody travels with him"


def test_a_photo_turns_identity_green_in_the_same_deed(house):
    ibrahim = case()
    take_photos(act_as(), [(ibrahim.person, PNG)])
    assert TODAY in GateRow.objects.get(case=ibrahim, gate="R1").windows


def test_a_consent_gives_a_window_of_ninety_days_and_its_withdrawal_closes_it_at_once(house):
    ibrahim = case()
    agree(ibrahim)
    row = GateRow.objects.get(case=ibrahim, gate="R2")
    assert row.windows.intervals == ((TODAY, in_days(90)),)
    withdraw_consents(act_as(), ibrahim.person, ["voluntary_return"], "told by phone")
    assert TODAY not in GateRow.objects.get(case=ibrahim, gate="R2").windows


def test_a_family_waits_for_its_slowest_member(house):
    father, son = case(), case(given="Musa", born=in_days(-365 * 14))
    form_group(act_as(), "family", [(father.person, "head", True), (son.person, "son", True)])
    row = GateRow.objects.get(case=father, gate="R12")
    assert not row.windows
    assert row.terms[0]["values"]["case"] == son.ref


def agree(case, purpose="voluntary_return"):
    give_consents(
        act_as(),
        [Consent(person=case.person, purpose=purpose, form="thumbprint", language="bam", given=TODAY)],
    )


def _photo(c):
    take_photos(act_as(), [(c.person, PNG)])


def _passport(c):
    number = f"P{c.pk}{Document.objects.filter(person=c.person).count()}"
    record_documents(
        act_as(),
        [
            Document(
                person=c.person,
                kind="passport",
                number=number,
                country=c.person.nationality,
                expires=in_days(200),
                state="held",
            )
        ],
    )


def _custody(c):
    held = list(Document.objects.filter(person=c.person))
    if held:
        move_documents(act_as(), held, "in_custody")


def _doubt(c):
    other = person()
    raise_duplicate(act_as(), c.person, other, "same phone")


def _judged(c):
    for d in Duplicate.objects.filter(person=c.person, settled_at=None):
        judge(act_as(), d.person, d.other, "different")


def _family(c):
    other = case(given="Musa")
    if not c.person.memberships.filter(left_at=None).exists():
        form_group(act_as(), "family", [(c.person, "head", True), (other.person, "son", True)])


DEEDS = {
    "photo": _photo,
    "consent": agree,
    "withdraws": lambda c: withdraw_consents(act_as(), c.person, ["voluntary_return"], "said so"),
    "passport": _passport,
    "custody": _custody,
    "confirmed": lambda c: verify_nationality(act_as(), [c.person], "MLI"),
    "fit": lambda c: give_verdicts(act_as(Role.PHYSICIAN), [Ruled(c, "R9", "FTT-1", in_days(30))]),
    "ill": lambda c: give_verdicts(act_as(Role.PHYSICIAN), [Ruled(c, "R9", "FTT-3")]),
    "cleared": lambda c: give_verdicts(act_as(Role.PROTECTION_LEAD), [Ruled(c, "R4", "cleared", reason="Seen again")]),
    "stopped": lambda c: give_verdicts(act_as(Role.PROTECTION_LEAD), [Ruled(c, "R4", "stop")]),
    "fears return": lambda c: raise_asylum_concern(act_as(), c, "counselling"),
    "able to return": lambda c: settle_asylum_concern(act_as(), c, True, "seen by UNHCR"),
    "doubted": _doubt,
    "judged": _judged,
    "family": _family,
    "closed": lambda c: close_route(act_as(), c.return_country, TODAY, None, "fighting"),
    "open again": lambda c: reopen_route(act_as(), c.return_country, in_days(3)),
    "other airport": lambda c: set_return(act_as(), c, expected=c.version, departure_airport="MRA"),
    "held": lambda c: take_step(act_as(), [c], "hold", reason="waits for a brother", review_on=in_days(9)),
    "resumed": lambda c: take_step(act_as(), [c], "resume"),
    "withdrawn": lambda c: take_step(act_as(), [c], "withdraw", reason="changed his mind"),
}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(sorted(DEEDS)), max_size=10))
def test_rows_equal_the_pure_function_on_random_histories(house, deeds):
    traveller = case()
    for deed in deeds:
        traveller = Case.objects.get(pk=traveller.pk)
        traveller.person = Person.objects.get(pk=traveller.person_id)
        try:
            DEEDS[deed](traveller)
        except Refused:
            continue
    assert queries.differences() == []


def test_a_row_that_was_tampered_with_is_found(house):
    ibrahim = case()
    GateRow.objects.filter(case=ibrahim, gate="R9").update(windows="{(,)}", terms=[])
    assert queries.differences() == [ibrahim.ref]


def test_counts_on_a_day_agree_with_the_report(house):
    for _n in range(3):
        case()
    ready = case(given="Awa", sex="F")
    Readiness.objects.filter(case=ready)
    counted = queries.count_on(house, TODAY, VHR)
    report = list(queries.readiness_report(house, TODAY, VHR))
    assert counted.waiting == len(report)
    assert counted.ready == sum(r["ready"] for r in report)
    for gate in counted.gates:
        assert gate.red == sum(any(x["gate"] == gate.gate.code for x in r["red"]) for r in report)
    day = TODAY + timedelta(days=400)
    assert queries.count_on(house, day, VHR).ready == 0
    assert NOON
