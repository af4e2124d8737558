"""Orders over HTTP: what is offered, who may, and that a stranger learns nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import RequestFactory
from django.urls import resolve

from entrepot.kit import outbox
from entrepot.kit.actor import ANONYMOUS, Actor
from entrepot.kit.ids import secret_token
from entrepot.kit.json import dumps, loads
from entrepot.orders import api, public
from entrepot.orders.tests.factories import CHARLIE, TEST, a_line, a_member, a_shop, alice, bob, placed, shipped

pytestmark = pytest.mark.django_db(transaction=True)


def call(actor: Actor, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, Any]:
    request = RequestFactory().generic(method, "/api/v1" + path, b"" if body is None else dumps(body),
                                       content_type="application/json", headers=headers)
    request.actor = actor  # type: ignore[attr-defined]
    match = resolve(("/api/v1" + path).split("?")[0])
    response = match.func(request, *match.args, **match.kwargs)
    is_json = "json" in response["Content-Type"]
    return response.status_code, loads(response.content) if is_json and response.content else response.content, response


def test_account_shows_one_s_own_orders_and_only_those() -> None:
    shop, me = a_shop(), a_member()
    mine, other = placed(shop, customer_id=me), placed(shop)
    status, page, _ = call(alice(me), "GET", "/account/orders?fields=id,number,total_minor")
    assert (status, page["items"]) == (200, [{"id": str(mine.id), "number": mine.number, "total_minor": 5490}])
    status, seen, response = call(alice(me), "GET", f"/account/orders/{mine.id}")
    assert (status, Decimal(seen["lines"][0]["quantity"]), response["ETag"]) == (200, 3, f'"{mine.version}"')
    for order_id in (other.id, uuid4()):
        assert call(alice(me), "GET", f"/account/orders/{order_id}")[0] == 404
    for stranger in (CHARLIE, ANONYMOUS):
        assert call(stranger, "GET", f"/account/orders/{mine.id}")[0] == 404
        assert call(stranger, "POST", f"/account/orders/{mine.id}/cancel", {})[0] == 404
        assert call(stranger, "GET", f"/account/invoices/{mine.invoices[0].id}/pdf")[0] == 404
        assert call(stranger, "GET", "/account/orders")[1]["items"] == []
    assert public.get_order(mine.id, actor=TEST).version == mine.version


def test_customer_cancels_returns_and_prints() -> None:
    shop, me = a_shop(), a_member()
    order = placed(shop, customer_id=me)
    status, _, _ = call(alice(me), "POST", f"/account/orders/{order.id}/cancel", {}, **{"If-Match": '"99"'})
    assert status == 412
    status, done, _ = call(alice(me), "POST", f"/account/orders/{order.id}/cancel", {"reason": "x"},
                           **{"If-Match": f'"{order.version}"'})
    assert (status, done["state"]) == (200, "cancelled")
    other = shipped(shop, placed(shop, customer_id=me))
    operation = {"op": "return_line", "line_id": str(other.lines[0].id), "quantity": "1"}
    body = {"reason": "too small", "operations": [operation]}
    status, asked, _ = call(alice(me), "POST", f"/account/orders/{other.id}/returns", body)
    assert (status, asked["state"], asked["difference_minor"]) == (201, "requested", -1000)
    status, listed, _ = call(alice(me), "GET", "/account/returns")
    assert [r["id"] for r in listed["items"]] == [asked["id"]]
    assert call(CHARLIE, "POST", f"/account/returns/{asked['id']}/cancel")[0] == 404
    assert call(alice(me), "POST", f"/account/returns/{asked['id']}/cancel")[1]["state"] == "cancelled"
    status, pdf, response = call(alice(me), "GET", f"/account/invoices/{other.invoices[0].id}/pdf?language=zh-hans")
    assert (status, response["Content-Type"], pdf[:4]) == (200, "application/pdf", b"%PDF")


@pytest.mark.parametrize("operation", [
    {"op": "nonsense"}, {"op": "return_line"}, {"op": "return_line", "line_id": "x", "quantity": "1"},
    {"op": "return_line", "line_id": str(uuid4()), "quantity": "NaN"}, {"op": "compensate", "amount_minor": 1.5},
    {"op": "return_line", "line_id": str(uuid4()), "quantity": "1", "extra": 1}, {"op": "set_quantity"}, {},
    {"op": "return_line", "line_id": str(uuid4()), "quantity": "1e99"}, {"op": "refund_delivery", "amount_minor": True},
    {"op": "return_line", "line_id": str(uuid4()), "quantity": "0.0001"},
])
def test_bad_operations_are_refused_and_leave_nothing(operation: dict[str, Any]) -> None:
    shop, me = a_shop(), a_member()
    order = shipped(shop, placed(shop, customer_id=me))
    status, problem, _ = call(alice(me), "POST", f"/account/orders/{order.id}/returns", {"operations": [operation]})
    assert status == 422, problem
    assert public.find_changes(order_id=order.id, actor=TEST)[0] == []


def test_guest_follows_cancels_and_never_sees_another_order() -> None:
    shop, secret = a_shop(), secret_token()
    from datetime import timedelta

    from entrepot.kit import clock

    order = placed(shop, tracking_secret_hash=public.hash_secret(secret),
                   tracking_expires_at=clock.now() + timedelta(days=1))
    other = placed(shop)
    status, seen, response = call(ANONYMOUS, "POST", "/orders/track", {"secret": secret})
    assert (status, seen["number"], "no-store" in response["Cache-Control"]) == (200, order.number, True)
    wrong = call(ANONYMOUS, "POST", "/orders/track", {"secret": secret_token()})
    assert wrong[0] == 404
    with clock.at(clock.now() + timedelta(days=2)):
        late = call(ANONYMOUS, "POST", "/orders/track", {"secret": secret})
    assert wrong[1] == late[1]
    path = f"/orders/track/invoices/{other.invoices[0].id}/pdf"
    assert call(ANONYMOUS, "POST", path, {"secret": secret})[0] == 404
    path = f"/orders/track/invoices/{order.invoices[0].id}/pdf"
    assert call(ANONYMOUS, "POST", path, {"secret": secret})[0] == 200
    assert call(ANONYMOUS, "POST", "/orders/track/cancel", {"secret": secret})[1]["state"] == "cancelled"


def test_the_whole_life_by_administration() -> None:
    shop, chef = a_shop(), bob()
    order = placed(shop)
    base = f"/admin/orders/{order.id}"
    assert call(chef, "GET", f"/admin/orders/number/{order.number}")[1]["id"] == str(order.id)
    assert call(chef, "GET", "/admin/orders?state=processing&state=shipped")[1]["items"][0]["number"] == order.number
    assert call(chef, "POST", f"{base}/notes", {"text": "call first"})[0] == 200
    assert call(chef, "POST", f"{base}/holds", {"reason": "wait"})[1]["state"] == "on_hold"
    assert call(chef, "POST", f"{base}/holds/manual/release", {})[1]["state"] == "processing"
    first = str(order.lines[0].id)
    body = {"warehouse_id": shop.main, "lines": [{"line_id": first, "quantity": "2"}]}
    status, made, _ = call(chef, "POST", f"{base}/fulfilments", body)
    assert status == 201
    parcel = made[0]["id"]
    assert call(chef, "POST", f"/admin/orders/fulfilments/{parcel}/ship", {"carrier": "DHL"})[1]["state"] == "shipped"
    rest = call(chef, "POST", f"{base}/fulfilments", {})[1][0]["id"]
    assert call(chef, "POST", f"/admin/orders/fulfilments/{rest}/ship", {})[0] == 200
    for one in (parcel, rest):
        assert call(chef, "POST", f"/admin/orders/fulfilments/{one}/deliver", {})[1]["state"] == "delivered"
    assert call(chef, "GET", f"/admin/orders/fulfilments/{parcel}/packing-slip")[1][:4] == b"%PDF"
    assert call(chef, "GET", base)[1]["state"] == "completed"
    status, change, _ = call(chef, "POST", f"{base}/changes", {"kind": "return", "reason": "too small"})
    assert status == 201
    path = f"/admin/orders/changes/{change['id']}"
    operation = {"op": "return_line", "line_id": first, "quantity": 1}
    assert call(chef, "POST", f"{path}/operations", {"operation": operation})[1]["difference_minor"] == -1000
    assert call(chef, "POST", f"{path}/approve")[1]["state"] == "approved"
    body = {"lines": [{"line_id": first, "quantity": "1", "condition": "good", "warehouse_id": shop.main}]}
    assert call(chef, "POST", f"{path}/receive", body)[0] == 200
    seen = call(chef, "GET", f"{path}/preview")[1]
    assert (seen["difference_minor"], seen["refund_minor"]) == (-1000, 1000)
    assert call(chef, "POST", f"{path}/confirm", {"expected_difference_minor": -999})[0] == 409
    assert call(chef, "POST", f"{path}/confirm", {"expected_difference_minor": -1000})[1]["state"] == "confirmed"
    outbox.drain()
    assert call(chef, "GET", base)[1]["refunded_minor"] == 1000
    assert [r["done_minor"] for r in call(chef, "GET", "/admin/orders/refunds")[1]["items"]] == [1000]
    kinds = [i["kind"] for i in call(chef, "GET", "/admin/orders/invoices")[1]["items"]]
    assert kinds == ["credit_note", "invoice"]
    assert len(call(chef, "GET", f"{base}/timeline")[1]) > 8
    assert call(chef, "GET", "/admin/orders/notifications?state=waiting")[1]["items"]


def test_split_and_merge_by_administration() -> None:
    shop, chef = a_shop(), bob()
    order = placed(shop)
    body = {"lines": [{"line_id": str(order.lines[0].id), "quantity": 1}]}
    status, child, _ = call(chef, "POST", f"/admin/orders/{order.id}/split", body)
    assert (status, child["total_minor"], child["origin"]) == (201, 1000, "split")
    status, whole, _ = call(chef, "POST", "/admin/orders/merge", {"order_ids": [str(order.id), child["id"]]})
    assert (status, whole["total_minor"]) == (200, 5490)


def test_texts_and_issuer_by_administration() -> None:
    shop, chef = a_shop(), bob()
    path = "/admin/orders/mail-templates/placed/zh-hans"
    assert call(chef, "PUT", path, {"subject": "谢谢 {number}", "body": "{total}"})[0] == 204
    assert call(chef, "PUT", path, {"subject": "x", "body": "{nobody}"})[0] == 422
    texts = call(chef, "GET", "/admin/orders/mail-templates")[1]
    assert [t["subject"] for t in texts if t["is_own"]] == ["谢谢 {number}"]
    assert call(chef, "DELETE", path)[0] == 204
    path = f"/admin/orders/issuers/{shop.channel.id}"
    assert call(chef, "GET", path)[0] == 404
    assert call(chef, "PUT", path, {"name": "Entrepot GmbH"})[0] == 200
    assert call(chef, "GET", path)[1]["name"] == "Entrepot GmbH"


def test_every_administration_route_refuses_who_has_no_permission() -> None:
    shop = a_shop()
    order = placed(shop)
    nobody = bob("catalog.read")
    tried = 0
    for prefix, routes in api.ROUTES:
        for (method, path), permission in routes.permissions.items():
            if permission.everyone:
                continue
            filled = path.replace("{uuid:order_id}", str(order.id))
            for name in ("fulfilment_id", "change_id", "invoice_id", "approval_id"):
                filled = filled.replace(f"{{uuid:{name}}}", str(uuid4()))
            for name in ("refund_id", "notification_id", "channel_id", "index"):
                filled = filled.replace(f"{{int:{name}}}", "1").replace(f"{{{name}}}", "1")
            filled = filled.replace("{slug:kind}", "placed").replace("{kind}", "manual")
            filled = filled.replace("{language}", "en").replace("{number}", order.number)
            for actor, expected in ((nobody, 403), (ANONYMOUS, 401)):
                assert call(actor, method, prefix + filled)[0] in (expected, 422), (method, filled)
            tried += 1
    assert tried > 40
    assert public.get_order(order.id, actor=TEST).version == order.version


@pytest.mark.parametrize("query", ["cursor=x", "cursor=WzFd", "limit=0", "limit=101", "state=nonsense",
                                   "fields=password", "channel_id=0", "placed_from=x", "customer_id=x"])
def test_bad_queries_are_refused(query: str) -> None:
    shop = a_shop()
    placed(shop, [a_line(shop, 0, 1)])
    assert call(bob(), "GET", f"/admin/orders?{query}")[0] == 422
