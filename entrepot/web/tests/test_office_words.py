"""What the office says: every field, choice and code of its records in the reader's language, ids by their names."""

from __future__ import annotations

import re
from typing import Any

import polib
import pytest
from django.contrib import admin
from django.contrib.auth.password_validation import password_validators_help_texts
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext

from entrepot.catalog.models import Brand
from entrepot.inventory.models import Warehouse
from entrepot.kit import said
from entrepot.kit.home import PROJECT
from entrepot.orders.tests.factories import a_shop, placed
from entrepot.web.office.words import happened
from entrepot.web.tests.test_office import client_of
from entrepot.web.wording import PASSWORD_HINTS, SIGN_IN

HAN = re.compile(r"[一-鿿]")
SAME = {"ID", "SKU", "SEO", "Webhook", "webhook"}  # words that both languages share


def _records() -> list[Any]:
    inlines = [i.model for a in admin.site._registry.values() for i in a.inlines]
    return [m for m in (*admin.site._registry, *inlines) if m.__module__.startswith("entrepot.")]


@pytest.mark.parametrize("model", _records(), ids=lambda m: m._meta.label)
def test_every_field_and_choice_of_a_record_has_words_in_both_languages(model: Any) -> None:
    opts = model._meta
    with translation.override("zh-hans"):
        names = [opts.verbose_name, opts.verbose_name_plural,
                 *(f.verbose_name for f in opts.local_fields if f.name != "id"),
                 *(f.help_text for f in opts.local_fields if f.help_text),
                 *(label for f in opts.local_fields for _code, label in f.flatchoices or ())]
        wrong = [str(n) for n in names if not isinstance(n, Promise) or not (HAN.search(str(n)) or str(n) in SAME)]
    assert not wrong
    assert not [n for n in map(str, names) if "_" in n]


def test_our_words_come_before_those_of_packages() -> None:
    with translation.override("zh-hans"):
        assert str(Warehouse._meta.get_field("is_active").verbose_name) == "启用"  # Django's administration: 有效


def test_codes_are_said_in_words_and_unknown_ones_as_they_are() -> None:
    with translation.override("zh-hans"):
        assert said.value("method", "bank_transfer") == "银行转账"
        assert said.value("language", ["en", "zh-hans"]).endswith("简体中文")
        assert said.value("is_active", False) == "否"
        assert said.value("method", "carrier-pigeon") == "carrier-pigeon"
        assert said.key("guest_hold_minutes") == "游客库存保留时间（分钟）"
        assert said.kind_of_record("catalog.product_type") == "商品类型"
        assert happened("catalog.create_attribute") == "已创建"
    with translation.override("en"):
        assert said.value("amount_minor", 1250, "GBP") == "£12.50"
        assert said.in_language({"en": "Mug", "zh-hans": "马克杯"}) == "Mug"


def test_stored_objects_are_facts_and_their_text_is_escaped() -> None:
    told = said.facts({"line1": "<b>1 Road</b>", "city": "London", "strange": 1, "line2": ""})
    assert "<dt>Street</dt><dd>&lt;b&gt;1 Road&lt;/b&gt;</dd>" in told
    assert "<dt><code>strange</code></dt>" in told  # nobody gave it words
    assert "line2" not in told


@pytest.mark.django_db
def test_ids_of_a_page_are_named_in_one_statement() -> None:
    places = [Warehouse.objects.create(code=f"w{n}", name={"en": f"Place {n}"}) for n in range(5)]

    with CaptureQueriesContext(connection) as asked:
        names = said.named("warehouse_id", [p.pk for p in places])
    assert names[str(places[3].pk)] == "Place 3"
    assert len(asked) == 1
    assert said.value("warehouse_id", 30_000) == "30000"  # leads nowhere: said as it is
    assert said.named("order_id", ["not-an-id"]) == {}


@pytest.mark.django_db(transaction=True)
def test_names_are_typed_language_by_language() -> None:
    brand = Brand.objects.create(slug="north", name={"en": "North"})
    client, path = client_of("owner"), reverse("admin:catalog_brand_change", args=[brand.pk])
    page = client.get(path).content.decode()
    assert re.search(r'<label[^>]*for="id_name_0">English</label>', page)
    assert "{&quot;en&quot;" not in page.partition("name_en")[0]
    typed = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    typed |= {"slug": "north", "name_en": "North hall", "name_zh_hans": "北厅", "_save": ""}
    assert client.post(path, typed).status_code == 302
    brand.refresh_from_db()
    assert brand.name == {"en": "North hall", "zh-hans": "北厅"}


@pytest.mark.django_db(transaction=True)
def test_a_list_shows_what_ids_mean_and_states_in_words() -> None:
    order = placed(a_shop())
    page = browser_page("/office/payments/payment/")
    assert order.number in page
    assert str(order.id) not in page
    assert "测试支付" in page


def browser_page(path: str) -> str:
    client = client_of("owner")
    client.cookies["language"] = "zh-hans"
    answer = client.get(path, headers={"accept-language": "zh-hans"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_sign_in_pages_speak_as_ours_do() -> None:
    """Not In Capitals, and of the same things by the same names."""
    for language, expected in (("en", "Two-step sign-in"), ("zh-hans", "两步验证")):
        with translation.override(language):
            assert gettext("Two-Factor Authentication") == gettext("Two-step sign-in") == expected
    with translation.override("en"):
        assert [text for text in map(gettext, SIGN_IN) if text.istitle() and " " in text] == []
        own = {e.msgid for e in polib.pofile(str(PROJECT / "entrepot/web/locale/en/LC_MESSAGES/django.po"))}
    assert own == set(SIGN_IN)


def test_the_hints_for_a_password_are_as_polite_as_our_pages() -> None:
    with translation.override("zh-hans"):
        hints = [gettext(hint) for hint in (*PASSWORD_HINTS, *password_validators_help_texts())]
    assert [h for h in hints if "你" in h] == []
    assert all(HAN.search(h) for h in hints)


def test_a_button_that_splits_is_not_called_by_the_state_of_what_was_split() -> None:
    with translation.override("zh-hans"):
        assert (translation.pgettext("verb", "Split"), translation.gettext("Split")) == ("拆分", "已拆分")
