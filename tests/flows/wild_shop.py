"""The shop of the wild walk, and what must hold there whatever happens: the invariants of all contexts, and money,
stock, balances and coupons counted apart from them."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from django.db import transaction

from entrepot.checkout import public as checkout
from entrepot.checkout.tests.factories import a_shop, goods
from entrepot.customers import public as customers
from entrepot.customers.tests.factories import make_customer
from entrepot.inventory import public as inventory
from entrepot.kit import db, invariants
from entrepot.kit.actor import system
from entrepot.orders import public as orders
from entrepot.orders.contracts import OrderState
from entrepot.payments import public as payments
from entrepot.pricing import public as pricing
from entrepot.pricing.contracts import PromotionInput

BOB = system("bob")
PRICES = (999, 2500, 4990)
STOCK = 500
COUPONS = {"FEW": 3, "ONCE": 1}
CREDIT, POINTS, CARD = 3_000, 4_000, 2_000


class Shop:
    """One shop, one returning customer with balances, one stranger."""

    def __init__(self) -> None:
        self.channel = a_shop()
        self.items = goods(*PRICES, stocked=STOCK)
        inventory.create_warehouse("second", {"en": "Second"}, address={"country": "DE"}, actor=BOB)
        inventory.serve_channel(self.channel.code, "second", actor=BOB)
        self.places = {w.code: w.id for w in inventory.warehouses()}
        payments.set_method(self.channel.id, "bank_transfer", is_offered=True, instructions={"en": "By transfer."},
                            actor=BOB)
        payments.set_method(self.channel.id, "cash_on_delivery", is_offered=True, actor=BOB)
        checkout.set_points_rate(self.channel.code, 100, actor=BOB)
        pricing.create_promotion(PromotionInput("some", {"en": "Some off"}, {"kind": "percent", "percent": "15"},
                                                needs_coupon=True), actor=BOB)
        pricing.activate_promotion("some", actor=BOB)
        self.orders: list[UUID] = []
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.fault = ""
        self.back = [0] * len(PRICES)  # came back, whole or damaged
        self.new_round()

    def new_round(self) -> None:
        """Another customer with full pockets, and coupons that nobody has used."""
        self.round = getattr(self, "round", 0) + 1
        self.alice = make_customer(f"alice{self.round}@example.com")
        self.card = payments.issue_gift_card(CARD, "EUR", actor=BOB)[1]
        for code, limit in COUPONS.items():
            pricing.create_coupons("some", codes=(f"{code}{self.round}",), limit=limit, actor=BOB)
        with transaction.atomic():
            customers.book(self.alice.id, "credit", CREDIT, reason="gift", reference="1", currency="EUR")
            customers.book(self.alice.id, "points", POINTS, reason="gift", reference="1")
        self.mine: list[UUID] = []
        self.steps: list[str] = [f"round {self.round}"]

    def check(self) -> None:
        """What must never be false."""
        self._nothing_is_broken()
        self._nobody_overpaid_and_nothing_left_unpaid()
        self._money_counts_once_whatever_orders_share_it()
        self._balances_are_what_was_given_less_what_was_paid()
        self._stock_is_what_came_less_what_left()
        self._coupons_are_used_as_often_as_they_may_be()

    def _nothing_is_broken(self) -> None:
        broken = invariants.violations()
        assert not broken, broken

    def _nobody_overpaid_and_nothing_left_unpaid(self) -> None:
        for order_id in self.mine:
            order = orders.get_order(order_id, actor=BOB)
            assert order.due_minor >= 0 or order.is_promised, (order.number, order.due_minor)
            assert not order.authorised_minor or order.due_minor > 0, (order.number, order.authorised_minor)
            if order.state in (OrderState.CANCELLED, OrderState.EXPIRED):
                assert (order.due_minor, order.authorised_minor) == (0, 0)

    def _money_counts_once_whatever_orders_share_it(self) -> None:
        mine = [orders.get_order(i, actor=BOB) for i in self.mine]
        ledger = [p for order in mine for p in payments.payments_of(order.id)]
        assert sum(o.paid_minor for o in mine) == sum(p.captured_minor - p.refunded_minor for p in ledger)
        assert sum(o.authorised_minor for o in mine) <= sum(p.held_minor for p in ledger)

    def _balances_are_what_was_given_less_what_was_paid(self) -> None:
        paid: Counter[str] = Counter()
        for row in db.rows("SELECT provider, sum(captured_minor - refunded_minor)::bigint AS net FROM payments_payment"
                           " WHERE order_id = ANY(%s) GROUP BY 1", [self.mine]):
            paid[row.provider] = row.net
        assert customers.balance(self.alice.id, "credit", "EUR") == CREDIT - paid["store_credit"]
        assert customers.balance(self.alice.id, "points") == POINTS - paid["points"]
        assert payments.gift_card_balance(self.card) == (CARD - paid["gift_card"], "EUR")

    def _stock_is_what_came_less_what_left(self) -> None:
        rows = db.rows(  # kept for orders: carts that came to nothing may hold goods for a while, too
            "SELECT b.variant_id, sum(on_hand + damaged)::int AS there,"
            " (SELECT coalesce(sum(quantity), 0)::int FROM inventory_reservation r WHERE r.variant_id = b.variant_id"
            " AND r.owner_id = ANY(%s)) AS kept FROM inventory_balance b WHERE variant_id = ANY(%s) GROUP BY 1",
            [self.orders, self.items])
        wanted = {r.variant_id: r for r in db.rows(
            "SELECT l.variant_id, sum(l.fulfilled_qty)::int AS gone, sum(CASE WHEN o.state IN ('cancelled', 'expired')"
            " THEN 0 ELSE l.quantity - l.fulfilled_qty - l.cancelled_qty END)::int AS kept FROM orders_orderline l"
            " JOIN orders_order o ON o.id = l.order_id WHERE o.id = ANY(%s) GROUP BY 1", [self.orders])}
        for row in rows:
            if found := wanted.get(row.variant_id):
                came = STOCK + self.back[self.items.index(row.variant_id)]
                assert (row.kept, row.there) == (found.kept, came - found.gone)

    def _coupons_are_used_as_often_as_they_may_be(self) -> None:
        codes = [f"{code}{self.round}" for code in COUPONS]
        for row in db.rows("SELECT code, used_count FROM pricing_coupon WHERE code = ANY(%s)", [codes]):
            assert 0 <= row.used_count <= COUPONS[row.code.removesuffix(str(self.round))]
