"""A model is learned from registrations whose persons are known, and judged on persons that it didn't see."""

from __future__ import annotations

import json

import numpy as np
import pytest

from darb.rules.identity import Specification, score, training
from darb.rules.identity.comparing import COMPARISONS, SIZES, falling
from darb.rules.identity.fitting import in_order
from darb.rules.identity.scoring import probability_of
from darb.rules.identity.specification import read, shipped

from .people import AGAIN, AMAL, STRANGER, made

Trained = tuple[Specification, training.HeldOut, training.HeldOut]


@pytest.fixture(scope="module")
def trained() -> Trained:
    labelled = made(2500, seed=9)
    return training.train([told.record for told in labelled], [told.person for told in labelled], "test")


def test_a_trained_model_tells_people_apart(trained: Trained) -> None:
    model, _, _ = trained
    assert score(AMAL, AGAIN, registrations=2500, model=model).probability > 0.9
    assert score(AMAL, STRANGER, registrations=2500, model=model).probability < 0.01


def test_what_it_says_of_people_it_did_not_see_is_mostly_right(
    trained: Trained,
) -> None:
    _, held_out, _ = trained
    said = held_out.bits > 0
    assert held_out.same[said].mean() > 0.8
    assert held_out.same[said].sum() > 0.7 * held_out.true
    assert abs(probability_of(held_out.bits).sum() - held_out.same.sum()) < 0.2 * held_out.true


def test_what_it_says_at_sites_it_did_not_see_is_mostly_right(
    trained: Trained,
) -> None:
    _, people, sites = trained
    said = sites.bits > 0
    assert sites.same[said].mean() > 0.8
    assert not np.array_equal(sites.bits, people.bits)


@pytest.mark.parametrize("name", COMPARISONS)
def test_better_agreement_never_weighs_less_than_worse(name: str, trained: Trained) -> None:
    for model in (trained[0], shipped()):
        for chain in falling(name):
            assert np.all(np.diff(model.weights[name][chain]) <= 0), (name, chain)


def test_levels_the_wrong_way_round_get_their_mean_and_the_others_stay() -> None:
    table, seen = np.array([0.0, 5.0, 1.0, 3.0, -2.0]), np.array([1.0, 1.0, 3.0, 1.0, 1.0])
    assert in_order("place", table, seen).tolist() == [0.0, 5.0, 1.5, 1.5, -2.0]


def test_agreeing_weighs_more_than_disagreeing(
    trained: Trained,
) -> None:
    weights = trained[0].weights
    assert weights["sex"][1] > weights["sex"][2]
    assert weights["document"][1] > weights["document"][3]
    assert weights["nation"][2:].mean() > weights["nation"][1]


def test_a_specification_survives_its_file(trained: Trained) -> None:
    model, held_out, _ = trained
    model = training.with_context(model, [(2500, held_out)])
    again = read(json.dumps(training.as_json(model, "a command")))
    for name in COMPARISONS:
        assert np.array_equal(again.weights[name], model.weights[name])
    assert (again.prior, again.population, again.names, again.nations) == (
        model.prior, model.population, model.names, model.nations,
    )  # fmt: skip


@pytest.mark.parametrize("text", ["{}", "[]", '{"weights": {}}', "no"])
def test_what_is_no_specification_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read(text)


def test_the_shipped_specification_says_which_command_made_it_and_fits_its_comparisons() -> None:
    model = shipped()
    assert {name: model.weights[name].shape for name in COMPARISONS} == (
        {name: (size,) for name, size in zip(COMPARISONS, SIZES, strict=True)}
    )
    assert model.made_by.startswith("darb identity train")
