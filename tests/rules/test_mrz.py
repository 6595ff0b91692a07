"""Machine-readable zones: the standard's specimens, what scanners do to them, and what a wrong character does."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darb.rules.letter_by_letter import Run, side_by_side, words_side_by_side
from darb.rules.mrz import Reading, Zone, other_century, read
from darb.rules.mrz_letters import bare_words, check_digit, latin, same_name, zone_words

from .zones import VALUE, WRITERS, td1, td2, td3

TODAY = date(2019, 5, 6)
ALPHABET = sorted(VALUE)
ROOM = {"TD3": 39, "TD2": 31, "TD1": 30, "MRV-A": 39, "MRV-B": 31}
"""Places for names; of a longer name, a cut between two words leaves no trace."""
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def zone(lines: list[str] | str) -> Zone:
    found = read(lines if isinstance(lines, str) else "\n".join(lines), TODAY)
    assert found.zone is not None, found
    assert found.faults == ()
    return found.zone


def codes(found: Reading) -> set[str]:
    return {fault.code for fault in found.faults}


# The specimens that ICAO Doc 9303 prints: parts 4, 5, 6 and 7, appendices.
SPECIMENS = {
    "TD3": "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
    "TD1": "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    "TD2": "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6",
    "MRV-A": "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<",
    "MRV-B": "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<",
}


@pytest.mark.parametrize("form", SPECIMENS)
def test_the_standards_specimens_are_read(form):
    found = zone(SPECIMENS[form])
    assert (found.form, found.issuer, found.surname, found.given) == (form, "UTO", "ERIKSSON", "ANNA MARIA")
    assert found.sex == "F"
    if form.startswith("MRV"):
        assert (found.kind, found.number, found.nationality) == ("visa", "L8988901C", "XXX")
        assert (found.birth, found.expires) == (date(1940, 9, 7), date(1996, 12, 10))
    else:
        assert found.number == ("L898902C3" if form == "TD3" else "D23145890")
        assert (found.birth, found.expires) == (date(1974, 8, 12), date(2012, 4, 15))


words = st.lists(st.text(CAPITALS, min_size=1, max_size=8), min_size=1, max_size=3).map(" ".join)
days = st.dates(date(1930, 1, 1), TODAY)
ahead = st.dates(date(2010, 1, 1), date(2039, 12, 31))


@st.composite
def people(draw):
    return {
        "surname": draw(words),
        "given": draw(st.one_of(st.just(""), words)),
        "number": draw(st.text("0123456789" + CAPITALS, min_size=1, max_size=9)),
        "issuer": draw(st.sampled_from(["MLI", "NER", "GIN", "SDN"])),
        "nationality": draw(st.sampled_from(["MLI", "NER", "GIN", "SDN"])),
        "birth": draw(days),
        "sex": draw(st.sampled_from("MF<")),
        "expires": draw(ahead),
    }


def written(form: str, told: dict) -> list[str]:
    return WRITERS[form](**{**told, "birth": f"{told['birth']:%y%m%d}", "expires": f"{told['expires']:%y%m%d}"})


@settings(max_examples=60, deadline=None)
@given(form=st.sampled_from(sorted(WRITERS)), told=people())
def test_what_is_written_is_read(form, told):
    lines = written(form, told)
    found = zone(lines)
    assert found.form == form
    assert found.lines == tuple(lines)
    assert (found.number, found.issuer, found.nationality) == (told["number"], told["issuer"], told["nationality"])
    assert found.birth in (told["birth"], _younger(told["birth"]))
    assert found.expires == told["expires"]
    assert found.sex == told["sex"].replace("<", "U")
    assert found.mended == ()
    if len(f"{told['surname']}<<{told['given']}") <= ROOM[form]:
        assert (found.surname, found.given) == (told["surname"], told["given"])


def _younger(day: date) -> date | None:
    """Two figures of a year before 1920 would be a child's as well."""
    later = date(day.year + 100, day.month, min(day.day, 28))
    return later if later <= TODAY else None


