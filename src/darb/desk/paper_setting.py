"""Sets a sheet as PDF by Typst: fixed templates, values as JSON, fonts from their wheels, no network."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import fontpkg
import segno
import typst

HERE = Path(__file__).with_name("papers")
FAMILIES = ("Noto Sans", "IBM Plex Sans Arabic")
_PHOTO_ALONE = b"#image(bytes(json(bytes(sys.inputs.photo))))"
# As wide and high as the place for it, its edges cut off rather than its face drawn out.
_AS_SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 35 45"><image width="35" height="45" \
preserveAspectRatio="xMidYMid slice" href="data:{mime};base64,{data}"/></svg>"""
# Characters that turn the direction of what follows, or can't be seen: nobody's name has them.
_UNSEEN = dict.fromkeys([*range(0x00, 0x20), 0x7F, *range(0x202A, 0x202F), 0x2066, 0x2067, 0xFEFF])
_MIMES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"RIFF": "image/webp"}
_TOO_LONG, _PIECES, _MAY_BREAK = re.compile(r"\S{25,}"), re.compile(r".{1,12}"), "\u200b"
_ISOLATE, _END = "\u2068", "\u2069"


@dataclass(frozen=True)
class Foot:
    """What the foot of each page says; `page` has the places {page} and {pages}."""

    copy: str
    printed: str
    page: str


@dataclass(frozen=True)
class Frame:
    """What stands around a sheet: the house's name, the language, the foot, when to destroy it ("" for never)."""

    house: str
    language: str
    foot: Foot
    destroy: str = ""


def said(sheet: Any) -> bytes:
    """All that a sheet says apart from the copy's own stamp, as bytes that are equal when it says the same."""
    photos = {name: image.hex() for name, image in sheet.photos.items()}
    return json.dumps([_told(sheet), photos], ensure_ascii=False, sort_keys=True).encode()


def set_as_pdf(sheet: Any, frame: Frame) -> bytes:
    """The PDF of `sheet` within `frame`. A photograph that can't be read leaves its place empty."""
    return _compiled(sheet, frame, "pdf")[0]


def set_as_png(sheet: Any, frame: Frame, ppi: float = 96) -> list[bytes]:
    """The pages of `sheet` as pictures, for looking at them."""
    return _compiled(sheet, frame, "png", ppi)


def apart(value: str) -> str:
    """What somebody typed, for the middle of a sentence: it runs in its own direction and turns nothing around it."""
    return f"{_ISOLATE}{_seen(value.replace(_ISOLATE, '').replace(_END, ''))}{_END}" if value else ""


def _own(value: Any) -> Any:
    """A value of somebody's for a place of its own: as `apart`, and a word wider than a column may break."""
    if isinstance(value, str):
        return apart(_TOO_LONG.sub(lambda word: _MAY_BREAK.join(_PIECES.findall(word[0])), value))
    return [_own(of) for of in value] if isinstance(value, list | tuple) else value


def qr(text: str) -> str:
    """The QR code of `text` as SVG, with the quiet border that readers need."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=2, xmldecl=False, svgns=True)
    return out.getvalue().decode()


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    """The installed fonts of papers; nothing else is ever set in."""
    folders = {str(file.path.parent) for family in FAMILIES for file in fontpkg.family(family).files}
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=sorted(folders))


@lru_cache(maxsize=1)
def _templates() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(HERE.glob("*.typ"))}


def _compiled(sheet: Any, frame: Frame, kind: Any, ppi: float | None = None) -> list[bytes]:
    photos = {name: _as_svg(image) for name, image in sheet.photos.items() if _is_readable(image)}
    told = _told(sheet, photos) | {
        "photos": photos,
        "house": frame.house,
        "language": frame.language,
        "rtl": frame.language == "ar",
        "destroy": frame.destroy,
        "stamp": {"copy": _seen(frame.foot.copy), "printed": _seen(frame.foot.printed), "page": frame.foot.page},
    }
    files = _templates() | {"main.typ": _templates()["paper.typ"]}
    inputs = {"paper": json.dumps(told, ensure_ascii=False)}
    out = typst.compile(files, font_paths=fonts(), sys_inputs=inputs, format=kind, ppi=ppi)
    return out if isinstance(out, list) else [out]  # type: ignore[list-item]


def _is_readable(image: bytes) -> bool:
    """Whether Typst can draw this photograph: it was kept as it came, by its first bytes alone."""
    try:
        typst.compile(_PHOTO_ALONE, font_paths=fonts(), sys_inputs={"photo": json.dumps(list(image))}, format="svg")
    except typst.TypstError:
        return False
    return True


def _as_svg(image: bytes) -> str:
    mime = next(mime for magic, mime in _MIMES.items() if image.startswith(magic))
    return _AS_SVG.format(mime=mime, data=b64encode(image).decode())


def _told(sheet: Any, photos: Mapping[str, Any] | None = None) -> dict[str, Any]:
    there = sheet.photos if photos is None else photos
    parts = [_seen(part.told()) for part in sheet.parts]
    for part in parts:
        if part.get("photo", "") not in there:
            part["photo"] = ""
        for name in ("names", "rows"):
            if name in part:
                part[name] = _own(part[name])
        if "facts" in part:
            part["facts"] = [(label, _own(value)) for label, value in part["facts"]]
        if "ticks" in part:
            part["ticks"] = [(label, done, _own(note)) for label, done, note in part["ticks"]]
    return {
        "title": sheet.title,
        "reference": apart(sheet.reference),
        "lead": _seen(list(sheet.lead)),
        "landscape": sheet.landscape,
        "parts": parts,
    }


def _seen(value: Any) -> Any:
    """The same without characters that hide or turn what stands beside them, at every depth."""
    if isinstance(value, str):
        return value.translate(_UNSEEN)
    if isinstance(value, Mapping):
        return {key: _seen(of) for key, of in value.items()}
    if isinstance(value, list | tuple):
        return [_seen(of) for of in value]
    return value
