"""`entrepot demo`: a company to look at, served on this machine."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import click

from entrepot.kit.command import PORT, progress, ready, refuse_taken


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=PORT, default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=2, show_default=True, help="Web processes.")
@click.option("--load-only", is_flag=True, help="Load the company and stop.")
@click.option("--leave-database", is_flag=True, hidden=True, help="With --load-only: somebody else stops it.")
def demo(host: str, port: int, workers: int, load_only: bool, leave_database: bool) -> None:
    """Load the demonstration company (once) and run everything; Ctrl-C stops, the next run goes on from there."""
    os.environ.setdefault("ENTREPOT_TEST_PAYMENTS", "1")
    os.environ.setdefault("ENTREPOT_PAYMENT_SIMULATOR", "1")
    os.environ.setdefault("ENTREPOT_URL", f"http://{host}:{port}")
    # No mail leaves the demo: who wants to read one finds it as a file.
    os.environ.setdefault("ENTREPOT_EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
    os.environ.setdefault("ENTREPOT_LOG_LEVEL", "warning")  # hundreds of orders would hide the addresses and logins
    if load_only:
        _make(leave_database)
    else:
        _run(host, port, workers)


def _make(leave_database: bool) -> None:
    from entrepot.kit import embedded

    ready()
    from entrepot.web.commands import prepare_database, prepare_files

    _start_over_if_interrupted()
    # a second core has little to do while tables are made and the company trades
    with ThreadPoolExecutor(1) as beside:
        files = beside.submit(prepare_files)
        prepare_database()
        if not _marker("complete").exists():
            load()
        files.result()
    if not (leave_database or os.environ.get("DATABASE_URL")):
        embedded.stop()


def _run(host: str, port: int, workers: int) -> None:
    """The company is made in a process of its own, for loading takes memory that nobody needs afterwards: who watches
    over the others stays small, without Django."""
    from entrepot.web.supervisor import Supervisor, web_command, worker_command

    refuse_taken(host, port)
    program = str(Path(sys.executable).with_name("entrepot"))
    made = subprocess.run([program, "demo", "--load-only", "--leave-database"], check=False)
    if made.returncode:
        sys.exit(made.returncode)
    commands = {"web": web_command(host, port, workers), "worker": worker_command()}
    own_database = not os.environ.get("DATABASE_URL")
    sys.exit(Supervisor(commands, own_database=own_database, listens=(host, port),
                        when_ready=lambda: _tell(host, port)).run())


def _marker(what: str) -> Path:
    from entrepot.kit.home import home

    return home() / f"demo-{what}"


def _start_over_if_interrupted() -> None:
    """A load that was cut off leaves half a company: the embedded database is made anew."""
    if not _marker("begun").exists() or _marker("complete").exists() or os.environ.get("DATABASE_URL"):
        return
    import psycopg

    from entrepot.kit import embedded

    click.echo("The last load was interrupted; starting over.", err=True)
    with psycopg.connect(embedded.url(database="postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS entrepot WITH (FORCE)")
        connection.execute("CREATE DATABASE entrepot")


def load() -> None:
    """The whole company; about half a minute."""
    from django.conf import settings

    from entrepot.catalog import public as catalog
    from entrepot.demo import alice, content, desks, house, voices, windows
    from entrepot.demo.company import build_company, build_people, build_promotions
    from entrepot.demo.shelves import build_products, build_structure
    from entrepot.demo.trade import DAYS, Trade
    from entrepot.kit import clock, db, invariants, outbox
    from entrepot.kit.actor import system
    from entrepot.orders import public as orders
    from entrepot.pricing import public as pricing
    from entrepot.showcase import public as showcase

    started, now, actor = time.monotonic(), clock.now(), system("demo")
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # ninety days of mail are not sent again
    _marker("begun").touch()
    gc.set_threshold(50_000, 50, 50)  # much is made and little of it goes in circles
    db.execute("SET synchronous_commit = off")  # this session only: a load that is cut off starts over anyway
    opening = now - timedelta(days=DAYS + 5)
    with progress("company", 308) as bar, clock.at(opening):
        company = build_company(opening, actor=actor)
        build_structure(actor=actor)
        goods = build_products(company, advance=bar.advance, actor=actor)
        gift = catalog.product_id_of("olive-soap")
        assert gift is not None  # one of our own goods
        build_promotions(company, now, catalog.variants_of([gift])[gift][0], actor=actor)
        windows.load(now, actor=actor)
        content.load(now, actor=actor)
        build_people(company, actor=actor)
        house.load(company, actor=actor)
        outbox.drain()
        while pricing.refresh_listing_prices(actor=actor):
            continue
        outbox.drain()
    with progress("trade", DAYS + 1) as bar:
        placed = Trade(company, goods, now, actor).run(bar.advance)
        alice.load(company, goods, now, actor=actor)
        voices.load(now, actor=actor)
    while pricing.refresh_listing_prices(actor=actor):
        continue
    outbox.drain()
    showcase.rebuild(None)
    windows.settle(now, actor=actor)
    desks.load(actor=actor)
    orders.leave_unsent(clock.now(), actor=actor)
    broken = invariants.violations()
    if broken:
        raise click.ClickException(f"the demo's books do not agree: {broken[0]}")
    _marker("complete").touch()
    click.echo(f"{len(goods)} products and {placed} orders in {time.monotonic() - started:.0f} s.")


def _tell(host: str, port: int) -> None:
    from entrepot.kit.home import home

    base = f"http://{host}:{port}"
    logins = json.loads((home() / "demo-logins.json").read_text())
    click.echo(f"\n  Shop    {base}/        中文 {base}/zh-hans/\n  Office  {base}/office/\n"
               f"  API     {base}/api/v1/docs\n  Mails   {home() / 'mails'}\n")
    for who, secret in logins.items():
        if not who.endswith(" TOTP"):
            code = logins.get(f"{who} TOTP")
            click.echo(f"  {who:22} {secret}" + (f"   authenticator key {code}" if code else ""))
    click.echo("\n  Ctrl-C stops everything; run again to go on.\n")
