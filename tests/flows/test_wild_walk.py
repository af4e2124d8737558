"""Everything that may happen to orders at once, as a random walk over a few of them: bought with gift cards, points,
store credit and coupons of few uses, paid, set aside, taken in part, held, edited, split, merged, exchanged, sent
again, cancelled.

The walk of `test_order_to_cash` knows what each step must come to. Here any step may be refused with a clear reason,
and what is checked after each is what must never be false: the invariants of all contexts, money, stock, balances and
coupons counted apart. `ENTREPOT_FLOW_EXAMPLES` and `ENTREPOT_FLOW_STEPS` set the size, as there;
`ENTREPOT_FLOW_SEED` takes another walk. With `-s` it tells how often each step was done or refused.
"""

from __future__ import annotations

import functools
import os
import traceback
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from entrepot.checkout import public as checkout
from entrepot.checkout.contracts import LineInput
from entrepot.checkout.tests.factories import BERLIN
from entrepot.customers.tests.factories import acting
from entrepot.inventory import public as inventory
from entrepot.inventory.contracts import Condition
from entrepot.kit import clock
from entrepot.kit.actor import ANONYMOUS, Actor
from entrepot.kit.errors import DomainError
from entrepot.orders import public as orders
from entrepot.orders.contracts import (
    AddLine,
    ChangeKind,
    Compensate,
    DiscountLine,
    HoldKind,
    Operation,
    OrderState,
    OrderView,
    OverridePrice,
    RefundDelivery,
    Resend,
    ReturnLine,
    SetDelivery,
    SetQuantity,
)
from entrepot.payments import public as payments
from entrepot.payments.providers import simulator
from tests.flows.test_order_to_cash import settle
from tests.flows.wild_shop import BOB, PRICES, Shop

PLACES = ("main", "second")
IMPOSSIBLE = ("amount_too_large", "provider_refused", "insufficient_balance")  # reasons that would be our own fault

baskets = st.dictionaries(st.integers(0, len(PRICES) - 1), st.integers(1, 4), min_size=1)


shop: Shop


def first_fault(check: Callable[..., Any]) -> Callable[..., Any]:
    """Keeps the first fault with the way that led there: Hypothesis walks it again in a shop that is no longer the
    same, and then speaks of that instead."""
    @functools.wraps(check)
    def checked(walk: WildWalk, *args: Any, **kwargs: Any) -> Any:
        try:
            return check(walk, *args, **kwargs)
        except DomainError:
            raise
        except Exception:
            way = "\n".join([*shop.steps, *map(str, shop.mine)])
            shop.fault = shop.fault or f"{traceback.format_exc()}\nafter\n{way}"
            raise

    return checked


