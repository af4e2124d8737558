"""The office's list of orders and its search over 100,000 orders: whole requests, rights and rendering included.

The limit beside each figure is the same rows by bare SQL and the same bytes written into a bare answer, in one run.
That they are the same rows is checked; the bare statement of a page far back is told where it begins, which no page can
know. The boards, which read many kinds of things, have no such limit.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from bench import write_data
from bench.harness import Job, Row, Stage, at_most, percentiles, timed

ORDERS, CUSTOMERS, REPEATS = 100_000, 20_000, 30
DATABASE, MOST_MS = "bench_office", 150
STATES = ("completed",) * 14 + ("shipped", "processing", "processing", "cancelled", "expired", "pending", "on_hold")
NAMES = ("Ada Barlow", "Jonas Keller", "Mei Lin", "Sofia Rossi", "王伟", "李娜", "Peter Novak", "Amina Diallo")
COLUMNS = ("id", "number", "channel_id", "customer_id", "state", "origin", "email", "phone", "language", "currency",
           "goods_minor", "discount_minor", "delivery_minor", "tax_minor", "tax_included", "total_minor", "paid_minor",
           "refunded_minor", "credited_minor", "is_promised", "shipping_address", "delivery", "gift_message",
           "customer_note", "placed_at", "business_on", "version")
ON_PAGE, FOUND = 50, 6
_BARE = """
SELECT o.id, o.number, o.state, o.email, o.total_minor, o.paid_minor, o.currency, c.name, o.placed_at
FROM orders_order o JOIN catalog_channel c ON c.id = o.channel_id
"""
_NEWEST = f" ORDER BY o.placed_at DESC, o.id DESC LIMIT {ON_PAGE + 1}"

# Goods of every order lie in one of two warehouses: what left has its parcel, what waits is reserved there.
_PARCELS = """
INSERT INTO orders_fulfilment (id, order_id, number, warehouse_id, state, carrier, tracking_number, tracking_url,
                               created_at)
SELECT uuidv7(), o.id, o.number || '-1', w.ids[1 + ascii(right(o.number, 1)) % 2],
       CASE o.state WHEN 'completed' THEN 'delivered' ELSE o.state END, '', '', '', o.placed_at
FROM orders_order o, (SELECT array_agg(id ORDER BY id) AS ids FROM (SELECT id FROM inventory_warehouse LIMIT 2) f) w
WHERE o.state IN ('shipped', 'completed')
"""
_RESERVED = """
INSERT INTO inventory_reservation (variant_id, warehouse_id, kind, owner_id, line_id, quantity, created_at)
SELECT v.id, w.ids[1 + ascii(right(o.number, 1)) % 2], 'firm', o.id, NULL, 1, o.placed_at
FROM orders_order o, (SELECT array_agg(id ORDER BY id) AS ids FROM (SELECT id FROM inventory_warehouse LIMIT 2) f) w,
     (SELECT id FROM catalog_variant LIMIT 1) v
WHERE o.state IN ('processing', 'on_hold', 'pending')
"""


def _orders(channel_id: int, customers: list[UUID]) -> Iterator[tuple[Any, ...]]:
    rng = random.Random(7)
    now = datetime(2026, 6, 1, tzinfo=UTC)
    for n in range(ORDERS):
        at = now - timedelta(seconds=90 * (ORDERS - n))
        who, total = rng.randrange(CUSTOMERS), rng.randrange(500, 90_000)
        address = json.dumps({"name": NAMES[who % len(NAMES)], "city": "Berlin", "country": "DE"})
        yield (UUID(int=(1 << 100) + n), f"B{100_000 + n}", channel_id, customers[who], rng.choice(STATES), "checkout",
               f"buyer{who}@example.com", "", "en", "EUR", total, 0, 0, total // 6, True, total, total, 0, 0, False,
               address, "{}", "", "", at, at.date(), 1)


def _fill() -> None:
    from django.apps import apps

    from entrepot.catalog import public as catalog
    from entrepot.inventory import public as inventory
    from entrepot.kit import clock, db
    from entrepot.kit.actor import system

    if db.value("SELECT count(*) FROM orders_order") >= ORDERS:
        return
    customers = [UUID(int=(2 << 100) + n) for n in range(CUSTOMERS)]
    person: Any = apps.get_model("customers", "Customer")
    person.objects.bulk_create([
        person(id=key, name=NAMES[n % len(NAMES)], email=f"buyer{n}@example.com", created_at=clock.now())
        for n, key in enumerate(customers)], batch_size=5000)
    db.copy_rows(f"COPY orders_order ({', '.join(COLUMNS)}) FROM STDIN",
                 _orders(catalog.default_channel().id, customers))
    inventory.create_warehouse("second", {"en": "Second"}, actor=system("bench"))
    db.execute(_PARCELS)
    db.execute(_RESERVED)
    db.execute("ANALYZE")


def _browser() -> Any:
    """A browser of the owner after both factors."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    from entrepot.identity import public as identity
    from entrepot.kit import clock
    from entrepot.kit.actor import system

    identity.ensure_roles()
    people: Any = get_user_model().objects
    if not people.filter(email="bench@example.com").exists():
        identity.create_staff("bench@example.com", "Bench", "a long bench password 1", ["owner"], actor=system("bench"))
    client = Client(headers={"host": "localhost"})
    client.force_login(people.get(email="bench@example.com"),
                       backend="allauth.account.auth_backends.AuthenticationBackend")
    store, now = client.session, clock.now().timestamp()
    store["account_authentication_methods"] = [{"method": "password", "at": now},
                                               {"method": "mfa", "type": "totp", "at": now}]
    store.save()
    return client


