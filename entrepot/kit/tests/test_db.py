"""Hand-written SQL reads the same whatever was read before it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection

from entrepot.kit import db

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_was_read_stays_when_the_next_statement_runs() -> None:
    first, second = db.row("SELECT 1 AS a, '{\"b\": [2]}'::jsonb AS c"), db.row("SELECT 2 AS a")
    assert (first.a, first.c, second.a) == (1, {"b": [2]}, 2)
    seen = [(o.n, db.value("SELECT %s * 10", [o.n])) for o in db.rows("SELECT n FROM generate_series(1, 3) n")]
    assert seen == [(1, 10), (2, 20), (3, 30)]
    assert db.packed("SELECT 'x'::bytea, 7") == [(b"x", 7)]
    assert db.value("SELECT '\"text\"'::jsonb") == "text"


def test_a_failed_statement_and_a_new_connection_leave_nothing_behind() -> None:
    with pytest.raises(DatabaseError):
        db.value("SELECT 1 / 0")
    assert db.value("SELECT 1") == 1
    mine = db.value("SELECT pg_backend_pid()")
    connection.close()
    assert db.value("SELECT pg_backend_pid()") != mine


def test_a_large_result_is_not_kept() -> None:
    assert len(db.rows("SELECT n FROM generate_series(1, 1000) n")) == 1000
    large = db._cursors.of(connection.connection)
    assert large.pgresult is None
