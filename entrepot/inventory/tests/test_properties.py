"""Any sequence of stock actions: the cache equals its rebuild, and the database function equals the pure rule."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import transaction

from entrepot.inventory import public, queries, rules
from entrepot.inventory.contracts import Destination
from entrepot.inventory.tests.factories import ALICE, BOB, TEST, Shop, make_shop
from entrepot.inventory.tests.test_actions import healthy
from entrepot.kit import clock, db
from entrepot.kit.errors import DomainError
from entrepot.kit.ids import uuid7

pytestmark = pytest.mark.django_db(transaction=True)

D = Decimal
PLACES = ("main", "second", "third")


def snapshot() -> list[tuple[object, ...]]:
    return [
        tuple(r)
        for r in db.rows(
            "SELECT variant_id, warehouse_id, on_hand, reserved, damaged, incoming, safety, backorder"
            " FROM inventory_balance ORDER BY 1, 2"
        )
    ]


class Walk:
    """One random step after another over a small shop; refused steps are part of the walk."""

    def __init__(self, shop: Shop, seed: int) -> None:
        self.shop, self.chance = shop, random.Random(seed)
        self.orders: list[object] = []
        self.transfers: list[object] = []

    def step(self) -> str:
        verb = self.chance.choice(
            [
                "reserve",
                "reserve",
                "hold",
                "release",
                "ship",
                "receive",
                "adjust",
                "damage",
                "write_off",
                "take_back",
                "draft",
                "send",
                "arrive",
                "cancel",
                "levels",
                "expire",
                "reassign",
                "buffer",
            ]
        )
        try:
            with transaction.atomic():
                getattr(self, verb)()
        except DomainError as error:
            return f"{verb}:{error.code}"
        return verb

    def item(self) -> object:
        return self.chance.choice(self.shop.items)

    def place(self) -> str:
        return self.chance.choice(PLACES)

    def few(self) -> Decimal:
        return D(self.chance.randint(1, 60)) / 4

    def demands(self) -> object:
        return self.shop.demand(*[self.chance.randint(0, 4) for _ in self.shop.items])

    def reserve(self) -> None:
        owner = uuid7()
        self.shop.reserve(self.demands(), owner=owner, strategy=self.chance.choice(sorted(rules.STRATEGIES)))  # type: ignore[arg-type]
        self.orders.append(owner)

    def hold(self) -> None:
        owner = self.chance.choice([uuid7(), *self.orders[-2:]])
        self.shop.hold(owner, self.demands(), minutes=self.chance.choice([-5, 15]))  # type: ignore[arg-type]
        self.orders.append(owner)

    def some_order(self) -> object:
        return self.chance.choice(self.orders) if self.orders else uuid7()

    def release(self) -> None:
        order = self.some_order()
        parts = [replace(a, quantity=D(1)) for a in public.reservations_of(order)]  # type: ignore[arg-type]
        public.release(order, parts=self.chance.choice([None, parts]), now=clock.now(), actor=ALICE)  # type: ignore[arg-type]

    def ship(self) -> None:
        order = self.some_order()
        owned = public.reservations_of(order)  # type: ignore[arg-type]
        public.ship(order, owned[:2], reference="walk", now=clock.now(), actor=BOB)  # type: ignore[arg-type]

    def reassign(self) -> None:
        from entrepot.inventory.contracts import LineMove

        order, other = self.some_order(), uuid7()
        moves = [LineMove(a.line_id, uuid7(), self.chance.choice([None, D(1)])) for a in public.reservations_of(order)]  # type: ignore[arg-type]
        public.reassign(order, other, moves[:1], now=clock.now(), actor=BOB)  # type: ignore[arg-type]
        self.orders.append(other)

    def receive(self) -> None:
        public.receive(self.item(), self.place(), self.few(), actor=BOB)  # type: ignore[arg-type]

    def adjust(self) -> None:
        public.adjust(self.item(), self.place(), delta=self.few() - 5, reason="count", actor=BOB)  # type: ignore[arg-type]

    def damage(self) -> None:
        public.mark_damaged(self.item(), self.place(), self.few(), reason="fell", actor=BOB)  # type: ignore[arg-type]

    def write_off(self) -> None:
        public.write_off(self.item(), self.place(), D(1), reason="scrap", actor=BOB)  # type: ignore[arg-type]

    def take_back(self) -> None:
        condition = self.chance.choice(["good", "damaged", "lost"])
        public.take_back([(self.item(), self.shop.places[self.place()].id, self.few(), condition)],  # type: ignore[list-item]
                         reference="walk", reason="return", now=clock.now(), actor=BOB)

    def draft(self) -> None:
        source, target = self.chance.sample(PLACES, 2)
        self.transfers.append(public.create_transfer(source, target, {self.item(): self.few()}, actor=BOB).id)  # type: ignore[dict-item]

    def some_transfer(self) -> object:
        return self.chance.choice(self.transfers) if self.transfers else uuid7()

    def send(self) -> None:
        public.send_transfer(self.some_transfer(), actor=BOB)  # type: ignore[arg-type]

    def arrive(self) -> None:
        transfer = self.some_transfer()
        part = {line.variant_id: min(D(1), line.quantity) for line in public.get_transfer(transfer).lines}  # type: ignore[arg-type]
        public.receive_transfer(transfer, self.chance.choice([None, part]), close=self.chance.random() < 0.3, actor=BOB)  # type: ignore[arg-type]

    def cancel(self) -> None:
        public.cancel_transfer(self.some_transfer(), actor=BOB)  # type: ignore[arg-type]

    def levels(self) -> None:
        public.set_levels(self.item(), self.place(), safety=self.few() / 4, backorder=self.few(), actor=BOB)  # type: ignore[arg-type]

    def buffer(self) -> None:
        public.serve_channel("web", self.place(), D(self.chance.randint(0, 2)), actor=BOB)

    def expire(self) -> None:
        public.expire_holds(clock.now(), actor=TEST)


@pytest.mark.parametrize("seed", range(6))
def test_after_any_walk_the_rebuild_equals_the_cache(seed: int) -> None:
    walk = Walk(make_shop({"main": [20, 5, 0], "second": [3, 9, 2], "third": [0, 1, 8]}), seed)
    done = [walk.step() for _ in range(90)]
    assert len({d for d in done if ":" not in d}) > 8  # the walk did go places
    healthy()
    before = snapshot()
    assert public.rebuild_balances(actor=BOB) == 0
    assert snapshot() == before


def test_a_broken_cache_is_rebuilt() -> None:
    shop = make_shop({"main": [5]})
    shop.reserve(shop.demand(2))
    db.execute("UPDATE inventory_balance SET on_hand = 99, reserved = 0, damaged = 3, incoming = 4")
    assert public.rebuild_balances(actor=BOB) == 1
    b = shop.balance()
    assert (b.on_hand, b.reserved, b.damaged, b.incoming) == (5, 2, 0, 0)
    db.execute("DELETE FROM inventory_balance")
    assert public.rebuild_balances(actor=BOB) == 1
    assert (shop.balance().on_hand, shop.balance().reserved) == (5, 2)


@pytest.mark.parametrize("seed", range(12))
def test_the_database_chooses_as_the_rule_does(seed: int) -> None:
    chance = random.Random(1000 + seed)
    shop = make_shop({p: [chance.randint(0, 4) for _ in range(3)] for p in PLACES})
    for place in PLACES:
        for item in shop.items:
            public.set_levels(item, place, safety=D(chance.randint(0, 1)), backorder=D(chance.randint(0, 2)), actor=BOB)
    for _ in range(6):
        demands = shop.demand(*[chance.randint(0, 4) for _ in shop.items])
        strategy = chance.choice(sorted(rules.STRATEGIES))
        if not demands:
            continue
        planned, missing = public.plan(
            demands, channel_id=shop.channel_id, destination=Destination(), strategy=strategy
        )
        try:
            taken = shop.reserve(demands, strategy=strategy)
        except DomainError:
            assert missing
            continue
        assert not missing
        assert sorted(map(repr, taken)) == sorted(
            map(repr, [type(a)(a.line_id, a.variant_id, a.warehouse_id, round(a.quantity, 3)) for a in planned])
        )
    assert queries.reservations_of(uuid7()) == []
