"""Nobody reads or changes what is another's: every way to name Alice's things, tried by Charlie and by a visitor."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from entrepot.identity import public as identity
from entrepot.identity.tests.factories import PASSWORD
from entrepot.kit import db, lists, notices
from entrepot.kit.actor import system
from tests.api.world import CSRF, World, build

pytestmark = pytest.mark.django_db(transaction=True)

READ = (
    "/account/orders/{order_id}", "/account/returns/{change_id}", "/account/invoices/{invoice_id}/pdf",
    "/carts/{cart_id}", "/carts/{cart_id}/delivery-options", "/admin/orders/{order_id}",
    "/admin/orders/number/{number}",
    "/admin/orders/{order_id}/timeline", "/admin/orders/changes/{change_id}",
    "/admin/orders/changes/{change_id}/preview", "/admin/orders/fulfilments/{fulfilment_id}",
    "/admin/orders/fulfilments/{fulfilment_id}/packing-slip", "/admin/orders/invoices/{invoice_id}/pdf",
    "/admin/payments/{payment_id}", "/admin/customers/{customer_id}", "/admin/customers/{customer_id}/addresses",
    "/admin/customers/{customer_id}/consents", "/admin/customers/{customer_id}/balances",
    "/admin/identity/users/{user_id}", "/admin/identity/users/{user_id}/sessions",
    "/admin/fraud/assessments/of-order/{order_id}")
PRIVATE = (  # of the house, whoever asks: the owner's program reads them, others nothing
    "/admin/office/notices", "/admin/office/notices/unread", "/admin/office/notices/wishes", "/admin/office/waiting",
    "/admin/office/setup", "/admin/office/search?q=alice", "/admin/system/retention",
    "/admin/payments/methods?channel=web", "/admin/checkout/points-rates")
_ADDRESS = {"name": "Mallory", "line1": "Elsewhere 1", "city": "Berlin", "postcode": "10117", "country": "DE"}
_OPERATIONS = [{"op": "return_line", "line_id": "{order_line_id}", "quantity": "1"}]
WRITE: tuple[tuple[str, str, Any], ...] = (
    ("POST", "/account/orders/{open_order_id}/cancel", {}),
    ("POST", "/account/orders/{open_order_id}/pay", {"provider": "test"}),
    ("POST", "/account/orders/{order_id}/returns", {"kind": "return", "operations": _OPERATIONS}),
    ("POST", "/account/returns/{change_id}/cancel", None),
    ("POST", "/orders/{open_order_id}/pay", {"payment_method": "test"}),
    ("PATCH", "/account/addresses/{address_id}", {"address": _ADDRESS}),
    ("DELETE", "/account/addresses/{address_id}", None),
    ("DELETE", "/account/sessions/{session_id}", None),
    ("PATCH", "/carts/{cart_id}", {"email": "mallory@example.com"}),
    ("POST", "/carts/{cart_id}/lines", {"lines": [{"variant_id": "{variant_id}", "quantity": 1}]}),
    ("PUT", "/carts/{cart_id}/lines", {"lines": []}),
    ("PATCH", "/carts/{cart_id}/lines/{line_id}", {"quantity": 5}),
    ("DELETE", "/carts/{cart_id}/lines/{line_id}", None),
    ("PUT", "/carts/{cart_id}/contact", {"email": "mallory@example.com"}),
    ("PUT", "/carts/{cart_id}/addresses", {"shipping": _ADDRESS}),
    ("PUT", "/carts/{cart_id}/invoice-data", {"name": "Mallory"}),
    ("PUT", "/carts/{cart_id}/delivery", {"method": "standard"}),
    ("POST", "/carts/{cart_id}/hold", None),
    ("POST", "/carts/{cart_id}/coupons", {"code": "X"}),
    ("DELETE", "/carts/{cart_id}/coupons/X", None),
    ("PUT", "/carts/{cart_id}/payment-parts", {"points": 1}),
    ("POST", "/carts/{cart_id}/merge", None),
    ("POST", "/carts/{cart_id}/place", {"payment_method": "test"}),
    ("POST", "/admin/orders/{open_order_id}/cancel", {}),
    ("POST", "/admin/orders/{open_order_id}/notes", {"text": "hello"}),
    ("POST", "/admin/orders/{order_id}/changes", {"kind": "edit"}),
    ("POST", "/admin/orders/changes/{change_id}/approve", None),
    ("POST", "/admin/payments/{payment_id}/refund", {"amount_minor": 1, "reason": "x", "reference": "x"}),
    ("PATCH", "/admin/customers/{customer_id}", {"name": "Mallory"}),
    ("POST", "/admin/customers/{customer_id}/close", {}),
    ("PATCH", "/admin/identity/users/{user_id}", {"name": "Mallory"}),
    ("DELETE", "/admin/identity/users/{user_id}/sessions", None),
    ("POST", "/admin/identity/users/{user_id}/leave", {"reason": "x"}),
    ("POST", "/admin/office/notices/{notice_id}/read", None),
    ("POST", "/admin/office/notices/read", None),
    ("PUT", "/admin/office/notices/wishes", {"muted": ["import.done"], "mailed": []}),
    ("POST", "/admin/office/views", {"list_name": "orders.order", "name": "x"}),
    ("DELETE", "/admin/office/views/{view_id}", None),
    ("PUT", "/admin/office/columns", {"list_name": "orders.order", "columns": []}),
    ("PUT", "/admin/system/retention/insight.events", {"days": 1}),
)
CONTEXTS = ("orders", "checkout", "customers", "payments", "inventory", "identity", "usersessions")
TABLES = ("kit_notice", "kit_noticereader", "kit_listview", "kit_retention")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("ENTREPOT_TEST_PAYMENTS", "1")
    monkeypatch.setenv("ENTREPOT_BANK_ACCOUNT", "DE00 0000")
    return build()


def _named(value: Any, ids: dict[str, Any]) -> Any:
    """Alice's ids in place of their names."""
    if isinstance(value, str):
        return value.format(**ids) if "{" in value else value
    if isinstance(value, dict):
        return {k: _named(v, ids) for k, v in value.items()}
    return [_named(v, ids) for v in value] if isinstance(value, list) else value


