"""Invoices, credit notes and packing slips as PDF in both languages, with numbers that have no gaps."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection
from pypdf import PdfReader

from entrepot.kit import db
from entrepot.kit.errors import NotFound
from entrepot.orders import public
from entrepot.orders.models import Invoice
from entrepot.orders.tests.factories import CHARLIE, TEST, a_line, a_member, a_shop, alice, bob, placed
from tools import i18n

pytestmark = pytest.mark.django_db(transaction=True)

FAPIAO = {"kind": "增值税专用发票", "title": "上海云杉贸易有限公司", "tax_number": "91310115MA1K35XB0X",
          "bank": "中国银行", "bank_account": "4563510100123"}
SHANGHAI = {"name": "王小明", "phone": "13800138000", "country": "CN", "region": "上海市", "city": "上海市",
            "district": "浦东新区", "line1": "世纪大道100号", "postcode": "200120"}


@pytest.fixture(autouse=True, scope="module")
def _chinese_texts() -> None:
    for context in i18n.contexts(["orders"]):
        i18n.build(context)


def text_of(content: bytes) -> str:
    assert content.startswith(b"%PDF")
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_invoice_says_who_what_and_how_much_in_both_languages() -> None:
    shop = a_shop()
    public.set_issuer(shop.channel.id, name="Entrepot Handels GmbH", address="Hafenstraße 1\n28217 Bremen",
                      tax_number="DE123456789", note="Payable at once.", actor=bob())
    order = placed(shop, [a_line(shop, 0, 3, discount_minor=100), a_line(shop, 1, 1)], invoice_data=FAPIAO,
                   billing_address=SHANGHAI, shipping_address=SHANGHAI)
    invoice = order.invoices[0]
    english = text_of(public.invoice_pdf(invoice.id, "en", actor=TEST))
    for words in ("Invoice", invoice.number, order.number, "Entrepot Handels GmbH", "DE123456789", "Item 0", "53.90",
                  "91310115MA1K35XB0X", "上海云杉贸易有限公司", "王小明", "Payable at once."):
        assert words in english, words
    chinese = text_of(public.invoice_pdf(invoice.id, "zh-hans", actor=TEST))
    for words in ("发票", invoice.number, "上海市浦东新区", "53.90", "税号"):
        assert words in chinese, words


def test_what_customers_type_is_never_markup() -> None:
    shop = a_shop()
    evil = '#panic("x") $ ] #read("/etc/passwd") *bold* <label>'
    order = placed(shop, gift_message=evil, customer_note=evil, billing_address={**SHANGHAI, "name": evil})
    parcel = public.plan_fulfilments(order.id, actor=TEST)[0]
    assert "/etc/passwd" in text_of(public.packing_slip_pdf(parcel.id, "en", actor=TEST)).replace("\n", "")
    assert "*bold*" in text_of(public.invoice_pdf(order.invoices[0].id, "en", actor=TEST)).replace("\n", "")


def test_packing_slip_names_the_pieces_and_no_prices() -> None:
    shop = a_shop()
    order = placed(shop)
    parcel = public.create_fulfilment(order.id, [(order.lines[0].id, Decimal(2))], shop.main, actor=TEST)
    slip = text_of(public.packing_slip_pdf(parcel.id, "en", actor=TEST))
    assert parcel.number in slip
    assert order.lines[0].sku in slip
    assert "Item 1" not in slip
    assert "10.00" not in slip
    assert "装箱单" in text_of(public.packing_slip_pdf(parcel.id, "zh-hans", actor=TEST))


def test_credit_note_names_its_invoice() -> None:
    shop = a_shop()
    order = placed(shop)
    invoice, note = public.cancel_order(order.id, reason="x", actor=TEST).invoices
    printed = text_of(public.invoice_pdf(note.id, "en", actor=TEST))
    assert "Credit note" in printed
    assert invoice.number in printed
    assert note.number.startswith("CN-")


def test_strangers_get_no_papers() -> None:
    shop, me = a_shop(), a_member()
    order = placed(shop, customer_id=me)
    assert public.invoice_pdf(order.invoices[0].id, "en", actor=alice(me))
    for stranger in (CHARLIE, alice(None)):
        with pytest.raises(NotFound):
            public.invoice_pdf(order.invoices[0].id, "en", actor=stranger)


def test_numbers_have_no_gaps_when_many_are_issued_at_once_and_some_fail() -> None:
    shop = a_shop()
    orders = [placed(shop, [a_line(shop, 0, 1)], run=False) for _ in range(8)]

    def issue(n: int) -> None:
        try:
            from django.db import transaction

            with transaction.atomic():
                public.issue_invoices(orders[n].id, actor=TEST)
                if n % 2:
                    transaction.set_rollback(True)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(issue, range(8)))
    numbers = sorted(int(n.rsplit("-", 1)[1]) for n in Invoice.objects.values_list("number", flat=True))
    assert numbers == [1, 2, 3, 4]
    assert db.value("SELECT last FROM orders_numberseries") == 4


def test_an_order_is_invoiced_once() -> None:
    shop = a_shop()
    order = placed(shop)
    assert public.issue_invoices(order.id, actor=TEST) == []
    assert len(public.get_order(order.id, actor=TEST).invoices) == 1
