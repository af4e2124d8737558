"""A database as it was once filled: put back at the price of copying its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

_TABLES = """
SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
 WHERE c.relkind = 'r' AND c.relname NOT IN
       ('django_migrations', 'django_content_type', 'auth_permission', 'procrastinate_periodic_defers') ORDER BY 1
"""
_USED = """
SELECT seqrelid::regclass::text, pg_sequence_last_value(seqrelid) FROM pg_sequence
 WHERE pg_sequence_last_value(seqrelid) IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Rows:
    """What every table held, and how far its own numbers had gone."""

    tables: list[tuple[str, bytes]]
    sequences: list[tuple[str, int]]


def filled() -> list[str]:
    """The tables that hold anything."""
    names = [name for name, in _asked(_TABLES)]
    return [name for name, in _asked(" UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in names))]  # noqa: S608 names of our tables


def keep() -> Rows:
    return Rows([(name, _out(name)) for name in filled()], [(name, int(value)) for name, value in _asked(_USED)])


def put_back(rows: Rows) -> None:
    """Into empty tables. Numbers only grow: those that nobody may see twice are not set back."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for name, data in rows.tables:
            with cursor.cursor.copy(f"COPY {name} FROM STDIN") as copy:
                copy.write(data)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.executemany("SELECT setval(%s::regclass, greatest(%s, pg_sequence_last_value(%s::regclass)))",
                           [(name, value, name) for name, value in rows.sequences])


def _asked(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def _out(name: str) -> bytes:
    with connection.cursor() as cursor, cursor.cursor.copy(f"COPY {name} TO STDOUT") as copy:
        return b"".join(bytes(part) for part in copy)
