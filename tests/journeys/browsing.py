"""A reader of pages: finds forms by the words on their buttons, and sends them as a browser would."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from django.test import Client

from tests.cast import PASSWORD


@dataclass
class Form:
    """One form of a page: where it goes, what it holds already, the words on its buttons."""

    action: str = ""
    method: str = "get"
    values: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: dict[str, str] = {}
        self.text: list[str] = []
        self._form: Form | None = None
        self._by_id: dict[str, Form] = {}
        self._filling: Form | None = None
        self._select: str | None = None
        self._area: str | None = None
        self._button: list[str] | None = None
        self._link: list[str] | None = None
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {k: v or "" for k, v in attrs}
        if tag == "form":
            self._form = self._named(a.get("id", ""))
            self._form.action, self._form.method = a.get("action", ""), a.get("method", "get").lower()
            self.forms.append(self._form)
        elif tag in ("script", "style"):
            self._hidden += 1
        elif tag == "a":
            self._link = [a.get("href", ""), ""]
        elif tag == "button":
            self._button = [a.get("name", ""), a.get("value", ""), a.get("disabled", "no"), "", a.get("form", "")]
        elif tag == "option" and self._filling is not None:
            self._option(a)
        elif (form := self._named(a["form"]) if a.get("form") else self._form) is not None:
            self._filling = form
            self._field(form, tag, a)

    def _named(self, form_id: str) -> Form:
        return self._by_id.setdefault(form_id, Form()) if form_id else Form()

    def _option(self, a: dict[str, str]) -> None:
        form, name = self._filling, self._select
        if form is None or name is None:
            return
        form.choices.setdefault(name, []).append(a.get("value", ""))
        if "selected" in a or not form.values[name]:
            form.values[name] = [a.get("value", "")]

    def _field(self, form: Form, tag: str, a: dict[str, str]) -> None:
        name = a.get("name", "")
        if tag == "input" and name:
            kind = a.get("type", "text")
            if kind in ("checkbox", "radio"):
                form.choices.setdefault(name, []).append(a.get("value", "on"))
                if "checked" in a:
                    form.values.setdefault(name, []).append(a.get("value", "on"))
            elif kind != "file":
                form.values.setdefault(name, []).append(a.get("value", ""))
        elif tag == "select" and name:
            self._select = name
            form.values.setdefault(name, [])
        elif tag == "textarea" and name:
            self._area = name
            form.values[name] = [""]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag in ("script", "style"):
            self._hidden -= 1
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None
        elif tag == "a" and self._link:
            self.links[" ".join(self._link[1].split())] = self._link[0]
            self._link = None
        elif tag == "button" and self._button:
            name, value, disabled, words, form_id = self._button
            form = self._named(form_id) if form_id else self._form
            if form is not None and disabled == "no":
                form.buttons.append((" ".join(words.split()), name, value))
            self._button = None

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        if self._button is not None:
            self._button[3] += data
        if self._link is not None:
            self._link[1] += data
        if self._area and self._filling is not None:
            self._filling.values[self._area] = [self._filling.values[self._area][0] + data.lstrip("\n")]
        self.text.append(data)


class Page:
    """A page that somebody is looking at."""

    def __init__(self, somebody: Somebody, url: str, response: Any) -> None:
        self.somebody, self.url, self.status = somebody, url, response.status_code
        # What isn't a page, a PDF that comes down, has no words to read: it is the file.
        page = response["Content-Type"].startswith("text/html")
        self.html, self.file = (response.content.decode(), b"") if page else ("", response.content)
        reader = _Reader()
        reader.feed(self.html)
        self.forms, self.links = reader.forms, reader.links
        self.text = " ".join(" ".join(reader.text).split())

    def follow(self, words: str) -> Page:
        """Click the link that says `words` (or begins with them)."""
        found = self.links.get(words) or next((u for t, u in self.links.items() if t.startswith(words)), None)
        assert found, f"no link {words!r} on {self.url}: {sorted(self.links)}"
        return self.somebody.open(urljoin(self.url, found))

    def form(self, words: str) -> Form:
        """The form with a button that says `words`."""
        for form in self.forms:
            if any(b[0] == words or b[0].startswith(words) for b in form.buttons):
                return form
        raise AssertionError(f"no button {words!r} on {self.url}: {[b[0] for f in self.forms for b in f.buttons]}")

    def send(self, words: str, files: dict[str, Any] | None = None, **values: Any) -> Page:
        """Fill in the form whose button says `words`, and press it. A list fills a field several times; None clears."""
        form = self.form(words)
        data: dict[str, Any] = {k: list(v) for k, v in form.values.items()}
        for name, value in values.items():
            assert name in data or name in form.choices, f"no field {name!r}: {sorted({*data, *form.choices})}"
            data[name] = [] if value is None else value if isinstance(value, list) else [str(value)]
        _words, name, value = next(b for b in form.buttons if b[0] == words or b[0].startswith(words))
        if name:
            data[name] = [value]
        return self.somebody.send(urljoin(self.url, form.action or self.url), form.method, {**data, **(files or {})})


class Somebody:
    """A member of staff at a browser of their own, signed in by the sign-in page."""

    def __init__(self, username: str, language: str = "en") -> None:
        self.client = Client(enforce_csrf_checks=True, headers={"accept-language": language})
        page = self.open("/sign-in/")
        button = next(b[0] for f in page.forms for b in f.buttons if "username" in f.values)
        page = page.send(button, username=username, password=PASSWORD)
        assert page.url == "/", page.text

    def open(self, url: str) -> Page:
        """Type an address."""
        return self._seen(url, self.client.get(url, follow=True))

    def send(self, url: str, method: str, data: dict[str, Any]) -> Page:
        """Send a form."""
        call = self.client.post if method == "post" else self.client.get
        return self._seen(url, call(url, data, follow=True))

    def _seen(self, url: str, response: Any) -> Page:
        if getattr(response, "redirect_chain", None):
            url = response.redirect_chain[-1][0]
        assert response.status_code < 500, response.content.decode()[:2000]
        return Page(self, url, response)
