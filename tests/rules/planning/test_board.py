"""What destinations leave to one another of what flights share."""

from __future__ import annotations

from darb.rules.planning.board import Shares
from darb.rules.planning.classes import compile_instance
from darb.rules.planning.modelling import Commons

from .mission import day, flight, group
from .mission import instance as mission

SLOT = ("slots", "MJI", 3)


def test_what_one_destination_claims_is_not_left_to_another_until_it_is_released() -> None:
    shares = _shares()
    assert shares.room_for("NER")[SLOT] == 2
    assert shares.claim("MLI", {SLOT: 2})
    assert shares.room_for("NER")[SLOT] == 0
    assert shares.room_for("MLI")[SLOT] == 2
    shares.release("MLI")
    assert shares.room_for("NER")[SLOT] == 2


def test_nothing_is_claimed_that_others_have() -> None:
    shares = _shares()
    shares.put("NER", {"N": "FN"})
    assert not shares.claim("MLI", {SLOT: 2})
    assert shares.room_for("NER")[SLOT] == 2
    assert shares.claim("MLI", {SLOT: 1})
    assert not shares.fit({"NER": {"N": "FN", "N2": "FN2"}})


def test_whoever_wants_nothing_of_what_ran_short_may_claim_the_rest() -> None:
    shares = _shares()
    assert shares.claim("NER", {SLOT: 2})
    shares.put("MLI", {"M": "FM"})
    assert shares.room_for("MLI")[SLOT] == 0
    shares.used["MLI"][SLOT] = 3
    assert shares.claim("NER", {SLOT: 0})
    assert not shares.claim("NER", {SLOT: 1})


def test_claims_that_add_up_to_a_trifle_too_much_keep_nobody_out() -> None:
    shares = _shares()
    assert shares.claim("NER", {SLOT: 1.000001})
    assert shares.fit({"MLI": {"M": "FM"}})
    assert shares.claim("NER", {SLOT: 1.1})
    assert not shares.fit({"MLI": {"M": "FM"}})


def _shares() -> Shares:
    """Three flights on a day with two slots: two to Niger, one to Mali."""
    flights = [flight("FM", 3), flight("FN", 3, destination="NER"), flight("FN2", 3, destination="NER")]
    groups = [group("M"), group("N", destination="NER"), group("N2", destination="NER")]
    whole = mission(groups, flights)
    assert {f.date for f in whole.flights.values()} == {day(3)}
    compiled = compile_instance(whole)
    return Shares(compiled, Commons(compiled), {})
