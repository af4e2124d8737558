"""What orders do when money moves, and what follows when an order is placed or paid."""

from __future__ import annotations

from uuid import UUID

from entrepot.customers.events import CustomerClosed
from entrepot.identity.events import ColleagueLeft
from entrepot.kit import clock
from entrepot.kit.actor import system
from entrepot.kit.outbox import on
from entrepot.orders.actions import care, invoice, money, notify, selfcare
from entrepot.orders.events import MoneyShared, OrderPaid, OrderPlaced
from entrepot.orders.models import Order
from entrepot.payments.events import (
    PaymentAuthorised,
    PaymentCaptured,
    PaymentFailed,
    PaymentRefunded,
    PaymentVoided,
    RefundFailed,
)

ACTOR = system("orders")


def _is_ours(order_id: UUID) -> bool:
    """Payments may also be for what is not an order."""
    return Order.objects.filter(pk=order_id).exists()


@on(PaymentCaptured)
def on_payment_captured(event: PaymentCaptured) -> None:
    if _is_ours(event.order_id):
        money.sync_payments(event.order_id, actor=ACTOR)


@on(PaymentAuthorised)
def on_payment_authorised(event: PaymentAuthorised) -> None:
    if _is_ours(event.order_id):
        money.note_authorised(event.order_id, event.amount_minor, actor=ACTOR)


@on(PaymentFailed)
def on_payment_failed(event: PaymentFailed) -> None:
    if _is_ours(event.order_id):
        money.note_failed_payment(event.order_id, event.reason, actor=ACTOR)


@on(PaymentVoided)
def on_payment_voided(event: PaymentVoided) -> None:
    if _is_ours(event.order_id):
        money.sync_payments(event.order_id, actor=ACTOR)


@on(MoneyShared)
def on_money_shared(event: MoneyShared) -> None:
    money.sync_payments(event.order_id, actor=ACTOR)


@on(PaymentRefunded)
def on_payment_refunded(event: PaymentRefunded) -> None:
    if _is_ours(event.order_id):
        money.note_refunded(event.order_id, event.payment_id, event.amount_minor, event.reference, actor=ACTOR)


@on(RefundFailed)
def on_refund_failed(event: RefundFailed) -> None:
    if _is_ours(event.order_id):
        money.note_refund_failed(event.order_id, event.amount_minor, event.reference, event.reason, actor=ACTOR)


@on(CustomerClosed)
def on_customer_closed(event: CustomerClosed) -> None:
    selfcare.forget_customer(event.customer_id, actor=ACTOR)


@on(ColleagueLeft)
def on_colleague_left(event: ColleagueLeft) -> None:
    care.hand_over(event.user_id, event.successor_id, actor=ACTOR)


@on(OrderPlaced)
def on_order_placed(event: OrderPlaced) -> None:
    order = Order.objects.get(pk=event.order_id)
    notify.queue(order, "placed", f"placed:{order.id}", {}, now=clock.now(), actor=ACTOR)


@on(OrderPaid)
def on_order_paid(event: OrderPaid) -> None:
    """The invoice, kept out of the transaction that places or pays: its number series is a queue of one."""
    issued = invoice.issue_invoices(event.order_id, actor=ACTOR)
    order = Order.objects.get(pk=event.order_id)
    if not order.is_promised or order.paid_at:
        key = f"paid:{order.id}" + (f":{issued[-1]}" if issued else "")
        notify.queue(order, "paid", key, {}, now=clock.now(), actor=ACTOR)
