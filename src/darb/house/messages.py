"""The catalogues of what people read: drawn from the source, checked, compiled.

    python -m darb.house.messages update|check|compile

English is the source. `update` keeps every translation whose English still stands; nothing in a
catalogue changes that doesn't have to (no dates, no places in the source, sorted).
"""

from __future__ import annotations

import re
import string
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parents[1]
LOCALE = SOURCE / "locale"
# Language -> its plural rule, with the forms in the order that translators know from gettext.
PLURALS = {
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
    "fr": "nplurals=2; plural=(n > 1);",
}
LANGUAGES = tuple(PLURALS)
# Function -> which argument is the message (and which the context, the plural).
KEYWORDS = {
    "_": None,
    "marked": None,
    **dict.fromkeys(("gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
CHURNING = re.compile(
    rb'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By|Report)[^\n]*\n', re.M
)
NAMED = re.compile(r"%\((\w+)\)[sdf]")


def drawn() -> Catalog:
    """A catalogue of every marked text in the Python source and the templates, untranslated."""
    catalog = Catalog(project="darb", charset="utf-8")
    for path in sorted([*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html"), *SOURCE.rglob("*.txt")]):
        if "migrations" in path.parts:
            continue
        text = path.read_bytes() if path.suffix == ".py" else _as_python(path)
        for _line, message, _comments, context in extract("python", BytesIO(text), keywords=KEYWORDS):
            catalog.add(message, context=context)
    return catalog


def _as_python(template: Path) -> bytes:
    """A template's marked texts as Python calls; everything else in it comes back as harmless words."""
    from django.utils.translation.template import templatize

    text = templatize(template.read_text(encoding="utf-8"), origin=str(template))
    # Indentation means nothing in a template and everything to Python's tokenizer.
    return "\n".join(line.strip() for line in text.splitlines()).encode()


def place_of(language: str) -> Path:
    """The catalogue file of `language`."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """The catalogue of `language` as it is; an empty one if there is none."""
    path = place_of(language)
    seed = f'msgid ""\nmsgstr ""\n"Plural-Forms: {PLURALS[language]}\\n"\n'
    catalog = read_po(BytesIO(path.read_bytes() if path.exists() else seed.encode()), locale=language, charset="utf-8")
    catalog.fuzzy, catalog.project, catalog.version = False, "Darb", "1"
    return catalog


def update() -> None:
    """Bring the catalogues in line with the source, keeping the translations."""
    template = drawn()
    for language in LANGUAGES:
        catalog = read(language)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.header_comment = f"# Darb: {language}"
        said = BytesIO()
        write_po(said, catalog, width=110, no_location=True, sort_output=True, ignore_obsolete=True)
        path = place_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(CHURNING.sub(b"", said.getvalue()))


def faults() -> Iterator[str]:
    """Every fault of the catalogues, a sentence each; nothing when both languages are complete."""
    wanted = {_key(message) for message in drawn() if message.id}
    for language in LANGUAGES:
        catalog = read(language)
        for missing in sorted(wanted - {_key(message) for message in catalog if message.id}):
            yield f"{language}: not in the catalogue (run `make messages`): {missing[1]!r}"
        for message in catalog:
            if message.id:
                yield from (f"{language}: {fault}" for fault in _faults_of(message, catalog.num_plurals))


def _faults_of(message: Message, plurals: int) -> Iterator[str]:
    source = message.id if isinstance(message.id, tuple) else (message.id,)
    told = message.string if isinstance(message.string, tuple) else (message.string,)
    plural = len(source) > 1
    if not all(told) or (plural and len(told) != plurals):
        yield f"not translated: {source[0]!r}"
        return
    if message.fuzzy:
        yield f"marked fuzzy: {source[0]!r}"
    wanted = set().union(*(places(text) for text in source))
    for text in told:
        got = places(text)
        # "One day" and "two days" need no number; anything else keeps every place.
        if got - wanted or (not plural and got != wanted):
            yield f"places differ ({', '.join(sorted(got ^ wanted))}): {source[0]!r}"


def places(text: str) -> set[str]:
    """The named places that will be filled: `{name}` and `%(name)s`."""
    try:
        braces = {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}
    except ValueError:
        braces = {"{"}  # a single brace: `format` would fail on it
    return braces | set(NAMED.findall(text))


def compile_changed() -> list[Path]:
    """Compile the catalogues that changed since they were compiled; gives what was written."""
    written = []
    for language in LANGUAGES:
        source = place_of(language)
        target = source.with_suffix(".mo")
        if not source.exists() or (target.exists() and target.stat().st_mtime >= source.stat().st_mtime):
            continue
        said = BytesIO()
        write_mo(said, read(language))
        draft = target.with_suffix(".mo.new")
        draft.write_bytes(said.getvalue())
        draft.rename(target)
        written.append(target)
    return written


def _key(message: Message) -> tuple[str, str]:
    return message.context or "", message.id[0] if isinstance(message.id, tuple) else message.id


def main(arguments: list[str]) -> int:
    """The command line; gives the exit code."""
    if arguments == ["update"]:
        update()
    elif arguments == ["compile"]:
        compile_changed()
    elif arguments == ["check"]:
        found = list(faults())
        print("\n".join(found) or "Arabic and French are complete.", file=sys.stderr if found else sys.stdout)
        return 1 if found else 0
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
