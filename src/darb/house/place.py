"""Where this installation keeps its things, and which database it uses. No Django."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


def data_dir() -> Path:
    """The data folder: `DARB_DATA`, else `darb` in the user's data home. Not created here."""
    if named := os.environ.get("DARB_DATA"):
        return Path(named).resolve()
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "darb"


def assets_dir() -> Path:
    """Where the installed front-end packages lie: `DARB_ASSETS`, else `var/assets` of the checkout."""
    if named := os.environ.get("DARB_ASSETS"):
        return Path(named).resolve()
    return Path(__file__).resolve().parents[3] / "var" / "assets"


def secret_key() -> str:
    """The key that signs sessions: made once, kept in the data folder, readable by its owner alone."""
    if given := os.environ.get("DARB_SECRET_KEY"):
        return given
    path = data_dir() / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()


def database(role: str) -> dict[str, Any]:
    """Django's settings for connecting as `role` (darb_app, darb_owner or darb_backup).

    `DATABASE_URL` names a server and a login that may become each role; without it, the embedded
    server's socket in the data folder, where the operating system vouches for us. `DARB_DATABASE`
    names another database than the usual one.
    """
    base: dict[str, Any] = {"ENGINE": "django.db.backends.postgresql", "ATOMIC_REQUESTS": False}
    if url := os.environ.get("DATABASE_URL"):
        parts = urlsplit(url)
        return base | {
            "NAME": os.environ.get("DARB_DATABASE") or parts.path.lstrip("/") or "darb",
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "OPTIONS": {**dict(parse_qsl(parts.query)), "options": f"-c role={role}"},
        }
    from .postgres import Cluster

    cluster = Cluster(data_dir() / "postgres")
    name = os.environ.get("DARB_DATABASE", "darb")
    return base | {"NAME": name, "USER": role, "HOST": str(cluster.socket_dir), "OPTIONS": {}}
