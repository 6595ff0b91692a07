"""A child that must not outlive its parent, however the parent ends. No Django."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)
MARK = "DARB_PARENT"


def die_with_parent(parent: int | None = None) -> None:
    """Have the kernel end this process when its parent ends, even by SIGKILL. Linux only; elsewhere nothing.

    `parent` is the process id that the parent should have; when it isn't any more, it ended before this call.
    """
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM)) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) was refused")
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)
