"""Files that belong to somebody. They lie outside MEDIA_ROOT, which the web server hands to anyone who asks; a view
that knows the reader hands these out."""

from __future__ import annotations

import shutil
from pathlib import Path

from entrepot.kit.home import home


def _path(name: str) -> Path:
    root = home() / "private"
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()):
        raise ValueError("a private file lies below its folder")
    return path


def keep(name: str, content: bytes) -> None:
    """Write a file readable by this installation alone; `name` is made of our own ids."""
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(content)
    path.chmod(0o600)


def content_of(name: str) -> bytes | None:
    """None when there is no such file."""
    path = _path(name)
    return path.read_bytes() if path.is_file() else None


def files(name: str) -> list[Path]:
    """The files in a folder."""
    path = _path(name)
    return list(path.iterdir()) if path.is_dir() else []


def drop(folder: str) -> None:
    """A file, or a folder with all that is in it; what is gone already stays gone."""
    path = _path(folder)
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
