"""What the crash harness kills: a Darb in small, which runs the server, writes from four threads and notes each answer.

    python -m tests.house.crash_app CLUSTER_FOLDER LEDGER_FOLDER WRITERS durable|forgetful

Each writer's transaction is a deed and its log row. When the commit is acknowledged the writer appends
the deed's number to its own ledger file outside the database and flushes it to the disk.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

import psycopg

from darb.house.postgres import Cluster, ClusterError


def main() -> None:
    """Run until killed; mend the server whenever it dies."""
    cluster_folder, ledger_folder, writers, promise = sys.argv[1:]
    cluster = Cluster(Path(cluster_folder), durable=promise == "durable").start()
    for writer in range(int(writers)):
        ledger = ledger_of(Path(ledger_folder), writer)
        threading.Thread(target=write_for_ever, args=(cluster.dsn(), writer, ledger), daemon=True).start()
    while True:
        try:
            cluster.start()
        except (ClusterError, psycopg.OperationalError) as error:  # killed again while it was starting
            sys.stderr.write(f"mending: {error}\n")
        time.sleep(0.02)


def ledger_of(folder: Path, writer: int) -> Path:
    """The file in which `writer` notes what was acknowledged: one number a line."""
    return folder / f"writer-{writer}"


def write_for_ever(dsn: str, writer: int, ledger: Path) -> None:
    """Write deed after deed, through lost connections."""
    with ledger.open("ab", buffering=0) as notes:
        while True:
            try:
                with psycopg.connect(dsn) as connection:
                    connection.execute("SELECT 1")
                    connection.rollback()
                    write_on(connection, writer, notes.fileno(), acknowledged(ledger))
            except psycopg.OperationalError:
                time.sleep(0.02)  # the server is down; the main thread mends it


def write_on(connection: psycopg.Connection, writer: int, notes: int, last_noted: int) -> None:
    """Write from where the writer stood until the connection is lost."""
    # A commit whose answer was lost either happened or didn't: look, and note it if it did.
    row = connection.execute("SELECT max(number) FROM deed WHERE writer = %s", [writer]).fetchone()
    connection.rollback()
    number = (row[0] if row is not None else None) or 0
    if number > last_noted + 1:
        sys.stderr.write(f"writer {writer} has {number - last_noted} deeds that nobody acknowledged\n")
        os._exit(3)  # the harness reports an app that ends by itself
    if number > last_noted:
        note(notes, number)
    number = max(number, last_noted)  # a deed that was lost must stay lost, to be seen
    while True:
        number += 1
        with connection.transaction():
            connection.execute("INSERT INTO deed VALUES (%s, %s, %s)", [writer, number, os.urandom(60).hex()])
            connection.execute("INSERT INTO deed_log VALUES (%s, %s)", [writer, number])
        note(notes, number)


def note(notes: int, number: int) -> None:
    """Put an acknowledged number on the disk."""
    os.write(notes, b"%d\n" % number)
    os.fsync(notes)


def acknowledged(ledger: Path) -> int:
    """The last number in a ledger (0 when empty); a line without its end was never written in full."""
    if not ledger.exists():
        return 0
    whole, _, _ = ledger.read_bytes().rpartition(b"\n")
    return int(whole.rpartition(b"\n")[2] or 0)


if __name__ == "__main__":
    main()
