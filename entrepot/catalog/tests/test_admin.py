"""The back office: every page opens for who may see it, stays shut for others, and costs the same for 1 and 5 rows."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from entrepot.catalog import public
from entrepot.catalog.models import Product, Variant
from entrepot.catalog.tests.factories import ALICE, BOB, a_product
from entrepot.kit.actor import Actor

pytestmark = pytest.mark.django_db

OURS = [model for model in admin.site._registry if model._meta.app_label == "catalog"]


def request(by: Actor, method: str = "get", **data: str):
    made = getattr(RequestFactory(), method)("/", data)
    made.actor = by
    return made


def test_every_model_of_ours_has_a_page_but_lines_and_memberships():
    assert {m.__name__ for m in OURS} == {"Attribute", "Brand", "Category", "Channel", "Collection", "Product",
                                          "ProductType", "Redirect", "Variant"}


@pytest.mark.parametrize("model", OURS, ids=lambda m: m.__name__)
def test_rights_come_from_roles(model):
    page = admin.site._registry[model]
    assert page.has_view_permission(request(BOB))
    for ask in (page.has_view_permission, page.has_change_permission, page.has_add_permission,
                page.has_module_permission, page.has_delete_permission):
        assert not ask(request(ALICE))
    assert not page.has_delete_permission(request(BOB))


@pytest.mark.parametrize("model", [Product, Variant])
def test_lists_cost_the_same_for_1_and_5_rows(model):
    page = admin.site._registry[model]
    counts = []
    for rows in (1, 4):
        for n in range(rows):
            a_product(f"P{rows}-{n}")
        with CaptureQueriesContext(connection) as captured:
            for row in page.get_queryset(request(BOB)).select_related(*page.list_select_related):
                for name in page.list_display:
                    shown = getattr(page, name, None)
                    str(shown(row) if callable(shown) else getattr(row, name))
        counts.append(len(captured))
    assert counts[0] == counts[1] == 1


def test_a_button_runs_the_action():
    product = a_product("Cup", status="draft")
    page = admin.site._registry[Product]
    buttons = {b.code: b for b in page.buttons}
    buttons["activate"].run(request(BOB), str(product), "")
    assert public.get_product(product)["status"] == "active"
    buttons["archive"].run(request(BOB), str(product), "season over")
    assert public.get_product(product)["status"] == "archived"
    assert public.product_history(product)[0].reason == "season over"


def test_a_brand_is_saved_by_the_actions():
    page = admin.site._registry[next(m for m in OURS if m.__name__ == "Brand")]
    brand = page.model(slug="acme", name={"en": "Acme"})
    page.save_model(request(BOB), brand, None, change=False)
    brand.slug = "acme-2"
    page.save_model(request(BOB), brand, None, change=True)
    assert public.resolve_redirect("brand", "acme") == "acme-2"
