"""Makes the Python environment. Runs on the machine's own Python, whatever its version, with nothing installed.

python3 tools/environment.py .venv
"""

import os
import subprocess
import sys

OLDEST = (3, 11)


def main(folder):
    """Make a virtual environment in `folder`; gives the exit code. Newer Pythons of the machine are looked for."""
    if os.path.exists(os.path.join(folder, "bin", "python")):
        return 0
    if sys.version_info < OLDEST:
        for minor in range(20, OLDEST[1] - 1, -1):
            try:
                return subprocess.call(["python3." + str(minor), __file__, folder])
            except OSError:
                continue
        return refuse("Darb needs Python 3.11 or later: install it, or name it with make PYTHON=...")
    try:
        import ensurepip  # noqa: F401  (Debian ships it apart)
        import venv
    except ImportError:
        return refuse("This Python can't make environments: install python3-venv, or name another with make PYTHON=...")
    venv.EnvBuilder(with_pip=True).create(folder)
    return 0


def refuse(sentence):
    """Say why not; gives the exit code."""
    sys.stderr.write(sentence + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
