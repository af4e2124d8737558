"""The stock desk: a ledger that adds up, corrections that nobody overwrites, transfers with what is missing, counts
that are blind until they are over; and every list to take away."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.translation import pgettext

from entrepot.catalog import public as catalog
from entrepot.inventory import public as inventory
from entrepot.inventory.office import office_work
from entrepot.orders.tests.factories import TEST, a_line, a_shop, bob, placed, shipped
from entrepot.web.tests.test_office import client_of

pytestmark = pytest.mark.django_db(transaction=True)


def sku_of(shop: Any, item: int = 0) -> str:
    return catalog.variant_facts([shop.items[item]])[shop.items[item]].sku


def balance(sku: str, place: str = "main") -> Any:
    return inventory.list_balances(warehouse=place, sku=sku, level=None, limit=1, cursor=None)[0][0]


def do(client: Client, verb: str, sku: str, **values: Any) -> Any:
    return client.post(reverse("admin:desk_stock_do", args=[verb]), {"sku": sku, "warehouse": "main", **values})


def rows_of(answer: Any) -> list[list[str]]:
    assert answer["Content-Type"].startswith("text/csv")
    text = answer.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_a_correction_that_was_overtaken_changes_nothing() -> None:
    shop, client = a_shop(items=1), client_of("warehouse")
    sku = sku_of(shop)
    inventory.receive(shop.items[0], "main", Decimal(1), actor=TEST)
    late = do(client, "adjust", sku, quantity="-2", seen="100", reason="lost")
    assert (late.status_code, "changed by someone else" in late.content.decode()) == (422, True)
    empty = do(client, "adjust", sku, quantity="-2", seen="101", reason=" ")
    assert "Give a reason." in empty.content.decode()
    assert 'value="-2"' in empty.content.decode()
    assert balance(sku)["on_hand"] == 101
    assert do(client, "adjust", sku, quantity="-2", seen="101", reason="lost").status_code == 302
    assert balance(sku)["on_hand"] == 99


@pytest.mark.parametrize("role", ["auditor", "service"])
def test_who_may_only_look_changes_nothing(role: str) -> None:
    shop, client = a_shop(items=1), client_of(role)
    sku = sku_of(shop)
    page = client.get(reverse("admin:desk_stock") + f"?q={sku}").content.decode()
    assert "<form method=\"post\"" not in page.split("id=\"work\"")[1].split("</main>")[0]
    for verb in ("receive", "adjust", "count", "damage", "write-off", "levels"):
        assert do(client, verb, sku, quantity="1", reason="x", safety="1").status_code == 422
    for name in ("desk_transfers", "desk_counts"):
        answer = client.post(reverse(f"admin:{name}"), {"source": "main", "target": "second", "sku-0": sku,
                                                        "quantity-0": "1", "warehouse": "main"})
        assert answer.status_code == 422
    assert client.post(reverse("admin:desk_low"), {}).status_code == 403
    assert (balance(sku)["on_hand"], inventory.list_counts(limit=1)[0]) == (100, [])


def test_the_ledger_says_what_lay_there_after_each_movement() -> None:
    shop, client = a_shop(items=2, stock=10), client_of("warehouse")
    sku, address = sku_of(shop), reverse("admin:desk_ledger")
    shipped(shop, placed(shop, [a_line(shop, 0, 3)]))
    inventory.adjust(shop.items[0], "main", set_to=balance(sku)["on_hand"] + 5, reason="=found()", actor=TEST)
    rows = inventory.running_ledger(sku=sku, warehouse="main", limit=10)[0]
    assert [int(r["balance"]) for r in rows] == [12, 7, 10]
    assert int(rows[0]["balance"]) == balance(sku)["on_hand"]
    paged, cursor = inventory.running_ledger(sku=sku, warehouse="main", limit=2)
    rest, _ = inventory.running_ledger(sku=sku, warehouse="main", limit=2, cursor=cursor)
    assert [r["id"] for r in paged + rest] == [r["id"] for r in rows]
    assert {r["balance"] for r in inventory.running_ledger(limit=10)[0]} == {None}
    page = client.get(address, {"sku": sku, "kind": "sale"}).content.decode()
    assert "sold" in page
    assert "corrected" not in page.split("<tbody>")[1]
    wrong = client.get(address, {"sku": "NO"})
    assert wrong.status_code == 422
    found = rows_of(client.get(address, {"sku": sku, "format": "csv", "since": "2020-01-01"}))
    assert len(found) == 5
    assert found[1][7] == "'=found()"  # no spreadsheet takes it for a formula
    assert rows_of(client.get(address, {"format": "csv", "until": "2020-01-01"}))[1:] == []


def test_low_stock_with_levels_in_place() -> None:
    shop, client = a_shop(items=3, stock=5), client_of("warehouse")
    low, sku = reverse("admin:desk_low"), sku_of(shop)
    assert "Nothing to worry about" in client.get(low).content.decode()
    for item in shop.items:
        inventory.set_levels(item, "main", safety=Decimal(4), actor=TEST)
    page = client.get(low).content.decode()
    assert sku in page
    key, other = f"{sku}@main", f"{sku_of(shop, 1)}@main"
    bad = client.post(low, {"row": [key, other], f"safety-{key}": "2", f"backorder-{key}": "0",
                            f"safety-{other}": "-1", f"backorder-{other}": "0"})
    assert (bad.status_code, "too small" in bad.content.decode()) == (422, True)
    assert (balance(sku)["safety"], balance(sku_of(shop, 1))["safety"]) == (2, 4)
    client.get(low)
    with CaptureQueriesContext(connection) as two:
        client.get(low)
    assert len(two) <= 16
    whole = rows_of(client.get(reverse("admin:desk_stock") + "?format=csv&level=low"))
    assert sorted(r[0] for r in whole[1:]) == sorted(sku_of(shop, n) for n in (1, 2))


def test_an_emptied_level_is_none_at_all() -> None:
    shop, client = a_shop(items=1, stock=5), client_of("warehouse")
    sku = sku_of(shop)
    key = f"{sku}@main"
    inventory.set_levels(shop.items[0], "main", safety=Decimal(4), backorder=Decimal(2), actor=TEST)
    sent = {"row": key, f"was-{key}": "4/2", f"safety-{key}": "", f"backorder-{key}": "2"}
    client.post(reverse("admin:desk_low"), sent)
    assert (balance(sku)["safety"], balance(sku)["backorder"]) == (0, 2)
    do(client, "levels", sku, safety="3", backorder="")
    assert (balance(sku)["safety"], balance(sku)["backorder"]) == (3, 0)


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2026-13-45", "soon"])
def test_a_day_that_is_none_breaks_no_ledger(day: str) -> None:
    client = client_of("warehouse")
    assert client.get(reverse("admin:desk_ledger"), {"since": day, "until": day}).status_code == 200


def test_low_is_the_same_wherever_it_is_said() -> None:
    """Today's page, the desk, the list, the file and the API count the same balances as low."""
    shop, client = a_shop(items=4, stock=10), client_of("owner")
    for item, safety in zip(shop.items, (4, 5, 10, 0), strict=True):  # enough, low, out, no level named
        inventory.set_levels(item, "main", safety=Decimal(safety), actor=TEST)
    sku = sku_of(shop, 1)
    assert [b["sku"] for b in inventory.list_balances(warehouse=None, sku=None, level="low", limit=9, cursor=None)[0]] \
        == [sku]
    listed = rows_of(client.get(reverse("admin:desk_stock") + "?format=csv&level=low"))
    assert [row[0] for row in listed[1:]] == [sku]
    needs = client.get(reverse("admin:desk_stock")).context["needs"]
    assert [[b["sku"] for b in need["rows"]] for need in needs] == [[sku_of(shop, 2)], [sku], []]
    assert [b["sku"] for b in client.get(reverse("admin:desk_low")).context["rows"]] == [sku]
    [work] = [w for w in office_work(bob("inventory.read", "inventory.adjust")) if w.code == "low"]
    assert str(work.count) == "1"


