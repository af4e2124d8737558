"""A database that was written to a file comes back whole, into an empty one only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import psycopg
import pytest
from click.testing import CliRunner, Result
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from entrepot.kit import copies

COPY = "copy_of_a_shop"


def address(database: str) -> str:
    known = connection.get_connection_params()
    return make_conninfo(dbname=database, **{k: known[k] for k in ("host", "port", "user", "password") if k in known})


@pytest.fixture
def emptied(transactional_db: None) -> Iterator[str]:
    drop, create = (sql.SQL(f"{verb} {{}}").format(sql.Identifier(COPY))
                    for verb in ("DROP DATABASE IF EXISTS", "CREATE DATABASE"))
    with psycopg.connect(address(connection.settings_dict["NAME"]), autocommit=True) as server:
        server.execute(drop)
        server.execute(create)
        yield address(COPY)
        server.execute(drop)


def called(command: click.Command, file: Path) -> Result:
    return CliRunner().invoke(command, [str(file)])


def tables(at: str) -> list[tuple[str, int]]:
    with psycopg.connect(at) as there:
        return there.execute("SELECT app, count(*) FROM django_migrations GROUP BY 1 ORDER BY 1").fetchall()


def test_a_dump_comes_back_into_an_empty_database_and_into_no_other(
        emptied: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, whole = tmp_path / "shop.dump", address(connection.settings_dict["NAME"])
    monkeypatch.setenv("DATABASE_URL", whole)
    assert called(copies.dump, file).exit_code == 0
    assert [(p.name, p.stat().st_mode & 0o077) for p in tmp_path.iterdir()] == [("shop.dump", 0)]
    refused = called(copies.restore, file)
    assert (refused.exit_code, "not empty" in refused.output) == (1, True)
    monkeypatch.setenv("DATABASE_URL", emptied)
    done = called(copies.restore, file)
    assert done.exit_code == 0, done.output
    assert tables(emptied) == tables(whole)


def test_a_tool_that_fails_is_told_and_leaves_no_dump(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody:secret@/nowhere?host=/nowhere")
    monkeypatch.setattr(copies, "ready", lambda: None)
    failed = called(copies.dump, tmp_path / "shop.dump")
    assert (failed.exit_code, "/nowhere" in failed.output, "secret" in failed.output) == (1, True, False)
    assert not list(tmp_path.iterdir())


def test_a_copy_that_cannot_be_written_is_refused_before_the_work(tmp_path: Path) -> None:
    told = CliRunner().invoke(copies.dump, [str(tmp_path / "no" / "such.dump")])
    assert told.exit_code == 2
    assert "Nothing can be written" in told.output
