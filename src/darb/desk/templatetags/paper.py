"""The way to the papers about what a page shows, for those who hand some out."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from darb.desk.paper_choice import papers_for

register = template.Library()


@register.inclusion_tag("parts/papers_link.html", takes_context=True)
def papers_link(context: Any, about: str, ref: str) -> dict[str, str]:
    """A button to the papers about `ref`; nothing for who hands none out."""
    request = context.get("request")
    mine = papers_for(request.actor, about) if request else []
    return {"url": reverse("desk:papers_about", args=[about, ref]) if mine else ""}
