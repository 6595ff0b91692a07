"""What a database was begun as, and that only an interrupted demonstration is ever thrown away."""

from __future__ import annotations

import psycopg
import pytest

from .installation import Installation


def history(installation: Installation) -> str:
    """What the database was begun as."""
    return installation.python("-c", "from darb.house import database; print(database.history())").strip()


def test_a_start_without_the_demonstration_makes_it_a_mission_for_good(installation: Installation) -> None:
    assert history(installation) == "mission"


def test_a_demonstration_that_was_interrupted_is_begun_again_from_nothing(installation: Installation) -> None:
    installation.do("from tests.cast import cases; cases(2)")
    installation.python("-c", "from darb.house import database as d; d.set_history(d.LOADING)")
    try:
        installation.python("-c", "from darb.house import database as d; d.set_up_django(); d.begin_again()")
        assert installation.sql("select count(*) from people_person") == [(0,)]
        assert installation.sql("select count(*) > 50 from places_site") == [(True,)]
        assert [f["check"] for f in installation.report("doctor") if not f["well"]] == []
    finally:
        installation.python("-c", "from darb.house import database as d; d.set_history(d.MISSION)")


def test_a_mission_is_never_begun_again(installation: Installation) -> None:
    installation.do("from tests.cast import cases; cases(1)")
    try:
        with pytest.raises(AssertionError, match="Only a demonstration that was interrupted"):
            installation.python("-c", "from darb.house import database as d; d.set_up_django(); d.begin_again()")
        assert installation.sql("select count(*) from people_person") == [(1,)]
    finally:
        installation.forget()


def test_the_application_reaches_the_database_only_as_its_own_role(installation: Installation) -> None:
    with psycopg.connect(installation.dsn("darb_app")) as connection:
        assert connection.execute("select current_user").fetchone() == ("darb_app",)
        assert connection.execute("select count(*) from people_person").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("create table mine (id int)")