def _state() -> dict[str, list[Any]]:
    """Everything that these contexts know, whole."""
    tables = [m._meta.db_table for m in apps.get_models() if m._meta.app_label in CONTEXTS and m._meta.managed]
    tables += TABLES
    return {table: sorted(str(r) for r in db.rows(f"SELECT t::text FROM {table} t")) for table in tables}  # noqa: S608


def _of_a_colleague() -> dict[str, int]:
    """What somebody in the office was told, and a view that they keep."""
    worker = identity.create_staff("worker@example.com", "Worker", PASSWORD, ["owner"], actor=system("test"))
    notices.tell("import.done", key="one", user_id=worker, params={"file": "alice.csv", "rows": 1})
    actor = identity.actor_of_user(worker)
    assert actor is not None
    view = lists.save_view("orders.order", "Mine", "", (), shared=False, actor=actor)
    return {"notice_id": db.value("SELECT id FROM kit_notice WHERE key = 'one'"), "view_id": view.pk}


def _client(world: World, who: str) -> Client:
    client = Client()
    if who == "charlie":
        for name, value in world.charlie.cookies().items():
            client.cookies[name] = value
    return client


def _asked(client: Client, method: str, path: str, body: Any) -> int:
    data = "" if body is None else json.dumps(body)
    return client.generic(method, f"/api/v1{path}", data, content_type="application/json",
                          headers={"X-CSRFToken": CSRF}).status_code


@pytest.mark.parametrize("who", ["charlie", "visitor"])
def test_what_is_anothers_can_be_neither_read_nor_changed(who: str, world: World) -> None:
    world.alice.cookies()  # she is signed in somewhere
    session = db.value("SELECT id FROM usersessions_usersession WHERE user_id = %s", [world.alice.user_id])
    ids = {**world.alice.owns, "variant_id": world.pool["variant_id"][0], "session_id": session, **_of_a_colleague()}
    client = _client(world, who)
    before = _state()
    calls = [("GET", path, None) for path in READ + PRIVATE] + list(WRITE)
    answers = {f"{method} {path}": _asked(client, method, _named(path, ids), _named(body, ids))
               for method, path, body in calls}
    assert {what: status for what, status in answers.items() if status not in (401, 403, 404)} == {}
    assert _state() == before


def test_the_owner_reads_all_of_it(world: World) -> None:
    """So that the refusals above are refusals, and not wrong addresses."""
    client = Client()
    for name, value in world.alice.cookies().items():
        client.cookies[name] = value
    own = [path for path in READ if not path.startswith("/admin/")]
    answers = {path: _asked(client, "GET", _named(path, world.alice.owns), None) for path in own}
    assert set(answers.values()) == {200}, answers
    bob = Client(headers={"Authorization": f"Bearer {world.staff_key}"})
    office = [path for path in READ if path.startswith("/admin/")] + list(PRIVATE)
    answers = {path: _asked(bob, "GET", _named(path, world.alice.owns), None) for path in office}
    assert set(answers.values()) == {200}, answers


def test_lists_hold_only_what_is_ones_own(world: World) -> None:
    client = _client(world, "charlie")
    said = "".join(client.get(f"/api/v1/account{path}").content.decode()
                   for path in ("", "/orders", "/returns", "/addresses", "/export", "/sessions", "/consents"))
    assert "charlie@example.com" in said
    assert "alice@example.com" not in said
    assert not [name for name in ("order_id", "change_id", "address_id", "customer_id", "cart_id")
                if str(world.alice.owns[name]) in said]
