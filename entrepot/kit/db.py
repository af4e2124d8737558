"""Hand-written SQL: prepared on the server, counted like ORM statements, with Django's error classes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import orjson
import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.rows import namedtuple_row, tuple_row


class _JsonLoader(Loader):
    """Django asks for JSON as text and parses it in its fields; here it arrives parsed."""

    def load(self, data: Buffer) -> Any:
        return orjson.loads(bytes(data))


class _MomentLoader(Loader):
    """Django's sets the time zone in Python, part by part. Ours is always UTC."""

    def load(self, data: Buffer) -> datetime:
        return datetime.fromisoformat(bytes(data).decode()).astimezone(UTC)


Params = Sequence[Any] | Mapping[str, Any]


_MOST_KEPT = 200  # rows; a cursor keeps its last result until the next one


class _Cursors(threading.local):
    """One cursor per thread, kept with its connection: making one costs as much as a small statement."""

    raw: psycopg.Connection[Any] | None = None
    kept: psycopg.Cursor[Any]

    def of(self, raw: psycopg.Connection[Any]) -> psycopg.Cursor[Any]:
        if self.raw is not raw or self.kept.closed or self.kept.rowcount > _MOST_KEPT:
            self.raw, self.kept = raw, psycopg.Cursor(raw, row_factory=tuple_row)
            self.kept.adapters.register_loader("jsonb", _JsonLoader)
            self.kept.adapters.register_loader("timestamptz", _MomentLoader)
        return self.kept


_cursors = _Cursors()
_MOST_NAMED = 2000  # statements; those that are put together from parts must not pile up
_named: dict[str, Callable[[Sequence[Any]], Any]] = {}


def _namer(sql: str, cursor: psycopg.Cursor[Any]) -> Callable[[Sequence[Any]], Any]:
    """Makes named tuples of the statement's rows. Kept: reading the names costs as much as reading a row."""
    found = _named.get(sql)
    if found is None:
        if len(_named) >= _MOST_NAMED:
            _named.clear()
        found = _named[sql] = namedtuple_row(cursor)
    return found


def _run(sql: str, params: Params | None, *, binary: bool = False) -> psycopg.Cursor[Any]:
    """The result is to be read before the next statement."""
    django = connections[DEFAULT_DB_ALIAS]
    django.ensure_connection()
    logged = django.queries_logged
    started = time.monotonic() if logged else 0.0
    with django.wrap_database_errors:
        cursor = _cursors.of(cast("psycopg.Connection[Any]", django.connection))
        cursor.execute(sql, params, prepare=True, binary=binary)
    if logged:
        django.queries_log.append({"sql": sql, "time": f"{time.monotonic() - started:.3f}"})
    return cursor


def array(values: Iterable[UUID | int | Decimal]) -> str:
    """What PostgreSQL reads as an array, for a parameter with its type (`%(ids)s::uuid[]`): the driver's own way looks
    at every element in Python, which takes longer than a small statement."""
    return f"{{{','.join(map(str, values))}}}"


def rows(sql: str, params: Params | None = None) -> list[Any]:
    """All rows as named tuples."""
    cursor = _run(sql, params)
    found = cursor.fetchall()
    return list(map(_namer(sql, cursor), found)) if found else []


def row(sql: str, params: Params | None = None) -> Any:
    """The first row as a named tuple, or None."""
    cursor = _run(sql, params)
    first = cursor.fetchone()
    return _namer(sql, cursor)(first) if first is not None else None


def value(sql: str, params: Params | None = None) -> Any:
    """The first column of the first row, or None."""
    first = _run(sql, params).fetchone()
    return first[0] if first else None


def packed(sql: str, params: Params | None = None) -> list[tuple[Any, ...]]:
    """All rows as plain tuples in the binary format: for bytes that are sent on as they are."""
    return _run(sql, params, binary=True).fetchall()


def execute(sql: str, params: Params | None = None) -> int:
    """Run a statement and return the number of rows it touched."""
    return _run(sql, params).rowcount


def copy_rows(sql: str, records: Any) -> int:
    """COPY ... FROM STDIN with an iterable of tuples; returns how many were sent."""
    connection.ensure_connection()
    raw = cast("psycopg.Connection[Any]", connection.connection)
    sent = 0
    with (
        connection.wrap_database_errors,
        psycopg.Cursor(raw) as cursor,
        cursor.copy(sql) as copy,
    ):
        for record in records:
            copy.write_row(record)
            sent += 1
    return sent