# name, address, and how the bare statement comes to the same rows
PAGES = (
    ("board", "/office/desk/orders/", None),
    ("board of one warehouse", "/office/desk/orders/?warehouse={place}", None),
    ("first page", "/office/orders/order/", _NEWEST),
    ("one state and one search", "/office/orders/order/?state__exact=processing&q=B1500",
     f"WHERE o.state = 'processing' AND o.number LIKE 'B1500%%' {_NEWEST}"),
    ("search by mail address", "/office/orders/order/?q=buyer1234",
     f"WHERE lower(o.email) LIKE 'buyer1234%%' {_NEWEST}"),
    ("page 1,500", "/office/orders/order/?p=1500", f"WHERE (o.placed_at, o.id) <= ({{begins}}) {_NEWEST}"),
    ("sorted by total", "/office/orders/order/?o=-4", f" ORDER BY o.total_minor DESC, o.id DESC LIMIT {ON_PAGE + 1}"),
    ("search over everything", "/office/desk/search/?q=buyer123&part=1",
     f"WHERE lower(o.email) LIKE 'buyer123%%' ORDER BY o.placed_at DESC, o.id DESC LIMIT {FOUND}"),
)


def _begins(page: int) -> str:
    """Where a page of the list begins: its newest order."""
    from entrepot.kit import db

    first = db.rows("SELECT placed_at, id FROM orders_order ORDER BY placed_at DESC, id DESC OFFSET %s LIMIT 1",
                    [(page - 1) * ON_PAGE])[0]
    return f"'{first.placed_at.isoformat()}', '{first.id}'"


def _bare_ms(name: str, rows_by: str, body: bytes) -> float:
    """The median of the bare statement with a bare answer; refuses to compare with other rows than the page shows."""
    from django.http import HttpResponse

    from entrepot.kit import db

    statement, text = _BARE + rows_by, body.decode()
    places = [text.find(row.number) for row in db.rows(statement, [])[:ON_PAGE]]
    if not places or -1 in places or places != sorted(places):
        raise SystemExit(f"{name}: the bare statement does not return the rows of the page in their order")

    def bare() -> None:
        db.rows(statement, [])
        HttpResponse(body)

    return percentiles(timed([bare] * REPEATS))[0]


def office_list(stage: Stage) -> list[Row]:
    from entrepot.kit import db

    rows = []
    with write_data.shop(stage, DATABASE):
        _fill()
        client = _browser()
        place = db.value("SELECT min(id) FROM inventory_warehouse")
        begins = _begins(1500)
        for name, route, rows_by in PAGES:
            address = route.format(place=place)
            page = client.get(address)
            if page.status_code != 200:
                raise SystemExit(f"{address}: {page.status_code}")

            def asked(address: str = address) -> None:
                client.get(address)

            p50, _p99 = percentiles(timed([asked] * REPEATS))
            limit = _bare_ms(name, rows_by.format(begins=begins), page.content) if rows_by else None
            rows.append(at_most(f"office, 100,000 orders: {name}", p50, "ms", most=MOST_MS, limit=limit))
    return rows


JOBS = {"office_list": Job(office_list)}