def covered(form: str) -> set[int]:
    """Places, in the lines put end to end, that a check digit covers."""
    lines = {"TD3": (44, [(0, 10), (13, 20), (21, 44)]), "TD2": (36, [(0, 10), (13, 20), (21, 36)])}
    lines |= {"MRV-A": (44, [(0, 10), (13, 20), (21, 28)]), "MRV-B": (36, [(0, 10), (13, 20), (21, 28)])}
    if form == "TD1":
        return {*range(5, 30), *range(30, 37), *range(38, 45), *range(48, 60)}
    start, spans = lines[form]
    return {start + i for span in spans for i in range(*span)}


@settings(max_examples=250, deadline=None)
@given(form=st.sampled_from(sorted(WRITERS)), told=people(), place=st.floats(0, 0.999), wrong=st.sampled_from(ALPHABET))
def test_a_single_wrong_character_is_found_or_what_it_makes_mended_is_told(form, told, place, wrong):
    """A check digit sees every wrong character whose value isn't the same modulo 10 (A, K and U count alike).

    One in ten that are mended may be mended wrongly, as one digit proves no more: so each is told.
    """
    right = written(form, told)
    places = sorted(covered(form))
    at = places[int(place * len(places))]
    text = "".join(right)
    if VALUE[wrong] % 10 == VALUE[text[at]] % 10:
        return
    width = len(right[0])
    spoilt = text[:at] + wrong + text[at + 1 :]
    found = read("\n".join(spoilt[i : i + width] for i in range(0, len(text), width)), TODAY)
    if found.faults:
        return
    assert found.zone is not None
    whole = zone(right)
    seen = ("number", "birth", "expires", "surname", "given", "nationality", "issuer")
    same = [getattr(found.zone, f) for f in seen] == [getattr(whole, f) for f in seen]
    assert same or found.zone.mended


@settings(max_examples=150, deadline=None)
@given(form=st.sampled_from(sorted(WRITERS)), told=people(), place=st.floats(0, 0.999))
def test_a_single_o_read_as_0_or_i_read_as_1_is_put_right_or_told(form, told, place):
    right = written(form, told)
    text = "".join(right)
    places = [i for i in sorted(covered(form)) if text[i] in "O0I1"]
    at = places[int(place * len(places))]
    spoilt = text[:at] + {"O": "0", "0": "O", "I": "1", "1": "I"}[text[at]] + text[at + 1 :]
    found = read("\n".join(spoilt[i : i + len(right[0])] for i in range(0, len(text), len(right[0]))), TODAY)
    if not found.faults:
        assert found.zone and found.zone.number == zone(right).number
        assert found.zone.birth == zone(right).birth


# What is typed and scanned ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spoil",
    [
        lambda a, b: a + b,
        lambda a, b: f"{a}\r\n{b}\r\n",
        lambda a, b: f"{a[:20]}\n{a[20:]}\n{b[:30]}\n{b[30:]}",
        lambda a, b: f"{a}  12/3\n{b} |;\nscanned by FLATBED 3000",
        lambda a, b: f"REPUBLIQUE DU MALI\nPasseport\n\n{a}\n{b}",
        lambda a, b: f"{a}{b}XXYZ",
        lambda a, b: f"{' '.join(a)}\n{' '.join(b)}",
        lambda a, b: f"{a.lower()}\n{b.lower()}",
        lambda a, b: f"{a.rstrip('<')}\n{b}",
        lambda a, b: f"{a}<<<\n{b}",
        lambda a, b: f"{a}\n{b.replace('<<<<<<<<<<<<<<', '<<<<<<<<<<<<')}",
        lambda a, b: f"{a}\n{b.replace('<<<<<<<<<<<<<<', '<<<<<<<<<<<<<<<<')}",
        lambda a, b: f"{a.replace('<<', '«')}\n{b}",
        lambda a, b: f"{a.replace('<', '&lt;')}\n{b.replace('<', '&lt;')}",
        lambda a, b: f"{a}\n{b}".replace("<", " "),
        lambda a, b: f"{a}\n{b.translate({ord(str(i)): 0x660 + i for i in range(10)})}",
        lambda a, b: f"{a}\n{b.translate({ord(str(i)): 0x6F0 + i for i in range(10)})}",
        lambda a, b: f"\u200f{a}\u200e\n\u202b{b}\u202c",
        lambda a, b: f"{a}\n\n\n{b}",
    ],
)
def test_lines_broken_merged_or_followed_by_rubbish_are_put_right(spoil):
    first, second = td3()
    found = zone(spoil(first, second))
    assert (found.number, found.surname, found.given) == ("AB1234567", "KEITA", "IBRAHIM MOUSSA")
    assert (found.birth, found.expires) == (date(1997, 3, 4), date(2030, 5, 1))
    assert found.mended == ()


