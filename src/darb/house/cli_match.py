"""`darb match` and `darb identity`: everybody who is registered twice in a file. Needs no database."""

from __future__ import annotations

from pathlib import Path

import click

from .errors import HouseError

_OUT = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--pairs", "pairs_to", type=_OUT, required=True, help="Where to write left,right,probability,verdict.")
@click.option("--clusters", "clusters_to", type=_OUT, help="Where to write record_id,person for every registration.")
@click.option("--at-precision", type=click.FloatRange(0.5, 1, max_open=True), help="Pairs expected right so often.")
@click.option(
    "--engine",
    type=click.Choice(["darb", "splink", "spark"]),
    default="darb",
    show_default=True,
    help="On what to run.",
)
@click.option(
    "--master", default="local[2]", show_default=True, help="The Spark cluster, for instance spark://host:7077."
)
def match(
    file: Path, pairs_to: Path, clusters_to: Path | None, at_precision: float | None, engine: str, master: str
) -> None:
    """Find the registrations of one person in FILE (CSV or .xlsx).

    Columns: record_id, given_name, father_name, family_name, mother_name, sex, dob, birth_year, nationality,
    origin_place, phone, doc_no, case_no, site, reg_date. Missing columns are allowed, others are ignored.
    Without --at-precision a pair is reported from the probability on that promises the best F1.
    """
    from .matching_files import match_file

    for target in (pairs_to, clusters_to):
        if target and not target.parent.is_dir():
            raise HouseError(f"There is no folder {target.parent} to write {target.name} into.")
    click.echo(match_file(file, pairs_to, clusters_to, at_precision, engine, master), err=True)


@click.group()
def identity() -> None:
    """The model by which persons are recognised."""


@identity.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--out", type=_OUT, default="identity_model.json", show_default=True, help="Where to write the model.")
@click.option("--made", default=40_000, show_default=True, type=click.IntRange(0), help="Made ones, for context.")
@click.option("--judgements", is_flag=True, help="Learn from what this mission's reviewers judged, too.")
def train(files: tuple[Path, ...], out: Path, made: int, judgements: bool) -> None:
    """Fit the model to labelled FILES: the columns of `darb match`, and person_id.

    Shows how it does on people that it wasn't shown, by nationality, sex and script; refuses to write a model that
    matches some people worse than others. A model at identity_model.json in the data folder is used from the next
    start on; files are then keyed again in the background.
    """
    from .identity_training import judged_in_mission
    from .identity_training import train as fit

    told = [judged_in_mission()] if judgements else []
    fit(files, out, lambda text: click.echo(text, err=True), made, *told)
