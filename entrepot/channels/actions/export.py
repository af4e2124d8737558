"""Exports as jobs: a table written to a file that waits for its reader. A run that was cut off starts over."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import InterfaceError, OperationalError, connection, transaction

from entrepot.catalog import public as catalog
from entrepot.channels import askers, files
from entrepot.channels.actions.export_catalogue import export_catalogue
from entrepot.channels.actions.import_catalogue import fail
from entrepot.channels.actions.upload import enqueue
from entrepot.channels.contracts import Row
from entrepot.channels.models import ExportRun, ImportRun
from entrepot.channels.permissions import EXPORT
from entrepot.channels.tables import write_table
from entrepot.customers import public as customers
from entrepot.customers.permissions import READ as READ_CUSTOMERS
from entrepot.kit import audit, clock
from entrepot.kit.actor import Actor, Permission
from entrepot.kit.errors import N_, DomainError, InvalidInput
from entrepot.kit.ids import uuid7
from entrepot.kit.money import Money
from entrepot.orders import public as orders
from entrepot.orders.contracts import OrderFilter
from entrepot.orders.permissions import READ as READ_ORDERS

State, What = ImportRun.State, ExportRun.What
PAGE = 500
KEEP = timedelta(days=7)
Advance = Callable[[int], None]

_NEEDS: dict[str, Permission] = {What.ORDERS: READ_ORDERS, What.ORDER_LINES: READ_ORDERS,
                                 What.CUSTOMERS: READ_CUSTOMERS}


def may_export(what: str, actor: Actor) -> bool:  # lint: allow action-actor  a question
    """Whether this person may export that: some files need a second permission for what is in them."""
    return actor.can(EXPORT) and (what not in _NEEDS or actor.can(_NEEDS[what]))


def ask_export(what: str, *, as_xlsx: bool = False, channel_code: str = "", since: date | None = None,
               until: date | None = None, actor: Actor) -> UUID:
    """Have a worker write a table; whoever may not read the data may not take it along either."""
    actor.require(EXPORT)
    if what not in What.values:
        raise InvalidInput("what", N_("Choose one of the list."))
    if what in _NEEDS:
        actor.require(_NEEDS[what])
    if channel_code:
        catalog.channel(channel_code)
    for name, day in (("since", since), ("until", until)):
        if day is not None and not 1970 <= day.year <= 2200:
            raise InvalidInput(name, N_("This is not a date (year-month-day)."))
    now = clock.now()
    file_name = f"{what.replace('_', '-')}-{now:%Y%m%d-%H%M}.{'xlsx' if as_xlsx else 'csv'}"
    options = {"channel": channel_code, "since": since and since.isoformat(), "until": until and until.isoformat()}
    with transaction.atomic():
        run = ExportRun.objects.create(id=uuid7(), what=what, file_name=file_name, options=options,
                                       asked_by=askers.told(actor), started_at=now)
        enqueue("channels.run_export", run.id)
        audit.record(actor, "channels.ask_export", "channels.export", run.id, new={"what": what, **options})
    return run.id


def run_export(run_id: UUID) -> None:  # lint: allow action-actor  acts for whoever asked, with their rights of today
    """What the worker does; the file is there when it is whole, in the transaction that says so."""
    run = ExportRun.objects.filter(pk=run_id, state__in=(State.QUEUED, State.RUNNING, State.FAILED)).first()
    if run is None:
        return
    ExportRun.objects.filter(pk=run_id).update(state=State.RUNNING, began_at=clock.now(), rows=0)
    try:
        actor = askers.actor_of(run.asked_by)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / run.file_name
            rows = _write(run, path, actor)
            _store(run, path, rows, actor)
    except (OperationalError, InterfaceError):
        raise  # the database is away: the job comes back
    except DomainError as error:
        fail(ExportRun, run_id, error)
    except Exception:
        fail(ExportRun, run_id)
        raise


def _store(run: ExportRun, path: Path, rows: int, actor: Actor) -> None:
    now = clock.now()
    with transaction.atomic():
        if not ExportRun.objects.select_for_update().filter(pk=run.pk, state=State.RUNNING).exists():
            return  # another worker was faster
        size = files.keep(run.id, path)
        ExportRun.objects.filter(pk=run.pk).update(state=State.DONE, rows=rows, size=size, changed_at=now, ended_at=now)
        audit.record(actor, "channels.export", "channels.export", run.id, new={"what": run.what, "rows": rows})


def _write(run: ExportRun, path: Path, actor: Actor) -> int:
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        ExportRun.objects.filter(pk=run.pk).update(rows=done, changed_at=clock.now())

    if run.what == What.CATALOGUE:
        return export_catalogue(path, channel_code=run.options.get("channel") or "", advance=advance, actor=actor)
    actor.require(_NEEDS[run.what])
    columns, rows = _TABLES[run.what]
    write_table(path, columns, _counting(rows(run.options, actor), advance))
    return done


def _counting(rows: Iterator[Row], advance: Advance) -> Iterator[Row]:
    """Says how far it is every page, not every row: each time costs a statement."""
    waiting = 0
    for row in rows:
        yield row
        waiting += 1
        if waiting == PAGE:
            advance(waiting)
            waiting = 0
    advance(waiting)


def _window(options: dict[str, Any]) -> tuple[datetime | None, datetime | None]:
    """Whole days in the shop's time zone, the last one included."""
    zone = ZoneInfo((catalog.channel(options["channel"]) if options.get("channel") else
                     catalog.default_channel()).time_zone)
    since, until = (date.fromisoformat(options[k]) if options.get(k) else None for k in ("since", "until"))
    return (datetime.combine(since, time.min, zone) if since else None,
            datetime.combine(until + timedelta(days=1), time.min, zone) if until else None)