def test_the_ledger_speaks_the_language_of_its_reader() -> None:
    shop, client = a_shop(items=1, stock=10), client_of("owner")
    client.cookies["django_language"] = "zh-hans"
    order = shipped(shop, placed(shop, [a_line(shop, 0, 2)]))
    variant = shop.items[0]
    transfer = inventory.create_transfer("main", "second", {variant: Decimal(1)}, actor=TEST)
    inventory.send_transfer(transfer.id, actor=TEST)
    inventory.receive(variant, "main", Decimal(1), reason="opening stock", reference="opening", actor=TEST)
    inventory.adjust(variant, "main", delta=Decimal(1), reason="found again", actor=TEST)
    inventory.adjust(variant, "main", delta=Decimal(1), reason="在货架后面", actor=TEST)
    page = client.get(reverse("admin:desk_ledger")).content.decode()
    assert f'<a class="link" href="{reverse("admin:desk_order", args=[order.id])}">订单 {order.number}</a>' in page
    assert f'>调拨单 {transfer.number}</a>' in page
    table = page.partition("<tbody>")[2].partition("</tbody>")[0]
    assert all(word in table for word in ("期初库存", "在货架后面"))
    assert not any(word in table for word in ("opening", "found again", "main"))
    heads, *rows = rows_of(client.get(reverse("admin:desk_ledger") + "?format=csv"))
    assert heads == ["时间", "SKU", "仓库", "类型", "现有库存", "残损", "结存", "原因", "关联单据", "操作人"]
    assert {f"订单 {order.number}", f"调拨单 {transfer.number}"} <= {row[8] for row in rows}
    assert "-2" in {row[4] for row in rows}  # a number, not a text
    assert rows_of(client.get(reverse("admin:desk_stock") + "?format=csv"))[0][:3] == ["SKU", "仓库", "现有库存"]


