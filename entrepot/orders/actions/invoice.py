"""Invoices and credit notes, with numbers without gaps per kind and year, and who issues them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from entrepot.catalog import public as catalog
from entrepot.kit import audit, clock
from entrepot.kit.actor import Actor
from entrepot.orders import options, queries
from entrepot.orders.actions.common import lock_order, tell
from entrepot.orders.actions.numbers import next_number
from entrepot.orders.draft import Amounts, Entry
from entrepot.orders.models import Invoice, InvoiceIssuer, Order, OrderChange, SaleEntry
from entrepot.orders.permissions import CHANGE, ISSUER
from entrepot.orders.rules import tax_of


class Row(NamedTuple):
    """A line of the paper; `facts` are the order line's."""

    sku: str
    name: str
    quantity: Decimal
    amounts: Amounts
    rate: Decimal
    facts: Mapping[str, Any] = {}


def issue_invoices(order_id: UUID, *, actor: Actor) -> list[UUID]:
    """Everything that is paid and not yet invoiced: the order itself first, later each change that added to it."""
    actor.require(CHANGE)
    now = clock.now()
    with transaction.atomic():
        return issue(lock_order(order_id, actor=actor), now=now, actor=actor)


def issue(order: Order, *, now: datetime, actor: Actor) -> list[UUID]:
    """The same of an order that the caller has locked."""
    if order.origin == "import" or order.total_minor == 0:
        return []
    first = _original(order)
    if first is None:
        return [_first(order, now, actor)]
    done = set(order.invoices.exclude(change_id=None).values_list("change_id", flat=True))
    changes = order.changes.filter(state="confirmed", difference_minor__gt=0, settled_at__gt=first.issued_at)
    return [_of_change(order, change, first, now, actor) for change in changes if change.id not in done]


def _original(order: Order) -> Invoice | None:
    """The invoice that names the order's goods: its own, or that of the order it was split off when that had one."""
    own = order.invoices.filter(kind=Invoice.Kind.INVOICE).order_by("issued_at").first()
    split = order.timeline.filter(kind="split").order_by("id").first() if order.origin == "split" else None
    if own is not None or split is None:
        return own
    found = _original(Order.objects.get(number=split.data["order"]))
    return found if found and found.issued_at <= split.at else None


def _first(order: Order, now: datetime, actor: Actor) -> UUID:
    sale = queries.sale_of(order)
    rows = [Row(line.sku, line.name, line.quantity, line.amounts - line.given, line.tax_rate, line.facts)
            for line in sale.lines.values() if line.quantity or line.amounts != Amounts()]
    rows.append(Row("", "delivery", Decimal(1), sale.delivery - sale.delivery_given, Decimal(0)))
    return _write(order, Invoice.Kind.INVOICE, rows, None, None, now, actor)


def _of_change(order: Order, change: OrderChange, first: Invoice, now: datetime, actor: Actor) -> UUID:
    entries = SaleEntry.objects.filter(change_id=change.id, order=order).select_related("line").order_by("id")
    rows = [Row(e.sku, e.name or "delivery", e.quantity, Amounts(e.goods_minor, e.discount_minor, e.tax_minor),
                e.line.tax_rate if e.line else Decimal(0), e.line.facts if e.line else {}) for e in entries]
    return _write(order, Invoice.Kind.INVOICE, rows, change.id, first.number, now, actor)


def credit(order: Order, entries: Sequence[Entry], amount_minor: int, *, change_id: UUID | None, now: datetime,
           actor: Actor) -> UUID | None:
    """A credit note over entries that took something back, where an invoice had said otherwise."""
    first = _original(order)
    if first is None or amount_minor <= 0:
        return None
    lines = {line.id: line for line in order.lines.all()}
    rows = []
    for e in entries:
        line = lines.get(e.line_id) if e.line_id else None
        rows.append(Row(line.sku if line else "", line.name if line else "delivery", -e.quantity, -e.amounts,
                        line.tax_rate if line else Decimal(0), line.facts if line else {}))
    return _write(order, Invoice.Kind.CREDIT_NOTE, rows, change_id, first.number, now, actor)


