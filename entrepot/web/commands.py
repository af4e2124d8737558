"""Commands that run the whole: web server, worker, both together, migrations, checks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from io import StringIO

import click

from entrepot.kit.command import EXIT_REFUSED, PORT, answer, ready, refuse_taken


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=PORT, default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=2, show_default=True, help="Web processes.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve shop, office and API (the database must be up, or is started embedded)."""
    from entrepot.web.supervisor import web_command

    refuse_taken(host, port)
    os.environ.setdefault("ENTREPOT_URL", public_address(host, port))  # links in mails lead where we listen
    prepare()
    click.echo(addresses(host, port))
    command = web_command(host, port, workers)
    os.execvp(command[0], command)  # noqa: S606 our own command


@click.command()
@click.option("--concurrency", default=2, show_default=True, help="Jobs at a time.")
def worker(concurrency: int) -> None:
    """Work on background jobs until stopped."""
    ready()
    from procrastinate.contrib.django import app

    from entrepot.kit import checks, tasks

    checks.refuse_forgetful_database()
    with app.replace_connector(app.connector.get_worker_connector()) as worker_app:  # type: ignore[attr-defined]
        tasks.outlast_database(worker_app)
        worker_app.run_worker(concurrency=concurrency, delete_jobs="successful", fetch_job_polling_interval=1.0,
                              shutdown_graceful_timeout=8.0, name=f"worker-{os.getpid()}",
                              task_middleware=[tasks.note_runs])


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=PORT, default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=2, show_default=True, help="Web processes.")
def up(host: str, port: int, workers: int) -> None:
    """Run database, web server and worker together; Ctrl-C stops all of them."""
    refuse_taken(host, port)
    os.environ.setdefault("ENTREPOT_URL", public_address(host, port))
    prepare()
    told = addresses(host, port) + "\n  Ctrl-C stops everything; run again to go on.\n"
    run_all(host, port, workers, when_ready=lambda: click.echo(told))


def addresses(host: str, port: int) -> str:
    """Where shop, office and API are, for the terminal; and, while nobody works here, how to become the owner."""
    from entrepot.identity import office as identity

    base = public_address(host, port)
    told = (f"\n  Shop    {base}/        中文 {base}/zh-hans/\n  Office  {base}/office/\n"
            f"  API     {base}/api/v1/docs\n")
    if not identity.has_staff():
        told += ("\n  Nobody can sign in to the office yet. In another terminal:\n\n"
                 '    entrepot staff you@example.com --name "Your name" --role owner\n\n'
                 f"  then open {base}/office/ and set up the shop there.\n")
    return told


def public_address(host: str, port: int) -> str:
    """What a browser on this machine, or in the world, opens."""
    if named := os.environ.get("ENTREPOT_URL", "").rstrip("/"):
        return named
    here = host in ("127.0.0.1", "::1", "0.0.0.0", "::")  # noqa: S104 compared; passkeys want a name, not a number
    shown = "localhost" if here else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"


def prepare() -> None:
    """Bring database and static files to this version."""
    prepare_database()
    prepare_files()


def prepare_database() -> None:
    """Bring the tables and what every installation needs in them to this version; refuse a forgetful server."""
    ready()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    call_command("check", verbosity=0, stdout=StringIO())  # only what it finds wrong is worth a line
    from entrepot.identity import public as identity
    from entrepot.kit import checks, maintenance, telemetry

    checks.refuse_forgetful_database()
    maintenance.ensure_partitions()
    identity.ensure_roles()  # a right that is new in this version reaches the built-in roles
    telemetry.clear_shared()


def prepare_files() -> None:
    """Collect the static files, after drawing, cutting and writing what is made here: in processes of their own, for
    that takes large libraries and memory which nobody needs afterwards. Pages do without."""
    from django.core.management import call_command

    from entrepot.web.office import charts
    from entrepot.web.rest import document
    from entrepot.web.storefront import typefaces

    for made in (charts, typefaces, document):
        if not made.are_written():
            subprocess.run([sys.executable, "-m", made.__name__], check=False)
    call_command("collectstatic", verbosity=0, interactive=False)


def run_all(host: str, port: int, workers: int, *, when_ready: Callable[[], None] | None = None) -> None:
    """`when_ready` is called once, when the web server answers."""
    from django.db import connections

    from entrepot.web.supervisor import Supervisor, web_command, worker_command

    connections.close_all()
    commands = {"web": web_command(host, port, workers), "worker": worker_command()}
    sys.exit(Supervisor(commands, own_database=not os.environ.get("DATABASE_URL"),
                        listens=(host, port), when_ready=when_ready).run())


@click.command()
def migrate() -> None:
    """Bring the database to this version."""
    prepare()
    click.echo("The database is up to date.")


@click.command()
@click.argument("what", type=click.Choice(["all", "invariants", "audit"]), default="all")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def check(what: str, as_json: bool) -> None:
    """Look for anything that must not be: broken invariants, a tampered audit trail."""
    ready()
    from entrepot.kit import invariants
    from entrepot.kit.seal import verify

    found: list[dict[str, object]] = []
    if what in ("all", "invariants"):
        found += [{"code": v.code, "text": v.text, "row": v.row} for v in invariants.violations()]
    if what in ("all", "audit"):
        found += [{"code": f"audit.{v.kind}", "text": v.text, "row": v.where} for v in verify()]
    if not answer({"checked": len(invariants.registered()), "violations": found}, as_json=as_json):
        for item in found:
            click.echo(f"{item['code']}: {item['text']} {item['row']}")
        click.echo(f"{len(invariants.registered())} invariants, {len(found)} violations.")
    sys.exit(EXIT_REFUSED if found else 0)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def doctor(as_json: bool) -> None:
    """Say what this installation is made of and whether each part is well."""
    ready()
    from entrepot.kit.health import report

    parts = report()
    if not answer(parts, as_json=as_json):
        for part in parts:
            click.echo(f"{'ok ' if part['ok'] else 'BAD'} {part['part']}: {part['detail']}")
    sys.exit(0 if all(p["ok"] for p in parts) else EXIT_REFUSED)


@click.command("stop-database")
def stop_database() -> None:
    """Stop the embedded PostgreSQL of this home folder."""
    from entrepot.kit import embedded

    embedded.stop()
