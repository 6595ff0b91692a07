"""A pair's probability follows what was told, and the reasons say which part spoke for and which against."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from darb.rules.identity import Columns, Record, Verdict, compare, score, score_many, shipped, verdict

from .people import AGAIN, AMAL, BROTHER, STRANGER, made

MANY = 20_000


def test_one_person_in_two_scripts_is_very_likely_one() -> None:
    assert score(AMAL, AGAIN, registrations=MANY).verdict == Verdict.VERY_LIKELY


def test_a_brother_is_not_the_same_person() -> None:
    told = score(AMAL, BROTHER, registrations=MANY)
    assert told.verdict == Verdict.WEAK
    assert ("given.different", "against") in {(reason.code, reason.side) for reason in told.reasons}
    assert any(reason.code.startswith("father.same") and reason.side == "for" for reason in told.reasons)


def test_strangers_are_strangers() -> None:
    assert score(AMAL, STRANGER, registrations=MANY).probability < 1e-4


def test_reasons_come_weightiest_first_and_say_which_side_they_are_on() -> None:
    reasons = score(AMAL, AGAIN, registrations=MANY).reasons
    weights = [abs(reason.bits) for reason in reasons]
    assert weights == sorted(weights, reverse=True)
    assert all((reason.bits > 0) == (reason.side == "for") for reason in reasons)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"dob": date(1994, 3, 17)}, "birth.same_day"),
        ({"dob": date(1994, 3, 18)}, "birth.one_part_differs"),
        ({"dob": None, "birth_year": 1983}, "birth.years_apart"),
        ({"sex": "F"}, "sex.different"),
        ({"given_name": "Adam", "family_name": "Ousmane"}, "order.given_and_family_exchanged"),
        ({"father_name": "Jibril"}, "father.different"),
        ({"origin_place": "Khartoum"}, "place.different"),
        ({"nationality": "BGD"}, "nation.different"),
    ],
)
def test_each_difference_has_its_reason(told: dict[str, object], code: str) -> None:
    other = replace(AGAIN, **told)  # type: ignore[arg-type]
    assert code in {reason.code for reason in score(AMAL, other, registrations=MANY).reasons}


def test_the_same_document_or_phone_speaks_for_and_another_one_less() -> None:
    one, other = (
        replace(AMAL, doc_no="XR602379", phone="0912345678"),
        replace(AGAIN, doc_no="XR602379", phone="+218912345678"),
    )
    codes = {reason.code: reason.side for reason in score(one, other, registrations=MANY).reasons}
    assert codes["document.same"] == codes["phone.same"] == "for"


def test_what_is_looked_for_among_more_people_is_less_likely() -> None:
    few, many = (score(AMAL, BROTHER, registrations=n) for n in (10_000, 1_000_000))
    assert many.bits == pytest.approx(few.bits - np.log2(100), abs=0.02)


def test_nothing_told_says_nothing_and_does_not_fail() -> None:
    told = score(Record("1"), Record("2"), registrations=MANY)
    assert told.verdict == Verdict.WEAK


def test_verdicts_follow_the_probability() -> None:
    assert [verdict(p) for p in (0.95, 0.5, 0.1)] == [Verdict.VERY_LIKELY, Verdict.POSSIBLE, Verdict.WEAK]


def test_it_does_not_matter_which_of_two_comes_first() -> None:
    columns = Columns.of((told.record for told in made(200)), shipped())
    one, other = np.triu_indices(len(columns), 1)
    there = shipped().bits(compare(columns, one, columns, other))
    back = shipped().bits(compare(columns, other, columns, one))
    assert len(there) > 19_000
    assert np.abs(there - back).max() < 0.01


def test_the_desk_and_the_batch_give_ten_thousand_pairs_the_same_bits() -> None:
    records = [labelled.record for labelled in made(400)]
    columns = Columns.of(records, shipped())
    rows = np.stack(np.triu_indices(len(records), 1), axis=1)[:10_000]
    batch = shipped().bits(compare(columns, rows[:, 0], columns, rows[:, 1]))
    prior = score(records[0], records[1], registrations=MANY).bits - batch[0]
    desk = [told.bits for n in range(26) for told in score_many(records[n], records[n + 1 :], registrations=MANY)][
        :10_000
    ]
    assert len(desk) > 9_000
    assert np.abs(np.array(desk) - prior - batch[: len(desk)]).max() < 0.02


def test_without_a_day_of_registration_people_count_as_grown() -> None:
    years = (replace(AMAL, dob=None), replace(AGAIN, dob=None, birth_year=1995))
    with_day, without = (
        score(*(replace(record, reg_date=day) for record in years), registrations=MANY)
        for day in (date(2025, 8, 1), None)
    )
    assert with_day.bits == without.bits
