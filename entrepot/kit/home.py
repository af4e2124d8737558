"""The folder that holds everything an installation owns: database, media, search index, secrets.

`ENTREPOT_HOME` names it; the default is `.entrepot` in the project, which git ignores.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent


def home() -> Path:
    """The installation's folder, created when missing."""
    path = Path(os.environ.get("ENTREPOT_HOME") or PROJECT / ".entrepot").expanduser().resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


def folder(name: str) -> Path:
    """A folder of the installation, created when missing."""
    path = home() / name
    path.mkdir(exist_ok=True)
    return path


def secret(name: str) -> str:
    """The secret from the environment variable `name`, else from the home folder, where it is made at first use."""
    if value := os.environ.get(name):
        return value
    folder = home() / "secrets"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / name.lower()
    if not path.exists():
        fresh = folder / f".{name.lower()}.{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        try:
            os.link(fresh, path)  # two processes starting at once must agree on one secret
        except FileExistsError:
            pass  # the other process was first: its secret is ours
        finally:
            fresh.unlink()
    return path.read_text().strip()
