"""The command line: `darb`.

Exit codes: 0 done and well, 1 refused or failed (one sentence on stderr), 2 wrong usage.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from . import database, running
from .errors import HouseError
from .postgres import ClusterError


class Darb(click.Group):
    """Turns what goes wrong into one sentence and an exit code."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command; refusals and the machine's own errors become a sentence on stderr, exit code 1."""
        try:
            return super().invoke(context)
        except (HouseError, ClusterError) as error:
            raise click.ClickException(str(error)) from error
        except click.exceptions.Exit:
            raise
        except Exception as error:
            sentence = _sentence(error)
            if sentence is None:
                raise
            raise click.ClickException(sentence) from error


def _sentence(error: Exception) -> str | None:
    """What an error of the rooms or of the database server tells; None for what is a fault of Darb's own."""
    import psycopg

    from darb.rules.refusal import Refused

    if isinstance(error, Refused):
        return error.refusal.in_english()
    if isinstance(error, psycopg.OperationalError):
        return f"The database doesn't answer: {str(error).strip().splitlines()[0]}"
    if isinstance(error, PermissionError):
        return f"This user may not use {error.filename}."
    return None


class Day(click.ParamType):
    """A day as YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Give the day; a usage error for anything else."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()
        except ValueError:
            self.fail(f"{value!r} isn't a day: write it as YYYY-MM-DD, for instance 2019-05-31.", param, ctx)


def print_json(told: Any) -> None:
    """Write what a command reports for other software: UTF-8, dates as YYYY-MM-DD."""
    click.echo(json.dumps(told, ensure_ascii=False, indent=1, default=str))


@click.group(cls=Darb, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="darb", prog_name="darb")
def main() -> None:
    """Darb: from being stranded to being safely home.

    Exit codes: 0 done and well; 1 refused or failed, with one sentence on stderr; 2 wrong usage.
    The data folder is DARB_DATA (default: darb in your data home). DATABASE_URL puts Darb on a PostgreSQL server.
    """


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to serve on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to serve on.")
@click.option("--no-demo", is_flag=True, help="Begin a real mission: don't load the demonstration on the first start.")
def up(host: str, port: int, no_demo: bool) -> None:
    """Start everything: database, worker, web server. Ctrl-C stops it."""
    running.run(host, port, demo=not no_demo)


@main.command()
@click.option("--again", is_flag=True, help="Load it beside the cases that are there. Nothing is ever deleted.")
def demo(again: bool) -> None:
    """Load the demonstration mission, "Libya, 2019 so far"."""
    with database.open_house():
        if not again and database.has_cases():
            raise HouseError("This database holds cases already: give --again to load the demonstration beside them.")
        running.load_demo()


@main.command()
@click.option("--on", "day", type=Day(), required=True, help="The day of travel.")
@click.option("--programme", default="voluntary-return", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="A JSON array, one object a case.")
def readiness(day: date, programme: str, as_json: bool) -> None:
    """Who can travel on a day, and why the others can't."""
    with database.open_house():
        from darb.cases.pathways import PATHWAYS
        from darb.cases.queries import readiness_report
        from darb.trust.context import acting
        from darb.trust.queries import HOUSE

        if programme not in PATHWAYS:
            raise HouseError(f"There is no programme named {programme}. There is: {', '.join(PATHWAYS)}.")
        with acting(HOUSE):
            rows = list(readiness_report(HOUSE, day, programme))
    if as_json:
        print_json(rows)
        return
    ready = sum(1 for row in rows if row["ready"])
    click.echo(f"{ready} of {len(rows)} open cases can travel on {day}.")
    for row in rows:
        if not row["ready"]:
            reasons = "; ".join(f"{red['gate']} {red['reason']} ({red['who']})" for red in row["red"])
            click.echo(f"{row['case']}  {reasons}")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="A JSON array, one object a check.")
