"""Backups come back whole, are read by nobody else, and overwrite nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pyrage
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from darb.house import backup
from darb.house.errors import HouseError

from .installation import Installation

DIGEST = sql.SQL("select count(*), md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {} t")
CANARY = "Qwertiana"


@pytest.fixture(scope="module")
def house(prepared: Installation) -> Iterator[Installation]:
    """Three people with open cases, one with a name found nowhere else; the server runs."""
    with prepared.serving():
        prepared.do(f"from tests.cast import cases, case; cases(2); case(given={CANARY!r})")
        yield prepared
        prepared.forget()


@pytest.fixture(scope="module")
def taken(house: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it."""
    path = tmp_path_factory.mktemp("backup") / "darb.age"
    done = house.run("backup", str(path))
    assert done.returncode == 0, done.stderr
    return path


def other(house: Installation, name: str) -> str:
    """A connection string to another database of the house."""
    return make_conninfo(house.dsn(), dbname=name)


def contents(dsn: str) -> dict[str, tuple[int, str]]:
    """Each table's number of rows and a digest of them."""
    with psycopg.connect(dsn) as connection:
        tables = connection.execute(
            "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1"
        ).fetchall()
        return {name: connection.execute(DIGEST.format(sql.Identifier(name))).fetchone() for (name,) in tables}


def databases(house: Installation) -> set[str]:
    """The databases on the house's server."""
    with psycopg.connect(house.dsn()) as connection:
        return {name for (name,) in connection.execute("select datname from pg_database")}


def policies(dsn: str) -> list[tuple[object, ...]]:
    """Every policy, and whether its table's wall is up, forced."""
    with psycopg.connect(dsn) as connection:
        return connection.execute(
            "select c.relname, p.polname, c.relrowsecurity, c.relforcerowsecurity, pg_get_expr(polqual, polrelid)"
            " from pg_policy p join pg_class c on c.oid = p.polrelid order by 1, 2"
        ).fetchall()


def test_a_backup_comes_back_whole_with_its_walls_in_a_new_database(house: Installation, taken: Path) -> None:
    done = house.run("restore", str(taken), "--into", "darb_again")
    assert done.returncode == 0, done.stderr
    try:
        assert contents(other(house, "darb_again")) == contents(house.dsn())
        assert policies(other(house, "darb_again")) == policies(house.dsn()) != []
        seen = house.run("readiness", "--on", "2019-06-01", DARB_DATABASE="darb_again")
        assert seen.stdout.startswith("0 of 3 open cases")
        twice = house.run("restore", str(taken), "--into", "darb_again")
        assert "There is a database named darb_again already" in twice.stderr
    finally:
        with psycopg.connect(house.dsn(), autocommit=True) as admin:
            admin.execute("drop database darb_again with (force)")


def test_a_database_with_cases_is_never_overwritten(house: Installation, taken: Path) -> None:
    before = contents(house.dsn())
    done = house.run("restore", str(taken))
    assert done.returncode == 1
    assert "holds cases and isn't overwritten" in done.stderr
    assert contents(house.dsn()) == before


def test_a_backup_shows_nothing_to_whoever_finds_it(house: Installation, taken: Path) -> None:
    data = taken.read_bytes()
    assert data.startswith(b"age-encryption.org/v1\n")
    assert CANARY.encode() not in data
    assert taken.stat().st_mode & 0o077 == 0
    stranger = taken.with_name("stranger")
    stranger.write_text(str(pyrage.x25519.Identity.generate()))
    done = house.run("restore", str(taken), "--into", "darb_stolen", "--identity", str(stranger))
    assert done.returncode == 1
    assert "can't be decrypted" in done.stderr


@pytest.mark.parametrize("harm", ["cut", "flipped", "empty"])
def test_a_damaged_backup_is_refused_and_leaves_no_database(
    house: Installation, taken: Path, tmp_path: Path, harm: str
) -> None:
    data = bytearray(taken.read_bytes())
    if harm == "flipped":
        data[len(data) // 2] ^= 1
    damaged = tmp_path / "damaged.age"
    damaged.write_bytes({"cut": data[:-1000], "flipped": data, "empty": b""}[harm])
    before = databases(house)
    done = house.run("restore", str(damaged), "--into", "darb_damaged")
    assert done.returncode == 1
    assert "can't be decrypted" in done.stderr or "failed" in done.stderr
    assert done.stderr.count("\n") == 1
    assert databases(house) == before


def test_with_a_passphrase_any_age_program_can_open_it(house: Installation, tmp_path: Path) -> None:
    path = tmp_path / "passphrase.age"
    assert house.run("backup", str(path), "--passphrase", DARB_PASSPHRASE="sun over tripoli").returncode == 0
    assert pyrage.passphrase.decrypt(path.read_bytes(), "sun over tripoli").startswith(b"PGDMP")
    wrong = house.run("restore", str(path), "--into", "darb_wrong", "--passphrase", DARB_PASSPHRASE="rain")
    assert "can't be decrypted" in wrong.stderr


def test_a_backup_never_replaces_a_half_written_one_and_leaves_none(house: Installation, tmp_path: Path) -> None:
    path = tmp_path / "darb.age"
    path.with_name("darb.age.part").touch()
    assert "is there already" in house.run("backup", str(path)).stderr
    path.with_name("darb.age.part").unlink()
    assert house.run("backup", str(path), DARB_DATABASE="darb_that_is_not_there").returncode == 1
    assert list(tmp_path.iterdir()) == []


def test_a_backup_goes_to_any_public_key_given_by_itself_or_in_a_file(tmp_path: Path) -> None:
    identity = pyrage.x25519.Identity.generate()
    file = tmp_path / "key.txt"
    file.write_text(f"# made for the mission\n{identity.to_public()}\n")
    for told in (str(identity.to_public()), str(file)):
        sealed = tmp_path / "sealed"
        with (tmp_path / "plain").open("wb+") as plain, sealed.open("wb") as target:
            plain.write(b"x" * 100_000)
            plain.seek(0)
            backup.lock_for(told, None)(plain, target)
        assert pyrage.decrypt(sealed.read_bytes(), [identity]) == b"x" * 100_000
    with pytest.raises(HouseError, match="holds no key that begins with age1"):
        file.write_text("nothing here\n")
        backup.lock_for(str(file), None)


def test_keys_are_made_once_and_closed_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DARB_DATA", str(tmp_path / "data"))
    assert "off this machine" in backup.make_keys()
    assert backup.make_keys() == ""
    for name in (backup.RECIPIENT, backup.IDENTITY):
        assert (tmp_path / "data" / name).stat().st_mode & 0o777 == 0o600
