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
            newer = "python3.%d" % minor
            try:
                return subprocess.call([newer, __file__, folder])
            except OSError:
                continue
        sys.stderr.write("Darb needs Python 3.11 or later, and this is %s: install it, or name it with make PYTHON=...\n"
                         % sys.version.split()[0])
        return 1
    try:
        import ensurepip  # Debian ships it apart
        import venv
    except ImportError:
        sys.stderr.write("This Python can't make environments: install python3-venv, or name another with make PYTHON=...\n")
        return 1
    del ensurepip
    venv.EnvBuilder(with_pip=True, clear=False).create(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
