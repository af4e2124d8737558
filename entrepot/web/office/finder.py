"""Search over the whole office: pages, orders, customers, products and SKUs, each only for who may see it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from entrepot.catalog import public as catalog
from entrepot.catalog.permissions import READ as SEE_GOODS
from entrepot.catalog.public import ProductFilter
from entrepot.customers import public as customers
from entrepot.customers.permissions import READ as SEE_CUSTOMERS
from entrepot.inventory.permissions import READ as SEE_STOCK
from entrepot.kit.actor import Actor
from entrepot.kit.amounts import money
from entrepot.kit.rest import actor_of
from entrepot.orders import public as orders
from entrepot.orders.permissions import READ as SEE_ORDERS
from entrepot.web.office.nav import sidebar
from entrepot.web.office.pages import office_page, work_page
from entrepot.web.permissions import OFFICE
from entrepot.web.templatetags.office import words

EACH, ON_PAGE = 6, 25  # hits of one kind in the window, and on the page
_SHORTEST = 2


class Hit(NamedTuple):
    title: str
    more: str
    address: str
    icon: str


class Kind(NamedTuple):
    title: str
    hits: list[Hit]


def show(request: HttpRequest) -> HttpResponse:
    """The page of results; `part` asks for the list alone, as the window draws it while one types."""
    text = request.GET.get("q", "").strip()[:80]
    part = "part" in request.GET
    found = [k for k in find(request, text, EACH if part else ON_PAGE) if k.hits]
    count = sum(len(k.hits) for k in found)
    told = ngettext("{n} result", "{n} results", count).format(n=count) if text else ""
    if part:
        return render(request, "office/_found.html", {"found": found, "text": text, "told": told})
    return office_page(request, "found", gettext("Search"), {"found": found, "text": text, "told": told})


def find(request: HttpRequest, text: str, most: int) -> Iterator[Kind]:
    actor, language = actor_of(request), get_language() or "en"
    yield Kind(gettext("Pages"), list(_pages(request, text))[:most])
    if len(text) < _SHORTEST:
        return
    if actor.can(SEE_ORDERS):
        yield Kind(gettext("Orders"), [_order(o) for o in orders.search_orders(text, most, actor=actor)])
    if actor.can(SEE_CUSTOMERS):
        yield Kind(gettext("Customers"), [
            Hit(c.name or c.email, c.email, reverse("admin:desk_customer", args=[c.id]), "person")
            for c in customers.find_customers(text, limit=most)[0]])
    if actor.can(SEE_GOODS):
        yield Kind(gettext("Products"), [
            Hit(catalog.in_language(p["name"], language), p["sku"] or p["slug"],
                reverse("admin:desk_product", args=[p["id"]]), "sell")
            for p in catalog.find_products(ProductFilter(query=text), limit=most)])
        yield Kind(gettext("Stock"), list(_sku(actor, text, language)))


def _order(order: Any) -> Hit:
    more = f"{words(order.state)} · {money(order.total_minor, order.currency)}"
    return Hit(f"{order.number}  {order.email}", more, reverse("admin:desk_order", args=[order.id]), "receipt_long")


def _sku(actor: Actor, text: str, language: str) -> Iterator[Hit]:
    item = catalog.find_variant(text.upper()) if actor.can(SEE_STOCK) else None
    if item:
        yield Hit(item.sku, catalog.in_language(item.name, language), f"{reverse('admin:desk_stock')}?q={item.sku}",
                  "barcode_scanner")


def _pages(request: HttpRequest, text: str) -> Iterator[Hit]:
    """Every line of the navigation, and adding a record where that is allowed; all words must occur."""
    wanted = text.lower().split()
    for group in sidebar(request):
        for line in group["items"]:
            if all(w in f"{line['title']} {group['title']}".lower() for w in wanted):
                yield Hit(str(line["title"]), str(group["title"]), line["link"], line["icon"])
    if wanted:
        yield from _additions(request, wanted)


def _additions(request: HttpRequest, wanted: list[str]) -> Iterator[Hit]:
    for model, model_admin in admin.site._registry.items():
        title = gettext("Add: {what}").format(what=model._meta.verbose_name)
        if all(w in title.lower() for w in wanted) and model_admin.has_add_permission(request):
            address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
            yield Hit(title, "", address, "add")


PAGES = (work_page("desk_search", "desk/search/", show, OFFICE),)
