"""The doctor finds every seeded illness, and nothing in a healthy house."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from darb.house import backup, doctor

from .installation import Installation


@pytest.fixture(scope="module")
def healthy(prepared: Installation) -> Iterator[Installation]:
    """A house with three open cases in which all is well."""
    secret = prepared.data / backup.IDENTITY
    kept = secret.read_bytes()
    secret.unlink()
    with prepared.serving():
        prepared.do("from tests.cast import cases; cases(3)")
        yield prepared
        prepared.forget()
    secret.write_bytes(kept)
    secret.chmod(0o600)


def said(report: str) -> dict[str, str]:
    """The checks that find something, and what they say."""
    return {f["check"]: f["said"] for f in json.loads(report) if not f["well"]}


def ill(house: Installation) -> dict[str, str]:
    """The same of a house as it is now."""
    return said(house.run("doctor", "--json").stdout)


def test_all_is_well_in_a_healthy_house_and_the_exit_code_says_so(healthy: Installation) -> None:
    done = healthy.run("doctor")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == len(doctor.CHECKS)


@pytest.mark.parametrize(
    ("check", "break_it", "mend_it", "word"),
    [
        (
            "readiness",
            "update cases_gaterow set windows = '{(,)}' where gate = 'R2'",
            "update cases_gaterow set windows = '{}' where gate = 'R2'",
            "",
        ),
        (
            "codes",
            "update people_person set sex = 'Q'",
            "update people_person set sex = 'M'",
            "person.sex: Q",
        ),
        (
            "codes",
            "update cases_case set stage_before = 'waiting_for_godot'",
            "update cases_case set stage_before = ''",
            "case.stage_before: waiting_for_godot",
        ),
        (
            "walls",
            "alter table people_person no force row level security",
            "alter table people_person force row level security",
            "people_person",
        ),
        (
            "walls",
            "create policy leak on people_phone for select to darb_app using (true)",
            "drop policy leak on people_phone",
            "people_phone",
        ),
        (
            "walls",
            "drop policy sealed on care_exam",
            "create policy sealed on care_exam as restrictive for all to darb_app"
            " using ('D4'::text = any ((select nullif(current_setting('darb.classes', true), '')::text[])::text[]))"
            " with check (true)",
            "care_exam",
        ),
        (
            "queue",
            "insert into procrastinate_jobs (queue_name, task_name, args) values ('default', 'late', '{}');"
            "update procrastinate_events set at = now() - interval '1 hour'",
            "delete from procrastinate_jobs",
            "waited 60 minutes",
        ),
        (
            "queue",
            "insert into procrastinate_jobs (queue_name, task_name, args, status)"
            " values ('default', 'bad', '{}', 'failed')",
            "delete from procrastinate_jobs",
            "1 jobs failed",
        ),
        ("tables", "delete from django_migrations where app = 'movements'", "", "darb up"),
    ],
)
def test_a_seeded_illness_is_found_and_the_exit_code_says_so(
    healthy: Installation, check: str, break_it: str, mend_it: str, word: str
) -> None:
    applied = healthy.sql("select app, name, applied from django_migrations where app = 'movements'")
    healthy.sql(break_it)
    try:
        done = healthy.run("doctor", "--json")
        assert done.returncode == 1
        found = said(done.stdout)
        assert list(found) == [check], "and what the test before broke is mended"
        assert word in found[check]
    finally:
        if mend_it:
            healthy.sql(mend_it)
        else:
            for row in applied:
                healthy.sql("insert into django_migrations (app, name, applied) values (%s, %s, %s)", row)


def test_keys_that_others_may_read_are_found(healthy: Installation) -> None:
    public = healthy.data / backup.RECIPIENT
    public.chmod(0o644)
    assert "backup-public-key" in ill(healthy)["keys"]
    public.chmod(0o600)
    assert ill(healthy) == {}


def test_a_full_disk_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DARB_DATA", str(tmp_path))
    usage = type("Usage", (), {"total": 100 * 10**9, "used": 99 * 10**9, "free": 10**9})
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _place: usage)
    assert doctor.CHECKS["disk"]() == (False, "1.0 GB of 100 GB free")


def test_a_check_that_can_not_look_is_ill(monkeypatch: pytest.MonkeyPatch, db: Any) -> None:
    def blind() -> tuple[bool, str]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(doctor, "CHECKS", {"blind": blind})
    assert doctor.examine() == [doctor.Finding("blind", False, "[Errno 13] Permission denied")]
