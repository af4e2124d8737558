"""The API's description, written once per version of the program.

Building it takes twenty megabytes that no web process need carry: it is built by a process of its own when an
installation starts, and sent as it was written. Without that file (in tests) the process at hand builds it.
"""

from __future__ import annotations

import os
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

import entrepot
from entrepot.kit.home import folder
from entrepot.kit.json import dumps


@cache
def _written() -> Path:
    """Where this version's description is; the name changes with the program."""
    root = Path(entrepot.__file__).parent
    newest = max(p.stat().st_mtime_ns for p in root.rglob("*.py"))
    told = f"{root} {newest} {version('django-ninja')} {version('pydantic')}"
    return folder("openapi") / f"{blake2b(told.encode(), digest_size=12).hexdigest()}.json"


def are_written() -> bool:
    return _written().exists()


def write() -> None:
    """Build the description and put it in the place of older ones."""
    fresh = _written().with_suffix(f".{os.getpid()}")
    fresh.write_bytes(_built())
    fresh.replace(_written())
    for older in set(_written().parent.glob("*.json")) - {_written()}:
        older.unlink(missing_ok=True)


def _built() -> bytes:
    from entrepot.web.rest.api import api

    return dumps(api.get_openapi_schema())


def read() -> bytes:
    return _written().read_bytes() if are_written() else _built()


def main() -> None:
    from entrepot.kit.command import ready

    ready(start_database=False)
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018 mounts every context's routes
    write()


if __name__ == "__main__":
    main()
