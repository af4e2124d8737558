"""Hand-written SQL: prepared on the server, counted like ORM statements, with Django's error classes."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, cast

import orjson
import psycopg
from django.db import connection
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.rows import namedtuple_row, tuple_row


class _JsonLoader(Loader):
    """Django asks for JSON as text and parses it in its fields; here it arrives parsed."""

    def load(self, data: Buffer) -> Any:
        return orjson.loads(bytes(data))


Params = Sequence[Any] | Mapping[str, Any]


def _run(sql: str, params: Params | None, row_factory: Any) -> psycopg.Cursor[Any]:
    connection.ensure_connection()
    raw = cast("psycopg.Connection[Any]", connection.connection)
    started = time.monotonic() if connection.queries_logged else 0.0
    with connection.wrap_database_errors:
        cursor = psycopg.Cursor(raw, row_factory=row_factory)
        cursor.adapters.register_loader("jsonb", _JsonLoader)
        cursor.execute(sql, params, prepare=True)
    if connection.queries_logged:
        connection.queries_log.append({"sql": sql, "time": f"{time.monotonic() - started:.3f}"})
    return cursor


def rows(sql: str, params: Params | None = None) -> list[Any]:
    """All rows as named tuples."""
    return _run(sql, params, namedtuple_row).fetchall()


def row(sql: str, params: Params | None = None) -> Any:
    """The first row as a named tuple, or None."""
    return _run(sql, params, namedtuple_row).fetchone()


def value(sql: str, params: Params | None = None) -> Any:
    """The first column of the first row, or None."""
    first = _run(sql, params, tuple_row).fetchone()
    return first[0] if first else None


def packed(sql: str, params: Params | None = None) -> list[tuple[Any, ...]]:
    """All rows as plain tuples in the binary format: for bytes that are sent on as they are."""
    connection.ensure_connection()
    raw = cast("psycopg.Connection[Any]", connection.connection)
    started = time.monotonic() if connection.queries_logged else 0.0
    with connection.wrap_database_errors:
        cursor = psycopg.Cursor(raw, row_factory=tuple_row)
        cursor.execute(sql, params, prepare=True, binary=True)
        found = cursor.fetchall()
    if connection.queries_logged:
        connection.queries_log.append({"sql": sql, "time": f"{time.monotonic() - started:.3f}"})
    return found


def execute(sql: str, params: Params | None = None) -> int:
    """Run a statement and return the number of rows it touched."""
    return _run(sql, params, tuple_row).rowcount


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