def test_o_and_0_i_and_1_are_mended_where_the_check_digits_prove_it_and_told():
    first, second = td3(number="AO1034567", birth="970301")
    spoilt = second.replace("AO1034567", "A01O34567").replace("970301", "97O3OI", 1)
    found = zone([first, spoilt])
    assert (found.number, found.birth) == ("AO1034567", date(1997, 3, 1))
    assert [(m.line, m.place, m.was, m.now) for m in found.mended] == [
        (2, 2, "0", "O"), (2, 4, "O", "0"), (2, 16, "O", "0"), (2, 18, "O", "0"), (2, 19, "I", "1"),
    ]  # fmt: skip


def test_what_two_mendings_would_explain_is_not_mended():
    first, second = td3(number="101010101")
    found = read("\n".join([first, second.replace("101010101", "101010108")]), TODAY)
    assert "mrz.number" in codes(found)
    assert found.zone and found.zone.number == ""


def test_a_figure_in_a_name_is_never_guessed():
    first, second = td3(surname="TOURE")
    found = read("\n".join([first.replace("TOURE", "T0URE"), second]), TODAY)
    assert codes(found) == {"mrz.names"}
    assert found.zone and (found.zone.surname, found.zone.number) == ("", "AB1234567")


@pytest.mark.parametrize(
    ("field", "old", "new"),
    [("number", "AB1234567", "AB1239567"), ("birth", "970304", "970309"), ("expires", "300501", "300502")],
)
def test_a_wrong_field_is_named_left_empty_and_the_others_stand(field, old, new):
    first, second = td3()
    found = read("\n".join([first, second.replace(old, new, 1)]), TODAY)
    assert codes(found) == {f"mrz.{field}"}
    assert found.zone and not getattr(found.zone, field)
    assert found.zone.surname == "KEITA"


def test_a_wrong_last_digit_alone_is_said():
    first, second = td3()
    assert codes(read("\n".join([first, second[:-1] + str((int(second[-1]) + 5) % 10)]), TODAY)) == {"mrz.composite"}


@pytest.mark.parametrize(
    "text", ["", "hello", "<" * 88, "P<" * 44, "0" * 200, "I<" + "0" * 98, "\x00\ud83d" * 50, "A" * 100_000]
)
def test_what_is_no_zone_gets_one_sentence(text):
    found = read(text, TODAY)
    assert found.zone is None
    assert codes(found) == {"mrz.no_zone"}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_nothing_that_is_pasted_breaks_the_reading(text):
    found = read(text, TODAY)
    assert found.zone is not None or found.faults


# Particular documents --------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "kind"), [("P<", "passport"), ("PD", "passport"), ("PL", "laissez_passer"),
                                            ("PE", "laissez_passer"), ("LP", "laissez_passer")])  # fmt: skip
def test_a_laissez_passer_is_told_from_a_passport_by_its_code(code, kind):
    assert zone(td3(code=code)).kind == kind


def test_a_card_of_another_states_national_is_no_national_card():
    assert zone(td1()).kind == "national_id"
    assert zone(td1(issuer="LBY")).kind == "other"


@pytest.mark.parametrize("write", [td1, td2])
def test_a_number_too_long_for_its_field_goes_on_in_the_optional_data(write):
    lines = write(number="D231458901230" if write is td2 else "D23145890123456")
    assert zone(lines).number in ("D231458901230", "D23145890123456")


def test_a_year_of_two_figures_is_never_in_the_future_and_the_other_century_is_told():
    child = zone(td3(birth="170304"))
    assert child.birth == date(2017, 3, 4)
    assert other_century(child.birth, TODAY) == date(1917, 3, 4)
    grown = zone(td3(birth="200304"))
    assert grown.birth == date(1920, 3, 4)
    assert other_century(date(1970, 1, 1), TODAY) is None


def test_a_passport_that_ran_out_in_1999_didnt_run_out_in_2099():
    assert zone(td3(expires="991231")).expires == date(1999, 12, 31)