def doctor(as_json: bool) -> None:
    """Check that all is well; exit code 0 only if it is."""
    from . import doctor as checks

    with database.open_house(migrated=False):
        findings = checks.examine()
    if as_json:
        print_json([finding._asdict() for finding in findings])
    else:
        for finding in findings:
            click.echo(f"{'well' if finding.well else 'ILL '}  {finding.check}: {finding.said}")
    sys.exit(0 if all(finding.well for finding in findings) else 1)


@main.command()
@click.option("--quick", is_flag=True, help="At a twentieth of the size: to see that it works, not to judge by.")
@click.option("--only", type=click.Choice(["mission", "identity", "planning"]), help="Only one part; else every part.")
@click.option(
    "--labelled", type=click.Path(dir_okay=False, path_type=Path), help="Labelled registrations, for identity."
)
@click.option(
    "--instances", type=click.Path(file_okay=False, exists=True, path_type=Path), help="Instances to plan, a folder."
)
@click.option("--json", "as_json", is_flag=True, help="A JSON array, one object a line; times in seconds.")
def bench(quick: bool, only: str | None, labelled: Path | None, instances: Path | None, as_json: bool) -> None:
    """Measure the work on a large mission beside the bare database work.

    Fills a database of its own (1,000,000 people, 300,000 open cases: some minutes, some gigabytes)
    on the same server, and drops it at the end.
    """
    from . import bench as measures
    from . import bench_identity

    def tell(text: str) -> None:
        click.echo(text, err=True)

    told: list[dict[str, Any]] = []
    if only in (None, "mission"):
        lines = measures.run(measures.QUICK if quick else measures.WHOLE, tell)
        told += [line.as_json() for line in lines]
        if not as_json:
            click.echo(measures.as_text(lines))
    if only == "identity" or (only is None and bench_identity.sample_at(labelled).exists()):
        persons = bench_identity.run(quick, labelled, tell)
        told += persons
        if not as_json:
            click.echo(bench_identity.as_text(persons))
    if only in (None, "planning"):
        from . import bench_planning

        plans = bench_planning.run(instances, quick, tell)
        told += plans
        if not as_json:
            click.echo(bench_planning.as_text(plans))
    if as_json:
        print_json(told)


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--to", "recipient", help="An age public key (age1...) or a file that holds one; else this house's own.")
@click.option("--passphrase", is_flag=True, help="Encrypt with a passphrase (asked for, or DARB_PASSPHRASE) instead.")
def backup(file: Path, recipient: str | None, passphrase: bool) -> None:
    """Write an encrypted backup of the whole database to FILE."""
    from . import backup as backups

    with database.open_house():
        secret = _passphrase(confirm=True) if passphrase else None
        size = backups.write(file, backups.lock_for(recipient, secret))
    click.echo(f"Backed up to {file} ({size / 1e6:.1f} MB, encrypted).")


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.option("--identity", type=click.Path(dir_okay=False, path_type=Path), help="The file with the age secret key.")
@click.option("--passphrase", is_flag=True, help="The backup was encrypted with a passphrase.")
@click.option("--into", "name", help="Restore into a new database of this name and leave the present one as it is.")
def restore(file: Path, identity: Path | None, passphrase: bool, name: str | None) -> None:
    """Bring back the backup in FILE. Never overwrites a database that holds cases."""
    from . import backup as backups

    database.set_up_django()
    with database.running():
        secret = _passphrase(confirm=False) if passphrase else None
        told = backups.restore(file, backups.key_for(identity, secret), name)
    click.echo(told)


def _passphrase(*, confirm: bool) -> str:
    given = os.environ.get("DARB_PASSPHRASE")
    return given or click.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm)


from . import cli_match, cli_plan, cli_user  # noqa: E402  (their commands hang themselves under `main`)

main.add_command(cli_match.match)
main.add_command(cli_match.identity)
main.add_command(cli_plan.plan)
main.add_command(cli_user.user)
