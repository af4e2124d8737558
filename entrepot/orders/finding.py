"""Which orders somebody means by a few letters: the beginning of a number (of the order, a parcel, its tracking, an
invoice), of an address or a telephone number, a name, a customer."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from entrepot.customers import public as customers
from entrepot.kit import db
from entrepot.kit.actor import Actor
from entrepot.orders import views
from entrepot.orders.contracts import OrderSummary
from entrepot.orders.models import Order
from entrepot.orders.permissions import READ

MOST = 2000  # a search that fits more is too vague to be worth more
_SHORTEST = 2
_CUSTOMERS = 100

# one look-up per index, joined; the newest numbers first, since people mean those
_IDS = """
(SELECT id FROM orders_order WHERE number LIKE %s ORDER BY number DESC LIMIT %s)
UNION (SELECT id FROM orders_order WHERE lower(email) LIKE %s LIMIT %s)
UNION (SELECT id FROM orders_order WHERE lower(shipping_address ->> 'name') LIKE %s LIMIT %s)
UNION (SELECT id FROM orders_order WHERE shipping_address ->> 'phone' <> '' AND shipping_address ->> 'phone' LIKE %s
       LIMIT %s)
UNION (SELECT order_id FROM orders_fulfilment WHERE number LIKE %s LIMIT %s)
UNION (SELECT order_id FROM orders_fulfilment WHERE tracking_number <> '' AND upper(tracking_number) LIKE %s LIMIT %s)
UNION (SELECT order_id FROM orders_invoice WHERE number LIKE %s LIMIT %s)
UNION (SELECT id FROM orders_order WHERE customer_id = ANY(%s::uuid[]) ORDER BY placed_at DESC LIMIT %s)
"""


def matching(found: QuerySet[Order], text: str) -> QuerySet[Order]:
    """`found` cut down to the orders that the text may mean."""
    return found.filter(pk__in=RawSQL(_IDS, _params(text))) if text.strip() else found  # noqa: S611  no part of the text is SQL


def _params(text: str) -> list[object]:
    term = text.strip()
    plain = term.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    known: list[UUID] = []
    if len(term) >= _SHORTEST:
        known = [c.id for c in customers.find_customers(term, limit=_CUSTOMERS)[0]]
    upper, lower = f"{plain.upper()}%", f"{plain.lower()}%"
    wanted: list[object] = [upper, lower, lower, f"{plain}%", upper, upper, upper, known]
    return [param for one in wanted for param in (one, MOST)]


def search_orders(text: str, limit: int, *, actor: Actor) -> list[OrderSummary]:
    """The newest orders that the text may mean."""
    actor.require(READ)
    if len(text.strip()) < _SHORTEST:
        return []
    found = matching(Order.objects.order_by("-placed_at", "-id"), text)
    return [OrderSummary(*r) for r in found.values_list(*views.SUMMARY_COLUMNS)[:limit]]


_PAPERS = """
SELECT p.number, o.id, o.number AS order_number
  FROM (SELECT number, order_id FROM orders_fulfilment WHERE number = ANY(%(numbers)s)
        UNION ALL SELECT number, order_id FROM orders_orderchange WHERE number = ANY(%(numbers)s)) p
  JOIN orders_order o ON o.id = p.order_id
"""


def orders_of_papers(numbers: Iterable[str], *, actor: Actor) -> dict[str, tuple[UUID, str]]:
    """Which order each parcel, return or other change belongs to, by its number: the order's id and number. What is
    neither is absent.
    """
    actor.require(READ)
    return {r.number: (r.id, r.order_number) for r in db.rows(_PAPERS, {"numbers": list(numbers)})}
