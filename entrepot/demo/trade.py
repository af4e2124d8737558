"""Ninety days of trade: people buy, pay, wait, cancel, return; the company ships. All by the real actions, with the
clock held at the moment of each fact, so that every ledger agrees.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from entrepot.catalog import public as catalog
from entrepot.checkout import public as checkout
from entrepot.checkout.contracts import BuyNow, LineInput
from entrepot.checkout.errors import NotReady
from entrepot.customers import public as customers
from entrepot.demo.company import Company
from entrepot.inventory.errors import OutOfStock
from entrepot.kit import clock, outbox
from entrepot.kit.actor import Actor, ActorKind
from entrepot.orders import public as orders
from entrepot.orders.contracts import ChangeKind, Condition, OrderState, OrderView, ReturnLine
from entrepot.payments import public as payments

DAYS = 90
PEOPLE = 140

FIRST_EN = ("Ada", "Ben", "Clara", "Dev", "Elsie", "Farid", "Grace", "Hugo", "Iris", "Jonas", "Kira", "Leo", "Mina",
            "Noah")
LAST_EN = ("Ashworth", "Barlow", "Chaudhry", "Dalton", "Everett", "Fletcher", "Graham", "Hughes", "Iqbal", "Jennings")
FIRST_ZH = ("伟", "芳", "娜", "敏", "静", "磊", "洋", "艳", "杰", "涛", "明", "秀英")
LAST_ZH = ("王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴")
TOWNS_GB = (("London", "E8 4QN"), ("Leeds", "LS1 4AP"), ("Bristol", "BS1 5TR"), ("Glasgow", "G1 1XQ"),
            ("Manchester", "M1 2WD"), ("York", "YO1 7HH"), ("Cardiff", "CF10 1EP"))
TOWNS_CN = (("浙江省", "杭州市", "西湖区", "310013"), ("上海市", "上海市", "徐汇区", "200030"),
            ("广东省", "深圳市", "南山区", "518057"), ("四川省", "成都市", "锦江区", "610021"))
REASONS = ("It does not fit", "It is not as described", "It arrived damaged", "I changed my mind")


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    email: str
    channel: str
    address: dict[str, str]
    customer_id: UUID | None

    @property
    def actor(self) -> Actor:
        if self.customer_id is None:
            return Actor(ActorKind.ANONYMOUS, label="guest", ip="198.51.100.7")
        return Actor(ActorKind.CUSTOMER, id=str(self.customer_id), label=self.name, customer_id=self.customer_id,
                     ip="198.51.100.8")


class Trade:
    """The days one after another; `later` holds what the company will do to an order, by day."""

    def __init__(self, company: Company, goods: list[UUID], now: datetime, actor: Actor) -> None:
        self.company, self.actor, self.now = company, actor, now
        self.draw = random.Random(11)  # noqa: S311 a demo, not a secret
        self.variants = self._variants(goods)
        self.people = list(self._people())
        self.later: dict[int, list[Callable[[datetime], None]]] = {}
        self.placed = 0

    def _variants(self, goods: list[UUID]) -> list[UUID]:
        found = catalog.variants_of(goods)
        return [v for product in goods for v in found.get(product, [])]

    def _people(self) -> Iterator[Person]:
        for number in range(PEOPLE):
            in_china = number % 5 == 4
            if in_china:
                region, city, district, postcode = self.draw.choice(TOWNS_CN)
                name = self.draw.choice(LAST_ZH) + self.draw.choice(FIRST_ZH)
                address = {"name": name, "line1": f"和平路 {number + 1} 号", "district": district, "city": city,
                           "region": region, "postcode": postcode, "country": "CN", "phone": "13800138000"}
            else:
                town, postcode = self.draw.choice(TOWNS_GB)
                name = f"{self.draw.choice(FIRST_EN)} {self.draw.choice(LAST_EN)}"
                address = {"name": name, "line1": f"{number + 1} Orchard Street", "city": town, "postcode": postcode,
                           "country": "GB"}
            email = f"shopper{number}@demo.example"
            customer = None
            if number % 3 == 0:
                with clock.at(self.now - timedelta(days=DAYS + 2)):
                    customer = customers.create_customer(
                        email=email, name=name, language="zh-hans" if in_china else "en", country=address["country"],
                        group_code="members" if number % 6 == 0 else None, external_id=f"demo:{number}",
                        actor=self.actor).id
            yield Person(name, email, "china" if in_china else "shop", address, customer)

    def run(self, advance: Callable[[int], None]) -> int:
        """All days up to now; returns how many orders were placed."""
        for day in range(DAYS + 1):
            morning = (self.now - timedelta(days=DAYS - day)).replace(hour=6, minute=0, second=0, microsecond=0)
            busy = 3 + day // 24 + (2 if morning.weekday() >= 5 else 0)
            for index in range(busy + self.draw.randint(-2, 2)):
                moment = morning + timedelta(minutes=37 * index + self.draw.randint(0, 30))
                if moment < self.now - timedelta(minutes=5):
                    self._buy(day, moment)
            evening = min(morning + timedelta(hours=15), self.now - timedelta(minutes=2))
            with clock.at(evening):
                for act in self.later.pop(day, []):
                    act(evening)
                orders.expire_unpaid(evening, actor=self.actor)
                outbox.drain()
            advance(1)
        return self.placed

    def _buy(self, day: int, moment: datetime) -> None:
        person = self.draw.choice(self.people)
        chosen = self.draw.sample(self.variants, self.draw.choices((1, 2, 3, 4), (40, 30, 20, 10))[0])
        lines = tuple(LineInput(v, Decimal(self.draw.choices((1, 2, 3), (75, 18, 7))[0])) for v in chosen)
        way = self.draw.choices(("test", "bank_transfer", "cash_on_delivery", "simulator"), (80, 8, 6, 6))[0]
        methods = self.company.methods[person.channel]
        coupon = ("WELCOME10",) if person.customer_id and self.draw.random() < 0.2 else ()
        request = BuyNow(
            channel=person.channel, lines=lines, email=person.email, payment_method=way,
            language="zh-hans" if person.channel == "china" else "en", shipping_address=person.address,
            billing_address=person.address, coupons=coupon,
            delivery_method=methods[0] if self.draw.random() < 0.8 else methods[1])
        with clock.at(moment):
            try:
                done = checkout.buy_now(request, actor=person.actor)
            except NotReady:  # too heavy for express
                done = checkout.buy_now(replace(request, delivery_method=methods[0]), actor=person.actor)
            except OutOfStock:
                return  # sold out: the shopper leaves
        self.placed += 1
        self._plan(day, done.order.id, person, way)

    def _plan(self, day: int, order_id: UUID, person: Person, way: str) -> None:
        """What will become of the order."""
        roll = self.draw.random()
        if way == "simulator":
            return  # never pays: expires
        if way == "bank_transfer":
            if roll < 0.15:
                return
            self._on(day + 1, lambda at: self._receive_money(order_id))
        if roll > 0.97:
            self._on(day, lambda at: self._cancel(order_id, person))
            return
        wait = day + self.draw.choice((1, 1, 2))
        self._on(wait, lambda at: self._ship(order_id, wait, way, returns=roll < 0.07, person=person))

    def _on(self, day: int, act: Callable[[datetime], None]) -> None:
        self.later.setdefault(day, []).append(act)

    def _receive_money(self, order_id: UUID) -> None:
        for payment in payments.payments_of(order_id):
            if payment.state == "pending":
                payments.mark_received(payment.id, payment.amount_minor, reference=f"TRF{self.placed:05d}",
                                       actor=self.actor)
        outbox.drain()

    def _cancel(self, order_id: UUID, person: Person) -> None:
        if self._order(order_id).state in (OrderState.PENDING, OrderState.PROCESSING):
            orders.cancel_order(order_id, reason="The customer changed their mind", actor=self.actor)

    def _order(self, order_id: UUID) -> OrderView:
        return orders.get_order(order_id, actor=self.actor)

    def _ship(self, order_id: UUID, day: int, way: str, *, returns: bool, person: Person) -> None:
        order = self._order(order_id)
        if order.state is OrderState.ON_HOLD and self.draw.random() < 0.8:
            for hold in order.holds:
                if hold.released_at is None:
                    orders.release_hold(order_id, hold.kind, reason="Checked with the customer", actor=self.actor)
            order = self._order(order_id)
        if order.state is not OrderState.PROCESSING:
            return
        carrier = "SF Express" if person.channel == "china" else self.draw.choice(("Royal Mail", "DPD", "Evri"))
        for parcel in orders.plan_fulfilments(order_id, actor=self.actor):
            orders.ship_fulfilment(parcel.id, carrier, f"EN{self.draw.randint(10**8, 10**9 - 1)}", actor=self.actor)
            arrive = day + self.draw.choice((2, 2, 3, 4))
            self._on(arrive, lambda at, p=parcel.id: self._deliver(order_id, p, way))  # type: ignore[misc]
            if returns:
                self._on(arrive + 3, lambda at, w=parcel.warehouse_id: self._return(order_id, w))  # type: ignore[misc]
                returns = False

    def _deliver(self, order_id: UUID, parcel_id: UUID, way: str) -> None:
        orders.record_delivery(parcel_id, actor=self.actor)
        if way == "cash_on_delivery":
            self._receive_money(order_id)

    def _return(self, order_id: UUID, warehouse_id: int) -> None:
        """One line comes back; half of the youngest requests are still waiting for an answer."""
        order = self._order(order_id)
        line = next((x for x in order.lines if x.kind == "product" and x.fulfilled_qty > x.returned_qty), None)
        if line is None or order.paid_minor == 0:
            return
        reason = self.draw.choice(REASONS)
        change = orders.open_change(order_id, ChangeKind.RETURN, reason=reason, actor=self.actor)
        orders.add_operation(change.id, ReturnLine(line.id, Decimal(1), reason), actor=self.actor)
        orders.request_change(change.id, actor=self.actor)
        if clock.now() > self.now - timedelta(days=4) and self.draw.random() < 0.5:
            return
        orders.approve_change(change.id, actor=self.actor)
        condition = Condition.DAMAGED if reason == "Arrived damaged" else Condition.GOOD
        orders.receive_return(change.id, [(line.id, Decimal(1), condition, warehouse_id)], actor=self.actor)
        seen = orders.preview(change.id, actor=self.actor)
        orders.confirm_change(change.id, expected_difference=seen.difference_minor, actor=self.actor)
