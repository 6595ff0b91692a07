"""Where the programs come from and which account runs them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from darb.house import postgres_account, postgres_programs
from darb.house.postgres import ClusterError, pg_bin
from darb.house.postgres_account import Account, account_of, can_run, server_account

from .machine import only_root

NOBODY = 65534


def test_the_programs_are_of_the_version_that_darb_needs() -> None:
    told = subprocess.run([pg_bin() / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    assert told.startswith("postgres (PostgreSQL) 18.")


def test_another_build_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    build = pg_bin()
    monkeypatch.setattr(postgres_programs, "_wheel_folder", lambda: pytest.fail("the wheel was looked for"))
    monkeypatch.setenv("DARB_PG_BIN", str(build))
    assert pg_bin() == build


def test_a_named_build_that_is_missing_or_of_another_version_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DARB_PG_BIN", str(folder))
    with pytest.raises(ClusterError, match=r"DARB_PG_BIN is .*, but .* can't run a postgres program there"):
        pg_bin()
    program = folder / "postgres"
    program.write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 17.2'\n")
    program.chmod(0o755)
    with pytest.raises(ClusterError, match=r"holds postgres \(PostgreSQL\) 17\.2; Darb needs PostgreSQL 18"):
        pg_bin()


def test_without_any_programs_the_ways_out_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DARB_PG_BIN", raising=False)
    monkeypatch.setattr(postgres_programs, "PACKAGE", "no_such_package")
    with pytest.raises(ClusterError, match=r"set DARB_PG_BIN .* or set DATABASE_URL"):
        pg_bin()


@pytest.fixture
def hidden_wheel(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The wheel's programs in a folder that only root may enter, and one readable place for a copy."""
    monkeypatch.delenv("DARB_PG_BIN", raising=False)
    wheel = postgres_programs._wheel_folder()
    hidden = folder / "closed" / wheel.name
    hidden.parent.mkdir(mode=0o700)
    shutil.copytree(wheel / "pginstall", hidden / "pginstall")
    shutil.copytree(wheel.with_name(f"{wheel.name}.libs"), hidden.with_name(f"{wheel.name}.libs"))
    folder.chmod(0o755)
    monkeypatch.setattr(postgres_programs, "_wheel_folder", lambda: hidden)
    monkeypatch.setattr(postgres_programs, "READABLE_PLACES", (folder / "open",))
    return folder


@only_root
def test_programs_that_only_root_can_reach_are_copied_once_to_where_all_can(hidden_wheel: Path) -> None:
    musa = account_of(NOBODY)
    copy = pg_bin(musa)
    assert copy.is_relative_to(hidden_wheel / "open")
    assert can_run(musa, [copy / "initdb", "--version"]) and can_run(musa, [copy / "psql", "--version"])
    writable = [path for path in copy.parents[2].rglob("*") if not path.is_symlink() and path.stat().st_mode & 0o022]
    assert writable == [] and copy.stat().st_uid == 0
    made = copy.stat().st_ino
    assert pg_bin(musa) == copy and copy.stat().st_ino == made
    assert (hidden_wheel / "closed").stat().st_mode & 0o777 == 0o700


@only_root
def test_a_copy_that_somebody_else_could_have_planted_is_not_used(
    hidden_wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    musa = account_of(NOBODY)
    copy = pg_bin(musa)
    planted = copy.parents[2]
    planted.chmod(0o777)
    second = hidden_wheel / "second"
    monkeypatch.setattr(postgres_programs, "READABLE_PLACES", (hidden_wheel / "open", second))
    assert pg_bin(musa).is_relative_to(second)


@only_root
def test_programs_that_an_ordinary_user_cannot_run_are_named(
    hidden_wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    musa = account_of(NOBODY)
    monkeypatch.setattr(postgres_programs, "can_run", lambda account, command: False)
    monkeypatch.setattr(Account, "is_me", property(lambda self: True))
    with pytest.raises(ClusterError, match="don't run here: set DARB_PG_BIN to another build"):
        pg_bin(musa)


@only_root
def test_root_serves_with_an_account_that_is_not_root(monkeypatch: pytest.MonkeyPatch) -> None:
    assert server_account(0).uid != 0
    assert server_account(NOBODY) == account_of(NOBODY)
    monkeypatch.setenv("DARB_PG_USER", account_of(NOBODY).name)
    assert server_account(0) == account_of(NOBODY)


@only_root
@pytest.mark.parametrize(
    ("name", "sentence"),
    [("root", "is root: PostgreSQL doesn't run as root"), ("no-such", "this machine doesn't have")],
)
def test_an_account_that_cannot_serve_is_refused(name: str, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DARB_PG_USER", name)
    with pytest.raises(ClusterError, match=sentence):
        server_account(0)


@only_root
def test_where_no_account_can_be_made_root_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_account, "_named", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda program, path: None)
    with pytest.raises(ClusterError, match="make a system account named darb-postgres, or start Darb as an ordinary"):
        server_account(0)


def test_a_number_without_an_account_is_named() -> None:
    with pytest.raises(ClusterError, match="no account with the number 4000000"):
        account_of(4000000)


def test_an_ordinary_account_is_itself() -> None:
    me = account_of(os.geteuid())
    assert me.is_me and me.popen_arguments() == {}
