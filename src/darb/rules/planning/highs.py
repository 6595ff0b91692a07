"""Gives a model to HiGHS and brings back what it found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .classes import Floats, Ints
from .cuts import Cuts, with_cuts
from .modelling import INFINITY, Model


@dataclass(slots=True)
class Found:
    """A solution (None where none was found in time), its cost, a bound that none goes below, and rows' prices."""

    values: Floats | None
    cost: float
    bound: float
    duals: Floats | None = None


class Relaxation:
    """A model with everything divisible, solved again and again as rows are added."""

    def __init__(self, model: Model, **options: Any) -> None:
        self.model = model
        self._solver = _solver(model, INFINITY, whole=False, **options)

    def add(self, cuts: Cuts) -> None:
        """Add rows."""
        starts = np.searchsorted(cuts.rows, np.arange(cuts.count))
        self._solver.addRows(
            cuts.count,
            cuts.least,
            np.full(cuts.count, INFINITY),
            len(cuts.rows),
            starts.astype(np.int32),
            cuts.columns.astype(np.int32),
            cuts.values,
        )
        self.model = with_cuts(self.model, cuts)

    def bound(self, columns: Ints, low: Floats, high: Floats) -> None:
        """Other bounds for some columns, for solutions; `Found.bound` goes on to speak of the model as it was."""
        self._solver.changeColsBounds(len(columns), columns.astype(np.int32), low, high)

    def limit(self, rows: Ints, high: Floats) -> None:
        """Other limits for some rows that have only an upper one; as with `bound`."""
        self._solver.changeRowsBounds(len(rows), rows.astype(np.int32), np.full(len(rows), -INFINITY), high)

    def basis(self) -> Any:
        """Where the last solution stands, to `go_back` to."""
        return self._solver.getBasis()

    def go_back(self, basis: Any) -> None:
        """Begin the next solution from there."""
        self._solver.setBasis(basis)

    def solve(self, seconds: float) -> Found:
        """Solve within `seconds`. The bound is worked out anew from the prices, whatever the solver's state."""
        self._solver.setOptionValue("time_limit", self._solver.getRunTime() + max(0.01, seconds))
        self._solver.run()
        solution = self._solver.getSolution()
        if not solution.dual_valid:
            return Found(None, INFINITY, -INFINITY)
        duals = np.array(solution.row_dual)
        values = np.array(solution.col_value) if solution.value_valid else None
        cost = INFINITY if values is None else float(self.model.cost @ values) + self.model.constant
        return Found(values, cost, priced_bound(self.model, duals), duals)


def linear(model: Model, seconds: float, **options: Any) -> Found:
    """Solve once with everything divisible."""
    return Relaxation(model, **options).solve(seconds)


def priced_bound(model: Model, duals: Floats) -> float:
    """The least that any solution costs, by prices on rows (any prices do; the right ones make it tight)."""
    duals = np.where(np.isinf(model.row_low), np.minimum(duals, 0.0), duals)
    duals = np.where(np.isinf(model.row_high), np.maximum(duals, 0.0), duals)
    reduced = model.cost - np.bincount(model.columns, model.values * duals[model.rows], len(model.cost))
    side = np.where(duals > 0, model.row_low, model.row_high)
    rows = float(duals[duals != 0] @ side[duals != 0])
    return rows + float(np.minimum(reduced * model.low, reduced * model.high).sum()) + model.constant


def integer(
    model: Model,
    seconds: float,
    gap: float,
    *,
    start: Floats | None = None,
    stop: Callable[[float, float], bool] | None = None,
    better: Callable[[Floats], None] | None = None,
    **options: Any,
) -> Found:
    """Solve with whole flights (and whole units where the model says so), up to `gap`, beginning from `start`.

    `stop` is asked now and then with cost and bound so far, `better` told of each better solution. `start` may be the
    values of just the first columns; the solver then completes them as a problem of its own, so that bounds are not
    to be taken from a solve that was given one.
    """
    solver = _solver(model, seconds, whole=True, mip_rel_gap=gap, **options)
    if start is not None:
        solver.setSolution(len(start), np.arange(len(start), dtype=np.int32), start)
    if stop is not None:

        def ask(event: Any) -> None:
            if stop(event.data_out.mip_primal_bound, event.data_out.mip_dual_bound):
                event.interrupt()

        solver.cbMipInterrupt += ask
    if better is not None:

        def tell(event: Any) -> None:
            better(np.array(event.data_out.mip_solution))

        solver.cbMipImprovingSolution += tell
    solver.run()
    info, solution = solver.getInfo(), solver.getSolution()
    values = np.array(solution.col_value) if solution.value_valid and len(solution.col_value) else None
    cost = INFINITY if values is None else float(info.objective_function_value)
    return Found(values, cost, float(info.mip_dual_bound) if start is None else -INFINITY)


def _solver(model: Model, seconds: float, *, whole: bool, **options: Any) -> Any:
    import highspy

    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    # Few trial branchings: with a tight model each costs more than it tells.
    given = {
        "mip_pscost_minreliable": 1,
        "time_limit": max(0.01, min(seconds, 1e9)),
        "threads": 1,
        "parallel": "off",
        **options,
    }
    for name, value in given.items():
        solver.setOptionValue(name, value)
    order = np.argsort(model.columns, kind="stable")
    width = len(model.cost)
    start = np.concatenate(([0], np.cumsum(np.bincount(model.columns, minlength=width))))
    problem = highspy.HighsLp()
    problem.num_col_, problem.num_row_ = width, len(model.row_low)
    problem.col_cost_, problem.col_lower_, problem.col_upper_ = model.cost, model.low, model.high
    problem.row_lower_, problem.row_upper_ = model.row_low, model.row_high
    problem.offset_ = model.constant
    problem.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    problem.a_matrix_.start_ = start
    problem.a_matrix_.index_ = model.rows[order]
    problem.a_matrix_.value_ = model.values[order]
    if whole:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        problem.integrality_ = [kinds[w] for w in model.whole]
    solver.passModel(problem)
    return solver
