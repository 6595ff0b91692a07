"""Small drawn pictures: a portrait for each invented person, so that no real face is anywhere near the demonstration,
and forms signed by nobody."""

from __future__ import annotations

import random
import struct
import zlib

_WIDTH, _HEIGHT = 48, 60
_PAGE = 320


def portrait(chance: random.Random) -> bytes:
    """A PNG of a head and shoulders in colours drawn by `chance`."""
    tone = chance.randrange(85, 200)
    skin = (tone, tone * 68 // 100, tone * 48 // 100)
    cloth = tuple(chance.randrange(40, 220) for _n in range(3))
    wall = tuple(chance.randrange(200, 240) for _n in range(3))
    rows = []
    for y in range(_HEIGHT):
        row = bytearray([0])
        for x in range(_WIDTH):
            dx = x - _WIDTH / 2
            if (dx / 11) ** 2 + ((y - 24) / 14) ** 2 < 1:
                row.extend(skin)
            elif y > 36 and (dx / 22) ** 2 + ((y - 60) / 22) ** 2 < 1:
                row.extend(cloth)
            else:
                row.extend(wall)
        rows.append(bytes(row))
    return _png(_WIDTH, _HEIGHT, 2, rows)


def signed_form(chance: random.Random) -> bytes:
    """A PNG of a page with lines of writing, and a thumbprint below them."""
    ends = [chance.randrange(150, 220) for _n in range(_PAGE // 12)]
    left = chance.randrange(30, 150)
    rows = []
    for y in range(_PAGE):
        row = bytearray([0])
        for x in range(_PAGE * 3 // 4):
            written = y < _PAGE - 80 and y % 12 in (0, 1, 2) and 20 < x < ends[y // 12] and (x * 7 + y // 12) % 9
            thumb = ((x - left) / 16) ** 2 + ((y - _PAGE + 40) / 22) ** 2
            row.append(90 if written else 70 if thumb < 1 and int(thumb * 12) % 2 else 250)
        rows.append(bytes(row))
    return _png(_PAGE * 3 // 4, _PAGE, 0, rows)


def _png(width: int, height: int, colours: int, rows: list[bytes]) -> bytes:
    """A PNG of rows, each begun by its filter's byte; `colours`: 0 for greys, 2 for red, green and blue."""
    header = struct.pack(">IIBBBBB", width, height, 8, colours, 0, 0, 0)
    body = zlib.compress(b"".join(rows), 6)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def gallery(chance: random.Random, count: int = 48) -> list[bytes]:
    """So many portraits; the demonstration's people share them."""
    return [portrait(chance) for _n in range(count)]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
