"""Each gate of voluntary return is green when it should be, red when it should be, and says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from darb.programmes.voluntary_return import VOLUNTARY_RETURN
from darb.programmes.voluntary_return_gates import (
    CONSENT_LASTS,
    JOINT_COUNSELLING,
    birthday,
    document_alert_day,
)
from darb.rules.facts import Closure, Companion, Consent, Facts, Verdict
from darb.rules.readiness import judge
from darb.rules.roles import Role
from darb.rules.windows import Windows

from .cast import HODAN, IBRAHIM, LAISSEZ_PASSER, LAMIN, PASSPORT, TODAY, VISA, reason, ruling, state

DAY = timedelta(days=1)


def test_ibrahim_can_fly_from_the_day_release_is_agreed_until_his_laissez_passer_is_too_short() -> None:
    readiness = judge(VOLUNTARY_RETURN, IBRAHIM)
    assert readiness.ready == Windows.between(date(2019, 5, 6), date(2019, 5, 24))
    assert readiness.on(TODAY) == ()
    assert [turning.gate.code for turning in readiness.turning(TODAY)] == ["R7", "R9", "R8", "R2"]


def test_r1_asks_for_a_photo_and_no_open_duplicate() -> None:
    assert reason("R1", replace(IBRAHIM, photo=False)) == "R1.no_photo"
    assert reason("R1", replace(IBRAHIM, open_duplicate=True)) == "R1.duplicate"
    assert reason("R1", IBRAHIM, IBRAHIM.registered - DAY) == "R1.not_registered"


def consenting(*consents: Consent) -> Facts:
    return replace(IBRAHIM, consents=consents)


def test_r2_lasts_ninety_days_and_no_longer() -> None:
    given = date(2019, 3, 22)
    lapses = given + CONSENT_LASTS
    assert lapses == date(2019, 6, 20)
    assert reason("R2", IBRAHIM, given - DAY) == "R2.none"
    assert reason("R2", IBRAHIM, lapses - DAY) is None
    assert reason("R2", IBRAHIM, lapses) == "R2.lapsed"
    assert reason("R2", consenting()) == "R2.none"


def test_r2_is_red_from_the_day_of_withdrawal_and_green_again_after_a_new_consent() -> None:
    withdrawn = Consent("voluntary_return", date(2019, 3, 22), withdrawn=date(2019, 5, 1))
    assert reason("R2", consenting(withdrawn), date(2019, 4, 30)) is None
    assert reason("R2", consenting(withdrawn), date(2019, 5, 1)) == "R2.withdrawn"
    again = consenting(Consent("voluntary_return", date(2019, 5, 10)), withdrawn)
    assert state("R2", again).green == Windows.of(
        [(date(2019, 3, 22), date(2019, 5, 1)), (date(2019, 5, 10), date(2019, 8, 8))]
    )


def test_r2_takes_consent_to_return_alone() -> None:
    assert reason("R2", consenting(Consent("share_with_embassy", date(2019, 5, 1)))) == "R2.none"
    assert reason("R2", consenting(Consent("voluntary_return", date(2019, 5, 1), form="implicit"))) == "R2.none"


def test_r2_takes_a_guardians_consent_for_a_child_until_the_child_is_grown() -> None:
    proxy = (Consent("voluntary_return", date(2019, 5, 1), form="proxy"),)
    seventeen = replace(IBRAHIM, consents=proxy, birth_date=date(2001, 5, 20))
    assert reason("R2", seventeen, date(2019, 5, 19)) is None
    assert reason("R2", seventeen, date(2019, 5, 20)) == "R2.proxy"
    assert reason("R2", consenting(*proxy)) == "R2.proxy"


def test_suspected_pressure_turns_consent_and_protection_red() -> None:
    suspected = ruling(IBRAHIM, Verdict("R2", False, "pressure_suspected", Role.VHR_CASEWORKER, date(2019, 5, 9)))
    assert reason("R2", suspected, date(2019, 5, 8)) is None
    assert reason("R2", suspected) == "R2.pressure"
    assert reason("R4", suspected) == "R4.hold"


def test_r3_asks_for_counselling_about_the_return_now_planned() -> None:
    assert reason("R3", replace(IBRAHIM, counselled=None)) == "R3.none"
    assert reason("R3", replace(IBRAHIM, return_country="SEN")) == "R3.plan_changed"
    assert reason("R3", replace(IBRAHIM, return_country="SEN", counselled_for="")) is None


@pytest.mark.parametrize(
    ("code", "granted", "expected"),
    [("hold", False, "R4.hold"), ("stop", False, "R4.stop"), ("cleared_with_conditions", True, None)],
)
def test_r4_reads_protections_ruling(code: str, granted: bool, expected: str | None) -> None:
    ruled = ruling(IBRAHIM, Verdict("R4", granted, code, Role.PROTECTION_LEAD, date(2019, 4, 2)))
    assert reason("R4", ruled) == expected


def test_r4_is_red_until_protection_has_spoken_and_after_its_word_ended() -> None:
    assert reason("R4", ruling(IBRAHIM, gate="R4")) == "R4.not_cleared"
    ended = Verdict("R4", True, "cleared", Role.PROTECTION_LEAD, date(2019, 4, 2), TODAY)
    assert reason("R4", ruling(IBRAHIM, ended)) == "R4.lapsed"


def test_r4_waits_for_its_conditions() -> None:
    verdict = Verdict(
        "R4",
        True,
        "cleared_with_conditions",
        Role.PROTECTION_LEAD,
        date(2019, 4, 2),
        conditions=("escort", "seats_together"),
        met=("seats_together",),
    )
    assert reason("R4", ruling(IBRAHIM, verdict)) == "R4.escort"
    assert reason("R4", ruling(IBRAHIM, replace(verdict, met=verdict.conditions))) is None


def test_r4_of_a_somali_waits_for_joint_counselling() -> None:
    cleared = ruling(HODAN, Verdict("R4", True, "cleared", Role.PROTECTION_LEAD, date(2019, 4, 2)))
    assert reason("R4", cleared) == "R4.not_cleared"
    jointly = ruling(cleared, Verdict(JOINT_COUNSELLING, True, "cleared", Role.PROTECTION_LEAD, date(2019, 4, 1)))
    assert reason("R4", jointly) is None


def bip(code: str, granted: bool, by: Role, **changes: object) -> Facts:
    return ruling(replace(LAMIN, **changes), Verdict("R5", granted, code, by, date(2019, 4, 2)))


def test_r5_asks_nothing_from_the_eighteenth_birthday_on() -> None:
    grown = replace(IBRAHIM, birth_date=date(2001, 5, 16))
    assert reason("R5", grown, date(2019, 5, 15)) == "R5.none"
    assert reason("R5", grown, date(2019, 5, 16)) is None


def test_r5_takes_the_panel_alone_for_a_child_alone() -> None:
    assert reason("R5", LAMIN) == "R5.none"
    assert reason("R5", bip("bip_cleared", True, Role.CHILD_PROTECTION_OFFICER)) == "R5.panel"
    assert reason("R5", bip("bid_return", True, Role.CHILD_PROTECTION_OFFICER)) == "R5.panel"
    assert reason("R5", bip("bid_return", True, Role.BID_PANEL_MEMBER)) is None
    assert reason("R5", bip("bid_other", False, Role.BID_PANEL_MEMBER)) == "R5.refused"
    assert reason("R5", bip("bip_cleared", True, Role.CHILD_PROTECTION_OFFICER, unaccompanied=False)) is None


def test_r5_turns_red_when_the_child_is_left_alone() -> None:
    together = replace(LAMIN, unaccompanied=False)
    bound = VOLUNTARY_RETURN.gate("R5").binding(together)
    verdict = Verdict("R5", True, "bip_cleared", Role.CHILD_PROTECTION_OFFICER, date(2019, 4, 2), bound=bound)
    assert reason("R5", ruling(together, verdict)) is None
    assert reason("R5", ruling(LAMIN, verdict)) is not None
    by_panel = replace(verdict, code="bid_return", by=Role.BID_PANEL_MEMBER)
    assert reason("R5", ruling(LAMIN, by_panel)) == "R5.changed"


def test_r5_gives_the_benefit_of_the_doubt() -> None:
    unknown = replace(IBRAHIM, birth_date=None)
    officer = Role.CHILD_PROTECTION_OFFICER
    assert reason("R5", unknown) == "R5.none"
    assert reason("R5", ruling(unknown, Verdict("R5", True, "adult", officer, date(2019, 4, 2)))) is None
    assert (
        reason("R5", ruling(IBRAHIM, Verdict("R5", False, "presumed_child", officer, date(2019, 4, 2)))) == "R5.refused"
    )


def test_an_age_assessment_does_not_make_a_known_child_an_adult() -> None:
    assert reason("R5", bip("adult", True, Role.CHILD_PROTECTION_OFFICER)) == "R5.none"


def test_someone_born_on_29_february_is_of_age_on_1_march() -> None:
    assert birthday(date(2004, 2, 29), 18) == date(2022, 3, 1)
    assert birthday(date(2002, 2, 28), 18) == date(2020, 2, 28)


def test_r6_takes_an_embassys_word_or_a_valid_passport() -> None:
    unheard = ruling(IBRAHIM, gate="R6")
    assert reason("R6", IBRAHIM) is None
    assert reason("R6", unheard) == "R6.open"
    assert reason("R6", replace(unheard, nationality_verified="MLI")) is None
    assert reason("R6", replace(unheard, documents=(PASSPORT,))) is None
    assert reason("R6", replace(unheard, documents=(replace(PASSPORT, expires=TODAY),))) == "R6.open"
    assert reason("R6", replace(unheard, documents=(replace(PASSPORT, country="SEN"),))) == "R6.open"
    assert reason("R6", replace(unheard, documents=(replace(PASSPORT, state="lost"),))) == "R6.open"


def test_r6_is_red_when_the_embassy_says_no_whatever_else_is_held() -> None:
    no = Verdict("R6", False, "not_our_national", Role.CONSULAR_OFFICER, date(2019, 5, 1))
    sure = replace(IBRAHIM, documents=(PASSPORT,), nationality_verified="MLI")
    assert reason("R6", ruling(sure, no)) == "R6.not_our_national"
    pending = replace(no, code="pending_capital")
    assert reason("R6", ruling(IBRAHIM, pending)) == "R6.pending"
    assert reason("R6", ruling(replace(IBRAHIM, documents=(PASSPORT,)), pending)) is None


def test_r7_keeps_seven_days_between_travel_and_expiry() -> None:
    assert LAISSEZ_PASSER.expires == date(2019, 5, 31)
    assert reason("R7", IBRAHIM, date(2019, 4, 30)) == "R7.none"
    assert reason("R7", IBRAHIM, date(2019, 5, 23)) is None
    assert reason("R7", IBRAHIM, date(2019, 5, 24)) == "R7.expires"


@pytest.mark.parametrize("where", ["withheld", "lost", "requested", "held"])
def test_r7_says_where_a_document_is_that_is_not_with_us(where: str) -> None:
    assert reason("R7", replace(IBRAHIM, documents=(replace(PASSPORT, state=where),))) == f"R7.{where}"


def test_r7_takes_only_what_one_can_travel_on_and_whose_expiry_is_known() -> None:
    assert reason("R7", replace(IBRAHIM, documents=())) == "R7.none"
    assert reason("R7", replace(IBRAHIM, documents=(replace(PASSPORT, kind="birth_certificate"),))) == "R7.none"
    assert reason("R7", replace(IBRAHIM, documents=(replace(PASSPORT, expires=None),))) == "R7.no_expiry"


def test_r7_takes_the_better_of_two_documents() -> None:
    both = replace(IBRAHIM, documents=(PASSPORT, replace(PASSPORT, expires=None, key=3), LAISSEZ_PASSER))
    assert reason("R7", both, date(2019, 12, 1)) is None


def test_r7_speaks_of_the_document_that_lasts_longest() -> None:
    late, early = replace(PASSPORT, expires=date(2019, 5, 18)), replace(LAISSEZ_PASSER, expires=date(2019, 5, 16))
    for documents in ((late, early), (early, replace(late, key=1))):
        refusal = state("R7", replace(IBRAHIM, documents=documents)).refusal(TODAY)
        assert refusal and refusal.values == {"day": date(2019, 5, 18)}


def test_a_thirty_day_laissez_passer_raises_its_alert_on_day_sixteen() -> None:
    assert document_alert_day(date(2019, 6, 1) + timedelta(days=30)) == date(2019, 6, 1) + timedelta(days=16)


def test_r8_holds_on_the_last_day_of_the_visa_and_not_after() -> None:
    long_stay = replace(IBRAHIM, documents=(replace(LAISSEZ_PASSER, expires=date(2020, 1, 1)),))
    assert reason("R8", long_stay, date(2019, 5, 4)) == "R8.not_yet"
    assert reason("R8", long_stay, date(2019, 6, 4)) is None
    assert reason("R8", long_stay, date(2019, 6, 5)) == "R8.expired"


def test_r8_is_for_one_airport_and_one_document() -> None:
    assert reason("R8", replace(IBRAHIM, visas=())) == "R8.none"
    assert reason("R8", replace(IBRAHIM, departure_airport="MRA")) == "R8.airport"
    assert reason("R8", replace(IBRAHIM, departure_airport=None)) is None
    assert reason("R8", replace(IBRAHIM, departure_airport="MRA", visas=(replace(VISA, airport=None),))) is None
    assert reason("R8", replace(IBRAHIM, visas=(replace(VISA, document=9),))) == "R8.document"


@pytest.mark.parametrize("edge", [date.min, date.max])
def test_dates_at_the_ends_of_the_calendar_are_judged_too(edge: date) -> None:
    odd = replace(
        IBRAHIM,
        consents=(Consent("voluntary_return", edge),),
        documents=(replace(LAISSEZ_PASSER, expires=edge),),
        visas=(replace(VISA, valid_from=date.min, valid_to=edge),),
        verdicts=(Verdict("R9", True, "FTT-1", Role.PHYSICIAN, edge),),
    )
    assert (reason("R7", odd), reason("R8", odd)) == (
        (None, None) if edge == date.max else ("R7.expires", "R8.expired")
    )
    assert reason("R2", odd) in ("R2.none", "R2.lapsed")


def test_r8_asks_nothing_of_who_stays_in_the_country() -> None:
    assert reason("R8", replace(IBRAHIM, visas=(), leaves_libya=False)) is None


def found(code: str, granted: bool = True, by: Role = Role.PHYSICIAN, **changes: object) -> Facts:
    return ruling(IBRAHIM, replace(Verdict("R9", granted, code, by, date(2019, 5, 2)), **changes))


def test_r9_holds_thirty_days_unless_the_physician_says_otherwise() -> None:
    assert reason("R9", found("FTT-1"), date(2019, 5, 31)) is None
    assert reason("R9", found("FTT-1"), date(2019, 6, 1)) == "R9.lapsed"
    assert reason("R9", found("FTT-1", until=date(2019, 5, 10))) == "R9.lapsed"
    assert reason("R9", ruling(IBRAHIM, gate="R9")) == "R9.none"


def test_r9_with_requirements_waits_for_each_to_be_confirmed() -> None:
    needs = ("wheelchair", "nurse_escort")
    assert reason("R9", found("FTT-2", conditions=needs, met=("wheelchair",))) == "R9.nurse_escort"
    assert reason("R9", found("FTT-2", conditions=needs, met=needs)) is None


@pytest.mark.parametrize("code", ["FTT-3", "FTT-4", "FTT-5"])
def test_r9_is_red_when_unfit_however_it_was_entered(code: str) -> None:
    assert reason("R9", found(code, granted=False)) == "R9.unfit"
    assert reason("R9", found(code, granted=True)) == "R9.none"


def test_only_a_physicians_word_turns_r9_green() -> None:
    assert reason("R9", found("FTT-1", by=Role.MOVEMENT_OFFICER)) == "R9.none"


def test_r10_asks_for_release_from_the_centre_where_the_person_is() -> None:
    assert reason("R10", ruling(IBRAHIM, gate="R10")) == "R10.none"
    assert reason("R10", replace(IBRAHIM, site="tajoura")) == "R10.changed"
    assert reason("R10", ruling(replace(IBRAHIM, detained=False), gate="R10")) is None
    refused = Verdict("R10", False, "release_refused", Role.DC_LIAISON, date(2019, 5, 14))
    assert reason("R10", ruling(IBRAHIM, refused)) == "R10.refused"


def test_r11_turns_red_when_the_place_of_return_changes() -> None:
    bound = VOLUNTARY_RETURN.gate("R11").binding(IBRAHIM)
    verdict = Verdict("R11", True, "acknowledged", Role.RECEIVING_MISSION_OFFICER, date(2019, 4, 25), bound=bound)
    assert reason("R11", ruling(IBRAHIM, verdict)) is None
    assert reason("R11", ruling(replace(IBRAHIM, return_area="Gao"), verdict)) == "R11.changed"
    assert reason("R11", ruling(IBRAHIM, gate="R11")) == "R11.none"


def test_r12_waits_for_everyone_who_must_travel_together() -> None:
    wife = Companion("DRB-2", ((date(2019, 5, 10), date(2019, 5, 20)),))
    son = Companion("DRB-3", ((date(2019, 5, 18), None),))
    family = replace(IBRAHIM, companions=(wife, son))
    assert judge(VOLUNTARY_RETURN, family).ready == Windows.between(date(2019, 5, 18), date(2019, 5, 20))
    refusal = state("R12", family).refusal(TODAY)
    assert refusal and "DRB-3" in refusal.in_english()


def test_r13_is_red_while_the_way_is_closed_and_the_chief_of_mission_alone_makes_an_exception() -> None:
    closed = replace(IBRAHIM, closures=(Closure("Mitiga", date(2019, 5, 10), date(2019, 5, 16), "shelling"),))
    assert state("R13", closed).windows == ~Windows.between(date(2019, 5, 10), date(2019, 5, 16))
    exception = Verdict("R13", True, "override", Role.CHIEF_OF_MISSION, TODAY)
    assert reason("R13", ruling(closed, exception)) is None
    assert reason("R13", ruling(closed, replace(exception, by=Role.MOVEMENT_OFFICER))) == "R13.closed"


def test_r14_asks_for_a_project_that_pays() -> None:
    assert reason("R14", ruling(IBRAHIM, gate="R14")) == "R14.none"
    used = Verdict("R14", False, "budget_used", Role.PROGRAMME_MANAGER, date(2019, 5, 14))
    assert reason("R14", ruling(IBRAHIM, used)) == "R14.used"


def test_r14_turns_red_when_the_earmark_may_no_longer_fit() -> None:
    bound = VOLUNTARY_RETURN.gate("R14").binding(IBRAHIM)
    verdict = Verdict("R14", True, "funded", Role.PROGRAMME_MANAGER, date(2019, 4, 1), bound=bound)
    assert reason("R14", ruling(IBRAHIM, verdict)) is None
    assert reason("R14", ruling(replace(IBRAHIM, nationality="GIN"), verdict)) == "R14.changed"
