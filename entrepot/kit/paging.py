"""Keyset pages with opaque cursors, and sparse fields."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from entrepot.kit.errors import N_, InvalidInput
from entrepot.kit.json import dumps

MAX_LIMIT = 100
DEFAULT_LIMIT = 24


def encode(values: list[Any]) -> str:
    """The cursor of the last row of a page: its sort keys, opaque to clients."""
    return base64.urlsafe_b64encode(dumps(values)).rstrip(b"=").decode()


def decode(cursor: str, *, size: int) -> list[Any]:
    """The `size` sort keys in a cursor; anything that we did not make is refused."""
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        raise foreign() from None
    if not isinstance(values, list) or len(values) != size or any(isinstance(v, (dict, list)) for v in values):
        raise foreign()
    return values


def number(cursor: str | None) -> int | None:
    """The row number that a page goes on from; None for the first page."""
    if not cursor:
        return None
    [value] = decode(cursor, size=1)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise foreign()
    return value


def uuid(cursor: str | None) -> UUID | None:
    """The id that a page goes on from; None for the first page."""
    if not cursor:
        return None
    try:
        return UUID(str(decode(cursor, size=1)[0]))
    except ValueError:
        raise foreign() from None


def at_and_id(cursor: str | None) -> tuple[datetime, UUID] | None:
    """The moment and the id of the row that a page goes on from; None for the first page."""
    if not cursor:
        return None
    try:
        at, id_ = decode(cursor, size=2)
        at, id_ = datetime.fromisoformat(str(at)), UUID(str(id_))
    except ValueError:
        raise foreign() from None
    if at.tzinfo is None:
        raise foreign()
    return at, id_


def foreign() -> InvalidInput:
    """What to raise at a cursor whose keys are not of the list's kind."""
    return InvalidInput("cursor", N_("This cursor is not one of ours."))


def sparse(items: Iterable[Mapping[str, Any]], fields: str, allowed: frozenset[str]) -> list[dict[str, Any]]:
    """Only the asked-for keys of each item; an empty `fields` keeps all. Unknown names are refused."""
    wanted = [f for f in fields.split(",") if f]
    if unknown := set(wanted) - allowed:
        raise InvalidInput("fields", N_("There is no such field.")) from KeyError(min(unknown))
    if not wanted:
        return [dict(item) for item in items]
    return [{key: item[key] for key in wanted if key in item} for item in items]
