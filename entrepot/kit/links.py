"""Addresses of pages elsewhere, as people give them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from entrepot.kit.bylanguage import CONTROL
from entrepot.kit.errors import N_, InvalidInput

_WITHOUT_SCHEME = re.compile(r"[^\s/:?#@]+\.[^\s/:?#@]+(?:[/?#].*)?")


def check_address(field: str, url: str, limit: int = 500) -> str:
    """An absolute http(s) address without credentials. Raises InvalidInput."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and parts.hostname and not parts.username and not parts.password
        fine = fine and (parts.port is None or parts.port > 0)
    except ValueError:
        fine = False
    if not fine or len(url) > limit or CONTROL.search(url) or " " in url:
        raise InvalidInput(field, N_("must be a web address that begins with https://"))
    return url


def check_typed(field: str, text: str, limit: int = 500) -> str:
    """The same as people type it: nothing stays nothing, and `carrier.example/1` is taken as https."""
    text = text.strip()
    return check_address(field, f"https://{text}" if _WITHOUT_SCHEME.fullmatch(text) else text, limit) if text else ""
