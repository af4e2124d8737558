"""A small shop with everything in it, for tests of the whole API: Alice and Charlie buy, Bob's key runs the shop."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.wsgi import get_wsgi_application
from django.test import Client

from entrepot.catalog import public as catalog
from entrepot.checkout import public as checkout
from entrepot.checkout.contracts import LineInput
from entrepot.checkout.tests.factories import BERLIN, a_shop, goods, purchase
from entrepot.customers import public as customers
from entrepot.customers.tests.factories import acting
from entrepot.identity import public as identity
from entrepot.identity.models import User
from entrepot.identity.tests.factories import PASSWORD
from entrepot.inventory import public as inventory
from entrepot.kit import clock, db, outbox
from entrepot.kit.actor import declared, system
from entrepot.orders import public as orders
from entrepot.orders.contracts import ChangeKind, ReturnLine

BOB = system("bob")
CSRF = "c" * 32
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
Environ = dict[str, Any]


@dataclass
class Person:
    """A customer, their cookies, and the ids of what is theirs, by the name of the path parameter."""

    email: str
    customer_id: UUID
    user_id: int
    owns: dict[str, Any] = field(default_factory=dict)
    cart_secret: str = ""

    def cookies(self) -> dict[str, str]:
        """A fresh session; the old one may have been ended by what was tried."""
        client = Client()
        client.force_login(User.objects.get(pk=self.user_id), backend=BACKEND)
        return {"session": client.cookies["session"].value, "csrf": CSRF}


@dataclass
class World:
    alice: Person
    charlie: Person
    staff_key: str
    pool: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))

    def known(self, names: Iterable[str], draw: random.Random) -> dict[str, Any]:
        """Something that exists for every name that is known."""
        return {name: draw.choice(self.pool[name]) for name in names if self.pool.get(name)}


def build() -> World:
    """Everything by the real actions; what happened is delivered."""
    a_shop()
    identity.ensure_roles()
    items = goods(1000, 2500, stocked=1000)
    scopes = [c for c, p in declared().items() if not p.everyone]
    token = identity.create_api_key("bob", scopes, clock.now() + timedelta(days=1), actor=BOB)[1]
    world = World(_person("alice", items), _person("charlie", items), token)
    outbox.drain()
    for person in (world.alice, world.charlie):
        _follow_up(person)
        for name, value in person.owns.items():
            world.pool[name].append(str(value) if isinstance(value, UUID) else value)
    _fill(world, items)
    return world


def _person(name: str, items: list[UUID]) -> Person:
    email = f"{name}@example.com"
    user_id = identity.create_login(email, PASSWORD, name.title(), "en")
    info = customers.create_customer(email=email, name=name.title(), language="en", country="DE", user_id=user_id,
                                     actor=BOB)
    actor = acting(info)
    person = Person(email, info.id, user_id)
    address = customers.add_address(info.id, {**BERLIN, "name": name.title()}, actor=actor)
    cart, person.cart_secret = checkout.create_checkout("web", "en", info.id, [LineInput(items[0], Decimal(2))],
                                                        actor=actor)
    placed = checkout.buy_now(purchase(items, 2, email=email, shipping_address={**BERLIN, "line1": f"{name} 1"}),
                              actor=actor)
    waiting = checkout.buy_now(purchase(items[:1], 1, email=email, payment_method="bank_transfer",
                                        shipping_address={**BERLIN, "line1": f"{name} 2"}), actor=actor)
    person.owns = {"customer_id": info.id, "user_id": user_id, "address_id": address.id, "cart_id": cart.id,
                   "line_id": cart.lines[0].id, "order_id": placed.order.id, "open_order_id": waiting.order.id,
                   "payment_id": placed.payments[0].id, "number": placed.order.number}
    return person


def _follow_up(person: Person) -> None:
    """The paid order arrives; one piece is asked to be returned; the invoice is written."""
    order_id = person.owns["order_id"]
    parcel = orders.plan_fulfilments(order_id, actor=BOB)[0]
    orders.ship_fulfilment(parcel.id, "DHL", "1", actor=BOB)
    orders.record_delivery(parcel.id, actor=BOB)
    orders.issue_invoices(order_id, actor=BOB)
    line = orders.get_order(order_id, actor=BOB).lines[0]
    change = orders.open_change(order_id, ChangeKind.RETURN, reason="too big", actor=BOB)
    orders.add_operation(change.id, ReturnLine(line.id, Decimal(1), "too big"), actor=BOB)
    orders.request_change(change.id, actor=BOB)
    outbox.drain()
    order = orders.get_order(order_id, actor=BOB)
    person.owns |= {"fulfilment_id": parcel.id, "change_id": change.id, "invoice_id": order.invoices[0].id,
                    "order_line_id": line.id}


_SERIALS = {  # path parameter -> what exists, as SQL
    "warehouse_id": "SELECT id FROM inventory_warehouse", "category_id": "SELECT id FROM catalog_category",
    "brand_id": "SELECT id FROM catalog_brand", "collection_id": "SELECT id FROM catalog_collection",
    "channel_id": "SELECT id FROM catalog_channel", "audit_id": "SELECT id FROM kit_audit LIMIT 5",
    "notification_id": "SELECT id FROM orders_notification LIMIT 5", "rate_id": "SELECT id FROM pricing_taxrate",
    "delivery_id": "SELECT id FROM kit_delivery LIMIT 5", "slug": "SELECT slug FROM catalog_product",
}


def _fill(world: World, items: list[UUID]) -> None:
    pool = world.pool
    found = catalog.variant_facts(items)
    pool["variant_id"] = [str(i) for i in items]
    pool["variant_ids"] = [pool["variant_id"]]
    pool["product_id"] = [str(f.product_id) for f in found.values()]
    pool["sku"] = [f.sku for f in found.values()]
    pool["warehouse_code"] = pool["source_code"] = pool["target_code"] = [w.code for w in inventory.warehouses()]
    pool["channel"], pool["warehouse"] = ["web"], ["main"]
    pool["code"] = ["web", "main", "base", "standard"]
    pool["line_id"] += [p.owns["order_line_id"] and str(p.owns["order_line_id"]) for p in (world.alice, world.charlie)]
    pool["order_id"] += [str(p.owns["open_order_id"]) for p in (world.alice, world.charlie)]
    pool["method"], pool["payment_method"], pool["provider"] = ["standard", "test"], ["test", "bank_transfer"], ["test"]
    pool["type"] = [r.code for r in db.rows("SELECT code FROM catalog_producttype")]
    for name, sql in _SERIALS.items():
        pool[name] = [r[0] for r in db.rows(sql)]


def application() -> Callable[[Environ, Any], Any]:
    """Our WSGI application, called from this machine."""
    inner = get_wsgi_application()

    def local(environ: Environ, start_response: Any) -> Any:
        environ["REMOTE_ADDR"] = "127.0.0.1"
        return inner(environ, start_response)

    return local
