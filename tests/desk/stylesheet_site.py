# ruff: noqa: TID251
"""A small site of its own that shows the frame and every shared part, for the tests and for looking at.

    python tests/desk/stylesheet_site.py 8123      then open /en/ or /ar/

No database: the front end is looked at alone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
TODAY = date(2019, 9, 12)


class Officer:
    """Somebody signed in, as far as templates can tell."""

    is_authenticated = True

    def __str__(self) -> str:
        return "Amina Ben Salah"


def signed_in(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: every request is `Officer`'s; the page's language is the first part of its address."""
    from django.utils import translation

    def middleware(request: HttpRequest) -> HttpResponse:
        request.user = Officer()  # type: ignore[assignment]
        if (language := request.path.split("/")[1]) in ("ar", "fr", "en"):
            translation.activate(language)
        return get_response(request)

    return middleware


def configure() -> None:
    """Give Django just enough settings for templates, static files and the policy."""
    from darb.desk.csp import CONTENT_SECURITY_POLICY

    settings.configure(
        DEBUG=True,
        SECRET_KEY="only-for-looking",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=__name__,
        # The rooms too: Django reads every template tag of the desk, and some of those know the rooms' models.
        INSTALLED_APPS=[
            *(f"django.contrib.{name}" for name in ("auth", "contenttypes", "messages", "postgres", "staticfiles")),
            *(
                f"darb.{room}"
                for room in ("trust", "places", "people", "cases", "events", "movements", "assistance", "desk")
            ),
        ],
        AUTH_USER_MODEL="trust.Account",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        MIDDLEWARE=[
            "csp.middleware.CSPMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            f"{__name__}.signed_in",
        ],
        MESSAGE_STORAGE="django.contrib.messages.storage.cookie.CookieStorage",
        CONTENT_SECURITY_POLICY=CONTENT_SECURITY_POLICY,
        STATIC_URL="/static/",
        STATICFILES_DIRS=[("vendor", ROOT / "var" / "assets" / "vendor")],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [HERE / "templates"],
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        LANGUAGES=[("ar", "Arabic"), ("fr", "French"), ("en", "English")],
        LANGUAGE_CODE="en",
        USE_I18N=True,
        USE_THOUSAND_SEPARATOR=True,
        FORMS_URLFIELD_ASSUME_HTTPS=True,
    )
    django.setup()


class SignInForm(forms.Form):
    """As Django's own asks."""

    username = forms.CharField(label="User name", widget=forms.TextInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))


class PersonForm(forms.Form):
    """One field of every kind that pages use."""

    name = forms.CharField(help_text="As the person says it, in any script.")
    phone = forms.CharField(required=False, widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "tel"}))
    born = forms.DateField(widget=forms.DateInput(), initial=date(1994, 3, 7))
    nationality = forms.ChoiceField(choices=[("NER", "Niger"), ("SDN", "Sudan"), ("BGD", "Bangladesh")])
    sex = forms.ChoiceField(widget=forms.RadioSelect, choices=[("F", "Woman or girl"), ("M", "Man or boy")])
    safe_to_call = forms.BooleanField(required=False, label="It is safe to call this number")
    remarks = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))


def _page(request: HttpRequest, template: str = "stylesheet.html") -> HttpResponse:
    from django.contrib import messages
    from django.shortcuts import render
    from django.utils.translation import get_language

    from darb.rules.refusal import Refusal
    from darb.rules.roles import Role

    messages.success(request, "Moussa Ibrahim is registered.")
    arabic = get_language() == "ar"
    person = "موسى إبراهيم" if arabic else "Moussa Ibrahim"
    form = PersonForm({"phone": "+218 91 234 5678", "born": "1994-03-07"}) if "errors" in request.GET else PersonForm()
    months = [TODAY + timedelta(days=30 * n) for n in range(-2, 6)]
    gates = [
        ("Consent", [(months[1], months[4])], "green"),
        ("Travel document", [(months[2], None)], "green"),
        ("Exit visa", [(months[0], months[1]), (months[3], months[4])], "red"),
        ("Fit to travel", [(months[2], TODAY + timedelta(days=4))], "amber"),
        ("Joint counselling", [(None, None)], "none"),
    ]
    context = {
        "navigation": _navigation(arabic),
        "role_names": [Role.VHR_CASEWORKER, Role.REGISTRATION_CLERK],
        "trail": [("العودة الطوعية" if arabic else "Voluntary return", "/"), (person, "")],
        "today": TODAY,
        "demonstration": True,
        "refusal": Refusal(
            "seat_held",
            "The seat on flight {flight} is held until {day}.",
            {"flight": "UZ-189", "day": TODAY},
            Role.MOVEMENT_OFFICER,
        ),
        "expired": Refusal(
            "visa_expired", "The exit visa ended on {day}.", {"day": TODAY - timedelta(days=3)}, Role.EXIT_VISA_OFFICER
        ),
        "two_refusals": [
            Refusal("visa_expired", "The exit visa ended on {day}.", {"day": TODAY}, Role.EXIT_VISA_OFFICER),
            "The flight is full.",
        ],
        "officer": Role.EXIT_VISA_OFFICER,
        "person": person,
        "form": form,
        "gates": gates,
        "start": months[0],
        "end": months[-1],
        "soon": TODAY + timedelta(days=4),
        "earlier": TODAY - timedelta(days=3),
        "pages": Paginator(range(3124), 50).page(2),
        "nationalities": [
            ("Niger", 1812, "#"),
            ("Nigeria", 940, "#"),
            ("Bangladesh", 402),
            ("Sudan", 77),
            ("Egypt", 3),
        ],
        "people": [
            ("Moussa Ibrahim", "VHR-7K2M-4", "Niger"),
            ("Hawa Diallo", "VHR-3QXA-9", "Guinea"),
            ("خديجة محمود", "VHR-88RD-1", "Sudan"),
        ],
    }
    if template == "registration/login.html":
        context["form"] = SignInForm()
    return render(request, template, context)


