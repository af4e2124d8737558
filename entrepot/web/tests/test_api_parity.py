"""What the office and the shop show on pages, programs read and change too."""

from __future__ import annotations

import json
import time
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from entrepot.catalog import public as catalog
from entrepot.identity import public as identity
from entrepot.identity.models import User
from entrepot.identity.tests.factories import PASSWORD, key
from entrepot.kit import db, notices, outbox, paging
from entrepot.orders import public as orders
from entrepot.orders.contracts import OrderFilter
from entrepot.web.office.notices import waiting_for
from entrepot.web.tests.walks import buy
from tests.api.world import BACKEND, CSRF
from tests.shop import BOB, CHARLIE, MUG, Shop, person

pytestmark = pytest.mark.django_db(transaction=True)

OFFICE = "/api/v1/admin/office"


def staff(name: str = "worker", *roles: str) -> tuple[int, Client]:
    """A colleague whose second factor is done, at their own browser."""
    identity.ensure_roles()
    user_id = identity.create_staff(f"{name}@example.com", name.title(), PASSWORD, roles or ["owner"], actor=BOB)
    identity.enrol_totp(user_id, actor=BOB)
    client = Client()
    client.force_login(User.objects.get(pk=user_id), backend=BACKEND)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time()}, {"method": "mfa", "at": time.time()}]
    session.save()
    client.cookies["csrf"] = CSRF
    return user_id, client


def ask(client: Client, method: str, path: str, body: Any = None) -> Any:
    answer = client.generic(method, path, "" if body is None else json.dumps(body), content_type="application/json",
                            headers={"X-CSRFToken": CSRF})
    return answer.status_code, json.loads(answer.content) if answer.content else None


def test_notices_are_read_and_wished_for_by_program_as_on_the_page(shop: Shop) -> None:
    user_id, me = staff()
    _other_id, other = staff("other")
    for n in range(3):
        notices.tell("import.done", key=f"k{n}", params={"file": f"f{n}.csv", "rows": n}, user_id=user_id)
    status, page = ask(me, "GET", f"{OFFICE}/notices?limit=2")
    assert (status, [n["text"] for n in page["items"]]) == (200, ["The import f2.csv is through: 2 rows.",
                                                                  "The import f1.csv is through: 1 rows."])
    rest = ask(me, "GET", f"{OFFICE}/notices?limit=2&cursor={page['next']}")[1]
    assert ([n["params"]["file"] for n in rest["items"]], rest["next"]) == (["f0.csv"], None)
    first = page["items"][0]["id"]
    assert ask(other, "POST", f"{OFFICE}/notices/{first}/read")[0] == 404  # another's
    assert ask(me, "POST", f"{OFFICE}/notices/{first}/read")[0] == 204
    assert ask(me, "GET", f"{OFFICE}/notices/unread")[1] == {"count": 2}
    assert ask(me, "POST", f"{OFFICE}/notices/read")[0] == 204
    assert ask(me, "GET", f"{OFFICE}/notices/unread")[1] == {"count": 0}
    assert ask(me, "PUT", f"{OFFICE}/notices/wishes", {"muted": ["import.done"], "mailed": []})[0] == 204
    assert ask(me, "GET", f"{OFFICE}/notices/wishes")[1] == {"muted": ["import.done"], "mailed": []}
    assert ask(me, "GET", f"{OFFICE}/notices")[1]["items"] == []


def test_views_are_kept_shared_and_taken_away_by_who_made_them(shop: Shop) -> None:
    _me, me = staff()
    _other, other = staff("other")
    view = {"list_name": "orders.order", "name": "Late", "query": "state=late&p=3", "columns": ["number"]}
    status, made = ask(me, "POST", f"{OFFICE}/views", view)
    assert (status, made["query"], made["is_own"]) == (201, "state=late", True)
    path = f"{OFFICE}/views?list_name=orders.order"
    assert ask(other, "GET", path)[1]["views"] == []
    ask(me, "POST", f"{OFFICE}/views", {**view, "is_shared": True})
    seen = ask(other, "GET", path)[1]["views"]
    assert [(v["name"], v["is_own"], v["owner"]) for v in seen] == [("Late", False, "Worker")]
    assert ask(other, "DELETE", f"{OFFICE}/views/{made['id']}")[0] == 404
    assert ask(me, "DELETE", f"{OFFICE}/views/{made['id']}")[0] == 204
    assert ask(me, "PUT", f"{OFFICE}/columns", {"list_name": "orders.order", "columns": ["number", "state"]})[0] == 204
    assert ask(me, "GET", path)[1] == {"columns": ["number", "state"], "views": []}
    assert ask(other, "GET", path)[1] == {"columns": [], "views": []}


def test_a_program_has_no_bell_and_customers_no_office(shop: Shop) -> None:
    program = Client(headers={"Authorization": f"Bearer {key('web.settings')}"})
    assert ask(program, "POST", f"{OFFICE}/notices/read")[0] == 422
    assert ask(program, "GET", f"{OFFICE}/views?list_name=x")[0] == 422
    for path in ("/notices", "/views?list_name=x", "/waiting", "/setup", "/search?q=mug"):
        assert ask(Client(), "GET", f"{OFFICE}{path}")[0] == 401, path
    person(CHARLIE)
    charlie = Client()
    charlie.force_login(User.objects.get(email=CHARLIE), backend=BACKEND)
    for path in ("/notices", "/views?list_name=x", "/waiting", "/setup", "/search?q=mug"):
        assert ask(charlie, "GET", f"{OFFICE}{path}")[0] == 403, path


