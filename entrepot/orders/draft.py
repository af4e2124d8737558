"""Collects the operations of an order change and works out, to the cent, what they do; nothing is written here.

Edits move the order's own amounts. Returns and claims leave them and give amounts back beside them (`credited`). Both
leave signed entries, so that the sale as placed plus its entries is always what the sale is worth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from entrepot.kit.errors import N_
from entrepot.kit.money import round_minor
from entrepot.orders.contracts import (
    AddLine,
    Compensate,
    DiscountLine,
    NewLine,
    Operation,
    OverridePrice,
    RefundDelivery,
    Resend,
    ReturnLine,
    SetAddress,
    SetDelivery,
    SetQuantity,
)
from entrepot.orders.errors import OperationRefused
from entrepot.orders.rules import scaled_tax, share_minor, tax_of

SENT = ("product", "gift")  # kinds of lines that are goods; the others go along with them


@dataclass(frozen=True, slots=True)
class Amounts:
    """Goods before discount, discount, and tax (inside goods or on top, as the order's `tax_included` says)."""

    goods: int = 0
    discount: int = 0
    tax: int = 0

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(self.goods + other.goods, self.discount + other.discount, self.tax + other.tax)

    def __sub__(self, other: Amounts) -> Amounts:
        return Amounts(self.goods - other.goods, self.discount - other.discount, self.tax - other.tax)

    def __neg__(self) -> Amounts:
        return Amounts() - self

    def gross(self, included: bool) -> int:
        """What the customer pays."""
        return self.goods - self.discount + (0 if included else self.tax)

    def share(self, quantity: Decimal, before: Decimal, taken: Decimal, already: Amounts) -> Amounts:
        """What belongs to `taken` of `quantity` pieces, after `before` pieces took `already`.

        Net, discount and tax are shared, and goods follow from them: shared apart, goods and discount could round a
        piece to less than nothing.
        """
        net, discount, tax = (
            share_minor(whole, quantity, before, taken, gone)
            for whole, gone in ((self.goods - self.discount, already.goods - already.discount),
                                (self.discount, already.discount), (self.tax, already.tax)))
        return Amounts(net + discount, discount, tax)


@dataclass(frozen=True, slots=True)
class Line:
    """An order line as a draft sees it. `given` went back by returns and claims, `returned` by returns alone."""

    id: UUID
    kind: str
    variant_id: UUID | None
    sku: str
    name: str
    quantity: Decimal
    unit_minor: int
    amounts: Amounts
    tax_rate: Decimal
    fulfilled_qty: Decimal = Decimal(0)
    cancelled_qty: Decimal = Decimal(0)
    returned_qty: Decimal = Decimal(0)
    packed_qty: Decimal = Decimal(0)  # in fulfilments that have not left
    asked_qty: Decimal = Decimal(0)  # in other open returns
    given: Amounts = Amounts()
    returned: Amounts = Amounts()
    unit_cost: Decimal | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)  # of the day, as the line keeps them

    @property
    def open_qty(self) -> Decimal:
        """Still to ship and in no fulfilment."""
        return self.quantity - self.fulfilled_qty - self.cancelled_qty - self.packed_qty


@dataclass(frozen=True, slots=True)
class Sale:
    """An order as a draft sees it. `delivery` is the delivery charge with its discount and tax."""

    id: UUID
    currency: str
    tax_included: bool
    lines: dict[UUID, Line]
    delivery: Amounts
    delivery_given: Amounts
    credited_minor: int
    paid_minor: int
    country: str = ""

    def amounts(self) -> Amounts:
        return sum((line.amounts for line in self.lines.values()), self.delivery)

    @property
    def total_minor(self) -> int:
        return self.amounts().gross(self.tax_included)


@dataclass(frozen=True, slots=True)
class Entry:
    """A signed change of the sale, still without date and number."""

    kind: str
    line_id: UUID | None  # None: the delivery charge
    quantity: Decimal
    amounts: Amounts


