"""`darb user`: the accounts that sign in, and what they may do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import click

from darb.rules.roles import LABELS, Role

from . import database

ROLES = click.Choice([role.value for role in Role])


@click.group()
def user() -> None:
    """Accounts: add, list, grant, revoke, close."""


def _where(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say where a role holds; nothing given means everywhere."""
    for name, meaning in (("programme", "one programme"), ("site", "one site's code"), ("office", "one office's code")):
        command = click.option(f"--{name}", default="", help=f"Only {meaning}; else every one.")(command)
    return command


@contextmanager
def _house() -> Iterator[Any]:
    """An open house and an act of the house's own, now."""
    with database.open_house():
        from django.utils import timezone

        from darb.trust.action import Act
        from darb.trust.context import acting
        from darb.trust.queries import HOUSE

        with acting(HOUSE):
            yield lambda: Act(HOUSE, timezone.now(), uuid4())


@user.command()
@click.argument("username")
@click.option("--name", required=True, help="The person's name, as colleagues know it.")
@click.option("--language", type=click.Choice(["ar", "en", "fr"]), default="en", show_default=True)
@click.option("--role", "roles", type=ROLES, multiple=True, help="May be given several times.")
@_where
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
def add(
    username: str,
    name: str,
    language: str,
    roles: tuple[str, ...],
    office: str,
    site: str,
    programme: str,
    password_stdin: bool,
) -> None:
    """Open an account, with its roles."""
    asked = click.get_text_stream("stdin").readline().rstrip("\n") if password_stdin else None
    password = asked if asked is not None else click.prompt("Password", hide_input=True, confirmation_prompt=True)
    with _house() as act:
        from darb.trust import actions

        actions.open_account(act(), username, name, password, language=language)
        if roles:
            actions.grant(act(), username, [Role(r) for r in roles], office=office, site=site, programme=programme)
    click.echo(f"{username} can sign in.")


@user.command(name="list")
@click.option("--json", "as_json", is_flag=True)
def list_(as_json: bool) -> None:
    """Every account and its roles."""
    with _house():
        from darb.trust.queries import HOUSE, accounts

        rows = accounts(HOUSE)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        state = "" if row["active"] else " (closed)"
        click.echo(f"{row['username']}{state}: {row['name']}, {row['language']}")
        for grant in row["grants"]:
            where = ", ".join(grant[k] for k in ("office", "site", "programme") if grant[k]) or "everywhere"
            click.echo(f"    {LABELS[Role(grant['role'])]}: {where}")


@user.command()
@click.argument("username")
@click.argument("roles", type=ROLES, nargs=-1, required=True)
@_where
def grant(username: str, roles: tuple[str, ...], office: str, site: str, programme: str) -> None:
    """Give roles to an account."""
    with _house() as act:
        from darb.trust import actions

        actions.grant(act(), username, [Role(r) for r in roles], office=office, site=site, programme=programme)
    click.echo(f"{username} has {', '.join(roles)}.")


@user.command()
@click.argument("username")
@click.argument("roles", type=ROLES, nargs=-1, required=True)
def revoke(username: str, roles: tuple[str, ...]) -> None:
    """Take roles from an account, wherever they were given. Takes effect at once."""
    with _house() as act:
        from darb.trust import actions

        actions.revoke(act(), username, [Role(r) for r in roles])
    click.echo(f"{username} no longer has {', '.join(roles)}.")


@user.command()
@click.argument("username")
def close(username: str) -> None:
    """Stop an account from signing in. What it did stays on record."""
    with _house() as act:
        from darb.trust import actions

        actions.close_account(act(), username)
    click.echo(f"{username} can't sign in any more.")
