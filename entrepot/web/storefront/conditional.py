"""Answers that a reader may have already: an etag from what the answer is made of, and a 304 before it is made."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

import entrepot


@cache
def _build() -> str:
    """What changes with the program: its templates and static files by their times."""
    root = Path(entrepot.__file__).parent / "web"
    newest = max(int(p.stat().st_mtime) for folder in ("templates", "static", "storefront")
                 for p in (root / folder).rglob("*") if p.is_file())
    return f"{version('django')}-{newest}"


def stamp(*parts: object) -> str:
    """An etag of the things that an answer is made of, and of the program that makes it."""
    told = "\0".join(str(p) for p in (_build(), *parts))
    return f'"{blake2b(told.encode(), digest_size=12).hexdigest()}"'


def known_already(request: HttpRequest, etag: str, modified: datetime | None = None) -> HttpResponse | None:
    """304 when the reader has this answer, else None."""
    told = get_conditional_response(request, etag, int(modified.timestamp()) if modified else None,
                                    HttpResponse())
    return dress(told, etag, modified) if isinstance(told, HttpResponseNotModified) else None


R = TypeVar("R", bound=HttpResponseBase)


def dress(response: R, etag: str, modified: datetime | None = None, *, seconds: int = 300) -> R:
    response["ETag"] = etag
    if modified is not None:
        response["Last-Modified"] = http_date(modified.timestamp())
    response["Cache-Control"] = f"public, max-age={seconds}"
    return response