@dataclass(slots=True)
class Draft:
    """What the operations add up to. `sale` is the order as it will be."""

    sale: Sale
    kind: str
    entries: list[Entry] = field(default_factory=list)
    added: list[NewLine] = field(default_factory=list)
    given: dict[UUID, Decimal] = field(default_factory=dict)  # pieces returned
    reasons: dict[UUID, str] = field(default_factory=dict)  # of discounts by hand
    release: dict[UUID, Decimal] = field(default_factory=dict)  # reservations no longer needed
    demand: dict[UUID, Decimal] = field(default_factory=dict)  # more to reserve
    shipping_address: dict[str, Any] | None = None
    billing_address: dict[str, Any] | None = None
    delivery: dict[str, Any] | None = None

    def line(self, line_id: UUID) -> Line:
        found = self.sale.lines.get(line_id)
        if found is None:
            raise OperationRefused(N_("The order has no such line."))
        return found

    def put(self, line: Line, quantity: Decimal, amounts: Amounts, *, unit_minor: int | None = None) -> None:
        """An edit: the line becomes this; the difference is an entry."""
        self.entries.append(Entry("edit", line.id, quantity - line.quantity, amounts - line.amounts))
        after = replace(line, quantity=quantity, amounts=amounts,
                        unit_minor=line.unit_minor if unit_minor is None else unit_minor)
        self.sale = replace(self.sale, lines={**self.sale.lines, line.id: after})

    def give(self, kind: str, line: Line, quantity: Decimal, amounts: Amounts) -> None:
        """A return or claim: the amounts go back, the line stays as sold."""
        self.entries.append(Entry(kind, line.id, -quantity, -amounts))
        returned = line.returned + amounts if kind == "return" else line.returned
        after = replace(line, given=line.given + amounts, returned=returned, returned_qty=line.returned_qty + quantity)
        self.credit(replace(self.sale, lines={**self.sale.lines, line.id: after}), amounts)

    def credit(self, sale: Sale, amounts: Amounts) -> None:
        self.sale = replace(sale, credited_minor=sale.credited_minor + amounts.gross(sale.tax_included))

    def add(self, line: NewLine) -> None:
        """A new line, priced already."""
        amounts = Amounts(line.goods_minor, line.discount_minor, line.tax_minor)
        self.added.append(line)
        self.demand[line.id] = line.quantity
        self.entries.append(Entry("edit", line.id, line.quantity, amounts))
        fresh = Line(line.id, line.kind, line.variant_id, line.sku, line.name, line.quantity, line.unit_minor, amounts,
                     line.tax_rate, unit_cost=line.unit_cost, facts=line.facts)
        self.sale = replace(self.sale, lines={**self.sale.lines, line.id: fresh})

    def taken(self, line_id: UUID) -> None:
        """Each line may be named once for each purpose; a second operation replaces nothing, it is refused."""
        if any(e.line_id == line_id for e in self.entries):
            raise OperationRefused(N_("The same line is changed twice. Remove one of the two operations."))


def _require(holds: bool, reason: str) -> None:
    if not holds:
        raise OperationRefused(reason)


def _set_quantity(draft: Draft, op: SetQuantity) -> None:
    line, included = draft.line(op.line_id), draft.sale.tax_included
    draft.taken(line.id)
    _require(op.quantity >= 0, N_("A quantity cannot be negative."))
    _require(op.quantity >= line.quantity - line.open_qty, N_("Part of this line is packed or shipped already."))
    _require(op.quantity != line.quantity, N_("The line has this quantity already."))
    if op.quantity < line.quantity:
        amounts = line.amounts.share(line.quantity, Decimal(0), op.quantity, Amounts())
        _require(line.given.gross(included) <= amounts.gross(included), N_("More than that was given back already."))
        draft.release[line.id] = line.quantity - op.quantity
    else:
        _require(line.variant_id is not None, N_("Only goods can be added to."))
        goods = round_minor(line.unit_minor * op.quantity)
        amounts = Amounts(goods, line.amounts.discount,
                          tax_of(goods - line.amounts.discount, line.tax_rate, included=included))
        draft.demand[line.id] = op.quantity - line.quantity
    draft.put(line, op.quantity, amounts)


