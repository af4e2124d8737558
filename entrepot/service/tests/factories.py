"""Somebody who received something, for tests."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from PIL import Image

from entrepot.catalog import public as catalog
from entrepot.customers.tests.factories import acting, make_customer
from entrepot.kit.actor import Actor
from entrepot.orders.tests.factories import Shop, a_line, placed, shipped
from entrepot.service.contracts import ReviewInput


def a_buyer(shop: Shop, email: str = "alice@example.com", name: str = "Alice Buyer", *, items: int = 1,
            deliver: bool = True) -> tuple[Actor, list[UUID]]:
    """A customer whose order has come, and the products in it."""
    customer = make_customer(email, name)
    order = placed(shop, [a_line(shop, n, 1) for n in range(items)], customer_id=customer.id, email=email)
    shipped(shop, order, deliver=deliver)
    facts = catalog.variant_facts(shop.items)
    return acting(customer), [facts[v].product_id for v in shop.items[:items]]


def saying(product_id: UUID, rating: int = 5, text: str = "Keeps its shape.", *, language: str = "en",
           photos: tuple[bytes, ...] = ()) -> ReviewInput:
    return ReviewInput(product_id, rating, "Very good", text, language, photos)


def a_picture(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()
