"""From rows to the frozen shapes that others see."""

from __future__ import annotations

from typing import Any

from entrepot.kit import clock
from entrepot.orders import policies
from entrepot.orders.contracts import (
    ChangeKind,
    ChangeState,
    ChangeView,
    FulfilmentState,
    FulfilmentView,
    HoldKind,
    HoldView,
    InvoiceView,
    LineView,
    OrderState,
    OrderView,
    TimelineView,
)
from entrepot.orders.models import Fulfilment, Hold, Invoice, Order, OrderChange, OrderLine, TimelineEntry
from entrepot.orders.options import options_of
from entrepot.orders.rules import ENDED, customer_may_cancel, due_minor

SUMMARY_COLUMNS = ("id", "number", "channel_id", "state", "origin", "customer_id", "email", "currency", "total_minor",
                   "credited_minor", "paid_minor", "refunded_minor", "placed_at", "version")


def line_view(line: OrderLine, order: Order, *, internal: bool) -> LineView:
    total = line.goods_minor - line.discount_minor + (0 if order.tax_included else line.tax_minor)
    return LineView(
        line.id, line.position, line.kind, line.variant_id, line.sku, line.name, line.quantity, line.fulfilled_qty,
        line.cancelled_qty, line.returned_qty, line.unit_minor, line.goods_minor, line.discount_minor, line.tax_rate,
        line.tax_minor, total, line.discounts, line.components, line.facts, line.unit_cost if internal else None,
        options_of(line.facts, order.language))


def hold_view(hold: Hold) -> HoldView:
    return HoldView(hold.id, HoldKind(hold.kind), hold.reason, hold.placed_at, hold.released_at, hold.released_by)


def timeline_view(entry: TimelineEntry, *, internal: bool) -> TimelineView:
    return TimelineView(entry.id, entry.at, entry.kind, entry.data, entry.actor if internal else "", entry.is_public)


def fulfilment_view(f: Fulfilment) -> FulfilmentView:
    return FulfilmentView(
        f.id, f.order_id, f.number, f.warehouse_id, FulfilmentState(f.state), f.carrier, f.tracking_number,
        f.tracking_url, f.created_at, f.shipped_at, f.delivered_at,
        [(line.line_id, line.quantity) for line in f.lines.all()])


def change_view(change: OrderChange, currency: str) -> ChangeView:
    return ChangeView(
        change.id, change.order_id, change.number, ChangeKind(change.kind), ChangeState(change.state),
        change.base_version, change.version, change.operations, change.receipts, change.difference_minor, currency,
        change.reason,
        change.photos, change.requested_by, change.created_at, change.settled_at,
        next((a.id for a in change.approvals.all() if a.state == "waiting"), None))


def invoice_view(invoice: Invoice) -> InvoiceView:
    return InvoiceView(invoice.id, invoice.order_id, invoice.kind, invoice.number, invoice.currency,
                       invoice.total_minor, invoice.tax_minor, invoice.change_id, invoice.issued_at,
                       invoice.business_on)


def allowed(order: Order, lines: list[OrderLine], fulfilments: list[Fulfilment]) -> list[str]:
    """What may be tried on this order now (the action has the last word)."""
    shipped = any(line.fulfilled_qty > 0 for line in lines)
    packing = any(f.state in ("pending", "ready") for f in fulfilments)
    left = any(line.kind in ("product", "gift") and line.quantity > line.fulfilled_qty + line.cancelled_qty
               for line in lines)
    live = OrderState(order.state) not in ENDED
    due = due_minor(order.total_minor, order.credited_minor, order.paid_minor)
    offered = {
        "cancel": customer_may_cancel(OrderState(order.state), shipped=shipped, packing=packing),
        "return": live and any(line.fulfilled_qty > line.returned_qty for line in lines),
        "pay": live and due > order.authorised_minor and order.origin != "import",
        "edit": live and left,
        "fulfil": order.state in (OrderState.PROCESSING, OrderState.PARTLY_SHIPPED) and left,
        "hold": order.state in (OrderState.PENDING, OrderState.PROCESSING, OrderState.PARTLY_SHIPPED),
        "split": live and left and not packing and not shipped,
    }
    return [verb for verb, offer in offered.items() if offer]


def order_view(order: Order, *, internal: bool) -> OrderView:
    """From an order with everything prefetched. Customers see neither internal notes nor costs nor hold reasons."""
    lines, fulfilments = list(order.lines.all()), list(order.fulfilments.all())
    changes = [c for c in order.changes.all() if internal or c.kind != ChangeKind.EDIT]
    story = sorted((t for t in order.timeline.all() if internal or t.is_public), key=lambda t: t.id)
    own: dict[str, Any] = {name: getattr(order, name) for name in _SAME}
    can = allowed(order, lines, fulfilments)
    until = policies.return_until(order.channel_id, fulfilments)
    if not internal and until is not None and until < clock.now():
        can = [verb for verb in can if verb != "return"]
    due = due_minor(order.total_minor, order.credited_minor, order.paid_minor)
    return OrderView(
        **own, state=OrderState(order.state),
        due_minor=0 if order.origin == "import" else due,
        can=can if internal else [verb for verb in can if verb in ("cancel", "return", "pay")],
        lines=[line_view(line, order, internal=internal) for line in lines],
        holds=[hold_view(h) for h in order.holds.all()] if internal else [],
        fulfilments=[fulfilment_view(f) for f in sorted(fulfilments, key=lambda f: f.created_at)],
        changes=[change_view(c, order.currency) for c in sorted(changes, key=lambda c: c.created_at)],
        invoices=[invoice_view(i) for i in sorted(order.invoices.all(), key=lambda i: i.issued_at)],
        timeline=[timeline_view(t, internal=internal) for t in story], authorised_minor=order.authorised_minor,
        assignee_id=order.assignee_id if internal else None, assignee=order.assignee if internal else "",
        return_until=until)


_SAME = ("id", "number", "channel_id", "origin", "customer_id", "email", "phone", "language", "currency", "goods_minor",
         "discount_minor", "delivery_minor", "tax_minor", "tax_included", "total_minor", "credited_minor", "paid_minor",
         "refunded_minor", "is_promised", "shipping_address", "billing_address", "delivery", "pickup_warehouse_id",
         "invoice_data", "gift_message", "customer_note", "external_id", "placed_at", "expires_at", "paid_at",
         "closed_at", "version")