class WildWalk(RuleBasedStateMachine):
    @initialize(basket=baskets)
    def start(self, basket: dict[int, int]) -> None:
        shop.new_round()
        self.attempt("buy", lambda: self.place(basket, "test", "", 0))

    @rule(drawn=st.randoms(use_true_random=True))
    def step(self, drawn: Random) -> None:
        """One of the steps below, by weight: left to itself Hypothesis repeats a few rules and numbers, and soon all
        is cancelled."""
        rng = Random(f"{drawn.random()}-{len(shop.steps)}")
        n, line, few = rng.randrange(8), rng.randrange(8), rng.randint(1, 4)
        steps: list[tuple[int, Callable[[], None]]] = [
            (4, lambda: self.buy({item: rng.randint(1, 4) for item in rng.sample(range(len(PRICES)), few % 3 + 1)},
                                 rng.choice(("test", "bank_transfer", "cash_on_delivery", "simulator", "simulator")),
                                 rng.choice(("", "FEW", "ONCE")), rng.choice((-1, 0, 0, 1, 2, 4, 7)))),
            (3, lambda: self.set_aside({line % len(PRICES): few, n % len(PRICES): 2})),
            (5, lambda: self.payer_acts(n, rng.choice(("pay", "authorise", "authorise", "decline")))),
            (2, lambda: self.money_arrives(n, rng.choice((1, 2)))),
            (2, lambda: self.pay_the_rest(n, rng.choice(("test", "simulator")))),
            (2, lambda: self.clerk_takes_or_lets_go(n, rng.choice((1, 3)), rng.random() < 0.3)),
            (7, lambda: self.pack(n, few, rng.random() < 0.3)),
            (3, lambda: self.parcel_moves(n, rng.choice(("ship", "deliver", "deliver", "unpack")))),
            (2, lambda: self.hold(n, rng.random() < 0.6)),
            (5, lambda: self.edit(n, rng.choice(("quantity", "more", "add", "price", "discount", "delivery", "remove")),
                                  line, rng.randint(0, 6))),
            (5, lambda: self.send_back(n, line, few, rng.choice(list(Condition)), rng.random() < 0.5,
                                       rng.random() < 0.2)),
            (3, lambda: self.claim(n, line, rng.choice(("money", "again", "delivery")), rng.randint(1, 900))),
            (4, lambda: self.split(n, line, few)),
            (4, lambda: self.merge(n, rng.randrange(8))),
            (1, lambda: self.cancel(n, rng.random() < 0.5)),
            (1, self.a_month_passes)]
        rng.choices([work for _, work in steps], [weight for weight, _ in steps])[0]()

    @first_fault
    def attempt(self, step: str, work: Callable[[], Any], *args: Any) -> Any:
        """Do it, or hear a reason; what is refused has changed nothing, what fails otherwise is a fault."""
        shop.steps.append(f"{step} {args}")
        try:
            result = work()
            shop.done[step] += 1
            return result
        except DomainError as error:
            if error.code in IMPOSSIBLE:
                raise AssertionError(f"{step}: {error.code} {error}") from error
            shop.steps[-1] += f": {error}"
            shop.refused[f"{step}: {error.code}"] += 1
            return None
        finally:
            settle()

    def order(self, n: int) -> OrderView:
        return orders.get_order(shop.mine[n % len(shop.mine)], actor=BOB)

    def buy(self, basket: dict[int, int], way: str, coupon: str, parts: int) -> None:
        self.attempt("buy", lambda: self.place(basket, way, coupon, parts))

    def place(self, basket: dict[int, int], way: str, coupon: str, parts: int) -> None:
        lines = [LineInput(shop.items[item], Decimal(n)) for item, n in basket.items()]
        actor: Actor = ANONYMOUS if parts < 0 else acting(shop.alice)
        cart, secret = checkout.create_checkout(shop.channel.code, "en", lines=lines, actor=actor)
        who: dict[str, Any] = {"secret": secret, "actor": actor}
        checkout.set_contact(cart.id, shop.alice.email, **who)
        checkout.set_addresses(cart.id, dict(BERLIN), **who)
        if coupon:
            checkout.add_coupon(cart.id, f"{coupon}{shop.round}", **who)
        view = checkout.choose_delivery(cart.id, "standard", **who)
        if parts > 0:
            view = checkout.set_payment_parts(
                cart.id, gift_card_codes=[shop.card] if parts & 1 else [], points=700 if parts & 2 else 0,
                credit_minor=650 if parts & 4 else 0, **who)
        done = checkout.place_order(cart.id, expected_total_minor=view.total_minor, payment_method=way,
                                    idempotency_key="once", return_url="/", **who)
        shop.orders.append(done.order.id)
        shop.mine.append(done.order.id)

    def set_aside(self, basket: dict[int, int]) -> None:
        """Bought with a card whose money is taken later."""
        self.buy(basket, "simulator", "", 0)
        self.payer_acts(len(shop.mine) - 1, "authorise")

    def payer_acts(self, n: int, choice: str) -> None:
        def act() -> None:
            for payment in payments.payments_of(self.order(n).id):
                if payment.provider == "simulator" and payment.state in ("pending", "authorised", "failed"):
                    if choice != "decline" or not payment.authorised_minor:
                        simulator.pay(payment.id, payment.currency, payment.amount_minor, choice)
                        headers, body = simulator.notice(payment.id)
                        payments.receive_webhook("simulator", headers, body, actor=ANONYMOUS)

        self.attempt("payer acts", act)

    def money_arrives(self, n: int, share: int) -> None:
        def act() -> None:
            for payment in payments.payments_of(self.order(n).id):
                open_minor = payment.amount_minor - payment.captured_minor
                by_hand = payment.provider in ("bank_transfer", "cash_on_delivery")
                if by_hand and payment.state != "voided" and open_minor:
                    reference = f"T-{payment.id}-{payment.captured_minor}"
                    payments.mark_received(payment.id, -(-open_minor // share), reference=reference, actor=BOB)

        self.attempt("money arrives", act)

    def pay_the_rest(self, n: int, provider: str) -> None:
        self.attempt("pay the rest", lambda: orders.pay_order(self.order(n).id, provider=provider, return_url="/",
                                                              actor=BOB))

    def clerk_takes_or_lets_go(self, n: int, part: int, let_go: bool) -> None:
        """By hand at the payment, past the order."""
        for payment in payments.payments_of(self.order(n).id):
            if payment.held_minor and let_go:
                self.attempt("void", lambda p=payment: payments.void(p.id, actor=BOB))
            elif payment.held_minor:
                self.attempt("capture", lambda p=payment: payments.capture(p.id, -(-p.held_minor // part), actor=BOB))

    def pack(self, n: int, most: int, stays: bool) -> None:
        """A parcel of at most so many pieces of each line; it leaves, or stays packed."""
        order = self.order(n)
        here: dict[tuple[UUID, int], Decimal] = {}
        for a in inventory.reservations_of(order.id):
            here[a.line_id, a.warehouse_id] = here.get((a.line_id, a.warehouse_id), Decimal(0)) + a.quantity
        for place in sorted({p for _, p in here}):
            wanted = [(line, min(q, Decimal(most))) for (line, p), q in here.items() if p == place]
            parcel = self.attempt("pack", lambda w=wanted, p=place: orders.create_fulfilment(order.id, w, p, actor=BOB))
            if parcel and not stays:
                self.attempt("ship", lambda f=parcel: orders.ship_fulfilment(f.id, "DHL", "1", actor=BOB))

    def parcel_moves(self, n: int, verb: str) -> None:
        for parcel in self.order(n).fulfilments:
            if verb == "ship" and parcel.state == "pending":
                self.attempt(verb, lambda f=parcel: orders.ship_fulfilment(f.id, "DHL", "1", actor=BOB))
            elif verb == "deliver" and parcel.state == "shipped":
                self.attempt(verb, lambda f=parcel: orders.record_delivery(f.id, actor=BOB))
            elif verb == "unpack" and parcel.state == "pending":
                self.attempt(verb, lambda f=parcel: orders.cancel_fulfilment(f.id, actor=BOB))

    def hold(self, n: int, release: bool) -> None:
        order = self.order(n)
        if release:
            self.attempt("release", lambda: orders.release_hold(order.id, HoldKind.MANUAL, actor=BOB))
        else:
            self.attempt("hold", lambda: orders.hold(order.id, HoldKind.MANUAL, reason="wait", actor=BOB))

    def edit(self, n: int, kind: str, line: int, size: int) -> None:
        order = self.order(n)
        if not order.lines:
            return
        of = order.lines[line % len(order.lines)]
        made: dict[str, Operation] = {
            "quantity": SetQuantity(of.id, Decimal(size)), "more": SetQuantity(of.id, of.quantity + size),
            "remove": SetQuantity(of.id, of.fulfilled_qty), "discount": DiscountLine(of.id, 37 * size, "late"),
            "add": AddLine(shop.items[line % len(shop.items)], Decimal(size)),
            "price": OverridePrice(of.id, 333 * size, "agreed"), "delivery": SetDelivery(order.delivery, 123 * size)}
        self.change(order, ChangeKind.EDIT, [made[kind]])

    def send_back(self, n: int, line: int, pieces: int, condition: Condition, instead: bool, leave: bool) -> None:
        """A return, or an exchange for something else; some wait for ever to be confirmed."""
        order = self.order(n)
        back = [x for x in order.lines if x.fulfilled_qty > x.returned_qty and x.variant_id]
        if not back:
            return
        of = back[line % len(back)]
        pieces = min(pieces, int(of.fulfilled_qty - of.returned_qty))
        ops: list[Operation] = [ReturnLine(of.id, Decimal(pieces))]
        if instead:
            ops.append(AddLine(shop.items[(line + 1) % len(shop.items)], Decimal(pieces)))
        arrived = (of.id, Decimal(pieces), condition, shop.places[PLACES[line % 2]])
        done = self.change(order, ChangeKind.EXCHANGE if instead else ChangeKind.RETURN, ops, arrived, leave=leave)
        if done and condition is not Condition.LOST and of.variant_id:
            shop.back[shop.items.index(of.variant_id)] += pieces

    def claim(self, n: int, line: int, kind: str, size: int) -> None:
        order = self.order(n)
        if not order.lines:
            return
        of = order.lines[line % len(order.lines)]
        made: dict[str, Operation] = {"money": Compensate(of.id, size, "scratched"), "delivery": RefundDelivery(size),
                                      "again": Resend(of.id, Decimal(1))}
        self.change(order, ChangeKind.CLAIM, [made[kind]])

    def change(self, order: OrderView, kind: ChangeKind, ops: list[Operation], arrived: Any = None, *,
               leave: bool = False) -> bool:
        """Whether goods have come in, even if the money waits."""
        change = self.attempt(f"open {kind}", lambda: orders.open_change(order.id, kind, reason="x", actor=BOB))
        if change is None:
            return False

        def fill() -> bool:
            for op in ops:
                orders.add_operation(change.id, op, actor=BOB)
            if kind is not ChangeKind.EDIT:
                orders.request_change(change.id, actor=BOB)
                orders.approve_change(change.id, actor=BOB)
            if arrived:
                orders.receive_return(change.id, [arrived], actor=BOB)
            return True

        def confirm() -> None:
            seen = orders.preview(change.id, actor=BOB)
            orders.confirm_change(change.id, expected_difference=seen.difference_minor, actor=BOB)

        if not self.attempt(f"fill {kind}", fill, order.number, ops):
            self.attempt(f"withdraw {kind}", lambda: orders.cancel_change(change.id, actor=BOB))
            return False
        if not leave:
            self.attempt(f"confirm {kind}", confirm, order.number)
        return bool(arrived)

    def split(self, n: int, line: int, pieces: int) -> None:
        """Mostly one that can be."""
        every = list(map(self.order, range(len(shop.mine))))
        found = [o for o in every if "split" in o.can] or [o for o in every if o.lines]
        order = found[n % len(found)]
        of = order.lines[line % len(order.lines)]
        quantity = min(Decimal(pieces), max(of.quantity - 1, Decimal(1)))
        made = self.attempt("split set aside" if order.authorised_minor else "split",
                            lambda: orders.split_order(order.id, [(of.id, quantity)], actor=BOB),
                            order.number, of.position, quantity)
        if made:
            shop.mine.append(made.id)
            shop.orders.append(made.id)

    def merge(self, n: int, m: int) -> None:
        """Mostly two that could be."""
        found = [o for o in map(self.order, range(len(shop.mine))) if o.state == OrderState.PROCESSING]
        if len(found) > 1:
            one = found[n % len(found)]
            alike = [o for o in found if o.customer_id == one.customer_id and o.id != one.id] or found
            other = alike[m % len(alike)]
            self.attempt("merge set aside" if one.authorised_minor or other.authorised_minor else "merge",
                         lambda: orders.merge_orders([one.id, other.id], actor=BOB), one.number, other.number)

    def cancel(self, n: int, restock: bool) -> None:
        self.attempt("cancel", lambda: orders.cancel_order(self.order(n).id, reason="by phone", restock=restock,
                                                           actor=BOB))

    def a_month_passes(self) -> None:
        self.attempt("expire", lambda: orders.expire_unpaid(clock.now() + timedelta(days=60), actor=BOB))

    @invariant()
    @first_fault
    def books_are_whole(self) -> None:
        shop.check()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("ways_to_pay")
@pytest.mark.parametrize("captures", ["many", "once"])
def test_whatever_happens_to_orders_the_books_stay_whole(captures: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTREPOT_PAYMENT_SIMULATOR_CAPTURES", captures)
    global shop  # hypothesis makes the machines: they share the shop through the module
    shop = Shop()
    try:
        run_state_machine_as_test(seed(int(os.environ.get("ENTREPOT_FLOW_SEED", "1")))(WildWalk), settings=settings(
            max_examples=int(os.environ.get("ENTREPOT_FLOW_EXAMPLES", "6")),
            stateful_step_count=int(os.environ.get("ENTREPOT_FLOW_STEPS", "15")), deadline=None,
            phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck)))
    except BaseException:
        if shop.fault:
            pytest.fail(shop.fault)
        raise
    print(shop.done, shop.refused)  # noqa: T201
