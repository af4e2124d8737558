"""Order to cash as a random walk: any sequence of what buyers, payers, the warehouse and the office may do leaves every
invariant whole and every order's numbers equal to a model of a few lines.

`ENTREPOT_FLOW_EXAMPLES` and `ENTREPOT_FLOW_STEPS` set the size of the walk (a nightly run takes 500 x 40).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from entrepot.checkout import public as checkout
from entrepot.checkout.contracts import LineInput
from entrepot.checkout.tests.factories import BERLIN, a_shop, goods
from entrepot.insight.queries import get_figures
from entrepot.inventory import public as inventory
from entrepot.inventory.contracts import Condition
from entrepot.kit import clock, invariants, outbox
from entrepot.kit.actor import ANONYMOUS, system
from entrepot.orders import public as orders
from entrepot.orders.contracts import ChangeKind, Compensate, OrderState, OrderView, ReturnLine, SetQuantity
from entrepot.payments import public as payments
from entrepot.payments.actions.requests import run_request
from entrepot.payments.errors import ProviderRefused
from entrepot.payments.models import Request
from entrepot.payments.providers import simulator
from entrepot.pricing import public as pricing
from entrepot.pricing.contracts import PromotionInput

BOB = system("bob")
PRICES = (1000, 2500, 4990)
DELIVERY = 490
STOCK = 100_000
ENDED = (OrderState.CANCELLED, OrderState.EXPIRED)

quantities = st.integers(1, 5)
baskets = st.dictionaries(st.integers(0, len(PRICES) - 1), quantities, min_size=1)
ways = st.sampled_from(("test", "bank_transfer", "simulator"))


@dataclass
class Line:
    """A line of the model; every piece costs the same, so shares are exact."""

    item: int
    quantity: int
    piece_minor: int
    shipped: int = 0
    returned: int = 0
    compensated_minor: int = 0


@dataclass
class Model:
    """What an order should say of itself."""

    id: UUID
    way: str
    first_payment: UUID
    lines: dict[UUID, Line]
    received_minor: int = 0
    refunded_minor: int = 0
    ended: OrderState | None = None
    parcels: dict[UUID, bool] = field(default_factory=dict)  # left the house -> arrived
    has_coupon: bool = False
    reference: int = 0

    @property
    def total_minor(self) -> int:
        return DELIVERY + sum(line.quantity * line.piece_minor for line in self.lines.values())

    @property
    def credited_minor(self) -> int:
        if self.ended:
            return self.total_minor
        return sum(line.returned * line.piece_minor + line.compensated_minor for line in self.lines.values())

    @property
    def due_minor(self) -> int:
        return self.total_minor - self.credited_minor - (self.received_minor - self.refunded_minor)

    @property
    def state(self) -> OrderState:
        shipped = sum(line.shipped for line in self.lines.values())
        if self.ended:
            return self.ended
        if not shipped:
            return OrderState.PENDING if self.due_minor > 0 else OrderState.PROCESSING
        if shipped < sum(line.quantity for line in self.lines.values()):
            return OrderState.PARTLY_SHIPPED
        return OrderState.COMPLETED if all(self.parcels.values()) else OrderState.SHIPPED

    def refund_surplus(self) -> None:
        worth = self.total_minor - self.credited_minor
        self.refunded_minor = max(self.refunded_minor, self.received_minor - worth)


class Shop:
    """The shop of all walks: one database, its books growing."""

    def __init__(self) -> None:
        self.channel = a_shop()
        self.items = goods(*PRICES, stocked=STOCK)
        payments.set_method(self.channel.id, "bank_transfer", is_offered=True, instructions={"en": "By transfer."},
                            actor=BOB)
        pricing.create_promotion(PromotionInput("ten", {"en": "Ten off"}, {"kind": "percent", "percent": "10"},
                                                needs_coupon=True), actor=BOB)
        pricing.activate_promotion("ten", actor=BOB)
        pricing.create_coupons("ten", codes=("TEN",), limit=None, actor=BOB)
        self.buyers = 0
        self.orders: list[Model] = []
        self.good_back = [0] * len(PRICES)

    def sold(self, item: int) -> int:
        return sum(line.shipped for o in self.orders for line in o.lines.values() if line.item == item)

    def reserved(self, item: int) -> int:
        return sum(line.quantity - line.shipped for o in self.orders if not o.ended
                   for line in o.lines.values() if line.item == item)


shop: Shop


def settle() -> None:
    """What the worker does between two steps: deliver news, ask providers; and the clerk sends transfers back."""
    for _ in range(3):
        outbox.drain()
        for request in Request.objects.filter(state=Request.State.PENDING):
            if request.due_at is None:
                payments.mark_refunded(request.id, reference=f"BACK-{request.id}", actor=BOB)
            else:
                run_request(request.id, actor=BOB)
    outbox.drain()


class OrderToCash(RuleBasedStateMachine):
    carts = Bundle("carts")
    placed = Bundle("placed")

    @initialize(target=carts, basket=baskets)
    def first_cart(self, basket: dict[int, int]) -> tuple[UUID, str]:
        return self.open_cart(basket)

    def open_cart(self, basket: dict[int, int]) -> tuple[UUID, str]:
        shop.buyers += 1
        lines = [LineInput(shop.items[item], Decimal(n)) for item, n in basket.items()]
        view, secret = checkout.create_checkout(shop.channel.code, "en", lines=lines, actor=ANONYMOUS)
        return view.id, secret

    @rule(target=carts, basket=baskets)
    def another_cart(self, basket: dict[int, int]) -> tuple[UUID, str]:
        return self.open_cart(basket)

    @rule(cart=carts, item=st.integers(0, len(PRICES) - 1), n=quantities)
    def put_more_in(self, cart: tuple[UUID, str], item: int, n: int) -> None:
        line = LineInput(shop.items[item], Decimal(n))
        checkout.add_lines(cart[0], [line], secret=cart[1], actor=ANONYMOUS)

    @rule(target=placed, cart=consumes(carts), way=ways, coupon=st.booleans())
    def place(self, cart: tuple[UUID, str], way: str, coupon: bool) -> Model:
        who = {"secret": cart[1], "actor": ANONYMOUS}
        checkout.set_contact(cart[0], f"buyer{shop.buyers}-{len(shop.orders)}@example.com", **who)
        checkout.set_addresses(cart[0], {**BERLIN, "line1": f"Allee {len(shop.orders)}"}, **who)
        if coupon:
            checkout.add_coupon(cart[0], "TEN", **who)
        view = checkout.choose_delivery(cart[0], "standard", **who)
        done = checkout.place_order(cart[0], expected_total_minor=view.total_minor, payment_method=way,
                                    idempotency_key="once", return_url="/", **who)
        again = checkout.place_order(cart[0], expected_total_minor=view.total_minor, payment_method=way,
                                     idempotency_key="once", return_url="/", **who)
        assert again.order.id == done.order.id
        assert again.is_replay
        order = orders.get_order(done.order.id, actor=BOB)
        items = {variant: n for n, variant in enumerate(shop.items)}
        model = Model(order.id, way, done.payments[0].id, has_coupon=coupon, lines={
            line.id: Line(items[line.variant_id], int(line.quantity),
                          PRICES[items[line.variant_id]] * (9 if coupon else 10) // 10) for line in order.lines})
        if way == "test":
            model.received_minor = model.total_minor
        assert order.total_minor == view.total_minor
        shop.orders.append(model)
        settle()
        return model

    @rule(order=placed, choice=st.sampled_from(("pay", "decline")), twice=st.booleans())
    def payer_acts_at_the_gateway(self, order: Model, choice: str, twice: bool) -> None:
        """Also long after: the money of a cancelled order goes back."""
        before = payments.get_payment(order.first_payment)
        if order.way != "simulator" or (choice == "decline" and before.captured_minor):
            return
        try:
            simulator.pay(before.id, before.currency, before.amount_minor, choice)
        except ProviderRefused:
            return
        headers, body = simulator.notice(before.id)
        for _ in range(1 + twice):
            assert payments.receive_webhook("simulator", headers, body, actor=ANONYMOUS) == 200
        if choice == "pay" and not before.captured_minor:
            order.received_minor += before.amount_minor
        self.money_moved(order)

    @rule(order=placed, share=st.sampled_from((1, 2, 3)))
    def transfer_arrives(self, order: Model, share: int) -> None:
        if order.way != "bank_transfer" or order.ended or order.due_minor <= 0:
            return
        payment = next((p for p in payments.payments_of(order.id) if p.state == "pending"), None)
        if payment is None:
            return
        amount = -(-(payment.amount_minor - payment.captured_minor) // share)
        order.reference += 1
        payments.mark_received(payment.id, amount, reference=f"TRF-{order.id}-{order.reference}", actor=BOB)
        order.received_minor += amount
        self.money_moved(order)

    @rule(order=placed)
    def pay_the_rest(self, order: Model) -> None:
        if order.ended or order.due_minor <= 0:
            return
        due = order.due_minor
        orders.pay_order(order.id, provider="test", return_url="/", actor=BOB)
        order.received_minor += due
        self.money_moved(order)

    def money_moved(self, order: Model) -> None:
        order.refund_surplus()
        settle()

    @rule(order=placed, most=quantities)
    def ship(self, order: Model, most: int) -> None:
        """At most so many pieces of each line, in one parcel."""
        if order.state not in (OrderState.PROCESSING, OrderState.PARTLY_SHIPPED) or order.due_minor > 0:
            return
        pieces = {k: min(most, line.quantity - line.shipped) for k, line in order.lines.items()}
        wanted = [(k, Decimal(n)) for k, n in pieces.items() if n]
        parcel = orders.create_fulfilment(order.id, wanted, self.warehouse(), actor=BOB)
        orders.ship_fulfilment(parcel.id, "DHL", "1", actor=BOB)
        for key, n in pieces.items():
            order.lines[key].shipped += n
        order.parcels[parcel.id] = False
        settle()

    def warehouse(self) -> int:
        return next(w.id for w in inventory.warehouses() if w.code == "main")

    @rule(order=placed)
    def parcels_arrive(self, order: Model) -> None:
        for parcel in [p for p, arrived in order.parcels.items() if not arrived]:
            orders.record_delivery(parcel, actor=BOB)
            order.parcels[parcel] = True
        settle()

    @rule(order=placed, pick=st.integers(0, 2), n=quantities, condition=st.sampled_from(Condition))
    def send_back(self, order: Model, pick: int, n: int, condition: Condition) -> None:
        back = [(k, line) for k, line in order.lines.items() if line.shipped > line.returned]
        if not back:
            return
        key, line = back[pick % len(back)]
        n = min(n, line.shipped - line.returned)
        if line.compensated_minor:
            return  # what a claim gave back is taken off: beyond this model
        change = orders.open_change(order.id, ChangeKind.RETURN, reason="changed my mind", actor=BOB)
        orders.add_operation(change.id, ReturnLine(key, Decimal(n), "changed my mind"), actor=BOB)
        orders.request_change(change.id, actor=BOB)
        orders.approve_change(change.id, actor=BOB)
        orders.receive_return(change.id, [(key, Decimal(n), condition, self.warehouse())], actor=BOB)
        self.confirm(change.id, -n * line.piece_minor)
        line.returned += n
        shop.good_back[line.item] += n if condition is Condition.GOOD else 0
        self.money_moved(order)

    @rule(order=placed, pick=st.integers(0, 2))
    def complain(self, order: Model, pick: int) -> None:
        whole = [(k, line) for k, line in order.lines.items()
                 if line.shipped and not line.returned and not line.compensated_minor]
        if not whole:
            return
        key, line = whole[pick % len(whole)]
        amount = line.piece_minor // 3
        change = orders.open_change(order.id, ChangeKind.CLAIM, reason="scratched", actor=BOB)
        orders.add_operation(change.id, Compensate(key, amount, "scratched"), actor=BOB)
        orders.request_change(change.id, actor=BOB)
        orders.approve_change(change.id, actor=BOB)
        self.confirm(change.id, -amount)
        line.compensated_minor += amount
        self.money_moved(order)

    @rule(order=placed, pick=st.integers(0, 2), n=st.integers(1, 8))
    def edit(self, order: Model, pick: int, n: int) -> None:
        """Another quantity of a line; with a coupon only fewer, since the discount of more is another price."""
        if order.ended:
            return
        key, line = list(order.lines.items())[pick % len(order.lines)]
        if n == line.quantity or n < line.shipped or line.compensated_minor or line.returned:
            return
        if n > line.quantity and order.has_coupon:
            return
        change = orders.open_change(order.id, ChangeKind.EDIT, reason="by phone", actor=BOB)
        orders.add_operation(change.id, SetQuantity(key, Decimal(n)), actor=BOB)
        self.confirm(change.id, (n - line.quantity) * line.piece_minor)
        line.quantity = n
        self.money_moved(order)

    def confirm(self, change_id: UUID, difference: int) -> None:
        seen = orders.preview(change_id, actor=BOB)
        assert seen.difference_minor == difference
        orders.confirm_change(change_id, expected_difference=difference, actor=BOB)
        orders.confirm_change(change_id, expected_difference=difference, actor=BOB)  # a second click changes nothing

    @rule(order=placed)
    def cancel(self, order: Model) -> None:
        if order.ended or order.state not in (OrderState.PENDING, OrderState.PROCESSING):
            return
        orders.cancel_order(order.id, reason="by phone", actor=BOB)
        order.ended = OrderState.CANCELLED
        self.money_moved(order)

    @rule()
    def a_month_passes_for_the_unpaid(self) -> None:
        due = {o.id for o in orders_open(shop.orders) if orders.get_order(o.id, actor=BOB).expires_at is not None}
        orders.expire_unpaid(clock.now() + timedelta(days=60), actor=BOB)
        for order in shop.orders:
            if order.id in due and order.state is OrderState.PENDING:
                order.ended = OrderState.EXPIRED
                order.refund_surplus()
        settle()

    @invariant()
    def nothing_is_broken(self) -> None:
        assert invariants.violations() == []

    @invariant()
    def orders_say_what_the_model_says(self) -> None:
        for model in shop.orders[-6:]:
            order = orders.get_order(model.id, actor=BOB)
            assert facts_of(order) == expected_of(model)

    @invariant()
    def stock_is_what_came_less_what_left(self) -> None:
        found = inventory.reservations_of
        for model in shop.orders[-6:]:
            kept = sum(int(a.quantity) for a in found(model.id))
            assert kept == (0 if model.ended else sum(line.quantity - line.shipped for line in model.lines.values()))


def orders_open(models: list[Model]) -> Iterator[Model]:
    return (m for m in models if m.state is OrderState.PENDING)


def facts_of(order: OrderView) -> dict[str, object]:
    return {"state": order.state, "total": order.total_minor, "credited": order.credited_minor, "due": order.due_minor,
            "received": order.paid_minor + order.refunded_minor, "refunded": order.refunded_minor,
            "lines": {line.id: (int(line.quantity), int(line.fulfilled_qty), int(line.returned_qty))
                      for line in order.lines}}


def expected_of(model: Model) -> dict[str, object]:
    return {"state": model.state, "total": model.total_minor, "credited": model.credited_minor,
            "due": model.due_minor, "received": model.received_minor, "refunded": model.refunded_minor,
            "lines": {k: (line.quantity, line.shipped, line.returned) for k, line in model.lines.items()}}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("ways_to_pay")
def test_any_walk_from_cart_to_cash_keeps_the_books() -> None:
    global shop  # hypothesis makes the machines: they share the shop through the module
    shop = Shop()
    run_state_machine_as_test(OrderToCash, settings=settings(
        max_examples=int(os.environ.get("ENTREPOT_FLOW_EXAMPLES", "15")),
        stateful_step_count=int(os.environ.get("ENTREPOT_FLOW_STEPS", "12")), deadline=None, derandomize=True,
        phases=[Phase.generate], database=None,
        suppress_health_check=list(HealthCheck)))
    stock = inventory.available(shop.channel.id, shop.items)
    for item, variant in enumerate(shop.items):
        on_hand = STOCK - shop.sold(item) + shop.good_back[item]
        assert int(stock[variant].quantity) <= on_hand
    counted = [o for o in shop.orders if o.state not in (OrderState.PENDING, OrderState.EXPIRED)]
    figures, = get_figures(channel=shop.channel.code)
    assert figures.orders == len(counted)
    assert figures.net_minor == sum(o.total_minor - o.credited_minor for o in counted)
    assert figures.refunded_minor == sum(o.refunded_minor for o in counted)
