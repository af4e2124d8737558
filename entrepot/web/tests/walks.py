"""Steps that tests of pages take: put in the cart, pay, sign in; and what the answers say and cost."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from uuid import UUID

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from entrepot.customers import public as customers
from entrepot.kit import outbox
from entrepot.orders import public as orders
from entrepot.orders.contracts import OrderFilter, OrderView
from entrepot.service import public as service
from entrepot.service.tests.factories import a_picture
from tests.shop import BOB, PASSWORD, Shop

LEEDS = {"email": "guest@example.com", "name": "Grace Guest", "phone": "", "country": "GB", "line1": "5 Mill Lane",
         "line2": "", "city": "Leeds", "region": "", "postcode": "LS1 4AP"}
HANGZHOU = {"email": "wang@example.com", "name": "王芳", "phone": "13800138000", "country": "CN", "region": "浙江省",
            "city": "杭州市", "district": "西湖区", "line1": "文三路 90 号", "line2": "", "postcode": "310012"}


def body(response: Any) -> str:
    return str(response.content.decode())


def says(response: Any) -> str:
    """What a reader sees: text without markup."""
    return re.sub(r"\s+", " ", re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", body(response), flags=re.S))


def put_in_cart(client: Client, shop: Shop, sku: str = "PLAIN-MUG", quantity: str = "1") -> Any:
    return client.post("/cart/add/", {"variant": str(shop.variants[sku]), "quantity": quantity}, follow=True)


def to_payment(client: Client, address: dict[str, str] = LEEDS, option: str | None = None) -> Any:
    page = client.post("/checkout/", {**address, "do": "continue"}, follow=True)
    assert page.status_code == 200, says(page)
    if option is None:
        return page
    chosen = {"way": "pickup", "store": option} if ":" in option else {"delivery": option}
    return client.post("/checkout/", {**address, **chosen, "do": "update"}, follow=True)


def place(client: Client, page: Any, method: str, **more: str) -> Any:
    """Press the button of the page as it stands: what the cart keeps is in its fields."""
    return client.post("/checkout/", {**typed(page), "method": method, "do": "place", **more})


def typed(page: Any) -> dict[str, str]:
    """What a browser would send of the page's form."""
    form = re.search(r'<form id="checkout-form".*?</form>', body(page), re.S)
    assert form is not None
    said: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form[0]):
        attrs = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        chosen = attrs.get("type") not in ("radio", "checkbox") or " checked" in tag
        if "name" in attrs and chosen and " disabled" not in tag:
            said[attrs["name"]] = unescape(attrs.get("value", ""))
    for name, options in re.findall(r'<select name="([\w-]+)"[^>]*>(.*?)</select>', form[0], re.S):
        said[name] = next(iter(re.findall(r'value="([^"]*)" selected', options)), "")
    for name, text in re.findall(r'<textarea name="(\w+)"[^>]*>(.*?)</textarea>', form[0], re.S):
        said[name] = unescape(text.strip())
    return said


def sign_in(client: Client, email: str) -> None:
    answer = client.post("/accounts/login/", {"login": email, "password": PASSWORD})
    assert answer.status_code == 302


def buy(client: Client, shop: Shop, method: str = "test") -> Any:
    put_in_cart(client, shop)
    place(client, to_payment(client), method)
    outbox.drain()
    return client.get("/checkout/placed/")


def cost(client: Client, address: str) -> int:
    """The least of three: what each process keeps for seconds may just have run out."""
    counts = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        counts.append(len(seen))
    return min(counts)


def midlands() -> int:
    from entrepot.inventory import public as inventory

    return next(w.id for w in inventory.warehouses() if w.code == "midlands")
LONDON = {"name": "Alice Buyer", "line1": "221B Baker Street", "city": "London", "postcode": "NW1 6XE", "country": "GB"}


def an_order(client: Client, shop: Shop, *, deliver: bool = True) -> OrderView:
    """The newest order, made by this browser."""
    buy(client, shop)
    order = orders.get_order(orders.find_orders(OrderFilter(), actor=BOB)[0][0].id, actor=BOB)
    if deliver:
        for parcel in orders.plan_fulfilments(order.id, actor=BOB):
            orders.ship_fulfilment(parcel.id, "DHL", "00340434", actor=BOB)
            orders.record_delivery(parcel.id, actor=BOB)
        outbox.drain()
    return orders.get_order(order.id, actor=BOB)


def picture_file(content: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("holiday.png", content, "image/png")


def customer_of(customer_id: UUID) -> Any:
    from entrepot.customers.tests.factories import acting

    return acting(customers.get_customer(customer_id))


def a_review(client: Client, product_id: UUID | None) -> UUID:
    answer = client.post(f"/account/reviews/{product_id}/", {
        "rating": "4", "title": "Solid", "text": "Keeps tea warm.", "photos": picture_file(a_picture())})
    assert answer.status_code == 302
    return service.find_reviews(actor=BOB)[0][0].id
