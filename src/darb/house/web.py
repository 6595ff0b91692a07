"""The web server's process: granian serving the application. Started by `darb up`, ends with it.

python -m darb.house.web HOST PORT
"""

from __future__ import annotations

import os
import sys

from granian import Granian
from granian.constants import Interfaces

from .lifeline import MARK, die_with_parent

WORKERS, THREADS = 2, 4


def serve(host: str, port: int) -> None:
    """Serve on `host`:`port` until told to stop. A worker that dies is replaced (without it, all would end)."""
    Granian(
        "darb.house.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        respawn_interval=1.0,
        workers_kill_timeout=10,  # s; a worker told to stop while it starts doesn't hear it
        websockets=False,
        log_level="warning",
    ).serve()


if __name__ == "__main__":
    die_with_parent(int(os.environ[MARK]))
    os.environ[MARK] = str(os.getpid())
    serve(sys.argv[1], int(sys.argv[2]))
