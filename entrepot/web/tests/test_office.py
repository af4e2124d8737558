"""The office opens for who may: every list and form for every role, within a budget; and its buttons call actions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from entrepot.identity.tests import factories as people
from entrepot.inventory import public as inventory
from entrepot.kit import clock, db
from entrepot.orders import public as orders
from entrepot.orders.contracts import ChangeKind, HoldKind, ReturnLine
from entrepot.orders.tests.factories import TEST, a_line, a_shop, placed, shipped
from entrepot.web.office.urls import PAGES

pytestmark = pytest.mark.django_db(transaction=True)

User: Any = get_user_model()
Order: Any = apps.get_model("orders", "Order")
ROLES = ("owner", "sales", "warehouse", "auditor")
BUDGET = 22  # session, rights, the list and its filters; never more with more rows


def client_of(*roles: str) -> Client:
    """Bob's browser after both factors."""
    people.bob(*roles)
    return browser_of("bob@example.com")


def browser_of(email: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(email=email), backend="allauth.account.auth_backends.AuthenticationBackend")
    store = client.session
    session_mark(store)
    store.save()
    return client


def session_mark(store: Any) -> None:
    """What allauth writes into a session whose person gave a second factor."""
    now = clock.now().timestamp()
    store["account_authentication_methods"] = [{"method": "password", "at": now}, {"method": "mfa", "type": "totp",
                                                                                  "at": now}]


def records() -> list[Any]:
    return list(admin.site._registry)


