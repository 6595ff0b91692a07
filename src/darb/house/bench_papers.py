"""What a paper takes: a manifest of two hundred beside a table of as many empty rows that Typst sets alone."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import translation

from darb.desk.paper_parts import Column, Facts, Sheet, Signed, Table
from darb.desk.paper_setting import Foot, Frame, fonts, set_as_pdf

from .bench_measures import Line, timed

PEOPLE = 200
SECONDS = 2.0
EMPTY = "#table(columns: 8, ..range({cells}).map(n => str({run}) + []))"


def setting(repeat: int) -> Line:
    """A manifest of 200 people, names in both scripts, set as PDF in Arabic; every run says something else.

    The bare side is Typst with the same fonts and a table of as many cells, which knows no frame, no names and no
    directions. Neither side may remember the run before.
    """
    import typst

    frame = Frame("Darb", "ar", Foot("A", "B", "{page} / {pages}"))
    with translation.override("ar"):
        ours = timed(repeat, lambda run: set_as_pdf(_manifest(run), frame))
    bare = timed(
        repeat,
        lambda run: typst.compile(EMPTY.format(cells=PEOPLE * 8, run=run).encode(), font_paths=fonts(), format="pdf"),
    )
    p95 = ours.at(0.95)
    return Line(
        what=f"paper: manifest of {PEOPLE}",
        p50=ours.at(0.5),
        p95=p95,
        bare=bare.at(0.5),
        aim=f"< {SECONDS:.0f} s",
        met=p95 < SECONDS,
        rows=PEOPLE,
    )


def _manifest(run: int) -> Sheet:
    columns = [Column("No.", kind="number"), Column("Name", 4), *(Column(f"{n}", kind="code") for n in range(6))]
    rows: list[list[Any]] = [
        [
            str(n),
            [f"Ibrahim Keita {run}-{n}", f"إبراهيم كيتا {run}-{n}"],
            "M",
            "1997-03-04",
            "MLI",
            f"LP{n:06}",
            "BKO",
            "–",
        ]
        for n in range(PEOPLE)
    ]
    return Sheet(
        title="كشف المسافرين",
        reference=f"R{run}",
        parts=[Facts([("People", str(PEOPLE))], columns=2), Table(columns, rows), Signed(["Received"])],
        subject="bench",
        leaves=date(2019, 5, 8),
    )
