"""The order desk: the board moves what an action may move, an edit is seen before it counts, refunds above a limit wait
for a second person; who lacks the right changes nothing and is told why."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from entrepot.identity import public as identity
from entrepot.identity.tests import factories as people
from entrepot.inventory import public as inventory
from entrepot.kit import outbox
from entrepot.orders import public as orders
from entrepot.orders.contracts import ChangeKind, HoldKind, ReturnLine
from entrepot.orders.tests.factories import TEST, a_line, a_member, a_shop, placed, shipped
from entrepot.payments import public as payments
from entrepot.web.office.orders.board import MOVES
from entrepot.web.tests.test_office import browser_of, client_of

pytestmark = pytest.mark.django_db(transaction=True)

BOARD = "/office/desk/orders/"


def desk(order: Any) -> str:
    return reverse("admin:desk_order", args=[order.id])


def act(client: Client, order: Any, verb: str, **values: Any) -> Any:
    return client.post(reverse("admin:desk_order_do", args=[order.id, verb]), values)


def move(client: Client, order: Any, verb: str, **values: Any) -> Any:
    return client.post(reverse("admin:desk_board_do", args=[verb]), {"order": order.id, **values})


def state_of(order: Any) -> str:
    return str(orders.get_order(order.id, actor=TEST).state)


def lane_of(client: Client, order: Any, query: str = "") -> str:
    """The column in which the order stands, "" for none."""
    page = client.get(f"{BOARD}{query}", headers={"X-Part": "columns"}).content.decode()
    for piece in page.split('data-lane="')[1:]:
        if f'data-card="{order.id}"' in piece:
            return piece.split('"')[0]
    return ""


def colleague(email: str, *roles: str) -> Client:
    identity.ensure_roles()
    identity.create_staff(email, email.split("@")[0].title(), people.PASSWORD, roles, actor=people.SETUP)
    return browser_of(email)


def test_money_that_arrived_starts_with_what_is_due() -> None:
    shop, client = a_shop(), client_of("owner")
    unpaid = placed(shop, pay="bank_transfer")
    page = client.get(f"/office/desk/orders/{unpaid.id}/").content.decode()
    form = page.split("/received/")[1].split("</form>")[0]
    assert f'value="{unpaid.total_minor // 100}.{unpaid.total_minor % 100:02}"' in form


def test_money_that_was_recorded_is_on_the_order_at_once() -> None:
    shop, client = a_shop(), client_of("owner")
    unpaid = placed(shop, pay="bank_transfer")
    [payment] = payments.payments_of(unpaid.id)
    answer = client.post(reverse("admin:desk_order_do", args=[unpaid.id, "received"]), {
        "id": str(payment.id), "amount": f"{unpaid.total_minor / 100:.2f}", "reference": "BANK-1"})
    assert answer.status_code == 302
    paid = orders.get_order(unpaid.id, actor=TEST)  # no worker has run
    assert (paid.paid_minor, paid.state) == (unpaid.total_minor, "processing")
    outbox.drain()
    assert orders.get_order(unpaid.id, actor=TEST).paid_minor == unpaid.total_minor


def test_a_refused_form_loaded_anew_leads_to_its_order() -> None:
    shop, client = a_shop(), client_of("owner")
    order = placed(shop)
    answer = client.get(reverse("admin:desk_order_do", args=[order.id, "hold"]))
    assert (answer.status_code, answer["Location"]) == (302, reverse("admin:desk_order", args=[order.id]))


# ---- the board

def test_every_order_stands_in_the_column_of_what_it_waits_for() -> None:
    shop, client = a_shop(), client_of("owner")
    unpaid, to_pack = placed(shop, pay="bank_transfer"), placed(shop)
    held, dear = placed(shop), placed(shop, holds=[(HoldKind.APPROVAL, "dear")])
    orders.hold(held.id, reason="call", actor=TEST)
    packed, gone = placed(shop), shipped(shop, placed(shop), deliver=False)
    orders.plan_fulfilments(packed.id, actor=TEST)
    back = shipped(shop, placed(shop))
    change = orders.open_change(back.id, ChangeKind.RETURN, reason="too small", actor=TEST)
    orders.add_operation(change.id, ReturnLine(back.lines[0].id, Decimal(1)), actor=TEST)
    orders.request_change(change.id, actor=TEST)
    found = {name: lane_of(client, order) for name, order in {
        "pay": unpaid, "pack": to_pack, "held": held, "approve": dear, "packed": packed, "shipped": gone,
        "problem": back}.items()}
    assert found == {name: name for name in found}


def test_an_order_walks_over_the_board_to_its_end() -> None:
    shop, client = a_shop(), client_of("owner")
    order = placed(shop, holds=[(HoldKind.APPROVAL, "dear")])
    for verb, column in (("approve", "pack"), ("hold", "held"), ("release", "pack"), ("plan", "packed"),
                         ("unplan", "pack"), ("plan", "packed"), ("ship", "shipped"), ("deliver", "")):
        assert move(client, order, verb, reason="as agreed").status_code == 302
        assert lane_of(client, order) == column, verb
        desk = client.get(reverse("admin:desk_order", args=[order.id]))
        assert desk.status_code == 200, verb  # its story, told by then
    assert state_of(order) == "completed"
    other = placed(shop)
    assert "Give a reason" in move(client, other, "cancel").client.get(BOARD).content.decode()
    assert state_of(other) == "processing"
    move(client, other, "cancel", reason="ordered twice")
    assert state_of(other) == "cancelled"


def test_filters_narrow_the_board_and_survive_a_move() -> None:
    shop, client = a_shop(), client_of("owner")
    order = placed(shop)
    assert lane_of(client, order, f"?channel={shop.channel.id}&warehouse={shop.main}") == "pack"
    assert lane_of(client, order, f"?warehouse={shop.second}") == ""
    assert lane_of(client, order, "?late=1") == ""
    assert lane_of(client, order, "?mine=1") == ""
    act(client, order, "take")
    assert lane_of(client, order, "?mine=1") == "pack"
    answer = move(client, order, "hold", reason="x", query="mine=1")
    assert answer["Location"] == f"{BOARD}?mine=1"
    act(client, order, "leave")
    assert lane_of(client, order, "?mine=1") == ""
    assert client.get(f"{BOARD}?channel=x&warehouse=99999999").status_code == 200


@pytest.mark.parametrize("role", ["auditor", "warehouse", "service", "finance"])
def test_the_board_moves_nothing_for_who_may_not(role: str) -> None:
    shop, client = a_shop(), client_of(role)
    order, packed = placed(shop), placed(shop)
    orders.plan_fulfilments(packed.id, actor=TEST)
    may = {"auditor": set(), "warehouse": {"plan", "unplan", "ship"}, "service": {"hold", "cancel"}, "finance": set()}
    page = client.get(BOARD).content.decode()
    for verb in MOVES:
        offered = f'data-move="{verb}"' in page
        assert offered == (verb in may[role]), (role, verb)
        if verb not in may[role]:
            before = state_of(order), state_of(packed)
            assert move(client, packed if verb in ("ship", "unplan", "deliver") else order, verb,
                        reason="x").status_code == 302
            assert (state_of(order), state_of(packed)) == before
    assert "Traceback" not in client.get(BOARD).content.decode()


def test_the_board_costs_no_more_with_five_orders_than_with_one() -> None:
    shop, client = a_shop(), client_of("owner")
    placed(shop)
    client.get(BOARD)
    with CaptureQueriesContext(connection) as one:
        client.get(BOARD)
    for _ in range(4):
        placed(shop)
    with CaptureQueriesContext(connection) as five:
        client.get(BOARD)
    assert len(five) <= len(one)
    assert len(five) <= 22


# ---- one order

def test_the_page_of_an_order_tells_all_and_costs_the_same_for_five_lines() -> None:
    shop, client = a_shop(items=5), client_of("owner")
    member = a_member()
    small = placed(shop, [a_line(shop, 0, 1)], customer_id=member)
    large = placed(shop, [a_line(shop, n, 1) for n in range(5)], customer_id=member)
    page = client.get(desk(large)).content.decode()
    for words in (small.number, "reserved in Main", "Last orders", "Mails", "Story"):
        assert words in page, words
    client.get(desk(small))
    with CaptureQueriesContext(connection) as one:
        client.get(desk(small))
    with CaptureQueriesContext(connection) as five:
        client.get(desk(large))
    assert len(five) <= len(one)


def test_a_refused_form_keeps_what_was_typed_and_says_why_beside_the_field() -> None:
    shop, client = a_shop(), client_of("owner")
    order = placed(shop)
    answer = act(client, order, "refund", **{f"amount-{order.lines[0].id}": "12.345", "reason": "scratched <lid>"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Too many decimals for this currency." in page
    assert "12.345" in page
    assert "scratched &lt;lid&gt;" in page
    assert f'aria-describedby="refund-amount-{order.lines[0].id}-error"' in page
    assert act(client, order, "cancel", reason="").status_code == 422
    assert act(client, order, "note", text="").status_code == 422
    assert orders.get_order(order.id, actor=TEST).version == order.version


def test_an_edit_is_seen_before_it_counts() -> None:
    shop, client = a_shop(), client_of("service")
    order = placed(shop)
    edit, first = reverse("admin:desk_order_edit", args=[order.id]), order.lines[0].id
    sku = client.get(reverse("admin:desk_skus") + "?q=Item").json()["items"][-1]["sku"]
    bad = client.post(edit, {"new-sku-0": "NO-SUCH", f"quantity-{first}": "2"})
    assert (bad.status_code, "There is no such SKU." in bad.content.decode()) == (422, True)
    refused = client.post(edit, {f"off-{first}": "1.00"})
    assert "needs its reason" in refused.content.decode()
    assert orders.get_order(order.id, actor=TEST).changes == []

    answer = client.post(edit, {f"quantity-{first}": "2", f"off-{order.lines[1].id}": "5", "new-sku-0": sku,
                                "new-qty-0": "1", "charge": "0", "reason": "agreed by phone"})
    preview = client.get(answer["Location"]).content.decode()
    assert state_of(order) == "processing"
    drafted = orders.get_order(order.id, actor=TEST)
    assert (drafted.total_minor, drafted.changes[0].state) == (order.total_minor, "draft")
    expected = order.total_minor - 1000 - 500 - 490 + 3000
    assert f"€{expected / 100:.2f}" in preview
    assert client.post(answer["Location"], {"difference": "1"}).status_code == 422
    assert client.post(answer["Location"], {"difference": str(expected - order.total_minor)}).status_code == 302
    done = orders.get_order(order.id, actor=TEST)
    assert (done.total_minor, len(done.lines), done.changes[0].reason) == (expected, 3, "agreed by phone")
    assert client_of("auditor").get(edit).status_code == 403


def test_a_line_is_replaced_and_an_address_changed() -> None:
    shop, client = a_shop(), client_of("owner")
    order = placed(shop)
    edit = reverse("admin:desk_order_edit", args=[order.id])
    sku = next(i["sku"] for i in client.get(reverse("admin:desk_skus") + "?q=Item").json()["items"]
               if i["name"].startswith("Item 2"))
    known = {k: v for k, v in (order.shipping_address or {}).items() if isinstance(v, str)}
    address = {**known, "line1": "Neue Gasse 1"}
    answer = client.post(edit, {f"replace-{order.lines[1].id}": sku, **address})
    change = orders.get_order(order.id, actor=TEST).changes[0]
    client.post(answer["Location"], {"difference": str(change.difference_minor)})
    done = orders.get_order(order.id, actor=TEST)
    assert [(line.sku, int(line.quantity)) for line in done.lines][1:] == [(order.lines[1].sku, 0), (sku, 1)]
    assert (done.shipping_address or {})["line1"] == "Neue Gasse 1"
    abroad = client.post(edit, {**address, "country": "FR", "line1": "Rue 1", "postcode": "75001", "city": "Paris"})
    assert "cancel the order and place it again" in abroad.content.decode()


def test_split_and_merge() -> None:
    shop, client = a_shop(), client_of("owner")
    order = placed(shop)
    split = reverse("admin:desk_order_split", args=[order.id])
    assert client.post(split, {}).status_code == 422
    assert client.post(split, {f"quantity-{order.lines[0].id}": "9"}).status_code == 422
    answer = client.post(split, {f"quantity-{order.lines[0].id}": "1"})
    assert answer.status_code == 302
    child = answer["Location"].rstrip("/").rsplit("/", 1)[1]
    assert child != str(order.id)
    merge = reverse("admin:desk_order_merge", args=[order.id])
    assert client.post(merge, {}).status_code == 422
    assert child in client.get(merge).content.decode()
    assert client.post(merge, {"other": child}).status_code == 302
    whole = orders.get_order(order.id, actor=TEST)
    assert (whole.total_minor, sum(line.quantity for line in whole.lines)) == (order.total_minor, 4)


def test_cancelled_goods_go_back_to_the_shelf_or_aside() -> None:
    shop, client = a_shop(items=1), client_of("owner")
    for restock, damaged in (("shelf", 0), ("aside", 2)):
        order = placed(shop, [a_line(shop, 0, 2)])
        assert act(client, order, "cancel", why="Ordered twice", reason="by mail", restock=restock).status_code == 302
        told = orders.get_order(order.id, actor=TEST).timeline
        assert any(t.data.get("reason") == "Ordered twice: by mail" for t in told)
        [balance], _ = inventory.list_balances(warehouse="main", sku=order.lines[0].sku, level=None, limit=1,
                                               cursor=None)
        assert (int(balance["damaged"]), int(balance["reserved"])) == (damaged, 0)


def test_a_refund_above_the_limit_waits_for_another_person() -> None:
    shop = a_shop()
    clerk, boss = client_of("service"), colleague("fina@example.com", "finance")
    payments.set_refund_limit("EUR", 1_000, actor=TEST)
    order = placed(shop)
    answer = act(clerk, order, "refund", whole="20", why="Arrived damaged")
    assert "€20.00 goes back" in clerk.get(answer["Location"]).content.decode()
    assert clerk.post(answer["Location"], {"difference": "-2000"}).status_code == 302
    page = clerk.get(desk(order)).content.decode()
    assert "waits for a second person" in page
    approvals = reverse("admin:desk_refunds")
    assert "a colleague decides" in clerk.get(approvals).content.decode()
    [waiting] = orders.find_approvals(actor=TEST)
    assert clerk.post(approvals, {"id": waiting.id, "approve": "1"}).status_code == 422
    assert boss.post(approvals, {"id": waiting.id, "decline": "1"}).status_code == 422
    assert orders.get_order(order.id, actor=TEST).refunded_minor == 0
    assert boss.post(approvals, {"id": waiting.id, "approve": "1", "note": "seen the photo"}).status_code == 302
    outbox.drain()
    assert orders.get_order(order.id, actor=TEST).refunded_minor == 2_000
    assert "seen the photo" in clerk.get(approvals).content.decode()


def test_a_return_an_exchange_and_a_resend() -> None:
    shop, client = a_shop(), client_of("owner")
    order = shipped(shop, placed(shop))
    line = order.lines[0]
    assert act(client, order, "return", reason="too small").status_code == 422
    sku = order.lines[1].sku
    act(client, order, "return", **{f"quantity-{line.id}": "1", "why": "Does not fit", "sku": sku, "send": "1"})
    change = orders.get_order(order.id, actor=TEST).changes[0]
    assert (change.kind, change.state, [o["op"] for o in change.operations]) == (
        "exchange", "approved", ["return_line", "add_line"])
    assert act(client, order, "receive", id=change.id, warehouse=shop.main,
               **{f"quantity-{line.id}": "1", f"condition-{line.id}": "damaged"}).status_code == 302
    page = reverse("admin:desk_order_change", args=[order.id, change.id])
    seen = orders.preview(change.id, actor=TEST).difference_minor
    assert client.post(page, {"difference": str(seen)}).status_code == 302
    answer = act(client, order, "refund", **{f"again-{order.lines[1].id}": "1", "reason": "broken"})
    assert "The customer owes €10.00." in client.get(answer["Location"]).content.decode()  # of the exchange, no more
    assert act(client, order, "refund", whole="5", delivery="1", reason="x").status_code == 422


def test_goods_come_back_once_and_to_where_they_left_from() -> None:
    shop, client = a_shop(), client_of("owner")
    order = placed(shop, [a_line(shop, 0, 2)], run=False)
    [line] = order.lines
    [parcel] = orders.plan_fulfilments(order.id, actor=TEST)
    orders.ship_fulfilment(parcel.id, actor=TEST)
    page = reverse("admin:desk_order", args=[order.id])
    assert [(row.id, int(most)) for row, most in client.get(page).context["returnable"]] == [(line.id, 2)]
    act(client, order, "return", **{f"quantity-{line.id}": "2", "why": "Does not fit"})
    answer = client.get(page)
    assert answer.context["returnable"] == []  # asked back already
    [change] = answer.context["changes"]
    assert change["home"] == parcel.warehouse_id
    assert f'<option value="{parcel.warehouse_id}" selected>' in answer.content.decode()
    refused = act(client, order, "receive", id=change["it"].id, warehouse="", **{f"quantity-{line.id}": "2"})
    assert "Choose a warehouse." in refused.content.decode()
    other = shop.second if parcel.warehouse_id == shop.main else shop.main
    refused = act(client, order, "receive", id=change["it"].id, warehouse=other, **{f"quantity-{line.id}": "9"})
    assert f'<option value="{other}" selected>' in refused.content.decode()  # what was chosen stays chosen


def test_a_return_that_is_refused_leaves_nothing_in_the_story() -> None:
    shop = a_shop()
    order = shipped(shop, placed(shop))
    first, second = order.lines[:2]
    typed = {f"quantity-{first.id}": "1", f"quantity-{second.id}": "99"}
    assert act(client_of("owner"), order, "return", why="Does not fit", **typed).status_code == 422
    assert list(orders.get_order(order.id, actor=TEST).changes) == []


def test_mails_are_sent_again_by_who_may() -> None:
    shop, client = a_shop(), client_of("service")
    order = placed(shop)
    [first, *_] = orders.list_notifications(order_id=order.id, limit=9, actor=TEST)["items"]
    assert act(client, order, "resend", id=first["id"]).status_code == 302
    assert act(client, order, "resend", id="x").status_code == 422
    kinds = [n["kind"] for n in orders.list_notifications(order_id=order.id, limit=9, actor=TEST)["items"]]
    assert kinds.count(first["kind"]) == 2


# ---- the packing bench

def test_planning_is_offered_while_something_is_in_no_parcel() -> None:
    client, order = client_of("warehouse"), placed(a_shop())
    offer = f'action="{reverse("admin:desk_order_do", args=[order.id, "plan"])}"'
    assert offer in client.get(desk(order)).content.decode()
    act(client, order, "plan")
    assert offer not in client.get(desk(order)).content.decode()
    act(client, order, "unplan", id=orders.get_order(order.id, actor=TEST).fulfilments[0].id)
    assert offer in client.get(desk(order)).content.decode()


def test_the_bench_plans_checks_off_ships_and_goes_on() -> None:
    shop, client = a_shop(), client_of("warehouse")
    first, second = placed(shop), placed(shop)
    bench = reverse("admin:desk_packing")
    assert "Orders wait to be planned" in client.get(bench).content.decode()
    client.post(reverse("admin:desk_packing_plan"), {"warehouse": shop.main})
    page = client.get(bench).content.decode()
    assert all(f"{o.number}-1" in page for o in (first, second))
    parcel = orders.get_order(first.id, actor=TEST).fulfilments[0]
    pack = reverse("admin:desk_pack", args=[parcel.id])
    half = client.post(pack, {f"packed-{first.lines[0].id}": "3", "carrier": "DHL", "tracking": "00340"})
    assert (half.status_code, "Tick this line" in half.content.decode()) == (422, True)
    assert "00340" in half.content.decode()
    whole = {f"packed-{line.id}": f"{line.quantity.normalize():f}" for line in first.lines}
    answer = client.post(pack, {**whole, "carrier": "DHL", "tracking": "00340"})
    following = orders.get_order(second.id, actor=TEST).fulfilments[0]
    assert answer["Location"] == reverse("admin:desk_pack", args=[following.id])
    assert state_of(first) == "shipped"
    slips = client.get(reverse("admin:desk_slips"), {"id": [str(parcel.id), str(following.id)]})
    assert slips.content.startswith(b"%PDF")
    assert client.get(reverse("admin:desk_slips")).status_code == 404
    client.post(reverse("admin:desk_packing_ship"), {"id": [following.id], "carrier": "UPS",
                                                     f"tracking-{following.id}": "1Z"})
    assert orders.get_order(second.id, actor=TEST).fulfilments[0].tracking_number == "1Z"
    assert "No parcel waits" in client.get(bench).content.decode()
    assert client_of("auditor").post(pack, whole).status_code == 403
