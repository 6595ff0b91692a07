"""What goes wrong with the embedded PostgreSQL, said in one sentence each."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class ClusterError(Exception):
    """The embedded PostgreSQL can't do what was asked. Its text is one sentence for an operator."""


class ClusterInUse(ClusterError):
    """Another process holds the cluster's folder."""


# What PostgreSQL says (with lc_messages = C) -> what an operator is told. `{place}` is the folder.
SENTENCES = (
    (r"No space left on device", "The disk that holds {place} is full: free some space and start again."),
    (r"Read-only file system", "{place} is on a disk that can only be read: mount it for writing and start again."),
    (
        r"database files are incompatible with server",
        "The data in {place} was written by another version of PostgreSQL than the one that is installed.",
    ),
    (
        r"pre-existing shared memory block",
        "Processes of an earlier PostgreSQL still use {place}: restart the machine, or end them, and start again.",
    ),
    (
        r"(invalid|incorrect) checksum in control file|could not read file \"global/pg_control\"",
        "The data in {place} is damaged (its control file can't be read): restore the last backup.",
    ),
    (
        r"could not locate a valid checkpoint record|invalid page in block|could not find redo location",
        "The data in {place} is damaged: keep a copy of the folder and restore the last backup.",
    ),
    (
        r"could not (create|map|resize) shared memory|Cannot allocate memory",
        "There is too little memory to start PostgreSQL for {place}: end other programs and start again.",
    ),
    (
        r"configuration file .* contains errors|unrecognized configuration parameter|syntax error in file",
        "PostgreSQL refuses a line of {place}/conf/operator.conf: correct it or remove the file.",
    ),
)
OWN_WORDS = re.compile(r"\b(?:FATAL|PANIC|error): .*")


def sentence_for(said: str, place: Path, *, otherwise: str) -> str:
    """One sentence for what a program `said` about the folder `place`, or `otherwise` plus its own words."""
    for pattern, sentence in SENTENCES:
        if re.search(pattern, said):
            return sentence.format(place=place)
    words = OWN_WORDS.search(said)
    return f"{otherwise} {words[0].strip()}" if words else f"{otherwise} it gave no reason."


@contextmanager
def said_clearly(place: Path) -> Iterator[None]:
    """Turn the operating system's refusals about `place` into a `ClusterError`; other errors pass."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ClusterError(f"The disk that holds {place} is full: free some space and start again.") from error
        if error.errno == errno.EROFS:
            raise ClusterError(
                f"{place} is on a disk that can only be read: mount it for writing and start again."
            ) from error
        if error.errno in (errno.EACCES, errno.EPERM):
            raise ClusterError(
                f"This user may not use {error.filename or place}: give it the folder {place} or choose another."
            ) from error
        if error.errno in (errno.ENOTDIR, errno.EEXIST):
            raise ClusterError(f"{error.filename or place} is a file where a folder is needed.") from error
        raise