def _navigation(arabic: bool) -> list[tuple[str, list[tuple[str, str, str, object]]]]:
    if arabic:
        return [
            (
                "العمل",
                [
                    ("اليوم", "/ar/", "home", ""),
                    ("قائمة عملي", "/work", "checklist", 14),
                    ("بحث عن شخص", "/search", "user-search", ""),
                ],
            ),
            (
                "العودة الطوعية",
                [
                    ("التسجيل", "/register", "user-plus", ""),
                    ("جلسات قنصلية", "/sessions", "building-bank", 1),
                    ("الرحلات", "/flights", "plane", 2),
                    ("من لا يمكنه السفر", "/red", "hand-stop", 1206),
                ],
            ),
        ]
    return [
        (
            "Work",
            [
                ("Today", "/en/", "home", ""),
                ("My work list", "/work", "checklist", 14),
                ("Find a person", "/search", "user-search", ""),
            ],
        ),
        (
            "Voluntary return",
            [
                ("Register", "/register", "user-plus", ""),
                ("Consular sessions", "/sessions", "building-bank", 1),
                ("Flights", "/flights", "plane", 2),
                ("Who can't fly, and why", "/red", "hand-stop", 1206),
            ],
        ),
    ]


def _site(at: list[float], **properties: object) -> dict[str, object]:
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": at}, "properties": properties}


def geojson(request: HttpRequest) -> JsonResponse:
    """The mantikas, as the house keeps them, and three sites."""
    shapes = json.loads((ROOT / "src/darb/places/data/mantikas.geojson").read_text())
    for area in shapes["features"]:
        area["properties"]["name"] = area["properties"]["pcode"]
    shapes["features"] += [
        _site([13.2, 32.8], name="Tripoli", count=900, words="900", url="/en/#site"),
        _site([16.6, 31.2], name="Sirte", count=60, words="60", url="/en/#site", tone="amber"),
        _site([14.4, 27.0], name="Sabha", count=240, words="240", url="/en/#site", tone="red"),
    ]
    return JsonResponse(shapes)


def spec(request: HttpRequest) -> JsonResponse:
    """A bar chart with a computed field, so that an expression has to run."""
    return JsonResponse(
        {
            "data": {"values": [{"month": f"2019-{m:02}", "returned": 300 + 37 * m} for m in range(1, 10)]},
            "transform": [{"calculate": "datum.returned * 2", "as": "doubled"}],
            "mark": {"type": "bar", "tooltip": True},
            "encoding": {"x": {"field": "month", "type": "ordinal"}, "y": {"field": "doubled", "type": "quantitative"}},
        }
    )


def echo(request: HttpRequest) -> HttpResponse:
    """What was posted, as JSON: the tests read it."""
    return HttpResponse(
        json.dumps({"method": request.method, "posted": request.POST.dict()}), content_type="application/json"
    )


def refuse(request: HttpRequest) -> HttpResponse:
    """A door that refuses what htmx asked, with the fragment that belongs in #messages."""
    from django.shortcuts import render

    from darb.rules.refusal import Refusal

    return render(
        request,
        "parts/messages.html",
        {"refusal": Refusal("stale", "Somebody changed this page meanwhile.")},
        status=409,
    )


def _urls() -> list[object]:
    from django.contrib.staticfiles.views import serve
    from django.urls import include, path, re_path

    addresses = {"search": _page, "sign-out": echo, "set_language": echo}
    desk = ([path(name, view, name=name) for name, view in addresses.items()], "desk")
    return [
        path("<str:language>/", lambda request, language: _page(request)),
        path("<str:language>/map", lambda request, language: _page(request, "stylesheet_map.html")),
        path("<str:language>/login", lambda request, language: _page(request, "registration/login.html")),
        path("<str:language>/404", lambda request, language: _page(request, "404.html")),
        path("shapes.geojson", geojson, name="geojson"),
        path("spec.json", spec, name="spec"),
        path("echo", echo, name="echo"),
        path("favicon.ico", lambda request: HttpResponse(status=204)),
        path("refuse", refuse, name="refuse"),
        path("desk/", include(desk, namespace="desk")),
        re_path(r"^static/(?P<path>.*)$", serve),
    ]


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing for each request."""


def main() -> None:
    """Serve on the port given until stopped; prints the port once it listens (0: any free one)."""
    from socketserver import ThreadingMixIn
    from wsgiref.simple_server import WSGIServer

    from django.core.wsgi import get_wsgi_application

    server_class = type("Server", (ThreadingMixIn, WSGIServer), {"daemon_threads": True})
    with make_server("127.0.0.1", int(sys.argv[1]), get_wsgi_application(), server_class, _Quiet) as server:
        sys.stdout.write(f"{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "src"))
    configure()
    urlpatterns = _urls()
    main()
