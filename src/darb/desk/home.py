"""The first page: what waits for this person today, and where the mission stands."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    """The page a person lands on after signing in."""
    return render(request, "desk/home.html")
