"""Shops with stock for tests: `make_shop()` opens a channel, warehouses and items in a few lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from entrepot.catalog.tests.factories import a_channel, a_product, variants_of
from entrepot.inventory import public, queries
from entrepot.inventory.contracts import Demand, Destination, WarehouseInfo
from entrepot.kit import clock
from entrepot.kit.actor import Actor, ActorKind, system
from entrepot.kit.ids import uuid7

TEST = system("test")
ALICE = Actor(ActorKind.CUSTOMER, id="alice", label="Alice")
BOB = Actor(ActorKind.STAFF, id="bob", label="Bob", permissions=frozenset(
    f"inventory.{verb}" for verb in ("read", "adjust", "receive", "count", "transfer", "configure", "maintain")))
CHARLIE = Actor(ActorKind.STAFF, id="charlie", label="Charlie")


def make_variants(count: int) -> list[UUID]:
    """Stocked variants of one new product, with SKUs `SKU-1`, `SKU-2`, ... in the order of creation."""
    known = sum(len(v) for v in _made.values())
    product = a_product(channel=None, skus=tuple(f"SKU-{known + n + 1}" for n in range(count)))
    _made[product] = variants_of(product)
    return _made[product]


_made: dict[UUID, list[UUID]] = {}


@dataclass
class Shop:
    channel_id: int
    places: dict[str, WarehouseInfo]
    items: list[UUID]
    orders: list[UUID] = field(default_factory=list)

    def demand(self, *quantities: int | str, line_ids: Sequence[UUID] = ()) -> list[Demand]:
        """`demand(2, 1)`: two of the first item, one of the second."""
        lines = list(line_ids) or [uuid7() for _ in quantities]
        return [Demand(line, item, Decimal(q)) for line, item, q in zip(lines, self.items, quantities, strict=False)
                if Decimal(q) > 0]

    def reserve(self, demands: Sequence[Demand], *, owner: UUID | None = None, strategy: str = "priority",
                to: Destination | None = None, replaces: UUID | None = None, actor: Actor = ALICE) -> Any:
        from django.db import transaction

        owner = owner or uuid7()
        with transaction.atomic():
            found = public.reserve(demands, owner_id=owner, channel_id=self.channel_id, destination=to or Destination(),
                                   strategy=strategy, now=clock.now(), replaces=replaces, actor=actor)
        self.orders.append(owner)
        return found

    def hold(self, checkout: UUID, demands: Sequence[Demand], minutes: int = 15) -> Any:
        from django.db import transaction

        with transaction.atomic():
            return public.hold(
                checkout, demands, channel_id=self.channel_id, minutes=minutes, now=clock.now(), actor=ALICE
            )

    def confirm(self, checkout: UUID, demands: Sequence[Demand], *, owner: UUID | None = None) -> Any:
        from django.db import transaction

        with transaction.atomic():
            return public.confirm(demands, owner_id=owner or uuid7(), channel_id=self.channel_id, held_by=checkout,
                                  now=clock.now(), actor=ALICE)

    def balance(self, item: int = 0, place: str = "main") -> Any:
        return queries.balance(self.items[item], self.places[place].id)

    def available(self, item: int = 0) -> Decimal:
        return public.available(self.channel_id, [self.items[item]])[self.items[item]].quantity


def make_shop(stock: Mapping[str, Sequence[int | str]] | None = None, *, channel: str = "web",
              details: Mapping[str, dict[str, Any]] | None = None) -> Shop:
    """`stock` maps warehouse codes, best priority first, to what lies there of each item."""
    stock = stock or {"main": [10]}
    queries.forget_sites()
    _made.clear()
    items = make_variants(max(len(q) for q in stock.values()))
    shop = Shop(a_channel(channel).id, {}, items)
    for priority, (code, quantities) in enumerate(stock.items()):
        extra = (details or {}).get(code, {})
        shop.places[code] = public.create_warehouse(code, {"en": code.title()}, priority=priority, actor=TEST, **extra)
        public.serve_channel(channel, code, actor=TEST)
        for item, quantity in zip(items, quantities, strict=False):
            if Decimal(quantity) > 0:
                public.receive(item, code, Decimal(quantity), reason="opening stock", actor=TEST)
    return shop
