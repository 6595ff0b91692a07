"""The arithmetic of a manifest: seats, laps, minders, families."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darb.rules.manifest import Limits, Traveller, count, faults, is_infant, seated

MOTHER = Traveller(1, "Aïcha", "F")
FATHER = Traveller(2, "Ousmane", "M")
BABY = Traveller(3, "Awa", "F", child=True, infant=True, kin=(1, 2))
TWIN = Traveller(4, "Adama", "M", child=True, infant=True, kin=(1, 2))
BOY = Traveller(5, "Musa", "M", child=True, kin=(1, 2))


def codes(*travellers: Traveller, seats: int = 100, infants: int = 10) -> list[str]:
    """The codes of what is wrong once everyone is seated."""
    return [f.code for f in faults(seated(travellers), Limits(seats, infants))]


def test_a_family_is_seated_by_itself() -> None:
    family = seated([MOTHER, FATHER, BABY, TWIN, BOY])
    assert {t.key: t.lap_of for t in family if t.infant} == {3: 1, 4: 2}
    assert [t.minder for t in family if t.child] == [1, 1, 1]
    assert faults(family, Limits(3, 2)) == ()
    assert (count(family).seats, count(family).laps, count(family).people) == (3, 2, 5)


def test_a_mother_of_twins_needs_a_second_adult_or_a_seat() -> None:
    assert codes(MOTHER, BABY, TWIN) == ["manifest.no_lap"]
    other = Traveller(4, "Adama", "M", child=True, infant=True, kin=(1,), own_seat=True)
    assert codes(MOTHER, BABY, other) == []
    assert count(seated([MOTHER, BABY, other])).seats == 2


def test_who_minds_is_grown_aboard_and_a_verified_relative() -> None:
    assert codes(BOY) == ["manifest.unlinked"]
    assert codes(BOY, Traveller(9, "a stranger", "M")) == ["manifest.unlinked"]
    assert codes(Traveller(5, "Musa", child=True, minder=9), Traveller(9, "a stranger")) == ["manifest.unlinked"]
    assert codes(Traveller(5, "Musa", child=True, escort="Samira")) == []
    sister = Traveller(9, "his sister of 16", "F", child=True, escort="Samira")
    assert codes(Traveller(5, "Musa", child=True, kin=(9,)), sister) == ["manifest.unlinked"]


def test_seats_and_infants_have_their_limits_and_escorts_and_extra_seats_count() -> None:
    wide = Traveller(7, "Bakary", "M", extra_seat=True)
    alone = [Traveller(n, "x", child=True, escort=e) for n, e in [(8, "Samira"), (9, "samira "), (10, "Tarek")]]
    assert count([wide, *alone]).seats == 2 + 3 + 2
    assert codes(wide, *alone, seats=6) == ["manifest.seats"]
    assert codes(MOTHER, BABY, infants=0) == ["manifest.infants"]


def test_who_must_travel_together_comes_whole() -> None:
    bound = Traveller(1, "Aïcha", "F", bound_to=frozenset({2}))
    assert codes(bound) == ["manifest.together"]
    assert codes(bound, FATHER) == []


@pytest.mark.parametrize(
    ("born", "day", "infant"),
    [
        (date(2017, 5, 11), date(2019, 5, 10), True),
        (date(2017, 5, 11), date(2019, 5, 11), False),
        (date(2016, 2, 29), date(2018, 2, 28), True),
        (date(2016, 2, 29), date(2018, 3, 1), False),
        (None, date(2019, 5, 10), False),
    ],
)
def test_an_infant_is_under_two_on_the_day_of_travel(born: date | None, day: date, infant: bool) -> None:
    assert is_infant(born, day) is infant


@st.composite
def planes(draw: st.DrawFn) -> list[Traveller]:
    """People of every kind, some related, some already linked, sensibly or not."""
    size = draw(st.integers(1, 14))
    key = st.integers(0, size - 1)
    out = []
    for n in range(size):
        infant = draw(st.booleans())
        child = infant or draw(st.booleans())
        out.append(
            Traveller(
                n,
                f"p{n}",
                draw(st.sampled_from("FMU")),
                child,
                infant,
                tuple(draw(st.lists(key, max_size=4, unique=True))),
                frozenset(draw(st.lists(key, max_size=2))),
                draw(st.none() | key),
                draw(st.booleans()),
                draw(st.none() | key),
                draw(st.sampled_from(["", "", " ", "Samira", "Tarek"])),
                draw(st.booleans()),
            )
        )
    return out


@given(planes(), st.integers(1, 14), st.integers(0, 4))
def test_a_manifest_without_faults_keeps_every_rule(people: list[Traveller], seats: int, infants: int) -> None:
    plan = seated(people)
    counts = count(plan)
    assert counts.people == len(people)
    if faults(plan, Limits(seats, infants)):
        return
    aboard = {t.key: t for t in plan}
    laps = [t.lap_of for t in plan if t.lap_of is not None]
    assert counts.seats <= seats and len(laps) <= infants
    assert len(set(laps)) == len(laps)
    assert all(not aboard[lap].child for lap in laps)
    for t in plan:
        assert not t.child or t.escort.strip() or (t.minder in t.kin and not aboard[t.minder].child)
        assert not t.infant or t.lap_of is not None or t.own_seat
        assert t.bound_to <= aboard.keys()


@given(planes())
def test_seating_is_settled_after_once_and_names_nobody_anew(people: list[Traveller]) -> None:
    once = seated(people)
    for before, after in zip(people, once, strict=True):
        assert before.lap_of in (None, after.lap_of)
        assert before.minder in (None, after.minder)
    assert seated(once) == once