def test_a_birth_date_known_in_part_says_so():
    year = zone(td3(birth="97<<<<"))
    assert (year.birth, year.birth_precision) == (date(1997, 1, 1), "year")
    month = zone(td3(birth="9703<<"))
    assert (month.birth, month.birth_precision) == (date(1997, 3, 1), "month")
    assert zone(td3(birth="<<<<<<")).birth is None


def test_a_day_that_no_calendar_has_is_said_though_its_check_digit_holds():
    assert codes(read("\n".join(td3(birth="970231")), TODAY)) == {"mrz.birth"}
    assert codes(read("\n".join(td3(expires="301301")), TODAY)) == {"mrz.expires"}


def test_names_that_fill_their_field_may_go_on():
    long = zone(td3(surname="NIANG WAFFO SECK", given="ABDOULAYE MOUHAMADOUNE"))
    assert long.cut
    assert not zone(td3()).cut


def test_a_name_without_given_names_is_all_surname():
    found = zone(td3(surname="MOHAMED AHMED", given=""))
    assert (found.surname, found.given, found.name) == ("MOHAMED AHMED", "", "MOHAMED AHMED")


def test_german_and_british_codes_are_countries():
    assert zone(td3(issuer="D", nationality="GBS")).issuer == "DEU"
    assert zone(td3(issuer="D", nationality="GBS")).nationality == "GBR"


# Letters ----------------------------------------------------------------------------------------------


def test_check_digits_are_as_the_standard_works_them_out():
    assert check_digit("520727") == "3"
    assert check_digit("AB2134<<<") == "5"


@pytest.mark.parametrize(
    ("name", "written_as"),
    [
        ("Aïcha Koné", "AICHA KONE"), ("N'Golo", "NGOLO"), ("Jean-Pierre", "JEAN PIERRE"), ("Weiß", "WEISS"),
        ("Müller", "MUELLER"), ("Ɓello", "BELLO"), ("D’Almeida", "DALMEIDA"), ("  x  ", "X"), ("مريم", ""),
        ("Łukasz Żak", "LUKASZ ZAK"),
    ],
)  # fmt: skip
def test_names_are_written_in_the_zones_capitals(name, written_as):
    assert zone_words(name) == written_as


def test_marks_may_be_spelt_out_or_left_away():
    assert bare_words("Müller") == "MULLER"
    assert same_name("Müller", "MULLER") and same_name("Müller", "MUELLER") and not same_name("Müller", "MILLER")


def test_arabic_letters_are_not_latin_ones():
    assert latin("Aïcha N'Diaye") and not latin("مريم") and not latin("Mariam مريم") and not latin("")


def test_two_spellings_stand_side_by_side_letter_by_letter():
    told, paper = side_by_side("Ibrahim", "IBRAHIMA")
    assert told == (Run("Ibrahim", False),)
    assert paper == (Run("IBRAHIM", False), Run("A", True))
    told, paper = side_by_side("KEITA", "KEYTA")
    assert [r.text for r in told if r.other] == ["I"]
    assert [r.text for r in paper if r.other] == ["Y"]


@given(st.text(max_size=20), st.text(max_size=20))
def test_the_runs_put_together_are_the_spellings(one, other):
    left, right = side_by_side(one, other)
    assert "".join(r.text for r in left) in (one, one.upper())
    assert "".join(r.text for r in right) in (other, other.upper())
    assert [r.text.upper() for r in left if not r.other] == [r.text.upper() for r in right if not r.other]


def test_names_are_compared_word_by_word_in_the_papers_order():
    told, paper = words_side_by_side("IBRAHIMA MOUSSA KEYTA", "KEITA IBRAHIM")
    assert "".join(r.text for r in told) == "KEYTA IBRAHIMA MOUSSA"
    assert [r.text for r in told if r.other] == ["Y", "A", "MOUSSA"]
    assert [r.text for r in paper if r.other] == ["I"]
    assert words_side_by_side("", "KEITA") == ((), (Run("KEITA", True),))


@given(st.text(CAPITALS + " ", max_size=20), st.text(CAPITALS + " ", max_size=20))
def test_no_word_is_lost_in_the_comparison(one, other):
    left, right = words_side_by_side(one, other)
    assert sorted("".join(r.text for r in left).split()) == sorted(one.split())
    assert "".join(r.text for r in right) == " ".join(other.split())
