"""A record that cannot be is refused beside its field, in the language of who typed it, and nothing is kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from entrepot.kit.admin import BaseAdmin, ReadOnlyAdmin
from entrepot.orders.tests.factories import a_shop
from entrepot.pricing.models import PriceList, TaxRate
from entrepot.web.tests.test_office import client_of

pytestmark = pytest.mark.django_db(transaction=True)
FORMS = [a for a in admin.site._registry.values() if isinstance(a, BaseAdmin) and not isinstance(a, ReadOnlyAdmin)]
HOSTILE = ("", "0001-01-01", "9999-12-31", "9999-12-31T23:59:59", "-1", "9" * 40, "1e400", "NaN", "Infinity",
           "x" * 10_000, "a\x00b", "💥", "no-such-choice", "٣", "<script>", "{", "null",
           "00000000-0000-0000-0000-000000000000")


@pytest.fixture
def office() -> Client:
    a_shop()
    return client_of("owner")


def add(office: Client, model: Any, language: str = "en", /, **fields: str) -> Any:
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
    return office.post(address, fields, headers={"Accept-Language": language})


@pytest.mark.parametrize(("language", "sentence"), [
    ("en", "The end must be after the start."), ("zh-hans", "结束时间必须晚于开始时间。")])
def test_dates_the_wrong_way_round(office: Client, language: str, sentence: str) -> None:
    before = PriceList.objects.count()
    answer = add(office, PriceList, language, code="late", currency="EUR", name="{}", priority="0",
                 from_at="2030-01-02T00:00:00", until_at="2030-01-01T00:00:00")
    assert answer.status_code == 422
    assert sentence in answer.context["adminform"].form.errors.get("until_at", []), answer.context["errors"]
    assert "pricing_list_dates" not in answer.content.decode()
    assert PriceList.objects.count() == before


def test_a_rate_that_is_no_share(office: Client) -> None:
    before = TaxRate.objects.count()
    answer = add(office, TaxRate, country="DE", tax_class="odd", rate="19", name="VAT", from_on="2030-01-01")
    assert answer.status_code == 422
    assert "pricing_tax" not in answer.content.decode()
    assert TaxRate.objects.count() == before


@pytest.mark.parametrize("form", FORMS, ids=lambda f: f.opts.label)
def test_hostile_words_in_every_field_change_nothing(office: Client, form: Any) -> None:
    address = reverse(f"admin:{form.opts.app_label}_{form.opts.model_name}_add")
    shown = office.get(address)
    fields = list(shown.context["adminform"].form.fields)
    for value in HOSTILE:
        before = form.model.objects.count()
        answer = office.post(address, dict.fromkeys(fields, value))
        assert answer.status_code in (302, 422), (form.opts.label, value[:20], answer.status_code)
        if answer.status_code == 422:
            assert form.model.objects.count() == before
            assert "errorlist" in answer.content.decode() or "of-error" in answer.content.decode(), value[:20]
