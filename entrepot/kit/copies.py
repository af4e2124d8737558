"""The database as one file, written and read by PostgreSQL's own tools of the version that is installed with us."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import click

from entrepot.kit.command import NewFile, ready


@click.command()
@click.argument("file", type=NewFile())
def dump(file: Path) -> None:
    """Write the database to FILE, as it is at this moment; nothing needs to stop for it."""
    ready()
    unfinished = file.with_name(f"{file.name}.part")  # a dump that breaks off is never taken for one
    unfinished.touch(mode=0o600)  # it is about people
    try:
        _run("pg_dump", "--format=custom", "--no-owner", f"--file={unfinished}")
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
    click.echo(f"{file}: {file.stat().st_size:,} bytes. Keep secrets/, media/, theme/ and audit-checkpoints-*.jsonl of"
               " the home folder too.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Read the database from FILE, written by `dump`, into an empty one: all of it or nothing."""
    import psycopg

    ready()
    with psycopg.connect(_address()) as there:
        if there.execute("SELECT FROM pg_class WHERE relname = 'django_migrations'").fetchone() is not None:
            raise click.ClickException("This database is not empty: nothing is restored into it.")
    _run("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", str(file))
    click.echo("Restored. `entrepot migrate` brings it to this version, `entrepot reindex` makes the search index,"
               " `entrepot check` looks it over.")


def _address() -> str:
    from entrepot.kit import embedded

    return os.environ.get("DATABASE_URL") or embedded.url()


def _run(tool: str, *options: str) -> None:
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    from entrepot.kit import embedded

    parts = conninfo_to_dict(_address())
    hidden = {"PGPASSWORD": str(parts.pop("password"))} if "password" in parts else {}  # `ps` shows what is called
    address = make_conninfo("", **parts)
    done = subprocess.run([embedded.binary(tool), f"--dbname={address}", *options],
                          env={**os.environ, **hidden}, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise click.ClickException(done.stderr.strip())
