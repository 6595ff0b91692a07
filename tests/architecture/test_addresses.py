"""Every address refuses whoever isn't signed in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, UUIDConverter

# Open to anyone, and why.
OPEN = {
    "desk:sign-in": "there is no other way in",
    "desk:set_language": "the sign-in page is read in three languages",
}


def patterns(resolver: URLResolver | None = None, space: str = "", before: str = "") -> Iterator[tuple[str, str]]:
    """Every address: its name, and a path that leads to it."""
    resolver = resolver or get_resolver()
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, entry.namespace or space, route)
        elif isinstance(entry, URLPattern):
            yield f"{space}:{entry.name}", "/" + filled(entry, route)


def filled(entry: URLPattern, route: str) -> str:
    """The route with something plausible in each place."""
    for name, converter in entry.pattern.converters.items():
        value = "1" if isinstance(converter, IntConverter) else "ABCDEF"
        if isinstance(converter, UUIDConverter):
            value = str(UUID(int=1))
        kind = next(
            k for k in (f"<{name}>", f"<int:{name}>", f"<str:{name}>", f"<slug:{name}>", f"<uuid:{name}>") if k in route
        )
        route = route.replace(kind, value)
    return route


ADDRESSES = list(patterns())


def test_the_walk_finds_the_pages() -> None:
    assert {"desk:home", "desk:sign-in"} <= {name for name, _path in ADDRESSES}
    assert all(name.split(":")[1] != "None" for name, _path in ADDRESSES), "an address without a name"


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "head"])
@pytest.mark.parametrize(("name", "path"), ADDRESSES, ids=[name for name, _path in ADDRESSES])
def test_an_unknown_visitor_is_sent_to_the_sign_in_page(name: str, path: str, method: str, db: Any) -> None:
    if name in OPEN:
        pytest.skip(OPEN[name])
    answer = getattr(Client(), method)(path)
    assert (answer.status_code, _way_in(answer)) == (302, "/sign-in/")
    assert not answer.content


def test_only_the_listed_addresses_are_open(db: Any) -> None:
    visitor = Client()
    assert {name for name, path in ADDRESSES if _way_in(visitor.get(path)) != "/sign-in/"} == set(OPEN)


def test_every_answer_carries_the_policy_that_nothing_comes_from_elsewhere(db: Any) -> None:
    for _name, path in ADDRESSES:
        assert "default-src 'none'" in Client().get(path).headers["Content-Security-Policy"], path


def _way_in(answer: Any) -> str:
    return str(answer.headers.get("Location", "")).split("?")[0]
