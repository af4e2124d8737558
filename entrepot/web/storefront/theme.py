"""A shopkeeper's own looks: a folder in the home folder, laid over ours.

    theme/templates/storefront/...   templates that replace ours of the same name
    theme/tokens.css                 loaded after our style sheets
    theme/static/...                 pictures and fonts, served at /theme/...
"""

from __future__ import annotations

import time
from pathlib import Path

from entrepot.kit.home import home

_LOOK_EVERY_S = 5.0
_seen: tuple[float, str] = (0.0, "")

TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp",
         ".avif": "image/avif", ".woff2": "font/woff2", ".ico": "image/x-icon"}


def folder() -> Path:
    return home() / "theme"


def version() -> str:
    """What changes when the tokens change; empty without any. Looks every few seconds."""
    global _seen
    if time.monotonic() >= _seen[0]:
        try:
            found = format(int((folder() / "tokens.css").stat().st_mtime), "x")
        except OSError:
            found = ""
        _seen = (time.monotonic() + _LOOK_EVERY_S, found)
    return _seen[1]


def file(name: str) -> Path | None:
    """A file of the theme by its public name, if it is there, inside the folder and of a kind that pages use."""
    root = folder() if name == "tokens.css" else folder() / "static"
    path = (root / name).resolve()
    if path.suffix not in TYPES or not path.is_relative_to(root.resolve()) or not path.is_file():
        return None
    return path
