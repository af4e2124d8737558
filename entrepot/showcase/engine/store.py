"""Where the index lives: `search/<database>/<generation>/<channel>-<language>`, and which generation counts.

`state.json` names the generation and the last change of the feed that it holds. It is replaced in one step after the
index is on disk, so a crash at any point leaves the former state, and changes are applied again, which does no harm.
Writers of one machine take turns by a lock on a file; readers look at `state.json` and never wait.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.db import connection

from entrepot.kit.home import home
from entrepot.kit.ids import uuid7
from entrepot.kit.json import dumps, loads

FORMAT = 6  # of the fields; an index of another format is built anew


@dataclass(frozen=True, slots=True)
class State:
    """`generation` is empty when there is no index yet."""

    generation: str = ""
    applied: int = 0
    format: int = FORMAT


def folder() -> Path:
    """This database's part of the index folder (a test database has its own)."""
    return _folder(os.environ.get("ENTREPOT_HOME"), str(connection.settings_dict["NAME"]))


@lru_cache(8)
def _folder(of_home: str | None, database: str) -> Path:
    return home() / "search" / "".join(c if c.isalnum() or c in "-_" else "-" for c in database)


def state() -> State:
    try:
        found = loads((folder() / "state.json").read_bytes())
    except FileNotFoundError:
        return State()
    return State(**found)


def save(new: State) -> None:
    """Make `new` the state in one step."""
    path = folder() / "state.json"
    fresh = path.with_name(f"state-{os.getpid()}-{threading.get_ident()}.json")
    fresh.write_bytes(dumps({"generation": new.generation, "applied": new.applied, "format": new.format}))
    os.replace(fresh, path)


def stamp() -> tuple[int, int]:
    """Changes whenever the state does; cheap enough for every search."""
    try:
        found = os.stat(folder() / "state.json")
    except FileNotFoundError:
        return (0, 0)
    return (found.st_ino, found.st_mtime_ns)


@contextmanager
def writing(*, wait_s: float = 600) -> Iterator[None]:
    """The right to write this machine's index; TimeoutError when another process keeps it longer than `wait_s`."""
    folder().mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait_s
    with open(folder() / "writer.lock", "w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise TimeoutError("another process is writing the search index") from None
                time.sleep(0.02)
        yield  # closing the file gives the lock back, as does the end of the process


def new_generation() -> str:
    name = uuid7().hex
    (folder() / name).mkdir(parents=True)
    return name


def scope_folder(generation: str, channel_id: int, language: str) -> Path:
    return folder() / generation / f"{channel_id}-{language}"


def scopes(generation: str) -> list[tuple[int, str]]:
    """Channels and languages that have an index in this generation."""
    names = sorted(p.name for p in (folder() / generation).iterdir() if p.is_dir())
    return [(int(channel), language) for channel, _, language in (n.partition("-") for n in names)]


def drop_others(generation: str) -> None:
    """Remove former generations; a reader that still has one open keeps its files until it lets go."""
    for path in folder().iterdir():
        if path.is_dir() and path.name != generation:
            shutil.rmtree(path, ignore_errors=True)
