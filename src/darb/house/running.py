"""What `darb up` does, in order, and what it tells the person at the terminal."""

from __future__ import annotations

import os
import signal
import time
from types import FrameType

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from . import backup, database, messages, up
from .place import data_dir

console = Console(stderr=True, highlight=False)


def run(host: str, port: int, *, demo: bool) -> None:
    """Start everything and keep it alive until SIGINT or SIGTERM. Raises `HouseError` or `ClusterError`."""
    began = time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: the database server is stopped too
    up.check_port(host, port)
    if host in up.EVERYWHERE and "DARB_HOSTS" not in os.environ:
        say("Only this machine will be answered: set DARB_HOSTS to the names under which others reach it.")
    data_dir().mkdir(parents=True, exist_ok=True, mode=0o700)
    (data_dir() / "static").mkdir(exist_ok=True)
    database.set_up_django()
    messages.compile_changed()
    with up.database_server() as cluster:
        say("Preparing the database ...")
        database.prepare()
        database.check_durable()
        _begin(demo=demo)
        if fresh := backup.make_keys():
            say(fresh)
        announced = False

        def served() -> None:
            nonlocal announced
            if not announced and up.answers(host, port):
                announced = True
                _announce(host, port, time.monotonic() - began)

        stop = _Stop()
        up.keep_alive(up.children(host, port), cluster, say, lambda: stop.asked, served)
        say("Stopped.")


def load_demo() -> None:
    """Load the demonstration as of today, with a progress bar."""
    from django.utils import timezone

    from darb.demo import load

    columns = TextColumn("{task.description:<34}"), BarColumn(), TextColumn("{task.completed}/{task.total}")
    with Progress(*columns, TimeElapsedColumn(), console=console) as bars:
        known: dict[str, TaskID] = {}

        def progress(part: str, done: int, total: int) -> None:
            if part not in known:
                known[part] = bars.add_task(part, total=total)
            bars.update(known[part], completed=done, total=total)

        load(timezone.localdate(), progress)


def say(text: str) -> None:
    """Tell the person at the terminal (stderr, so that what a command reports stands alone on stdout)."""
    console.print(text, soft_wrap=True)


class _Stop:
    """Whether the person asked to stop: from here on the children are stopped in order instead of at once."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


def _begin(*, demo: bool) -> None:
    """On the first start decide what this database is for: a demonstration, or a real mission."""
    history = database.history()
    if history == database.LOADING:
        say("The demonstration was interrupted while loading; it is begun again.")
        database.begin_again()
        history = ""
    if history:
        return
    if not demo or database.has_cases():
        database.set_history(database.MISSION)
        return
    say("First start: loading the demonstration mission.")
    database.set_history(database.LOADING)
    load_demo()
    database.set_history(database.DEMONSTRATION)


def _announce(host: str, port: int, seconds: float) -> None:
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"\nDarb is at http://{shown}:{port}/ ({seconds:.0f} s). Ctrl-C stops it.")
    if database.history() == database.DEMONSTRATION:
        from darb.demo import ACCOUNTS

        click.echo("\nAccounts of the demonstration (never of a real mission):")
        wide = max(len(username) for username, *_ in ACCOUNTS)
        for username, role, password in ACCOUNTS:
            click.echo(f"  {username:<{wide}}  {password}  {role}")
    elif not _has_accounts():
        click.echo("Nobody can sign in yet: open an account with `darb user add`.")


def _has_accounts() -> bool:
    from darb.trust.context import acting
    from darb.trust.queries import HOUSE, accounts

    with acting(HOUSE):
        return bool(accounts(HOUSE))
