"""Orders and everything that happens to them."""

from entrepot.orders.models.change import OrderChange, RefundApproval, ReturnPolicy
from entrepot.orders.models.documents import (
    Invoice,
    InvoiceIssuer,
    MailTemplate,
    Notification,
    NumberFormat,
    NumberSeries,
)
from entrepot.orders.models.money import Earmark, Refund, Transfer
from entrepot.orders.models.order import Hold, Order, OrderLine, SaleEntry, TimelineEntry, TrackingSecret
from entrepot.orders.models.parcel import Fulfilment, FulfilmentLine

__all__ = [
    "Earmark",
    "Fulfilment",
    "FulfilmentLine",
    "Hold",
    "Invoice",
    "InvoiceIssuer",
    "MailTemplate",
    "Notification",
    "NumberFormat",
    "NumberSeries",
    "Order",
    "OrderChange",
    "OrderLine",
    "Refund",
    "RefundApproval",
    "ReturnPolicy",
    "SaleEntry",
    "TimelineEntry",
    "TrackingSecret",
    "Transfer",
]