def test_a_transfer_goes_to_another_place() -> None:
    client = client_of("warehouse")
    a_shop(items=1)
    address = reverse("admin:desk_transfers")
    source, target = client.get(address).content.decode().split('<select id="transfer-')[1:3]
    assert 'selected' not in source
    assert target.count(" selected") == 1
    assert f'value="{inventory.warehouses()[1].code}" selected' in target
    told = client.post(address, {"source": "main", "target": "main"}).context["refused"]
    assert (told.field, told.text) == ("target", "Choose two different places.")


def test_a_count_says_which_skus_there_are_none_of() -> None:
    shop, client = a_shop(items=1), client_of("warehouse")
    typed = "\n".join([sku_of(shop), *(f"NO-{n}" for n in range(7))])
    told = client.post(reverse("admin:desk_counts"), {"warehouse": "main", "skus": typed}).context["refused"]
    assert (told.field, told.text) == ("skus", "There are no such SKUs: NO-0, NO-1, NO-2, NO-3, NO-4 …")


def test_a_transfer_with_something_missing() -> None:
    shop, client = a_shop(items=1), client_of("warehouse")
    sku, address = sku_of(shop), reverse("admin:desk_transfers")
    for bad in ({}, {"sku-0": "NO", "quantity-0": "1"}, {"sku-0": sku, "quantity-0": "0"}):
        assert client.post(address, {"source": "main", "target": "second", **bad}).status_code == 422
    same = client.post(address, {"source": "main", "target": "main", "sku-0": sku, "quantity-0": "5"})
    assert "Choose two different places." in same.content.decode()
    one = client.post(address, {"source": "main", "target": "second", "sku-0": sku, "quantity-0": "5"})["Location"]
    client.post(one, {"verb": "send"})
    assert (balance(sku)["on_hand"], balance(sku, "second")["incoming"]) == (95, 5)
    variant = shop.items[0]
    assert client.post(one, {"verb": "receive", f"quantity-{variant}": "6"}).status_code == 422
    client.post(one, {"verb": "receive", f"quantity-{variant}": "3"})
    assert (balance(sku, "second")["on_hand"], balance(sku, "second")["incoming"]) == (103, 2)
    client.post(one, {"verb": "receive", f"quantity-{variant}": "0", "close": "1"})
    assert (balance(sku, "second")["on_hand"], balance(sku, "second")["incoming"]) == (103, 0)
    assert rows_of(client.get(address + "?format=csv"))[1][4:] == [sku, "5", "5"]


def test_every_transfer_is_in_the_file_that_is_taken_home() -> None:
    shop, client = a_shop(items=1), client_of("warehouse")
    for _ in range(52):
        inventory.create_transfer("main", "second", {shop.items[0]: Decimal(1)}, actor=TEST)
    assert len(rows_of(client.get(reverse("admin:desk_transfers") + "?format=csv"))) == 53


def test_a_blind_count_from_the_sheet_to_the_books() -> None:
    shop, client = a_shop(items=2, stock=10), client_of("warehouse")
    sku, address = sku_of(shop), reverse("admin:desk_counts")
    assert client.post(address, {"warehouse": "main", "skus": "NO-SUCH"}).status_code == 422
    sheet = client.post(address, {"warehouse": "main", "blind": "1", "note": "Sunday"})["Location"]
    page = client.get(sheet).content.decode()
    assert sku in page
    assert "Expected" not in page
    first, second = shop.items
    assert client.post(sheet, {"verb": "tally", f"counted-{first}": "x"}).status_code == 422
    early = client.post(sheet, {"verb": "close", f"counted-{first}": "8"})
    assert (early.status_code, "not counted yet" in early.content.decode()) == (422, True)
    placed(shop, [a_line(shop, 0, 2)])
    shipped(shop, placed(shop, [a_line(shop, 0, 1)]))  # sold while counting goes on: no difference of the count
    client.post(sheet, {"verb": "close", f"counted-{first}": "9", f"counted-{second}": "10"})
    review = client.get(sheet).content.decode()
    assert "0 differences" in review
    assert balance(sku)["on_hand"] == 9
    client.post(sheet, {"verb": "reopen"})
    client.post(sheet, {"verb": "close", f"counted-{first}": "7", f"counted-{second}": "10"})
    assert client_of("service").post(sheet, {"verb": "post"}).status_code == 422
    client = client_of("warehouse")
    client.post(sheet, {"verb": "post", "reason": "Sunday count"})
    assert balance(sku)["on_hand"] == 7
    assert {tuple(r[2:5]) for r in rows_of(client.get(sheet + "?format=csv"))[1:]} == {("9", "7", "-2"),
                                                                                      ("10", "10", "0")}
    again = client.post(sheet, {"verb": "post"})
    assert "closed or not ready" in again.content.decode()


def test_a_state_of_the_work_is_no_state_of_a_country() -> None:
    shop, client = a_shop(), client_of("owner")
    inventory.create_transfer("main", "second", {shop.items[0]: Decimal(1)}, actor=TEST)
    client.cookies["django_language"] = "zh-hans"
    page = client.get(reverse("admin:desk_transfers")).content.decode()
    assert "<th>状态</th>" in page
    assert "州" not in page
    with translation.override("zh-hans"):
        assert pgettext("of a country", "State") == "州"
