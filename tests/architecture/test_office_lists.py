"""What the lists and records of the office show is said for people: amounts as money, yes and no as marks."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.utils import lookup_field
from django.db import models
from django.test import RequestFactory
from django.utils import translation

from entrepot.kit.admin import BaseAdmin, shown_fields
from entrepot.kit.amounts import currency_path, money
from entrepot.kit.columns import choosable, column_of, is_amount, name_of

RAW = 1_221_000
ADMINS = [a for a in admin.site._registry.values() if isinstance(a, BaseAdmin)]
PARTS: list[tuple[Any, Any]] = [(a.model, a) for a in ADMINS] + [(i.model, i) for a in ADMINS for i in a.inlines]


def filled(model: type[models.Model], name: str) -> models.Model:
    """A record whose amount is RAW, with what says its currency, in memory alone."""
    record = model(**{name: RAW})
    at: Any = record
    *steps, last = currency_path(model, name)
    for step in steps:
        below = at._meta.get_field(step).remote_field.model()
        at._state.fields_cache[step], at = below, below
    setattr(at, last, "GBP")
    return record


@pytest.mark.parametrize(("model", "part"), PARTS, ids=lambda p: getattr(getattr(p, "_meta", None), "label", ""))
def test_no_amount_is_shown_in_minor_units(model: Any, part: Any) -> None:
    fields = {f.name: f for f in model._meta.concrete_fields if is_amount(f.name)}
    named = getattr(part, "readonly_fields", None) or part.fields
    shown = {name_of(n) for n in (*shown_fields(model, named), *getattr(part, "list_display", ()))}
    possible = set(choosable(model, [n for n in getattr(part, "list_display", ()) if isinstance(n, str)]))
    for name in fields.keys() & (shown | possible):
        assert currency_path(model, name), f"{model._meta.label}.{name} is shown, and nothing says its currency"
        with translation.override("en"):
            assert column_of(fields[name])(filled(model, name)) == "£12,210.00"


@pytest.mark.parametrize("model_admin", ADMINS, ids=lambda a: a.opts.label)
def test_a_list_has_no_column_that_django_would_show_raw(model_admin: Any) -> None:
    request = RequestFactory().get("/")
    model_admin.layout = lambda _request: type("Layout", (), {"columns": ()})
    try:
        columns = model_admin.get_list_display(request)
    finally:
        del model_admin.layout
    raw = (models.BooleanField, models.JSONField, models.BinaryField)
    fields = {f.name: f for f in model_admin.opts.concrete_fields}
    for column in (c for c in columns if isinstance(c, str) and c in fields):
        assert not isinstance(fields[column], raw), f"{model_admin.opts.label}.{column}"
        assert not is_amount(column), f"{model_admin.opts.label}.{column}"


def test_a_plain_no_is_no_error_and_is_said_to_who_does_not_see_the_mark() -> None:
    coupon = next(a for a in ADMINS if a.opts.model_name == "coupon")
    with translation.override("zh-hans"):
        column = column_of(coupon.opts.get_field("staff_only"))
        yes, no = (lookup_field(column, coupon.model(staff_only=v), coupon)[2] for v in (True, False))
    assert 'class="of-yes"' in yes
    assert "是" in yes
    assert 'class="of-no"' in no
    assert "否" in no
    assert "img" not in no


def test_amounts_are_written_alike_in_both_languages() -> None:
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert [money(RAW, "GBP"), money(-RAW, "JPY"), money(RAW, "CHF"), money(None, "GBP")] == \
                ["£12,210.00", "−¥1,221,000", "12,210.00 CHF", ""]
