"""What was chosen of a product's options: kept with the line, told on every paper and in every mail."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core import mail

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ProductPatch
from entrepot.kit import db
from entrepot.orders import public
from entrepot.orders.contracts import AddLine, ChangeKind, LineOption
from entrepot.orders.tests.factories import TEST, Shop, a_line, a_shirt, a_shop, bob, placed
from entrepot.orders.tests.test_documents import text_of
from tools import i18n

pytestmark = pytest.mark.django_db(transaction=True)

ENGLISH = [LineOption("Size", "M"), LineOption("Colour", "Blue")]
CHINESE = [LineOption("尺码", "中号"), LineOption("颜色", "蓝色")]


@pytest.fixture(autouse=True, scope="module")
def _chinese_texts() -> None:
    for context in i18n.contexts(["orders", "customers"]):
        i18n.build(context)


@pytest.fixture
def shop() -> Shop:
    return a_shop()


@pytest.mark.parametrize(("language", "options"), [("en", ENGLISH), ("zh-hans", CHINESE)])
def test_a_line_tells_its_options_in_the_orders_language(shop: Shop, language: str, options: list[LineOption]) -> None:
    order = placed(shop, [a_line(shop, a_shirt(shop), 2), a_line(shop, 0, 1)], language=language)
    assert [line.options for line in order.lines] == [options, []]


def test_the_words_stay_as_they_were_sold(shop: Shop) -> None:
    shirt = a_shirt(shop)
    order = placed(shop, [a_line(shop, shirt, 1)])
    product = catalog.variant_facts([shop.items[shirt]])[shop.items[shirt]].product_id
    catalog.update_product(product, ProductPatch(name={"en": "Blouse"}), actor=TEST)
    db.execute("UPDATE catalog_product SET options = '[]'")
    assert public.get_order(order.id, actor=TEST).lines[0].options == ENGLISH


def test_lines_from_before_words_were_kept_are_shown_without(shop: Shop) -> None:
    order = placed(shop, [a_line(shop, a_shirt(shop), 1)])
    db.execute("UPDATE orders_orderline SET facts = facts - 'choices'")
    line = public.get_order(order.id, actor=TEST).lines[0]
    assert (line.facts["options"], line.options) == ({"size": "m", "colour": "blue"}, [])


def test_mails_name_them(shop: Shop) -> None:
    placed(shop, [a_line(shop, a_shirt(shop), 2)])
    placed(shop, [a_line(shop, len(shop.items) - 1, 1)], language="zh-hans")
    public.send_due(actor=TEST)
    bodies = [message.body for message in mail.outbox]
    assert any("2 × Shirt · Size: M, Colour: Blue (SHIRT-M-BLUE)" in body for body in bodies)
    assert any("尺码：中号，颜色：蓝色 (SHIRT-M-BLUE)" in body for body in bodies)


def test_papers_name_them_and_are_called_by_their_numbers(shop: Shop) -> None:
    order = placed(shop, [a_line(shop, a_shirt(shop), 2)])
    parcel = public.plan_fulfilments(order.id, actor=TEST)[0]
    invoice = public.invoice_pdf(order.invoices[0].id, "en", actor=TEST)
    slip = public.packing_slip_pdf(parcel.id, actor=TEST)
    for paper in (invoice, slip):
        assert "Size: M, Colour: Blue" in text_of(paper)
    assert invoice.name == f"invoice-{order.invoices[0].number}.pdf"
    assert slip.name == f"packing-slip-{parcel.number}.pdf"
    note = public.cancel_order(order.id, reason="x", actor=TEST).invoices[-1]
    paper = public.invoice_pdf(note.id, "en", actor=TEST)
    assert paper.name == f"credit-note-{note.number}.pdf"
    assert "Size: M, Colour: Blue" in text_of(paper)


def test_a_packing_slip_speaks_the_buyers_language(shop: Shop) -> None:
    shirt = a_shirt(shop)
    parcels = [public.plan_fulfilments(placed(shop, [a_line(shop, shirt, 1)], language=language).id, actor=TEST)[0].id
               for language in ("zh-hans", "en")]
    chinese = text_of(public.packing_slip_pdf(parcels[0], actor=TEST))
    assert "装箱单" in chinese
    assert "尺码：中号，颜色：蓝色" in chinese
    assert "Packing slip" in text_of(public.packing_slip_pdf(parcels[0], "en", actor=TEST))
    both = public.packing_slips_pdf(parcels, actor=TEST)
    assert both.name == "packing-slips.pdf"
    assert all(words in text_of(both) for words in ("装箱单", "Packing slip"))


def test_a_line_that_a_change_adds_keeps_and_previews_them(shop: Shop) -> None:
    shirt, order = a_shirt(shop), placed(shop)
    change = public.open_change(order.id, ChangeKind.EDIT, actor=bob())
    public.add_operation(change.id, AddLine(shop.items[shirt], Decimal(1)), actor=bob())
    seen = public.preview(change.id, actor=bob())
    assert seen.lines[-1]["options"] == [{"name": "Size", "value": "M"}, {"name": "Colour", "value": "Blue"}]
    public.confirm_change(change.id, expected_difference=seen.difference_minor, actor=bob())
    assert public.get_order(order.id, actor=TEST).lines[-1].options == ENGLISH


def test_a_split_takes_them_along(shop: Shop) -> None:
    order = placed(shop, [a_line(shop, a_shirt(shop), 2)])
    made = public.split_order(order.id, [(order.lines[0].id, Decimal(1))], actor=bob())
    assert made.lines[0].options == ENGLISH
