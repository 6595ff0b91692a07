"""Keys equate a name across scripts and spellings, and keep different names apart."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darb.rules.names import answers, keys, primary, sound
from darb.rules.names.skeleton import MOST_KEYS

SOUNDS = set("ABDFGHKLMNRSTWXYZ")


def real_names() -> list[tuple[list[str], list[str]]]:
    """Arabic and Latin spellings of each name of the list."""
    lines = Path(__file__).with_name("real_names.txt").read_text(encoding="utf-8").splitlines()
    told = [line.split(":") for line in lines if line.strip() and not line.startswith("#")]
    return [([word.replace("_", " ") for word in arabic.split()], latin.split()) for arabic, latin in told]


def share_a_key(one: str, other: str) -> bool:
    return not set(keys(one)).isdisjoint(keys(other))


def test_at_least_96_of_100_real_spellings_share_a_key_with_the_arabic_name() -> None:
    pairs = [(a, b) for arabic, latin in real_names() for a in arabic for b in latin]
    missed = [pair for pair in pairs if not share_a_key(*pair)]
    assert len(pairs) > 1000
    assert len(missed) <= 0.04 * len(pairs), missed


def test_fewer_than_one_in_200_pairs_of_different_names_share_a_key() -> None:
    names = real_names()
    different = [(a, b) for a, b in combinations(names, 2) if set(a[0] + a[1]).isdisjoint(b[0] + b[1])]
    together = [
        (a[1][0], b[1][0]) for a, b in different if share_a_key(a[0][0], b[0][0]) or share_a_key(a[1][0], b[1][0])
    ]
    assert len(different) > 30_000
    assert len(together) < 0.005 * len(different), together


@pytest.mark.parametrize(
    "spellings",
    [
        "محمد Mohamed Mouhamed Mahamat Muhammad Mohd",
        "عثمان Osman Ousmane Othman Usman Cusmaan",
        "جمال Gamal Jamal Djamal",
        "خديجة Khadija Kadidja Xadiija Hadiza",
        "القذافي Gaddafi Qadhafi Kadhafi",
        "عبدالرحمن Abdurrahman Abderrahmane Abdelrahman Abdirahman",
        "ديالو Diallo Jallow",
        "يوهانس Yohannes Johannes",
        "شريف Cherif Sherif",
    ],
)
def test_a_name_is_the_same_name_in_every_orthography(spellings: str) -> None:
    arabic, *latin = spellings.split()
    assert [word for word in latin if not share_a_key(arabic, word)] == []


@pytest.mark.parametrize(
    ("arabic", "latin"),
    [
        ("أبو بكر", "Abakar"),
        ("أبو بكر", "Boubacar"),
        ("العربي", "Larbi"),
        ("الحسن", "Lahcen"),
        ("عبد العالي", "Abdelali"),
        ("عبد القوي", "Abdul Qawi"),
        ("جمال الدين", "Jamaluddin"),
        ("سيف الإسلام", "Saiful Islam"),
        ("حبيب الرحمن", "Habibur Rahman"),
        ("ضياء الحق", "Zia-ul-Haq"),
        ("بھٹی", "Bhatti"),
        ("كھوكھر", "Khokhar"),
        ("جوزيف", "Joseph"),
        ("معاذ", "Muath"),
        ("يوسف", "Issouf"),
        ("يحيى", "Yaya"),
        ("أحمد", "Amadou"),
        ("امباي", "Mbaye"),
        ("جامع", "Jaamac"),
        ("ولدو", "Woldu"),
        ("الليبي", "Al-Libi"),
        ("مشهور", "Mashhour"),
    ],
)
def test_compounds_articles_and_orthographies_of_many_countries_share_a_key(arabic: str, latin: str) -> None:
    assert share_a_key(arabic, latin), (keys(arabic), keys(latin))


@pytest.mark.parametrize(
    ("typed", "answered"),
    [("عثمان", True), ("usm", True), ("Ousmane Adam", True), ("Ousmane Keita", False), ("آدم", True), ("", False)],
)
def test_a_search_on_a_page_answers_to_beginnings_and_to_sounds(typed: str, answered: bool) -> None:
    assert answers(typed, ["Osman Ibrahim Adam", "Usman"]) is answered


@pytest.mark.parametrize("pair", ["Mohamed Musa", "Ali Omar", "Fatima Zainab", "Kofi Kwame", "Bashir Basma"])
def test_different_names_stay_different(pair: str) -> None:
    assert not share_a_key(*pair.split())


def test_hassan_and_hussein_share_consonants_but_not_their_sound() -> None:
    assert primary("Hassan") == primary("Hussein")
    assert sound("Hassan") != sound("Hussein")
    assert sound("حسن") == sound("Hassan")
    assert "i" in sound("حسين")


def test_md_is_short_for_mohamed_and_may_be_left_out() -> None:
    assert share_a_key("Md. Rafiq", "Mohammad Rafiq")
    assert share_a_key("Md. Rafiq", "Rafiq")


@pytest.mark.parametrize("nothing", ["", "  ", "---", "123", "؟"])
def test_what_holds_no_letters_has_no_key(nothing: str) -> None:
    assert keys(nothing) == ()
    assert primary(nothing) == ""


@settings(deadline=None)
@given(st.text(max_size=40))
def test_whatever_is_typed_has_few_keys_of_known_sounds(text: str) -> None:
    found = keys(text)
    assert len(found) <= MOST_KEYS
    assert len(set(found)) == len(found)
    assert all(set(key) <= SOUNDS for key in found)


@settings(deadline=None)
@given(st.sampled_from([word for arabic, latin in real_names() for word in arabic + latin]))
def test_case_accents_and_vowel_signs_change_nothing(name: str) -> None:
    assert keys(name.upper()) == keys(name)
    assert keys(f" {name}\u064e ") == keys(name)