def test_the_description_offers_a_key_where_a_program_is_let_in_and_only_there(shop: Shop) -> None:
    program = Client(headers={"Authorization": f"Bearer {key('web.settings')}"})
    bodies = {"/notices/wishes": {}, "/views": {"list_name": "x", "name": "x"},
              "/columns": {"list_name": "x", "columns": []}}
    offered: dict[str, bool] = {}
    let_in: dict[str, bool] = {}
    for path, operations in program.get("/api/v1/openapi.json").json()["paths"].items():
        for method, operation in operations.items() if path.startswith(OFFICE) else ():
            name = f"{method.upper()} {path}"
            offered[name] = any("key" in way for way in operation["security"])
            address = path.format(notice_id=1, view_id=1) + ("?list_name=x" if "list_name" in str(operation) else "")
            address += "?q=mug" if path.endswith("/search") else ""
            status, said = ask(program, method.upper(), address, bodies.get(path.removeprefix(OFFICE)))
            let_in[name] = status < 400
            assert status < 400 or (status, said["params"]["field"]) == (422, "actor"), (name, said)
    assert offered == let_in
    assert set(let_in.values()) == {True, False}


def test_cursors_of_others_and_moments_without_a_zone_are_refused() -> None:
    _me, me = staff()
    me.raise_request_exception = False
    for path in ("system/audit", "system/jobs", "system/deliveries", "system/webhook-deliveries", "identity/users"):
        for keys in (["NaN"], [None], ["\x00"], [2**63], [1.5]):
            assert ask(me, "GET", f"/api/v1/admin/{path}?cursor={paging.encode(keys)}")[0] == 422, (path, keys)
    for moment in ("2030-01-01T00:00:00", "9999-12-31T23:59:59-14:00"):
        body = {"name": "till", "scopes": ["orders.read"], "expires_at": moment}
        assert ask(me, "POST", "/api/v1/admin/identity/keys", body)[0] == 422, moment


def test_setup_waiting_work_and_search_are_told_to_programs(shop: Shop) -> None:
    _me, me = staff()
    steps = {s["code"]: s for s in ask(me, "GET", f"{OFFICE}/setup")[1]}
    assert steps["channel"]["done"]
    assert steps["products"]["told"]
    assert set(steps) == {"channel", "company", "tax", "warehouse", "delivery", "payment", "products", "staff", "legal"}
    told = {w["code"]: w["count"] for w in ask(me, "GET", f"{OFFICE}/waiting")[1]}
    assert told == {w.code: w.count for w in waiting_for(BOB)}
    assert told
    found = ask(me, "GET", f"{OFFICE}/search?q=mug")[1]
    assert "PLAIN-MUG" in {h["more"] for kind in found for h in kind["hits"]}, found


def test_ways_to_pay_and_points_are_read_as_they_are_set(shop: Shop) -> None:
    _me, me = staff()
    channel = catalog.default_channel().code
    ask(me, "PUT", "/api/v1/admin/payments/methods/bank_transfer", {"channel": channel, "is_offered": False})
    ways = {w["code"]: w for w in ask(me, "GET", f"/api/v1/admin/payments/methods?channel={channel}")[1]}
    assert (ways["bank_transfer"]["is_set_up"], ways["bank_transfer"]["is_offered"]) == (True, False)
    ask(me, "PUT", f"/api/v1/admin/checkout/points-rates/{channel}", {"minor_per_100": 123})
    assert {"channel": channel, "minor_per_100": 123} in ask(me, "GET", "/api/v1/admin/checkout/points-rates")[1]


def test_what_stands_beside_a_product_is_told_over_http(shop: Shop) -> None:
    shelf = f"/api/v1/shelf/{MUG}"
    status, left = ask(Client(), "GET", f"{shelf}/stock")
    assert (status, [v["in_stock"] for v in left]) == (200, [True])
    assert set(ask(Client(), "GET", f"{shelf}/neighbours")[1]) == {"together", "similar"}
    status, ways = ask(Client(), "GET", f"{shelf}/delivery?country=GB&postcode=LS1 4AP")
    assert status == 200
    assert ways and ways == sorted(ways, key=lambda w: (w["latest_on"], w["amount_minor"]))  # noqa: PT018
    assert ask(Client(), "GET", "/api/v1/shelf/nothing/stock")[0] == 404
    assert ask(Client(), "GET", f"{shelf}/delivery?country=Nowhere")[0] == 422


def test_orders_of_a_leaver_go_to_the_successor_and_ended_ones_stay(shop: Shop, client: Client) -> None:
    leaver, successor = staff("leaver")[0], staff("heir")[0]
    open_one, ended = (_bought(client, shop) for _ in range(2))
    actor = identity.actor_of_user(leaver)
    assert actor is not None
    for order in (open_one, ended):
        orders.take_order(order, actor=actor)
    orders.cancel_order(ended, reason="test", actor=BOB)
    _boss, boss = staff("boss")
    left = ask(boss, "POST", f"/api/v1/admin/identity/users/{leaver}/leave",
               {"successor_id": successor, "reason": "moved on"})
    assert left[0] in (200, 204), left
    outbox.drain()
    assert (orders.get_order(open_one, actor=BOB).assignee_id, orders.get_order(open_one, actor=BOB).assignee) \
        == (successor, "Heir")
    assert orders.get_order(ended, actor=BOB).assignee_id == leaver
    story = db.rows("SELECT object_id, new FROM kit_audit WHERE action = 'orders.assign' AND reason = 'left'")
    assert [(r.object_id, r.new) for r in story] == [(str(open_one), {"user": successor})]


def _bought(client: Client, shop: Shop) -> UUID:
    buy(client, shop)
    return orders.find_orders(OrderFilter(), actor=BOB)[0][0].id
