"""Keys that equate a name across scripts and spellings: its consonants as they sound, in ASCII.

`keys("عثمان")` and `keys("Ousmane")` share a key. Where letters may sound two ways both keys are given.
A change of what this module gives needs a new `NAMES_VERSION`: stored keys are then made again.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice, product

from .folding import fold
from .sounds import ARABIC, LATIN

NAMES_VERSION = 2
MOST_KEYS = 8

_TOKENS = {
    "A": (re.compile("|".join(sorted(ARABIC, key=len, reverse=True))), ARABIC),
    "L": (re.compile("|".join(sorted(LATIN, key=len, reverse=True))), LATIN),
}
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_IS_ARABIC = re.compile("[\u0620-\u06ff]")
_HOOKED = str.maketrans(
    {
        "ɗ": "d",
        "ɓ": "b",
        "ƙ": "k",
        "ŋ": "ng",
        "ɲ": "gn",
        "ɛ": "e",
        "ɔ": "o",
        "ə": "e",
        "ı": "i",
        "ƴ": "y",
        "ø": "o",
        "đ": "d",
        "ł": "l",
    }
)
_CEDILLA = str.maketrans("çÇ", "sS")
# Urdu's aspirated letters: the breath after them isn't heard elsewhere.
_ASPIRATED = re.compile("(?<=[بپتٹجچدڈرڑکكگلمن])ھ")
_INNER_ARTICLES = frozenset({"al", "el", "ul", "ur", "ud", "uz", "us", "un", "ar", "ad", "az", "as", "an", "at", "ed",
                             "er", "es", "en", "et", "ez", "ash", "ush", "e", "i"})  # fmt: skip
_FIRST_ARTICLES = frozenset({"al", "el", "ul", "ud", "ur"})
# Letters before which the article's l is heard: Moroccan clerks write it as the name's own (Larbi, Lahcen).
_MOON = frozenset("ابجحخعغفقكمهوي")
_FIRST_ARABIC = {"ا": "A", "ع": "A", "ء": "A", "ي": "Y", "و": "W"}
_FIRST_LATIN = {"w": "W"}
_SHORT_FOR_MOHAMED = frozenset({"md", "mohd", "muhd", "mohmd", "مد"})
_MOHAMED = frozenset({"mohamed", "mohammed", "mohammad", "muhammad", "mohamad", "محمد"})

# Other readings of a whole word: what is written, and what it may stand for.
_LATIN_OTHERWISE = [
    (re.compile(r"n?di(?=[aeou])"), "j"),
    (re.compile(r"th?i(?=[aeou])"), "ch"),
    (re.compile(r"^h(?=[aeiou])"), ""),
    (re.compile(r"^(?=b(?:ou|u|oo)b)"), "a"),
    (re.compile(r"^(?:ab[aou]*|babi?)(?=[kc][aeou]*r$)"), "abuba"),
    (re.compile(r"^(?=[mn][bdgjk])"), "a"),
    (re.compile(r"(?<=[aeiou])h(?=[^aeiouyh])"), ""),
    (re.compile(r"^ow(?=[aei])"), "aw"),
    (re.compile(r"^ou(?=ld)"), "wa"),
    (re.compile(r"^ibn"), "bn"),
    (re.compile(r"^j(?=as|aq|ak|us|un|ah)"), "y"),
    (re.compile(r"(?<=r)[tds]$"), ""),
    (re.compile(r"(?<=[aeiouy])s(?=[aeiouy])"), "z"),
    (re.compile(r"(?<=[aeiou])tou?$|(?<=[aeiou])tu$"), ""),
    (re.compile(r"(?<=..[^ou])u[lr]$"), ""),
    (re.compile(r"j"), "z"),
    (re.compile(r"^(?=s[mk][aeiou]|brah|bt)"), "i"),
    (re.compile(r"^bira?h"), "ibrah"),
    (re.compile(r"^is(?=[ou]+f)"), "yus"),
    (re.compile(r"(?<=m[ae])t$"), "d"),
    (re.compile(r"^is(?=ha)"), "is_"),
    (re.compile(r"^m[aeou]h?[aeo]m[ae]n"), "maman"),
    (re.compile(r"(?<=[aeiou])h(?:ou|u|o)$"), ""),
    (re.compile(r"^(?=dris)"), "i"),
    (re.compile(r"^a?ad[ae]n$"), "adam"),
    (re.compile(r"^maryan$"), "maryam"),
    (re.compile(r"(?<=sala)n$"), "m"),
    (re.compile(r"^fadum"), "fatum"),
    (re.compile(r"^jo(?=h|[aeiou])"), "yo"),
    (re.compile(r"^(d?j)ibrin"), r"\1ibril"),
    (re.compile(r"^abd[aeiou]*ra?mane?$"), "abdurahman"),
]
_ARABIC_OTHERWISE = [
    (re.compile(r"^[هح](?=[اويع]?.)"), "ا"),
    (re.compile(r"(?<=م)([اه]?)ت$"), "د"),
    (re.compile(r"^(?=با?بك|برا?ه)"), "ا"),
    (re.compile(r"^ابا?(?=كا?ر$)"), "ابوب"),
    (re.compile(r"^ابوال?(?=[^ا]..)"), "بل"),
    (re.compile(r"(?<=.)[هح](?=[^اوي])"), ""),
    (re.compile(r"^ي[حه](?=ي)"), "يا"),
    (re.compile(r"دي(?=[او])"), "ج"),
    (re.compile(r"^ها?ديز"), "خديج"),
    (re.compile(r"^ما?[هح]ا?ما?ن"), "مامان"),
    (re.compile(r"(?<=..)ه$"), "ت"),
    (re.compile(r"(?<=.)[هح](?:و|وا)$"), ""),
    (re.compile(r"^اسحا?ق"), "اساق"),
    (re.compile(r"^طه$"), "طاها"),
    (re.compile(r"^جو(?=ه)"), "يو"),
    (re.compile(r"(.)\1"), r"\1"),
]


def keys(name: str) -> tuple[str, ...]:
    """The keys of one told name (one or more words), the most usual first; () where it holds no letters.

    Two spellings are taken for one name when they share a key.
    """
    return _keys(name)[0]


def primary(name: str) -> str:
    """The most usual key of a name; "" where it holds no letters."""
    found = keys(name)
    return found[0] if found else ""


def sound(name: str) -> str:
    """The primary key with the vowels that both scripts write (`i`, `u`): for telling Hassan from Hussein."""
    return _keys(name)[1]


@lru_cache(maxsize=400_000)
def _keys(name: str) -> tuple[tuple[str, ...], str]:
    text = fold(name.translate(_CEDILLA)).translate(_HOOKED)
    parts = [part for part in _NOT_LETTERS.split(text) if part]
    if not parts:
        return (), ""
    parts = ["mohamed" if part in _SHORT_FOR_MOHAMED else part for part in parts]
    script = "A" if _IS_ARABIC.search("".join(parts)) else "L"
    wholes = _wholes(parts, script)
    respell = _arabic_spellings if script == "A" else _latin_spellings
    readings = [_heard(spelling, script) for whole in wholes for spelling in respell(whole)]
    # The usual reading of every spelling comes before the unusual ones of any.
    ranked = sorted(
        (rank + nth, nth, heard) for nth, heards in enumerate(readings) for rank, heard in enumerate(heards)
    )
    found = dict.fromkeys(key for _rank, _nth, heard in ranked for key in _skeletons(heard))
    found.pop("", None)
    return tuple(islice(found, MOST_KEYS)), _with_vowels(readings[0][0]) if readings else ""


def _wholes(parts: list[str], script: str) -> list[str]:
    """The words of a name as one: as told, without the articles between and before them, without a leading Mohamed."""
    if len(parts) == 1:
        return parts
    if script == "A":
        inner = [parts[0], *(re.sub(r"^ال(?=..)", "", part) for part in parts[1:])]
        told = ["".join(parts), "".join(inner)]
        first_is_abd = parts[0] == "عبد"
        wholes = told if first_is_abd else told[::-1]
    else:
        bare = [part for n, part in enumerate(parts) if n in (0, len(parts) - 1) or part not in _INNER_ARTICLES]
        bare = bare[1:] if bare[0] in _FIRST_ARTICLES else bare
        bare = [*(re.sub(r"(?<=..[^aeiou])(?:ul|ur|ud|uz|us|un)$", "", part) for part in bare[:-1]), bare[-1]]
        wholes = ["".join(bare), "".join(parts)]
    if parts[0] in _MOHAMED:
        wholes.append("".join(parts[1:]))
    return list(dict.fromkeys(wholes))


def _latin_spellings(word: str) -> list[str]:
    """The word, and what it is without an article, with another reading of Somali c, of French di and so on."""
    assimilated = _single(re.sub(r"^[aeou]([tdrzns])\1(?=[aeiouy])", r"\1", word))
    word = _single(word.replace("ck", "k"))
    word = re.sub(
        r"lah[iy]?$", "la", re.sub(r"^(?:dj|[js])[aeiy]+n[aeiou]b", "zainab", re.sub(r"^hadi?z", "hadij", word))
    )
    first = re.sub(r"c(?=[aou]|[^aeiouyh]|$)", "k", re.sub(r"c(?=[eiy])", "s", word))
    bare = re.sub(r"^(?:al|el|ul)(?=[^aeiouyh].{2}|h.{3}|[aeiouy].{4})", "", first)
    spellings = [bare, first]
    if assimilated != word and len(assimilated) > 2:
        spellings.append(assimilated)
    if re.match(r"c[aeiou]", word) or re.search(r"[aeiou]c(?:[aeiou]|[^aeiouyhk]|$)", word):
        spellings.append(re.sub(r"c(?!h)", "", word))
    if (without_cedilla := re.sub(r"(?<=[aeiouy])c(?=[ao])", "s", word)) != word:
        spellings.append(without_cedilla)
    for pattern, other in _LATIN_OTHERWISE:
        if (respelled := pattern.sub(other, first)) != first:
            spellings.append(respelled)
    return list(dict.fromkeys(spellings))


def _single(word: str) -> str:
    """Doubled letters once; in "shh" and the like the second h is a letter of its own."""
    return re.sub(r"([^h])\1+|(?<![sckgtdj])(h)h+", r"\1\2", word)


def _arabic_spellings(word: str) -> list[str]:
    """The word, and what it is without the article or its first breath."""
    word = _ASPIRATED.sub("", word.replace("الله", "اله"))
    of_him = re.sub(r"^عبدال(?=..)", "عبد", word)
    first = re.sub(r"^ال(?=..)", "", of_him)
    spellings = [first, of_him, word] if len(of_him) - len(first) != 2 or len(first) > 2 else [of_him, first]
    for pattern, other in _ARABIC_OTHERWISE:
        if (respelled := pattern.sub(other, first)) != first:
            spellings.append(respelled)
    if first != of_him and first[0] in _MOON:
        spellings.append("ل" + first.removeprefix("ا"))
    return list(dict.fromkeys(spellings))


def _heard(spelling: str, script: str) -> list[str]:
    """The sounds of a spelling, every reading of ambiguous letters (at most eight), the usual one first."""
    pattern, table = _TOKENS[script]
    begins = (_FIRST_ARABIC if script == "A" else _FIRST_LATIN).get(spelling[:1], "")
    spelling = spelling[1:] if begins else spelling
    options = [table[token] for token in pattern.findall(spelling)]
    return [begins + "".join(reading) for reading in islice(product(*options), 8)]


def _skeletons(heard: str) -> list[str]:
    """The consonants of what was heard, with and without half vowels where the name is short."""
    begun = _begin(heard)
    found = []
    for plain in dict.fromkeys((_finish(begun), _named_in_l(begun))):
        bare = re.sub("[a-z]", "", plain)
        if len(bare) <= 2:
            found.append(re.sub("[a-z]", "", re.sub("u(?=[aei])", "W", re.sub("(?<=[aeuA])i(?=[aeu])", "Y", plain))))
        found.append(bare)
    return found


def _begin(heard: str) -> str:
    """The beginning of a word: any vowel is A, but a half vowel before a vowel is a consonant."""
    if re.match("u[aei]|uu[aei]", heard):
        return "W" + heard.lstrip("u")
    if re.match("i[aeu]", heard):
        return "Y" + heard[1:]
    return "A" + heard[1:] if heard[:1] in "aeiu" else heard


def _finish(heard: str) -> str:
    """Articles inside compounds, and the breath at the end."""
    heard = re.sub("H$", "", heard)
    heard = re.sub("^(AB[aeiu]*D[aeiu]*)L(?=[aeiu]*[A-Z][aeiu]*[A-Z])", r"\1", heard)
    return re.sub("[Ll][aeiu]*(D[aeiu]*N[aeiu]*)$", r"\1", heard)


def _named_in_l(heard: str) -> str:
    """As `_finish`, where the l before "eddin" is the name's own: Jamaluddin is Jamal and Din."""
    return re.sub("H$", "", re.sub("(L)[aeiu]+(D[aeiu]*N[aeiu]*)$", r"\1\2", heard))


def _with_vowels(heard: str) -> str:
    return re.sub(r"([iu])\1+", r"\1", re.sub("[ae]", "", _finish(_begin(heard))))
