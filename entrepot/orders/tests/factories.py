"""Orders for tests, here and in other contexts: plain functions over the real stock, prices and payments."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ChannelInfo, Option, OptionValue, ProductPatch, VariantInput
from entrepot.catalog.tests.factories import a_channel, a_product, a_variant
from entrepot.customers.tests.factories import make_customer
from entrepot.inventory import public as inventory
from entrepot.inventory import queries as inventory_queries
from entrepot.inventory.contracts import Demand, Destination
from entrepot.kit import clock, outbox
from entrepot.kit.actor import Actor, ActorKind, declared, system
from entrepot.kit.ids import uuid7
from entrepot.orders import public
from entrepot.orders.contracts import HoldKind, NewLine, NewOrder, OrderView, PlacedOrder
from entrepot.orders.rules import tax_of
from entrepot.payments import public as payments
from entrepot.pricing.tests.factories import a_price, a_tax_rate

TEST = system("test")
CHARLIE = Actor(ActorKind.CUSTOMER, id="charlie", label="Charlie", customer_id=uuid7())
GERMANY = {"name": "Alice Ahrend", "line1": "Lindenweg 5", "city": "Bremen", "postcode": "28195", "country": "DE"}


def bob(*codes: str) -> Actor:
    """Runs the shop: all order permissions, or only the named ones."""
    allowed = codes or tuple(c for c in declared() if c.startswith("orders."))
    return Actor(ActorKind.STAFF, id="bob", label="Bob", permissions=frozenset(allowed))


def alice(customer_id: UUID | None) -> Actor:
    return Actor(ActorKind.CUSTOMER, id="alice", label="Alice", customer_id=customer_id)


@dataclass
class Shop:
    """A channel with two warehouses; `items` cost 10.00, 20.00, ... and lie in both."""

    channel: ChannelInfo
    items: list[UUID]
    main: int
    second: int
    tax_included: bool = True
    orders: list[UUID] = field(default_factory=list)


def a_shop(*, items: int = 3, stock: int = 100, tax_included: bool = True, **channel: Any) -> Shop:
    os.environ["ENTREPOT_TEST_PAYMENTS"] = "1"
    inventory_queries.forget_sites()
    info = a_channel(prices_include_tax=tax_included, **channel)
    a_tax_rate()
    shop = Shop(info, [a_variant(f"Item {n}") for n in range(items)], 0, 0, tax_included)
    for n, code in enumerate(("main", "second")):
        place = inventory.create_warehouse(code, {"en": code.title()}, priority=n, pickup=code == "second", actor=TEST)
        inventory.serve_channel(info.code, code, actor=TEST)
        setattr(shop, code, place.id)
        for item in shop.items:
            inventory.receive(item, code, Decimal(stock), reason="opening stock", actor=TEST)
    for n, item in enumerate(shop.items, start=1):
        a_price(item, n * 1000)
    return shop


def a_line(shop: Shop, item: int, quantity: int | str, *, unit_minor: int | None = None, discount_minor: int = 0,
           rate: str = "0.19") -> NewLine:
    variant, price = shop.items[item], unit_minor if unit_minor is not None else (item + 1) * 1000
    facts = catalog.variant_facts([variant])[variant]
    goods = int(price * Decimal(quantity))
    return NewLine(
        id=uuid7(), variant_id=variant, sku=facts.sku, name=facts.name["en"], quantity=Decimal(quantity),
        unit_minor=price, goods_minor=goods, discount_minor=discount_minor, tax_rate=Decimal(rate),
        tax_minor=tax_of(goods - discount_minor, Decimal(rate), included=shop.tax_included),
        components=[{"variant_id": str(v), "quantity": str(q)} for v, q in facts.components],
        facts=public.kept_options(facts))


def a_shirt(shop: Shop, *, stock: int = 100) -> int:
    """A shirt in sizes and colours, its medium blue one in the main warehouse; its place among the shop's items."""
    product = a_product(
        "Shirt", skus=("SHIRT-M-BLUE",), options=(
            Option("size", {"en": "Size", "zh-hans": "尺码"}, (OptionValue("m", {"en": "M", "zh-hans": "中号"}),)),
            Option("colour", {"en": "Colour", "zh-hans": "颜色"},
                   (OptionValue("blue", {"en": "Blue", "zh-hans": "蓝色"}),))),
        variants=(VariantInput("SHIRT-M-BLUE", {"size": "m", "colour": "blue"}, weight_g=200),))
    catalog.update_product(product, ProductPatch(name={"en": "Shirt", "zh-hans": "衬衫"}), actor=TEST)
    [variant] = catalog.variants_of([product])[product]
    inventory.receive(variant, "main", Decimal(stock), reason="opening stock", actor=TEST)
    shop.items.append(variant)
    a_price(variant, 2500)
    return len(shop.items) - 1