def _major(minor: int, currency: str) -> str:
    return f"{Money(minor, currency).amount:f}"


ORDER_COLUMNS = ["number", "placed_at", "channel", "state", "origin", "email", "currency", "total", "credited", "paid",
                 "refunded"]


def _orders(options: dict[str, Any], actor: Actor) -> Iterator[Row]:
    codes = {c.id: c.code for c in catalog.channels()}
    since, until = _window(options)
    chosen = next((key for key, code in codes.items() if code == options.get("channel")), None)
    filters, cursor = OrderFilter(placed_from=since, placed_until=until, channel_id=chosen), None
    while True:
        page, cursor = orders.find_orders(filters, cursor, PAGE, actor=actor)
        for o in page:
            amounts = {"total": o.total_minor, "credited": o.credited_minor, "paid": o.paid_minor,
                       "refunded": o.refunded_minor}
            yield {"number": o.number, "placed_at": o.placed_at.isoformat(timespec="seconds"),
                   "channel": codes.get(o.channel_id, ""), "state": str(o.state), "origin": o.origin, "email": o.email,
                   "currency": o.currency, **{k: _major(v, o.currency) for k, v in amounts.items()}}
        if cursor is None:
            return


LINE_COLUMNS = ["number", "business_on", "entry", "state", "line_kind", "sku", "name", "quantity", "currency", "goods",
                "discount", "tax", "net", "gross", "country"]
_LINES = """
SELECT number, business_on, entry, state, line_kind, sku, name, quantity, currency, goods_minor, discount_minor,
       tax_minor, net_minor, gross_minor, country
FROM reporting.order_lines_v1
WHERE (%(since)s::timestamptz IS NULL OR at >= %(since)s) AND (%(until)s::timestamptz IS NULL OR at < %(until)s)
  AND (%(channel)s::int IS NULL OR channel_id = %(channel)s)
ORDER BY at, order_id, line_id
"""


def _order_lines(options: dict[str, Any], actor: Actor) -> Iterator[Row]:
    since, until = _window(options)
    channel = catalog.channel(options["channel"]).id if options.get("channel") else None
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_LINES, {"since": since, "until": until, "channel": channel})
        while found := cursor.fetchmany(PAGE):
            for row in found:
                currency = row[8]
                texts = ["" if value is None else str(value) for value in row[:9]]
                amounts = [_major(minor, currency) for minor in row[9:14]]
                yield dict(zip(LINE_COLUMNS, [*texts, *amounts, row[14] or ""], strict=True))


CUSTOMER_COLUMNS = ["id", "name", "email", "phone", "language", "country", "external_id", "created_at"]


def _customers(options: dict[str, Any], actor: Actor) -> Iterator[Row]:
    cursor: str | None = None
    while True:
        page, cursor = customers.find_customers("", 100, cursor)
        for c in page:
            if c.closed_at is None:
                yield {"id": str(c.id), "name": c.name, "email": c.email, "phone": c.phone, "language": c.language,
                       "country": c.country, "external_id": c.external_id or "",
                       "created_at": c.created_at.isoformat(timespec="seconds") if c.created_at else ""}
        if cursor is None:
            return


_TABLES: dict[str, tuple[list[str], Callable[[dict[str, Any], Actor], Iterator[Row]]]] = {
    What.ORDERS: (ORDER_COLUMNS, _orders), What.ORDER_LINES: (LINE_COLUMNS, _order_lines),
    What.CUSTOMERS: (CUSTOMER_COLUMNS, _customers)}


def forget_files(now: datetime) -> int:  # lint: allow action-actor  housekeeping
    """Files of exports are taken along within a week, those of imports within a month; the accounts stay."""
    old = [*ExportRun.objects.filter(ended_at__lt=now - KEEP, size__gt=0).values_list("id", flat=True),
           *ImportRun.objects.filter(started_at__lt=now - KEEP * 4, size__gt=0).values_list("id", flat=True)]
    for run_id in old:
        with transaction.atomic():
            files.forget(run_id)
            ExportRun.objects.filter(pk=run_id).update(size=0)
            ImportRun.objects.filter(pk=run_id).update(size=0)
    return len(old)
