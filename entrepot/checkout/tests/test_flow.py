"""Cart to paid order: by steps and in one request."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from entrepot.checkout import public
from entrepot.checkout.contracts import LineInput
from entrepot.checkout.errors import TotalChanged
from entrepot.checkout.tests.factories import BERLIN, BOB, a_cart, a_shop, goods, purchase
from entrepot.customers.tests.factories import call
from entrepot.kit import db, invariants
from entrepot.kit.actor import ANONYMOUS
from entrepot.kit.errors import IdempotencyMismatch, NotFound

pytestmark = pytest.mark.django_db(transaction=True)


def test_guest_buys_step_by_step() -> None:
    a_shop()
    first, second = goods(1999, 500)
    cart, secret = public.create_checkout("web", lines=[LineInput(first, Decimal(2)), LineInput(second, Decimal(1))],
                                          actor=ANONYMOUS)
    me = {"secret": secret, "actor": ANONYMOUS}
    assert cart.total_minor == 4498
    assert {p.code for p in cart.problems} == {"contact_missing", "delivery_missing", "shipping_address_missing"}
    with pytest.raises(NotFound):
        public.view(cart.id, secret="wrong", actor=ANONYMOUS)
    public.update(cart.id, {"email": "alice@example.com", "shipping_address": BERLIN}, **me)
    option, = public.delivery_options(cart.id, **me)
    assert (option.code, option.amount_minor) == ("standard", 490)
    chosen = public.choose_delivery(cart.id, option.method_id, **me)
    assert chosen.problems == ()
    assert chosen.total_minor == 4988
    assert db.value("SELECT sum(quantity) FROM inventory_reservation WHERE kind = 'hold'") == 3
    with pytest.raises(TotalChanged) as changed:
        public.place_order(cart.id, expected_total_minor=4498, payment_method="test", **me)
    assert changed.value.params["total_minor"] == 4988
    placed = public.place_order(cart.id, expected_total_minor=4988, payment_method="test", idempotency_key="k",
                                fingerprint="f", **me)
    assert placed.order.state == "processing"
    assert [(p.state, p.amount_minor) for p in placed.payments] == [("captured", 4988)]
    assert placed.tracking_secret
    again = public.place_order(cart.id, expected_total_minor=4988, payment_method="test", idempotency_key="k",
                               fingerprint="f", **me)
    assert (again.order.id, again.is_replay) == (placed.order.id, True)
    with pytest.raises(IdempotencyMismatch):
        public.place_order(cart.id, payment_method="test", idempotency_key="k", fingerprint="other", **me)
    assert db.rows("SELECT kind, sum(quantity)::int AS n FROM inventory_reservation GROUP BY 1") == [("firm", 3)]
    assert db.row("SELECT total_minor, paid_minor FROM orders_order") == (4988, 4988)
    assert invariants.violations() == []


def test_a_line_keeps_the_words_of_its_options() -> None:
    a_shop()
    variant = goods(1000, skus=("TEE-0", "TEE-1"))[0]
    public.buy_now(purchase([variant], language="zh-hans"), actor=ANONYMOUS)
    facts = db.value("SELECT facts FROM orders_orderline")
    assert (facts["options"], facts["choices"]) == (
        {"size": "s0"}, [{"name": {"en": "Size", "zh-hans": "尺码"}, "value": {"en": "Size 0"}}])


@pytest.mark.parametrize("lines", [1, 5, 30])
def test_placing_takes_at_most_ten_statements_whatever_the_lines(lines: int) -> None:
    a_shop()
    variants = goods(*[1000] * lines)
    public.buy_now(purchase(variants), actor=ANONYMOUS)  # caches of the process are warm
    with CaptureQueriesContext(connection) as complete:
        public.buy_now(purchase(variants), actor=ANONYMOUS)
    cart, secret = public.create_checkout("web", lines=purchase(variants).lines, actor=ANONYMOUS)
    public.update(cart.id, {"email": "a@example.com", "shipping_address": BERLIN}, secret=secret, actor=ANONYMOUS)
    public.choose_delivery(cart.id, "standard", secret=secret, actor=ANONYMOUS)
    with CaptureQueriesContext(connection) as place:
        public.place_order(cart.id, payment_method="test", secret=secret, actor=ANONYMOUS)
    counted = [[q["sql"] for q in c if not q["sql"].startswith(("BEGIN", "COMMIT"))] for c in (complete, place)]
    assert [len(c) for c in counted] == [7, 6], "\n".join(counted[1])


@pytest.mark.parametrize(("at_once", "most"), [(True, 12), (False, 13)])
def test_stepwise_flow_over_http_counts_its_statements(at_once: bool, most: int) -> None:
    a_shop()
    lines = [{"variant_id": v, "quantity": "1"} for v in goods(1000, 2000)]

    def buy() -> None:
        _, cart = call(ANONYMOUS, "POST", "/carts", {"channel": "web", "lines": lines})
        path, secret = f"/carts/{cart['id']}", {"Cart-Secret": cart["secret"]}
        buyer = {"email": "a@example.com", "shipping_address": BERLIN}
        if at_once:
            options = call(ANONYMOUS, "PATCH", f"{path}/overview", buyer, **secret)[1]["delivery_options"]
        else:
            call(ANONYMOUS, "PATCH", path, buyer, **secret)
            options = call(ANONYMOUS, "GET", f"{path}/delivery-options", **secret)[1]
        chosen = call(ANONYMOUS, "PUT", f"{path}/delivery", {"method": options[0]["code"]}, **secret)[1]
        status, placed = call(ANONYMOUS, "POST", f"{path}/place", {
            "payment_method": "test", "expected_total_minor": chosen["total_minor"]}, **secret)
        assert (status, placed["order"]["state"], placed["order"]["total_minor"]) == (201, "processing", 3490)

    buy()  # caches of the process are warm
    with CaptureQueriesContext(connection) as queries:
        buy()
    counted = [q["sql"] for q in queries if not q["sql"].startswith(("BEGIN", "COMMIT"))]
    assert len(counted) == most, "\n".join(counted)


def test_a_change_can_be_answered_with_the_overview() -> None:
    a_shop()
    item, = goods(1000)
    cart, me = a_cart(item)
    browser, path = Client(HTTP_HOST="localhost"), f"/api/v1/carts/{cart.id}/overview"
    answer = browser.patch(path, {"email": "alice@example.com", "shipping_address": BERLIN}, "application/json",
                           headers={"Cart-Secret": me["secret"], "If-Match": '"1"'})
    assert (answer.status_code, answer["ETag"]) == (200, '"2"')
    assert answer.json()["cart"]["email"] == "alice@example.com"
    assert answer.json() == browser.get(path, headers={"Cart-Secret": me["secret"]}).json()
    stale = browser.patch(path, {"email": "bob@example.com"}, "application/json",
                          headers={"Cart-Secret": me["secret"], "If-Match": '"1"'})
    foreign = browser.patch(path, {"email": "bob@example.com"}, "application/json", headers={"Cart-Secret": "guess"})
    assert (stale.status_code, foreign.status_code) == (412, 404)
    assert public.view(cart.id, **me).email == "alice@example.com"


def test_who_does_not_need_the_cart_in_return_gets_its_version_alone(django_assert_num_queries: Any) -> None:
    a_shop()
    item, = goods(1000)
    cart, me = a_cart(item)
    browser = Client(HTTP_HOST="localhost")
    browser.get(f"/api/v1/carts/{cart.id}", headers={"Cart-Secret": me["secret"]})  # caches of the process are warm
    with django_assert_num_queries(1):
        answer = browser.patch(
            f"/api/v1/carts/{cart.id}", {"email": "alice@example.com"}, "application/json",
            headers={"Cart-Secret": me["secret"], "Prefer": "return=minimal", "If-Match": '"1"'})
    assert (answer.status_code, answer.content, answer["ETag"]) == (204, b"", '"2"')
    assert answer["Preference-Applied"] == "return=minimal"
    assert public.view(cart.id, **me).email == "alice@example.com"


def test_a_key_is_kept_with_the_order_and_belongs_to_one_visitor() -> None:
    """A repeated purchase is told its order, by a statement inside the transaction and not by a stored answer."""
    a_shop()
    item, = goods(1000)

    def complete(email: str, note: str = "") -> tuple[int, dict[str, Any]]:
        body = {"channel": "web", "lines": [{"variant_id": item, "quantity": 1}], "email": email, "note": note,
                "payment_method": "test", "shipping_address": BERLIN, "delivery": {"method": "standard"}}
        answer = Client().post("/api/v1/checkouts/complete", body, "application/json", HTTP_IDEMPOTENCY_KEY="1",
                               HTTP_HOST="localhost")
        return answer.status_code, answer.json()

    first, again, stranger, changed = (complete("alice@example.com"), complete("alice@example.com"),
                                       complete("charlie@example.com"), complete("alice@example.com", note="other"))
    assert [status for status, _ in (first, again, stranger, changed)] == [201, 200, 201, 422]
    assert again[1]["order"] == first[1]["order"] != stranger[1]["order"]
    assert again[1]["tracking_secret"] is None
    assert db.value("SELECT count(*) FROM kit_idempotencykey") == 0
    assert db.value("SELECT count(*) FROM orders_order") == 2


def test_a_cut_off_is_a_time_of_day_where_the_shop_is() -> None:
    a_shop()
    path = "/admin/checkout/delivery-methods/standard"
    status, told = call(BOB, "PATCH", path, {"cut_off": "15:30"})
    assert (status, told["cut_off"]) == (200, "15:30:00")
    for wrong in ("15:30:00Z", "15:30+08:00", "15:30:00.5", "24:00", "3 pm", 3600):
        status, told = call(BOB, "PATCH", path, {"cut_off": wrong})
        assert (status, [e["loc"][-1] for e in told["errors"]]) == (422, ["cut_off"]), wrong
    assert call(BOB, "GET", path)[1]["cut_off"] == "15:30:00"
    assert call(BOB, "PATCH", path, {"cut_off": None})[1]["cut_off"] is None
