"""Figures as they are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Figures:
    """What was sold in one currency, from the ledgers. Amounts in minor units.

    net = sold - credited: everything that was sold less everything taken back (credits, returns, cancellations, edits),
    as charged (with the tax that the prices include).
    """

    channel: str
    currency: str
    first_on: date | None
    last_on: date | None
    orders: int
    customers: int
    guest_orders: int
    countries: int
    products_sold: int
    order_lines: int
    credit_lines: int
    credit_notes: int
    units: Decimal
    sold_minor: int
    credited_minor: int
    net_minor: int
    tax_minor: int
    paid_minor: int
    refunded_minor: int
