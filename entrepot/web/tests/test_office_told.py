"""What the order desk tells a clerk: what is in a parcel, what was done just now, where the other half of a split order
is, and who may do what this person may not."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from entrepot.orders import public as orders
from entrepot.orders.contracts import HoldKind
from entrepot.orders.tests.factories import TEST, a_line, a_shop, placed
from entrepot.payments import public as payments
from entrepot.web.tests.test_office import client_of
from entrepot.web.tests.test_office_orders import act, colleague, desk, state_of

pytestmark = pytest.mark.django_db(transaction=True)


def pack_of(order: Any, number: int = 0) -> str:
    return reverse("admin:desk_pack", args=[orders.get_order(order.id, actor=TEST).fulfilments[number].id])


def planned(*made: Any) -> None:
    for order in made:
        orders.plan_fulfilments(order.id, actor=TEST)


def text_after(client: Client, answer: Any) -> str:
    """The page that an answer leads to."""
    assert answer.status_code == 302, answer.content.decode()
    return client.get(answer["Location"]).content.decode()


# ---- a part of a parcel

def test_two_of_three_leave_and_the_clerk_goes_on_with_the_next_order() -> None:
    shop, client = a_shop(), client_of("warehouse")
    first, second = placed(shop), placed(shop)
    planned(first, second)
    one, other = (line.id for line in first.lines)
    page = client.get(pack_of(first)).content.decode()
    assert f'name="count-{one}" value="3"' in page
    answer = client.post(pack_of(first), {f"count-{one}": "2", f"count-{other}": "1", f"packed-{other}": "1"})
    assert answer["Location"] == pack_of(second)
    told = text_after(client, answer)
    assert f"Parcel {first.number}-1 is on its way. What stayed behind waits as parcel {first.number}-2." in told
    sent, rest = orders.get_order(first.id, actor=TEST).fulfilments
    assert f'href="{reverse("admin:desk_pack", args=[rest.id])}"' in told
    assert {i: int(q) for i, q in sent.lines} == {one: 2, other: 1}
    assert (rest.state, {i: int(q) for i, q in rest.lines}, state_of(first)) == ("pending", {one: 1}, "partly_shipped")
    again = client.post(pack_of(first), {f"count-{one}": "3", f"packed-{one}": "1"})  # the colleague's old page
    assert again.status_code == 422
    assert f"Fulfilment {first.number}-1 is “shipped”" in again.content.decode()


def test_a_whole_line_stays_behind_and_the_rest_of_a_collection_too() -> None:
    shop, client = a_shop(), client_of("warehouse")
    order = placed(shop, pickup_warehouse_id=shop.second, shipping_address=None)
    planned(order)
    one, other = (line.id for line in order.lines)
    answer = client.post(pack_of(order), {f"count-{one}": "0", f"packed-{other}": "1", "ready": "1"})
    assert f"Parcel {order.number}-1 is ready to collect. What stayed" in text_after(client, answer)
    assert [[i for i, _ in f.lines] for f in orders.get_order(order.id, actor=TEST).fulfilments] == [[other], [one]]


@pytest.mark.parametrize(("typed", "said"), [
    ({"0": "4"}, "Give a number from 0 to what is planned."), ({"0": "-1"}, "Give a number from 0"),
    ({"0": "x"}, "Give a number."), ({"0": "0", "1": "0"}, "Nothing is in this parcel"),
    ({"0": "0.5"}, "does not fit the item"), ({"0": "2", "1": "1"}, "Tick this line, or type how many")])
def test_a_count_that_cannot_be_changes_nothing_and_keeps_what_was_typed(typed: dict[str, str], said: str) -> None:
    shop, client = a_shop(), client_of("warehouse")
    order = placed(shop)
    planned(order)
    counts = {f"count-{order.lines[int(n)].id}": count for n, count in typed.items()}
    ticks = {} if "1" in typed else {f"packed-{order.lines[1].id}": "1"}
    answer = client.post(pack_of(order), {**counts, **ticks, "carrier": "DHL"})
    page = answer.content.decode()
    assert (answer.status_code, said in page) == (422, True), page
    assert all(f'name="{name}" value="{count}"' in page for name, count in counts.items())
    assert [(f.state, len(f.lines)) for f in orders.get_order(order.id, actor=TEST).fulfilments] == [("pending", 2)]


# ---- what was done

def told_of(client: Client, order: Any, verb: str, **values: Any) -> str:
    return text_after(client, act(client, order, verb, **values))


def test_every_notice_names_what_was_done() -> None:
    shop, client = a_shop(), client_of("owner")
    order = placed(shop, [a_line(shop, 0, 3)])
    number = order.number
    for verb, values, said in (
            ("note", {"text": "call her"}, f"The note is with order {number}."),
            ("take", {}, f"You look after order {number} now."),
            ("leave", {}, f"Nobody in particular looks after order {number} now."),
            ("hold", {"reason": "x"}, f"Order {number} is on hold."),
            ("release", {"kind": "manual"}, f"Order {number} is no longer on hold."),
            ("plan", {}, f"Planned: parcel {number}-1.")):
        assert said in told_of(client, order, verb, **values), verb
    parcel = orders.get_order(order.id, actor=TEST).fulfilments[0].id
    assert f"Parcel {number}-1 is no longer planned." in told_of(client, order, "unplan", id=parcel)
    act(client, order, "plan")
    parcel = orders.get_order(order.id, actor=TEST).fulfilments[1].id
    assert f"Parcel {number}-2 is on its way." in told_of(client, order, "ship", id=parcel)
    assert f"The tracking of parcel {number}-2 is corrected." in told_of(client, order, "tracking", id=parcel)
    assert f"Parcel {number}-2 is with the customer." in told_of(client, order, "deliver", id=parcel)
    back = {f"quantity-{order.lines[0].id}": "1", "why": "Does not fit"}
    page = told_of(client, order, "return", **back)
    change = orders.get_order(order.id, actor=TEST).changes[0]
    assert f"Return {change.number} is open." in page
    assert f"{change.number} is withdrawn." in told_of(client, order, "withdraw-change", id=change.id)
    page = told_of(client, order, "refund", whole="1", why="Does not fit")
    assert "is written down. Nothing goes back before it is confirmed." in page
    assert f"Order {(other := placed(shop)).number} is cancelled." in told_of(client, other, "cancel", reason="twice")


def test_a_hold_of_two_and_money_that_came_are_named() -> None:
    shop, client = a_shop(), client_of("owner")
    order = placed(shop, holds=[(HoldKind.APPROVAL, "dear")])
    orders.hold(order.id, reason="call", actor=TEST)
    assert "is released; another one stays." in told_of(client, order, "release", kind="manual")
    assert f"Order {order.number} is approved." in told_of(client, order, "release", kind="approval")
    unpaid = placed(shop, pay="bank_transfer")
    [payment] = payments.payments_of(unpaid.id)
    page = told_of(client, unpaid, "received", id=payment.id, amount="54.90", reference="B1")
    assert f"€54.90 for order {unpaid.number} is recorded as received." in page
    client.cookies["django_language"] = "zh-hans"
    assert f"订单 {unpaid.number} 已挂起。" in told_of(client, unpaid, "hold", reason="x")


def test_parcels_that_leave_together_are_named() -> None:
    shop, client = a_shop(), client_of("warehouse")
    first, second = placed(shop), placed(shop)
    planned(first, second)
    ids = [orders.get_order(o.id, actor=TEST).fulfilments[0].id for o in (first, second)]
    page = text_after(client, client.post(reverse("admin:desk_packing_ship"), {"id": ids, "carrier": "DHL"}))
    assert f"2 parcels left: {first.number}-1, {second.number}-1" in page
    page = text_after(client, client.post(reverse("admin:desk_packing_ship"), {"id": ids}))
    assert "parcels left" not in page


# ---- the other half of a split order

def test_each_half_leads_to_the_other_and_says_where_the_payment_is() -> None:
    shop, client = a_shop(), client_of("owner")
    order = placed(shop)
    page = text_after(client, client.post(reverse("admin:desk_order_split", args=[order.id]),
                                          {f"quantity-{order.lines[0].id}": "1"}))
    [other] = orders.relatives_of(order.id, actor=TEST)
    assert f"The pieces chosen are order {other.number} now." in page
    child, link = orders.get_order(other.id, actor=TEST), '<a class="link" href="{}">{}</a>'
    assert f"Split off from {link.format(desk(order), order.number)}" in page
    assert "was paid with another order, and the payment stays there: " + link.format(desk(order), order.number) in page
    assert "No payment to show." not in page
    home = client.get(desk(order)).content.decode()
    assert f"Pieces of it went to {link.format(desk(child), child.number)}" in home
    assert "€10.00 of what was paid here is for another order: " + link.format(desk(child), child.number) in home
    alone = client.get(desk(placed(shop))).content.decode()
    assert "od-kin" not in alone


# ---- who may do it

def test_who_may_not_is_told_whom_to_ask() -> None:
    shop, clerk = a_shop(), client_of("service")
    unpaid = placed(shop, pay="bank_transfer")
    page = clerk.get(desk(unpaid)).content.decode()
    assert "Ask:" not in page  # nobody else works here yet
    colleague("fina@example.com", "finance")
    colleague("olga@example.com", "owner")
    page = clerk.get(desk(unpaid)).content.decode()
    assert "Money has arrived · Ask: Finance</p>" in page
    assert "/received/" not in page
    colleague("mara@example.com", "manager")
    page = clerk.get(desk(unpaid)).content.decode()
    assert "Money has arrived · Ask: Finance, Manager</p>" in page
    assert "Cancel the order · Ask" not in page  # hers already
    packer = client_of("warehouse").get(desk(placed(shop, holds=[(HoldKind.APPROVAL, "dear")]))).content.decode()
    assert "Approve the order · Ask: Manager" in packer
    assert "See payments · Ask: " in packer
    assert "No payment to show." not in packer
    paid = placed(shop)
    assert "Give money back, or send again · Ask: " in client_of("warehouse").get(desk(paid)).content.decode()
    clerk.cookies["django_language"] = "zh-hans"
    assert "请找：财务、店长</p>" in clerk.get(desk(unpaid)).content.decode()


def test_a_refund_form_says_how_much_goes_back_alone_and_who_agrees_to_more() -> None:
    shop, clerk = a_shop(), client_of("service")
    colleague("fina@example.com", "finance")
    order = placed(shop)
    assert "you refund alone" not in clerk.get(desk(order)).content.decode()
    payments.set_refund_limit("EUR", 1_000, actor=TEST)
    said = "Up to €10.00 of an order you refund alone; above it a second person approves. Ask: Finance"
    assert said in clerk.get(desk(order)).content.decode()
    page = text_after(clerk, act(clerk, order, "refund", whole="20", why="Arrived damaged"))
    assert said in page
    payments.set_refund_limit("EUR", 0, actor=TEST)
    assert "Every refund of yours is approved by a second person." in clerk.get(desk(order)).content.decode()