def _write(order: Order, kind: str, rows: Iterable[Row], change_id: UUID | None, original: str | None, now: datetime,
           actor: Actor) -> UUID:
    on = now.astimezone(ZoneInfo(catalog.channel(order.channel_id).time_zone)).date()
    included = order.tax_included
    printed = _with_rates([r for r in rows if r.amounts != Amounts() or r.sku], included)
    total = sum(r.amounts.gross(included) for r in printed)
    tax = sum(r.amounts.tax for r in printed)
    number = next_number(kind, on)
    invoice = Invoice.objects.create(
        order=order, kind=kind, number=number, currency=order.currency, total_minor=total, tax_minor=tax,
        data=_printed(order, printed, original), change_id=change_id, issued_at=now, business_on=on)
    tell(order, kind, {"number": number, "total_minor": total, "currency": order.currency}, now=now, actor=actor,
         is_public=True)
    audit.record(actor, "orders.issue_invoice", "invoice", invoice.id, new={"number": number, "total_minor": total})
    return invoice.id


def _printed(order: Order, rows: Sequence[Row], original: str | None) -> dict[str, Any]:
    """Everything on the paper, as it is today: a document never changes afterwards."""
    included = order.tax_included
    taxes: dict[Decimal, list[int]] = {}
    for row in rows:
        at_rate = taxes.setdefault(row.rate, [0, 0])
        at_rate[0] += row.amounts.gross(included) - row.amounts.tax
        at_rate[1] += row.amounts.tax
    return {
        "order_number": order.number, "placed_at": order.placed_at.isoformat(), "original": original,
        "seller": _seller(order), "buyer": order.billing_address or order.shipping_address or {},
        "email": order.email, "ship_to": order.shipping_address, "invoice_data": order.invoice_data,
        "tax_included": included,
        "lines": [{"sku": sku, "name": name, "quantity": f"{quantity.normalize():f}", "goods_minor": a.goods,
                   "discount_minor": a.discount, "tax_minor": a.tax, "rate": f"{rate:f}",
                   "gross_minor": a.gross(included),
                   "options": [[o.name, o.value] for o in options.options_of(facts, order.language)]}
                  for sku, name, quantity, a, rate, facts in rows],
        "taxes": [{"rate": f"{rate:f}", "net_minor": net, "tax_minor": tax}
                  for rate, (net, tax) in sorted(taxes.items())],
    }


def _with_rates(rows: Sequence[Row], included: bool) -> list[Row]:
    """The delivery charge has no rate on record: it is the goods' rate that gives its tax, else what the tax says."""
    rates = sorted({row.rate for row in rows if row.sku}, reverse=True)
    done: list[Row] = []
    for row in rows:
        amounts, rate = row.amounts, row.rate
        base = amounts.goods - amounts.discount
        if not row.sku and base:
            told = (Decimal(amounts.tax) / (base - (amounts.tax if included else 0))).quantize(Decimal("0.001"))
            rate = next((r for r in rates if tax_of(base, r, included=included) == amounts.tax), told)
        done.append(row._replace(rate=rate.normalize()))
    return done


def _seller(order: Order) -> dict[str, str]:
    issuer = InvoiceIssuer.objects.filter(channel_id=order.channel_id).first()
    if issuer is None:
        name = catalog.channel(order.channel_id).name
        return {"name": name.get(order.language) or name.get("en") or next(iter(name.values()), "")}
    return {f: getattr(issuer, f) for f in ("name", "address", "tax_number", "bank_account", "contact", "note")}


def set_issuer(channel_id: int, *, name: str, address: str = "", tax_number: str = "", bank_account: str = "",
               contact: str = "", note: str = "", actor: Actor) -> None:
    """What invoices of a channel say of the seller from now on."""
    actor.require(ISSUER)
    catalog.channel(channel_id)
    with transaction.atomic():
        InvoiceIssuer.objects.update_or_create(channel_id=channel_id, defaults={
            "name": name, "address": address, "tax_number": tax_number, "bank_account": bank_account,
            "contact": contact, "note": note})
        audit.record(actor, "orders.set_issuer", "channel", channel_id, new={"name": name, "tax_number": tax_number})
