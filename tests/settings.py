"""Darb's settings in a data folder of the tests' own, so that no test touches a mission's."""

import atexit
import os
import shutil
import tempfile

if "DARB_DATA" not in os.environ:
    os.environ["DARB_DATA"] = tempfile.mkdtemp(prefix="darb-test-")
    atexit.register(shutil.rmtree, os.environ["DARB_DATA"], ignore_errors=True)

from darb.house.settings import *  # noqa: F403
from darb.house.settings import STATIC_ROOT

STATIC_ROOT.mkdir(parents=True, exist_ok=True)
PASSWORD_HASHERS = ["tests.hashing.QuickHasher"]
WHITENOISE_AUTOREFRESH = True  # look a file up when it is asked for, instead of all of them for each test client
