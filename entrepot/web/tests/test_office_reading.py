"""The order desk speaks its reader's language, whatever the buyer's is."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from entrepot.catalog import public as catalog
from entrepot.kit import db
from entrepot.orders import public as orders
from entrepot.orders.tests.factories import TEST, a_line, a_shirt, a_shop, placed, shipped
from entrepot.web import reasons
from entrepot.web.tests.test_office import client_of
from tools import i18n

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True, scope="module")
def _chinese_texts() -> None:
    for context in i18n.contexts([]):
        i18n.build(context)
    reasons._known.cache_clear()


def page_of(client: Any, route: str, *args: Any, language: str) -> str:
    with translation.override(language):
        address = reverse(route, args=args)
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize(("buyer", "reader", "told", "strange"), [
    ("en", "zh-hans", ("衬衫", "尺码：中号，颜色：蓝色"), "Size: M"),
    ("zh-hans", "en", ("Shirt", "Size: M, Colour: Blue"), "尺码"),
    ("en", "en", ("Shirt", "Size: M, Colour: Blue"), "尺码")])
def test_goods_are_named_in_the_readers_language(buyer: str, reader: str, told: tuple[str, ...], strange: str) -> None:
    shop, client = a_shop(), client_of("owner")
    client.cookies["django_language"] = reader
    order = placed(shop, [a_line(shop, a_shirt(shop), 2)], language=buyer)
    parcel = orders.plan_fulfilments(order.id, actor=TEST)[0]
    for route, key in (("desk_order", order.id), ("desk_pack", parcel.id), ("desk_order_edit", order.id)):
        page = page_of(client, f"admin:{route}", key, language=reader)
        assert all(words in page for words in told), route
        assert strange not in page.replace("SHIRT-M-BLUE", ""), route


def test_naming_them_costs_one_statement_for_the_page() -> None:
    shop, client = a_shop(items=5), client_of("owner")
    client.cookies["django_language"] = "zh-hans"
    small = placed(shop, [a_line(shop, 0, 1)])
    large = placed(shop, [a_line(shop, n, 1) for n in range(5)])
    page_of(client, "admin:desk_order", small.id, language="zh-hans")
    counts = []
    for order in (small, large):
        with CaptureQueriesContext(connection) as seen:
            page_of(client, "admin:desk_order", order.id, language="zh-hans")
        counts.append(len(seen))
    assert counts[1] <= counts[0]


def test_old_lines_take_their_options_from_the_catalogue() -> None:
    shop = a_shop()
    order = placed(shop, [a_line(shop, a_shirt(shop), 1)])
    db.execute("UPDATE orders_orderline SET facts = facts - 'choices'")
    assert "Size: M, Colour: Blue" in page_of(client_of("owner"), "admin:desk_order", order.id, language="en")


def test_what_the_catalogue_has_no_longer_is_named_as_it_was_sold() -> None:
    shop, client = a_shop(), client_of("owner")
    client.cookies["django_language"] = "zh-hans"
    order = placed(shop, [a_line(shop, 0, 1)])
    assert order.lines[0].name in page_of(client, "admin:desk_order", order.id, language="zh-hans")
    assert catalog.variant_facts([shop.items[0]])[shop.items[0]].name.get("zh-hans") is None


@pytest.mark.parametrize(("kept", "read"), [
    ("不合身", "Does not fit"), ("Does not fit", "Does not fit"), ("It arrived damaged: on one side", None),
    ("something else", "something else"), ("", "")])
def test_a_usual_reason_is_read_in_the_readers_language(kept: str, read: str | None) -> None:
    with translation.override("zh-hans"):
        chinese = {text: translation.gettext(text) for text in reasons.RETURN}
    kept = chinese["Does not fit"] if kept == "不合身" else kept
    with translation.override("en"):
        assert reasons.read(kept) == (kept if read is None else read)


def test_own_words_stand_behind_a_usual_reason() -> None:
    with translation.override("zh-hans"):
        told = reasons.read("It arrived damaged: on one side")
        assert told == f"{translation.gettext('It arrived damaged')}：on one side"
        assert not told.startswith("It")


def test_reasons_and_mails_are_told_in_words_of_the_reader() -> None:
    shop, client = a_shop(), client_of("owner")
    client.cookies["django_language"] = "zh-hans"
    order = shipped(shop, placed(shop))
    typed = {f"quantity-{order.lines[0].id}": "1", "why": "Does not fit"}
    client.post(reverse("admin:desk_order_do", args=[order.id, "return"]), typed)
    orders.send_due(actor=TEST)
    page = page_of(client, "admin:desk_order", order.id, language="zh-hans")
    with translation.override("zh-hans"):
        assert f"<p>{translation.gettext('Does not fit')}</p>" in page
        assert f"<strong>{translation.gettext('Order placed')}</strong><br><span lang=\"en\">" in page


def test_papers_of_the_desk_are_called_by_their_numbers_and_slips_speak_to_the_buyer() -> None:
    shop, client = a_shop(), client_of("owner")
    order = placed(shop, language="zh-hans")
    parcel = orders.plan_fulfilments(order.id, actor=TEST)[0]
    for route, key, name in (("desk_invoice", order.invoices[0].id, f"invoice-{order.invoices[0].number}"),
                             ("desk_slip", parcel.id, f"packing-slip-{parcel.number}")):
        answer = client.get(reverse(f"admin:{route}", args=[key]))
        assert answer["Content-Disposition"] == f'inline; filename="{name}.pdf"'
