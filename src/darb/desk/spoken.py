"""The languages that people speak on the telephone and at sessions, by the names that readers know them by."""

from __future__ import annotations

from babel import Locale

# ISO 639-3 code -> the code under which the Unicode locale data names it.
SPOKEN = {
    "ara": "ar",
    "fra": "fr",
    "eng": "en",
    "amh": "am",
    "bam": "bm",
    "ben": "bn",
    "ful": "ff",
    "hau": "ha",
    "ibo": "ig",
    "kau": "kr",
    "man": "man",
    "mos": "mos",
    "orm": "om",
    "snk": "snk",
    "som": "so",
    "tir": "ti",
    "twi": "tw",
    "urd": "ur",
    "wol": "wo",
    "yor": "yo",
    "dyu": "dyu",
    "nep": "ne",
    "srr": "srr",
    "swa": "sw",
    "tig": "tig",
    "tmh": "tmh",
}


def language_names(reader: str) -> dict[str, str]:
    """The names of the languages in the reader's own (ar, en or fr), in order of the name after the first three."""
    named = Locale(reader).languages
    names = {code: str(named.get(key, code)) for code, key in SPOKEN.items()}
    first = list(SPOKEN)[:3]
    return {code: names[code] for code in [*first, *sorted(set(SPOKEN) - set(first), key=names.__getitem__)]}
