"""A believable account for the shopper that visitors of the demo sign in as: orders in every state, a return with its
refund, addresses, wishes, coupons, points, consents, reviews."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from entrepot.catalog import public as catalog
from entrepot.checkout import public as checkout
from entrepot.checkout.contracts import BuyNow, LineInput
from entrepot.customers import public as customers
from entrepot.demo.company import DEMO_CUSTOMER, Company
from entrepot.inventory.errors import OutOfStock
from entrepot.kit import clock, outbox
from entrepot.kit.actor import Actor, ActorKind
from entrepot.orders import public as orders
from entrepot.orders.contracts import ChangeKind, Condition, ReturnLine
from entrepot.pricing import public as pricing
from entrepot.service import public as service
from entrepot.service.contracts import ReviewInput

HOME = {"name": "Alice Shopper", "line1": "14 Columbia Road", "city": "London", "postcode": "E2 7RG", "country": "GB",
        "phone": "+44 20 7946 0958"}
WORK = {"name": "Alice Shopper", "company": "Lark Studio", "line1": "3 Canal Walk", "city": "Leeds",
        "postcode": "LS1 4AP", "country": "GB"}
# days ago, how many articles, what became of it
ORDERS = ((71, 2, "delivered"), (44, 3, "returned"), (23, 1, "delivered"), (9, 2, "delivered"), (3, 2, "shipped"),
          (1, 1, "packing"), (0, 1, "unpaid"))


def load(company: Company, goods: Sequence[UUID], now: datetime, *, actor: Actor) -> None:
    """By Alice's own actions, with the clock at the moment of each."""
    person = next(c for c in customers.find_customers(DEMO_CUSTOMER[0])[0] if c.email == DEMO_CUSTOMER[0])
    me = Actor(ActorKind.CUSTOMER, str(person.id), person.name, customer_id=person.id, user_id=person.user_id,
               ip="198.51.100.20")
    variants = [ids[0] for ids in catalog.variants_of(list(goods)).values()]
    with clock.at(now - timedelta(days=75)):
        customers.add_address(person.id, HOME, actor=me)
        customers.add_address(person.id, WORK, actor=me)
        customers.record_consent(person.id, "email_marketing", True, "2026-08", "checkout", actor=me)
        customers.adjust_balance(person.id, "points", 250, reason="Welcome to the members", actor=actor)
    for number, (days, count, fate) in enumerate(ORDERS):
        picked = variants[number * 29 + 3::17][:count]
        _order(company, me, picked, now - timedelta(days=days, hours=5), fate, actor)
    _keep(person.id, variants, now, me, actor)
    _review(person.id, now, me, actor)
    outbox.drain()


def _order(company: Company, me: Actor, variants: Sequence[UUID], at: datetime, fate: str, actor: Actor) -> None:
    way = "bank_transfer" if fate == "unpaid" else "test"
    with clock.at(at):
        try:
            done = checkout.buy_now(BuyNow(
                channel="shop", lines=tuple(LineInput(v, Decimal(1)) for v in variants), email=DEMO_CUSTOMER[0],
                payment_method=way, language="en", shipping_address=HOME, billing_address=HOME,
                delivery_method=company.methods["shop"][0]), actor=me)
        except OutOfStock:
            return  # the trade of ninety days sold it out
        outbox.drain()
    if fate in ("unpaid", "packing"):
        return
    _send(done.order.id, at, fate, actor)
    if fate == "returned":
        _return(done.order.id, at + timedelta(days=7), me, actor)


def _send(order_id: UUID, at: datetime, fate: str, actor: Actor) -> None:
    with clock.at(at + timedelta(days=1)):
        for hold in orders.get_order(order_id, actor=actor).holds:
            orders.release_hold(order_id, hold.kind, reason="Checked with the customer", actor=actor)
        parcels = orders.plan_fulfilments(order_id, actor=actor)
        for parcel in parcels:
            orders.ship_fulfilment(parcel.id, "Royal Mail", f"RM{parcel.number[-6:]}GB", actor=actor)
        outbox.drain()
    if fate != "shipped":
        with clock.at(at + timedelta(days=3)):
            for parcel in parcels:
                orders.record_delivery(parcel.id, actor=actor)
            outbox.drain()


def _return(order_id: UUID, at: datetime, me: Actor, actor: Actor) -> None:
    order = orders.get_order(order_id, actor=actor)
    line, place = order.lines[0], order.fulfilments[0].warehouse_id
    with clock.at(at):
        change = orders.request_return(order_id, ChangeKind.RETURN, [ReturnLine(line.id, Decimal(1))],
                                       reason="It is not as described: the colour is warmer than I thought.", actor=me)
        orders.approve_change(change.id, actor=actor)
    with clock.at(at + timedelta(days=4)):
        orders.receive_return(change.id, [(line.id, Decimal(1), Condition.GOOD, place)], actor=actor)
        seen = orders.preview(change.id, actor=actor)
        orders.confirm_change(change.id, expected_difference=seen.difference_minor, actor=actor)
        customers.adjust_balance(me.customer_id or order_id, "credit", 500, currency="GBP", actor=actor,
                                 reason="A small thank-you for the trouble")
        outbox.drain()


def _keep(customer_id: UUID, variants: Sequence[UUID], now: datetime, me: Actor, actor: Actor) -> None:
    for days, variant in zip((40, 31, 18, 6), variants[11::41], strict=False):
        with clock.at(now - timedelta(days=days)):
            customers.add_wish(customer_id, variant, actor=me)
    gift = pricing.create_coupons("free-delivery", count=1, prefix="ALICE", limit=1, batch="thanks", actor=actor)
    with clock.at(now - timedelta(days=5)):
        customers.save_code(customer_id, gift[0], actor=actor)
        customers.save_code(customer_id, "WELCOME10", actor=me)
        customers.record_consent(customer_id, "profiling", True, "2026-11", "account", actor=me)


def _review(customer_id: UUID, now: datetime, me: Actor, actor: Actor) -> None:
    """One published, one that waits; the rest is still to be written."""
    said = (("Just as I had hoped", "Three weeks of use, and it still looks new. It came well wrapped, too."),
            ("Good, a little small", "Well made. I had pictured it somewhat larger."))
    for number, (item, (title, text)) in enumerate(zip(service.reviewable(customer_id, actor=me)[::-1], said,
                                                       strict=False)):
        with clock.at(now - timedelta(days=12 - number * 8)):
            review = service.write_review(ReviewInput(item.product_id, 5 - number, title, text), actor=me)
            if number == 0:
                service.publish_review(review.id, actor=actor)