def _override_price(draft: Draft, op: OverridePrice) -> None:
    line = draft.line(op.line_id)
    draft.taken(line.id)
    _require(op.unit_minor >= 0, N_("A price cannot be negative."))
    _require(bool(op.reason.strip()), N_("A price by hand needs its reason."))
    _require(line.given == Amounts(), N_("Something of this line was given back already."))
    goods = round_minor(op.unit_minor * line.quantity)
    draft.put(line, line.quantity, Amounts(goods, 0, tax_of(goods, line.tax_rate, included=draft.sale.tax_included)),
              unit_minor=op.unit_minor)


def _discount_line(draft: Draft, op: DiscountLine) -> None:
    line, included = draft.line(op.line_id), draft.sale.tax_included
    draft.taken(line.id)
    _require(op.amount_minor > 0, N_("An amount is more than nothing."))
    _require(bool(op.reason.strip()), N_("A discount by hand needs its reason."))
    _require(line.given == Amounts(), N_("Something of this line was given back already."))
    net = line.amounts.goods - line.amounts.discount
    _require(op.amount_minor <= net, N_("A line cannot cost less than nothing."))
    tax = scaled_tax(line.amounts.tax, net, net - op.amount_minor, line.tax_rate, included=included)
    draft.reasons[line.id] = op.reason.strip()
    draft.put(line, line.quantity, Amounts(line.amounts.goods, line.amounts.discount + op.amount_minor, tax))


def _set_address(draft: Draft, op: SetAddress) -> None:
    country = str(op.address.get("country", ""))
    _require(op.which in ("shipping", "billing"), N_("An address is for shipping or for billing."))
    if op.which == "shipping":
        _require(not draft.sale.country or country == draft.sale.country,
                 N_("Another country means other taxes: cancel the order and place it again."))
        draft.shipping_address = op.address
    else:
        draft.billing_address = op.address


def _set_delivery(draft: Draft, op: SetDelivery) -> None:
    sale, old = draft.sale, draft.sale.delivery
    _require(op.delivery_minor >= 0, N_("A price cannot be negative."))
    _require(sale.delivery_given == Amounts(), N_("Delivery was refunded already."))
    discount = min(old.discount, op.delivery_minor)
    rate = max((line.tax_rate for line in sale.lines.values()), default=Decimal(0))
    tax = scaled_tax(old.tax, old.goods - old.discount, op.delivery_minor - discount, rate, included=sale.tax_included)
    after = Amounts(op.delivery_minor, discount, tax)
    if after != old:
        draft.entries.append(Entry("edit", None, Decimal(0), after - old))
    draft.sale, draft.delivery = replace(sale, delivery=after), op.delivery


def _return_line(draft: Draft, op: ReturnLine) -> None:
    line, included = draft.line(op.line_id), draft.sale.tax_included
    draft.taken(line.id)
    _require(op.quantity > 0, N_("A quantity is more than nothing."))
    _require(op.quantity <= line.fulfilled_qty - line.returned_qty - line.asked_qty,
             N_("More than was delivered and not yet returned."))
    part = line.amounts.share(line.quantity, line.returned_qty, op.quantity, line.returned)
    draft.given[line.id] = op.quantity
    draft.give("return", line, op.quantity, _capped(part, line, included))


def _capped(part: Amounts, line: Line, included: bool) -> Amounts:
    """No more than is left of the line after claims on it."""
    remaining = line.amounts - line.given
    room = max(remaining.gross(included), 0)
    if part.gross(included) <= room:
        return part
    tax = max(min(part.tax, remaining.tax), 0)
    return Amounts(room + part.discount - (0 if included else tax), part.discount, tax)


