"""How the embedded PostgreSQL is set, and who may enter it.

What safety depends on goes on the command line, where no file that a power cut tore and no
`ALTER SYSTEM` can change it. The files are written anew at each start, so a torn one is never read.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

OWNER, APP, BACKUP = "darb_owner", "darb_app", "darb_backup"
SUPERUSER = "postgres"  # made by initdb; used to make roles and databases only
DATABASE = "darb"
PORT = 5432  # only part of the socket's name

# Nothing a person said may reach the log: not the statement, not its values, not the row in a message.
SILENT_LOG = {
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    # An error's own message quotes values ("invalid input syntax: ..."); the caller is told it anyway.
    # `log` keeps LOG, FATAL and PANIC: the server's own life.
    "log_min_messages": "log",
    "log_connections": "",
    "log_disconnections": "off",
    "log_checkpoints": "off",
    "log_lock_waits": "off",
    "log_autovacuum_min_duration": "-1",
    "log_temp_files": "-1",
    "debug_print_parse": "off",
    "debug_print_rewritten": "off",
    "debug_print_plan": "off",
}

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
# For tests only: a power cut destroys such a cluster.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def command_line_settings(place: str, socket_folder: str, *, durable: bool) -> dict[str, str]:
    """The settings given on the command line, for a cluster whose folder the server sees as `place`."""
    return {
        "config_file": f"{place}/conf/postgresql.conf",
        "hba_file": f"{place}/conf/pg_hba.conf",
        "ident_file": f"{place}/conf/pg_ident.conf",
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": quoted_in_list(socket_folder),
        "unix_socket_permissions": "0700",
        "allow_alter_system": "off",
        "cluster_name": "darb",
        "timezone": "UTC",
        "lc_messages": "C",
        "summarize_wal": "on" if durable else "off",  # lets a backup take only what changed
        "logging_collector": "on",
        "log_directory": f"{place}/log",
        # One file a weekday, begun anew a week later: a bounded log without another program.
        "log_filename": "postgresql-%w.log",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_file_mode": "0600",
        **SILENT_LOG,
        **(DURABLE if durable else FORGETFUL),
    }


def quoted_in_list(path: str) -> str:
    """A path as one element of a comma-separated setting."""
    return '"' + path.replace('"', '""') + '"'


def hba_text() -> str:
    """Who may connect: the mapped operating-system users through the socket, and nobody else."""
    return "\n".join(
        [
            f"local all {OWNER},{APP},{BACKUP},{SUPERUSER} peer map=darb",
            f"local replication {BACKUP},{SUPERUSER} peer map=darb",  # `all` doesn't cover replication
            "local all all reject",
            "local replication all reject",
            "host all all all reject",
            "host replication all all reject",
            "",
        ]
    )


def ident_text(users: Iterable[str]) -> str:
    """Which operating-system users are which roles."""
    roles = OWNER, APP, BACKUP, SUPERUSER
    return "".join(f'darb "{user}" {role}\n' for user in sorted(set(users)) for role in roles)


def conf_text(memory: int) -> str:
    """The server's own file, for a machine of so many bytes: how much it keeps at hand, and a door for the operator.

    What a look-up among a million people touches, keys and packed records, is 700 MB: it should stay in memory.
    """
    megabyte = 1 << 20
    at_hand = max(128, min(1024, memory // 8 // megabyte))
    cached = max(256, memory // 2 // megabyte)
    return f"shared_buffers = {at_hand}MB\neffective_cache_size = {cached}MB\ninclude_if_exists 'operator.conf'\n"


def memory_here() -> int:
    """Bytes of memory that this process may count on: the machine's, or its container's where that is less.

    The container's limit as Linux tells it: https://docs.kernel.org/admin-guide/cgroup-v2.html (memory.max).
    """
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = Path("/sys/fs/cgroup/memory.max")
    told = limit.read_text().strip() if limit.exists() else "max"
    return min(machine, int(told)) if told.isdigit() else machine
