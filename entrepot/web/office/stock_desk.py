"""The stock page: find a SKU, see what lies where and why, receive goods, count, correct, set damaged ones aside."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import VariantFacts
from entrepot.catalog.public import ProductFilter
from entrepot.inventory import public as inventory
from entrepot.inventory.permissions import ADJUST, CONFIGURE, READ, RECEIVE
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.kit.rest import actor_of
from entrepot.web.office.pages import acted, office_page, quantity_of, text_of, work_page


def show(request: HttpRequest) -> HttpResponse:
    """One SKU with its stock, or what the search found."""
    query, actor = request.GET.get("q", "").strip(), actor_of(request)
    language = get_language() or "en"
    item = catalog.find_variant(query) if query else None
    context: dict[str, Any] = {
        "query": query, "item": item, "may": {code for code, p in _RIGHTS.items() if actor.can(p)},
        "found": [] if item or not query else catalog.find_products(ProductFilter(query=query), limit=20)}
    for product in context["found"]:
        product["title"] = catalog.in_language(product["name"], language)
    if item:
        context |= _stock(item, language)
    return office_page(request, "stock", item.sku if item else _title(), context)


def _title() -> str:
    from django.utils.translation import gettext

    return gettext("Stock desk")


_RIGHTS = {"adjust": ADJUST, "receive": RECEIVE, "configure": CONFIGURE}


def _stock(item: VariantFacts, language: str) -> dict[str, Any]:
    balances = inventory.list_balances(warehouse=None, sku=item.sku, level=None, limit=100, cursor=None)[0]
    by_code = {b["warehouse_code"]: b for b in balances}
    places = [{"code": w.code, "name": catalog.in_language(w.name, language), "balance": by_code.get(w.code)}
              for w in inventory.warehouses() if w.is_active or w.code in by_code]
    ledger = inventory.list_movements(sku=item.sku, warehouse=None, reference=None, kind=None, limit=30, cursor=None)[0]
    return {"name": catalog.in_language(item.name, language), "places": places, "ledger": ledger}


def do(request: HttpRequest, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    sku = text_of(request, "sku")
    return acted(request, lambda: VERBS[verb](request, _variant(sku), text_of(request, "warehouse")),
                 f"{reverse('admin:desk_stock')}?{urlencode({'q': sku})}")


def _variant(sku: str) -> UUID:
    if (item := catalog.find_variant(sku)) is None:
        raise NotFound(N_("variant"))
    return item.id


def _quantity(request: HttpRequest) -> Decimal:
    value = quantity_of(request, "quantity")
    if value is None:
        raise InvalidInput("quantity", N_("Give a number."))
    return value


def _receive(request: HttpRequest, variant_id: UUID, warehouse: str) -> None:
    inventory.receive(variant_id, warehouse, _quantity(request), reason=text_of(request, "reason"),
                      reference=text_of(request, "reference"), actor=actor_of(request))


def _adjust(request: HttpRequest, variant_id: UUID, warehouse: str) -> None:
    inventory.adjust(variant_id, warehouse, delta=_quantity(request), reason=text_of(request, "reason"),
                     actor=actor_of(request))


def _count(request: HttpRequest, variant_id: UUID, warehouse: str) -> None:
    """The counted quantity replaces the one that the page showed; if that has changed meanwhile, count again."""
    inventory.adjust(variant_id, warehouse, set_to=_quantity(request), expected_on_hand=quantity_of(request, "seen"),
                     reason=text_of(request, "reason"), actor=actor_of(request))


def _damage(request: HttpRequest, variant_id: UUID, warehouse: str) -> None:
    inventory.mark_damaged(variant_id, warehouse, _quantity(request), reason=text_of(request, "reason"),
                           actor=actor_of(request))


def _write_off(request: HttpRequest, variant_id: UUID, warehouse: str) -> None:
    inventory.write_off(variant_id, warehouse, _quantity(request), reason=text_of(request, "reason"),
                        actor=actor_of(request))


def _levels(request: HttpRequest, variant_id: UUID, warehouse: str) -> None:
    inventory.set_levels(variant_id, warehouse, safety=quantity_of(request, "safety"),
                         backorder=quantity_of(request, "backorder"), actor=actor_of(request))


VERBS: dict[str, Callable[[HttpRequest, UUID, str], None]] = {
    "receive": _receive, "adjust": _adjust, "count": _count, "damage": _damage, "write-off": _write_off,
    "levels": _levels}


PAGES = (
    work_page("desk_stock", "desk/stock/", show, READ, _("Stock desk"), "barcode_scanner", "stock"),
    work_page("desk_stock_do", "desk/stock/do/<slug:verb>/", do, READ),
)