def _money_back(amount_minor: int, whole: Amounts, given: Amounts, included: bool) -> Amounts:
    """An amount, tax included, taken from what is left of `whole`; the last taker gets the rounding remainder."""
    remaining = whole - given
    _require(amount_minor > 0, N_("An amount is more than nothing."))
    _require(amount_minor <= remaining.gross(included), N_("More than was paid for it and not yet given back."))
    if amount_minor == remaining.gross(included):
        tax = remaining.tax
    else:
        tax = round_minor(Decimal(amount_minor) * whole.tax / whole.gross(included))
    return Amounts(amount_minor - (0 if included else tax), 0, tax)


def _compensate(draft: Draft, op: Compensate) -> None:
    line = draft.line(op.line_id)
    draft.taken(line.id)
    back = _money_back(op.amount_minor, line.amounts, line.given, draft.sale.tax_included)
    draft.give("claim", line, Decimal(0), back)


def _refund_delivery(draft: Draft, op: RefundDelivery) -> None:
    sale = draft.sale
    _require(not any(e.line_id is None for e in draft.entries), N_("Delivery is refunded twice."))
    part = _money_back(op.amount_minor, sale.delivery, sale.delivery_given, sale.tax_included)
    draft.entries.append(Entry(draft.kind, None, Decimal(0), -part))
    draft.credit(replace(sale, delivery_given=sale.delivery_given + part), part)


def _priced(draft: Draft, op: AddLine | Resend) -> None:
    """New lines come priced and are added before the operations run; here only the claim is checked."""
    _require(op.quantity > 0, N_("A quantity is more than nothing."))
    if isinstance(op, Resend):
        line = draft.line(op.line_id)
        _require(line.variant_id is not None, N_("Only goods can be sent again."))
        _require(op.quantity <= line.fulfilled_qty, N_("More than was delivered."))


_APPLY: dict[str, Callable[[Draft, Any], None]] = {
    "add_line": _priced, "resend": _priced, "set_quantity": _set_quantity, "override_price": _override_price,
    "discount_line": _discount_line,
    "set_address": _set_address, "set_delivery": _set_delivery, "return_line": _return_line,
    "compensate": _compensate, "refund_delivery": _refund_delivery,
}


def apply(sale: Sale, kind: str, operations: Sequence[Operation], added: Sequence[NewLine] = ()) -> Draft:
    """Run the operations over the order; `added` are the priced lines of its add_line and resend operations."""
    draft = Draft(sale, "return" if kind in ("return", "exchange") else kind)
    for operation in operations:
        _APPLY[operation.op](draft, operation)
    for line in added:
        draft.add(line)
    _require(draft.sale.total_minor >= draft.sale.credited_minor, N_("More than that was given back already."))
    return draft


def difference_minor(before: Sale, after: Sale) -> int:
    """What the customer owes more (positive) or less."""
    return (after.total_minor - after.credited_minor) - (before.total_minor - before.credited_minor)


def refund_minor(sale: Sale) -> int:
    """What was paid beyond what the sale is worth: what goes back."""
    return max(sale.paid_minor - (sale.total_minor - sale.credited_minor), 0)


def worth_leaving_minor(sale: Sale, leaving: Mapping[UUID, Decimal]) -> int:
    """What must have been taken once these pieces leave: all that has left with its share of discount and tax, less
    what was given back of it, and with the first parcel what is not sent (delivery, fees)."""
    delivery = (sale.delivery - sale.delivery_given).gross(sale.tax_included)
    worth = max(delivery, 0)
    for line in sale.lines.values():
        gone = line.quantity if line.kind not in SENT else line.fulfilled_qty + leaving.get(line.id, Decimal(0))
        part = line.amounts.share(line.quantity, Decimal(0), min(gone, line.quantity), Amounts()) if gone else Amounts()
        worth += max((part - line.given).gross(sale.tax_included), 0)
    return worth


def cancellation(sale: Sale) -> list[Entry]:
    """Entries that take back everything the sale is still worth."""
    entries = [Entry("cancel", line.id, -(line.quantity - line.returned_qty), -(line.amounts - line.given))
               for line in sale.lines.values() if line.quantity or line.amounts != Amounts()]
    if (left := sale.delivery - sale.delivery_given) != Amounts():
        entries.append(Entry("cancel", None, Decimal(0), -left))
    return entries
