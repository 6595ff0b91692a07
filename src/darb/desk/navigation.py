"""What the side navigation offers to whoever is signed in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Template context: groups of links for the roles of this account."""
    return {"navigation": []}
