"""A small drawn portrait for each invented person, so that no real face is anywhere near the demonstration."""

from __future__ import annotations

import random
import struct
import zlib

_WIDTH, _HEIGHT = 48, 60


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
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    body = zlib.compress(b"".join(rows), 6)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def gallery(chance: random.Random, count: int = 48) -> list[bytes]:
    """So many portraits; the demonstration's people share them."""
    return [portrait(chance) for _n in range(count)]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
