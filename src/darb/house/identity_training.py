"""`darb identity train`: fit the identity model to labelled files, and show how it does before it is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from darb.rules.identity import Columns, Record, best_threshold, candidate_pairs, training
from darb.rules.identity import context as contexts
from darb.rules.identity.columns import Numbers
from darb.rules.identity.matching import made_ready, score_pairs
from darb.rules.identity.scoring import probability_of
from darb.rules.identity.specification import Specification

from . import registrations_file
from .bench_people import Labelled, Vocabulary, registrations
from .errors import HouseError
from .identity_measures import Group, Measured, as_table, fairness, measure, reliability

MADE = 40_000
_FEWEST = 200


def train(
    files: Sequence[Path],
    out: Path,
    tell: Callable[[str], None],
    made: int = MADE,
    judged: training.Judged = training.NOBODY_JUDGED,
) -> None:
    """Fit a model to labelled `files` and `judged` pairs, tell how it does, and write it to `out`.

    Raises HouseError, and writes nothing, where the files have too few pairs to learn from or where some people
    would be matched worse than others.
    """
    records, people = labelled(files)
    if (pairs := training.pairs_of_one(np.unique(people, return_inverse=True)[1])) < _FEWEST:
        raise HouseError(f"There are {pairs} pairs of one person in these files: learning needs {_FEWEST} or more.")
    tell(f"{len(records):,} registrations, {pairs:,} pairs of one person. Fitting ...")
    more = _more(records, people, made, tell)
    model, held_out, elsewhere = training.train(records, people, _version(records, people), judged, more)
    sets = [(len(records), held_out), *_made(model, records, people, made, tell)]
    model = training.with_context(model, sets)
    whole, groups = _report(model, held_out, elsewhere, records, people, tell)
    if behind := [group for group in groups if group.behind(whole)]:
        names = ", ".join(f"{group.what} {group.name}" for group in behind)
        raise HouseError(f"This model matches some people worse than others ({names}), so it wasn't written.")
    judgements = f" --judgements ({len(judged.same)} pairs)" if len(judged.same) else ""
    command = f"darb identity train {' '.join(file.name for file in files)} --made {made}{judgements}"
    out.write_text(json.dumps(training.as_json(model, command), separators=(",", ":")) + "\n", encoding="utf-8")
    tell(f"Written to {out}.")


def held_out_report(records: list[Record], people: list[str], tell: Callable[[str], None]) -> Measured:
    """How a model of these registrations does on people it wasn't shown; tells reliability and fairness on the way.

    Context is learned on the same held-out pairs.
    """
    more = _more(records, people, MADE, tell)
    model, held_out, elsewhere = training.train(records, people, "measured", more=more)
    model = training.with_context(model, [(len(records), held_out), *_made(model, records, people, MADE, tell)])
    return _report(model, held_out, elsewhere, records, people, tell)[0]


def judged_in_mission() -> training.Judged:
    """What the reviewers of the mission's database judged, as pairs to learn from."""
    from . import database

    with database.open_house():
        from darb.people.judged_queries import judged_levels
        from darb.trust.context import acting
        from darb.trust.queries import HOUSE

        with acting(HOUSE):
            return judged_levels(HOUSE)


def labelled(files: Sequence[Path]) -> tuple[list[Record], list[str]]:
    """The registrations of labelled files and who they really are; persons of different files are different."""
    records: list[Record] = []
    people: list[str] = []
    for n, file in enumerate(files):
        records.extend(registrations_file.registrations(file))
        people.extend(f"{n}:{person}" for person in registrations_file.labels(file))
    return records, people


def _version(records: list[Record], people: list[str]) -> str:
    import zlib

    told = zlib.crc32("\n".join(f"{record}{person}" for record, person in zip(records, people, strict=True)).encode())
    return f"{len(records)}.{told:08x}"


def _more(records: list[Record], people: list[str], many: int, tell: Callable[[str], None]) -> training.More | None:
    """Makes `many` registrations from labelled ones: a small file has few pairs of rare levels."""
    if not many:
        return None

    def more(rows: Numbers) -> tuple[list[Record], list[str]]:
        tell(f"Making {many:,} registrations like {len(rows):,} of these ...")
        vocabulary = Vocabulary([Labelled(records[row], people[row]) for row in rows.tolist()])
        drawn = list(registrations(vocabulary, many, seed=3))
        return [label.record for label in drawn], [label.person for label in drawn]

    return more


def _made(
    model: Specification, records: list[Record], people: list[str], many: int, tell: Callable[[str], None]
) -> list[tuple[int, training.HeldOut]]:
    """A made set, scored: what third registrations say is learned where there are many."""
    if not many:
        return []
    tell(f"Making {many:,} registrations to learn context from ...")
    vocabulary = Vocabulary([Labelled(record, person) for record, person in zip(records, people, strict=True)])
    drawn = list(registrations(vocabulary, many, seed=2))
    columns = made_ready(Columns.of([label.record for label in drawn], model))
    pairs = score_pairs(columns, candidate_pairs(columns), model)
    who = np.array([int(label.person) for label in drawn])
    same = (who[pairs.rows[:, 0]] == who[pairs.rows[:, 1]]).astype(np.float64)
    return [(len(drawn), training.HeldOut(pairs.rows, pairs.bits, same, training.pairs_of_one(who)))]


def _report(
    model: Specification,
    held_out: training.HeldOut,
    elsewhere: training.HeldOut,
    records: list[Record],
    people: list[str],
    tell: Callable[[str], None],
) -> tuple[Measured, list[Group]]:
    chance = _chances(model, len(records), held_out)
    threshold = best_threshold(chance)
    said = held_out.rows[chance >= threshold]
    whole = measure(said, people)
    groups = list(fairness(records, people, said))
    tell(f"On people it wasn't shown, from a probability of {threshold:.2f} on: {whole}")
    at_sites = elsewhere.rows[_chances(model, len(records), elsewhere) >= threshold]
    tell(f"At sites it wasn't shown: {measure(at_sites, people)}")
    tell("\n".join(f"  said {a:.2f}  was {b:.2f}  ({n} pairs)" for a, b, n in reliability(chance, held_out.same)))
    tell(as_table(groups, whole))
    return whole, groups


def _chances(model: Specification, many: int, scored: training.HeldOut) -> Numbers:
    """The probabilities of scored pairs among so many registrations, with what other pairs say."""
    return probability_of(scored.bits + model.context[contexts.cells(many, scored.rows, scored.bits)])