def address(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def a_little_of_everything() -> Any:
    """Orders in several states with a parcel, a return, and stock."""
    shop = a_shop()
    parcelled = placed(shop)
    orders.plan_fulfilments(parcelled.id, actor=TEST)
    sent = shipped(shop, placed(shop))
    change = orders.open_change(sent.id, ChangeKind.RETURN, reason="too small", actor=TEST)
    orders.add_operation(change.id, ReturnLine(sent.lines[0].id, Decimal(1)), actor=TEST)
    orders.request_change(change.id, actor=TEST)
    orders.set_issuer(shop.channel.id, name="Entrepot", actor=TEST)
    return shop


@pytest.mark.parametrize("role", ROLES)
def test_every_list_and_form_opens_for_every_role(role: str) -> None:
    a_little_of_everything()
    client, opened = client_of(role), 0
    for model in records():
        listed = client.get(address(model, "changelist"))
        assert listed.status_code in (200, 403), model
        adding = client.get(address(model, "add"))
        assert adding.status_code in (200, 302, 403), model
        record = model._default_manager.first()
        if record is not None:
            shown = client.get(address(model, "change", record.pk))
            assert shown.status_code == listed.status_code, model
        opened += listed.status_code == 200
    assert opened >= (40 if role == "owner" else 10)
    assert client.get("/office/").status_code == 200


def test_the_auditor_adds_nothing_and_sees_no_button_that_acts() -> None:
    shop = a_shop()
    order, client = placed(shop), client_of("auditor")
    assert all(client.get(address(model, "add")).status_code == 403 for model in records())
    page = client.get(reverse("admin:desk_order", args=[order.id])).content.decode()
    assert order.number in page
    assert "/do/" not in page
    assert client.post(reverse("admin:desk_order_do", args=[order.id, "hold"]), {"reason": "x"}).status_code == 422
    assert orders.get_order(order.id, actor=TEST).state == "processing"


def test_strangers_get_nothing() -> None:
    a_shop()
    visitor, member = Client(), User.objects.get(id=people.charlie_login())
    answer = visitor.get("/office/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/office/")
    assert visitor.get("/office/login/")["Location"] == "/accounts/login/?next=/office/"
    shopper = Client()
    shopper.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    for path in ("/office/", address(Order, "changelist"), reverse("admin:desk_stock")):
        assert shopper.get(path).status_code == 403


def test_a_colleague_without_any_right_is_refused_everywhere() -> None:
    a_shop()
    client = client_of("owner")
    User.objects.get(email="bob@example.com").roles.clear()
    for model in records():
        assert client.get(address(model, "changelist")).status_code == 403, model
    assert client.get("/office/").status_code == 403


def statements(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_lists_cost_no_more_with_five_rows_than_with_one() -> None:
    shop = a_shop(items=1)
    placed(shop, [line_of(shop)])
    client = client_of("owner")
    paths = [address(model, "changelist") for model in records()] + ["/office/"]
    one = {path: statements(client, path) for path in paths}
    for _ in range(4):
        placed(shop, [line_of(shop)])
    five = {path: statements(client, path) for path in paths}
    more = [p for p in paths if five[p] > one[p]]  # or what is looked at anew after a while fell into this one
    five |= {path: statements(client, path) for path in more}
    assert {p: (one[p], five[p]) for p in paths if five[p] > one[p]} == {}
    assert {p: n for p, n in five.items() if n > BUDGET and p != "/office/"} == {}
    assert five["/office/"] <= 30


def line_of(shop: Any) -> Any:
    return a_line(shop, 0, 1)


def press(client: Client, model: Any, record_id: Any, code: str, reason: str = "") -> None:
    """As a person does: the confirmation page, then its button."""
    path = address(model, "do", record_id, code)
    assert client.get(path).status_code == 200
    assert client.post(path, {"reason": reason}).status_code == 302


def test_a_held_order_is_approved_by_its_button() -> None:
    shop = a_shop()
    order = placed(shop, holds=[(HoldKind.APPROVAL, "above the limit")])
    assert order.state == "on_hold"
    client = client_of("sales")
    assert "work=approve" in client.get("/office/").content.decode()
    assert order.number in client.get(address(Order, "changelist") + "?work=approve").content.decode()
    record = client.get(address(Order, "change", order.id)).content.decode()
    assert 'href="../do/approve/"' in record
    assert reverse("admin:desk_order", args=[order.id]) in record
    press(client, Order, order.id, "approve", "a good customer")
    assert orders.get_order(order.id, actor=TEST).state == "processing"


def test_the_order_page_ships_returns_and_refunds() -> None:
    shop = a_shop()
    order, client = placed(shop), client_of("owner")
    page = reverse("admin:desk_order", args=[order.id])

    def do(verb: str, **fields: Any) -> None:
        assert client.post(reverse("admin:desk_order_do", args=[order.id, verb]), fields).status_code == 302
        assert client.get(page).status_code == 200

    do("plan")
    parcel = orders.get_order(order.id, actor=TEST).fulfilments[0]
    do("ship", id=parcel.id, carrier="DHL", tracking="00340")
    do("deliver", id=parcel.id)
    line = order.lines[0]
    do("return", reason="too small", **{f"quantity-{line.id}": "2"})
    change = orders.get_order(order.id, actor=TEST).changes[0]
    assert change.state == "approved"
    do("receive", id=change.id, warehouse=shop.main, **{f"quantity-{line.id}": "2", f"condition-{line.id}": "good"})
    seen = orders.preview(change.id, actor=TEST)
    do("confirm-change", id=change.id, difference=seen.difference_minor)
    done = orders.get_order(order.id, actor=TEST)
    assert (done.changes[0].state, done.credited_minor) == ("confirmed", 2000)
    assert done.fulfilments[0].tracking_number == "00340"


def test_stock_is_adjusted_counted_and_received_at_the_desk() -> None:
    shop = a_shop(items=1, stock=10)
    from entrepot.catalog import public as catalog

    sku = catalog.variant_facts(shop.items)[shop.items[0]].sku
    client = client_of("warehouse")

    def do(verb: str, **fields: Any) -> Decimal:
        where = {"sku": sku, "warehouse": "main", **fields}
        assert client.post(reverse("admin:desk_stock_do", args=[verb]), where).status_code in (302, 422)
        return inventory.on_hand(shop.items)[(shop.items[0], "main")]

    assert do("adjust", quantity="-3", reason="broken") == 7
    assert do("adjust", quantity="-3", reason="") == 7  # no reason, no change
    assert do("count", quantity="9", seen="7", reason="stock count") == 9
    assert do("count", quantity="5", seen="7", reason="stock count") == 9  # somebody was faster
    assert do("receive", quantity="2.5", reference="DN-1") == Decimal("11.5")
    assert do("receive", quantity="many", reference="DN-2") == Decimal("11.5")
    page = client.get(f"{reverse('admin:desk_stock')}?q={sku}").content.decode()
    assert "DN-1" in page
    assert "11.5" in page


def test_the_navigation_shows_what_the_person_may_open() -> None:
    a_shop()
    warehouse, owner = client_of("warehouse").get("/office/").content.decode(), None
    assert reverse("admin:desk_stock") in warehouse
    assert "/office/payments/payment/" not in warehouse
    owner = client_of("owner").get("/office/").content.decode()
    assert "/office/payments/payment/" in owner
    missing = {m._meta.label for m in records()} - {i.model._meta.label for i in nav_items()}
    assert missing == set()
    assert all(p.permission.code for p in PAGES)


def nav_items() -> list[Any]:
    from entrepot.web.office.nav import _records

    return list(_records())


def test_the_office_speaks_the_chosen_language_and_keeps_the_policy() -> None:
    a_shop()
    client = client_of("owner")
    client.cookies["django_language"] = "zh-hans"
    answer = client.get("/office/")
    assert "今日工作" in answer.content.decode()
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy.replace("https://", "http")
    sign_in = Client().get("/accounts/login/", headers={"accept-language": "zh-CN"})
    assert "登录" in sign_in.content.decode()
    assert "unsafe" not in sign_in["Content-Security-Policy"]


def test_what_an_action_refuses_stands_beside_its_field_and_nothing_typed_is_lost() -> None:
    client, path = client_of("owner"), "/office/pricing/taxrate/add/"
    typed = {"country": "gb", "tax_class": "standard", "rate": "0.2", "from_on": "2026-01-01", "name": "VAT",
             "_save": ""}
    answer = client.post(path, typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="0.2"' in page
    assert 'value="VAT"' in page
    field = page[page.index('for="id_country"'):]
    assert 'class="of-error"' in field[:field.index("</div>")]
    assert db.value("SELECT count(*) FROM pricing_taxrate") == 0


@pytest.mark.parametrize("page", ["0", "-1", "9" * 30, "x"])
def test_a_page_of_a_list_that_cannot_be_is_no_error(page: str) -> None:
    a_shop()
    assert client_of("owner").get(address(Order, "changelist"), {"p": page}).status_code == 200
