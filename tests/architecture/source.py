"""The source as the architecture tests read it: modules, who imports whom, and the order of the layers."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "darb"


@dataclass(frozen=True)
class Import:
    """`module` (of ours, in full) imported on `line`."""

    module: str
    line: int

    @property
    def room(self) -> str:
        return self.module.split(".")[1]

    @property
    def door(self) -> str:
        """The module of the room that is gone through, or an empty string for the room itself."""
        return self.module.split(".")[2] if self.module.count(".") > 1 else ""


@dataclass(frozen=True)
class Module:
    """One Python file of Darb."""

    path: Path

    @property
    def name(self) -> str:
        return ".".join(("darb", *self.path.relative_to(SOURCE).with_suffix("").parts))

    @property
    def room(self) -> str:
        return self.path.relative_to(SOURCE).parts[0]

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def is_actions(self) -> bool:
        return self.path.stem == "actions" or self.path.stem.endswith("_actions")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    def imports(self) -> Iterator[Import]:
        """What it imports of Darb, wherever in the file."""
        package = self.name.split(".")[:-1]
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (Import(a.name, node.lineno) for a in node.names if a.name.startswith("darb."))
            if isinstance(node, ast.ImportFrom):
                base = [*package[: len(package) - node.level + 1]] if node.level else []
                origin = ".".join([*base, *([node.module] if node.module else [])])
                if origin == "darb" or origin.startswith("darb."):
                    for alias in node.names:
                        whole = f"{origin}.{alias.name}"
                        yield Import(whole if is_module(whole) else origin, node.lineno)


def is_module(name: str) -> bool:
    """Whether there is a module or package of this full name."""
    place = SOURCE.parent.joinpath(*name.split("."))
    return place.with_suffix(".py").exists() or (place / "__init__.py").exists()


@lru_cache
def modules(*, migrations: bool = False) -> tuple[Module, ...]:
    """Every module of Darb, without migrations unless asked."""
    return tuple(Module(path) for path in sorted(SOURCE.rglob("*.py")) if migrations or "migrations" not in path.parts)


@lru_cache
def rooms() -> tuple[str, ...]:
    """Every package directly below `darb`."""
    return tuple(sorted(place.parent.name for place in SOURCE.glob("*/__init__.py")))


@lru_cache
def layers() -> tuple[frozenset[str], ...]:
    """The layers from the bottom up, as the import contract declares them; siblings together."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    declared = next(c for c in contracts if c["type"] == "layers")["layers"]
    return tuple(frozenset(part.strip(" ()") for part in layer.split("|")) for layer in reversed(declared))


def height(room: str) -> int:
    """How high a room stands; 0 is the bottom."""
    return next(i for i, layer in enumerate(layers()) if room in layer)