def a_new_order(shop: Shop, lines: Sequence[NewLine], *, delivery_minor: int = 490, delivery_discount: int = 0,
                customer_id: UUID | None = None, holds: Sequence[tuple[HoldKind, str]] = (),
                **changes: Any) -> NewOrder:
    now = clock.now()
    goods = sum(line.goods_minor for line in lines)
    discount = sum(line.discount_minor for line in lines) + delivery_discount
    delivery_tax = tax_of(delivery_minor - delivery_discount, Decimal("0.19"), included=shop.tax_included)
    tax = sum(line.tax_minor for line in lines) + delivery_tax
    values: dict[str, Any] = {
        "email": "alice@example.com", "shipping_address": GERMANY, "billing_address": GERMANY,
        "delivery": {"code": "standard"}, "expires_at": now + timedelta(minutes=60), **changes}
    return NewOrder(
        id=uuid7(), channel_id=shop.channel.id, currency=shop.channel.currency, lines=list(lines), goods_minor=goods,
        discount_minor=discount, delivery_minor=delivery_minor, tax_minor=tax, tax_included=shop.tax_included,
        total_minor=goods - discount + delivery_minor + (0 if shop.tax_included else tax), placed_at=now,
        business_on=now.date(), customer_id=customer_id, holds=list(holds), **values)


def placed(shop: Shop, lines: Sequence[NewLine] | None = None, *, pay: str = "test", run: bool = True,
           **changes: Any) -> OrderView:
    """An order placed as checkout does: stock reserved, order written, payment opened, news delivered."""
    order = a_new_order(shop, lines if lines is not None else [a_line(shop, 0, 3), a_line(shop, 1, 1)], **changes)
    place(shop, order, pay=pay)
    if run:
        outbox.drain()
    return public.get_order(order.id, actor=TEST)


def place(shop: Shop, order: NewOrder, *, pay: str = "test", actor: Actor = TEST) -> PlacedOrder:
    states = {"test": "paid", "cash_on_delivery": "on_delivery"}
    wanted = [Demand(line.id, UUID(str(c["variant_id"])), line.quantity * Decimal(str(c["quantity"])))
              for line in order.lines for c in line.components]
    wanted += [Demand(line.id, line.variant_id, line.quantity)
               for line in order.lines if line.variant_id and not line.components]
    with transaction.atomic():
        inventory.reserve(wanted, owner_id=order.id, channel_id=order.channel_id, strategy="priority",
                          now=order.placed_at, actor=actor,
                          destination=Destination(pickup_warehouse_id=order.pickup_warehouse_id))
        done = public.create_order(order, payment_state=states.get(pay, "pending"), actor=actor)
        if pay and order.total_minor:
            payments.open_payment(order.id, provider=pay, method="", amount_minor=order.total_minor,
                                  currency=order.currency, now=order.placed_at, actor=actor)
    shop.orders.append(order.id)
    return done


def shipped(shop: Shop, order: OrderView, *, deliver: bool = True) -> OrderView:
    """Everything sent, and arrived."""
    for fulfilment in public.plan_fulfilments(order.id, actor=TEST):
        public.ship_fulfilment(fulfilment.id, "DHL", "00340", actor=TEST)
        if deliver:
            public.record_delivery(fulfilment.id, actor=TEST)
    outbox.drain()
    return public.get_order(order.id, actor=TEST)


def a_member() -> UUID:
    return make_customer().id
