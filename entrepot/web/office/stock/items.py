"""One SKU: what lies in every place and why; receive, correct with the count that was seen, set aside, levels."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import VariantFacts
from entrepot.catalog.public import ProductFilter
from entrepot.inventory import public as inventory
from entrepot.inventory.permissions import ADJUST, CONFIGURE, COUNT, READ, RECEIVE, TRANSFER
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.kit.rest import actor_of
from entrepot.web.office.orders.forms import Refused, pressed
from entrepot.web.office.pages import office_page, quantity_of, text_of, work_page
from entrepot.web.office.stock import moves
from entrepot.web.office.stock.sheets import heads, sheet, wants_csv
from entrepot.web.templatetags.office import place_names

RIGHTS = {"adjust": ADJUST, "receive": RECEIVE, "configure": CONFIGURE, "count": COUNT, "transfer": TRANSFER}


def rights(request: HttpRequest) -> set[str]:
    actor = actor_of(request)
    return {code for code, permission in RIGHTS.items() if actor.can(permission)}


def show(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    """One SKU with its stock, or what the search found."""
    query = (refused.given.get("sku", "") if refused else request.GET.get("q", "")).strip()
    language = get_language() or "en"
    item = catalog.find_variant(query) if query else None
    if wants_csv(request):
        return _balances(request)
    context: dict[str, Any] = {
        "query": query, "item": item, "may": rights(request), "refused": refused, "tab": "stock",
        "found": [] if item or not query else catalog.find_products(ProductFilter(query=query), limit=20)}
    for product in context["found"]:
        product["title"] = catalog.in_language(product["name"], language)
    if item:
        context |= _stock(request, item, language)
    elif not query:
        context |= {"needs": _needs(language), "ledger": moves.told(request, inventory.running_ledger(limit=10)[0])}
    return office_page(request, "stock/item", item.sku if item else _("Stock desk"), context,
                       status=422 if refused else 200)


def _stock(request: HttpRequest, item: VariantFacts, language: str) -> dict[str, Any]:
    balances = inventory.list_balances(warehouse=None, sku=item.sku, level=None, limit=100, cursor=None)[0]
    by_code = {b["warehouse_code"]: b for b in balances}
    places = [{"code": w.code, "name": catalog.in_language(w.name, language), "balance": by_code.get(w.code)}
              for w in inventory.warehouses() if w.is_active or w.code in by_code]
    ledger = moves.told(request, inventory.running_ledger(sku=item.sku, limit=15)[0])
    return {"name": catalog.in_language(item.name, language), "places": places, "ledger": ledger}


NEEDS = (("out", gettext_lazy("Out of stock")), ("low", gettext_lazy("Running low")),
         ("incoming", gettext_lazy("On the way")))
_SHOWN = 6


def _needs(language: str) -> list[dict[str, Any]]:
    """What wants attention, some rows of each; the list of low stock has all."""
    needs = []
    for level, title in NEEDS:
        found, _more = inventory.list_balances(warehouse=None, sku=None, level=level, limit=_SHOWN, cursor=None)
        needs.append({"level": level, "title": title, "rows": _named(found, language)})
    return needs


def _named(rows: list[dict[str, Any]], language: str) -> list[dict[str, Any]]:
    facts = catalog.variant_facts({r["variant_id"] for r in rows}) if rows else {}
    return [{**r, "name": catalog.in_language(known.name, language) if (known := facts.get(r["variant_id"])) else ""}
            for r in rows]


def _balances(request: HttpRequest) -> HttpResponse:
    """Every balance, a page of the database at a time."""
    def rows() -> Any:
        cursor: str | None = None
        while True:
            found, cursor = inventory.list_balances(warehouse=request.GET.get("warehouse") or None, sku=None,
                                                    level=request.GET.get("level") or None, limit=500, cursor=cursor)
            for b in found:
                yield [b["sku"], places.get(b["warehouse_code"], b["warehouse_code"]), *(b[name] for name in names[2:])]
            if cursor is None:
                return

    places = place_names()
    names = ("sku", "warehouse", "on_hand", "reserved", "sellable", "damaged", "incoming", "safety", "backorder")
    return sheet("stock", heads(*names), rows())


def do(request: HttpRequest, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    sku, place = text_of(request, "sku"), text_of(request, "warehouse")
    return pressed(request, f"{verb}-{place}", lambda: VERBS[verb](request, _variant(sku), place), _("Done."),
                   lambda _done: f"{reverse('admin:desk_stock')}?{urlencode({'q': sku})}",
                   lambda told: show(request, told))


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
                     expected_on_hand=quantity_of(request, "seen"), actor=actor_of(request))


def _count(request: HttpRequest, variant_id: UUID, warehouse: str) -> None:
    """The counted quantity replaces the one that the page showed; if that has changed meanwhile, count again."""
    inventory.adjust(variant_id, warehouse, set_to=_quantity(request), expected_on_hand=quantity_of(request, "seen"),
                     reason=text_of(request, "reason"), actor=actor_of(request))


def _damage(request: HttpRequest, variant_id: UUID, warehouse: str) -> None:
    inventory.mark_damaged(variant_id, warehouse, _quantity(request), reason=text_of(request, "reason"),
                           actor=actor_of(request))


def _restore(request: HttpRequest, variant_id: UUID, warehouse: str) -> None:
    inventory.restore_damaged(variant_id, warehouse, _quantity(request), reason=text_of(request, "reason"),
                              actor=actor_of(request))


def _write_off(request: HttpRequest, variant_id: UUID, warehouse: str) -> None:
    inventory.write_off(variant_id, warehouse, _quantity(request), reason=text_of(request, "reason"),
                        actor=actor_of(request))


def _levels(request: HttpRequest, variant_id: UUID, warehouse: str) -> None:
    levels = {name: quantity_of(request, name) or Decimal(0)  # an emptied field is none at all
              for name in ("safety", "backorder") if name in request.POST}
    inventory.set_levels(variant_id, warehouse, **levels, actor=actor_of(request))


VERBS: dict[str, Callable[[HttpRequest, UUID, str], None]] = {
    "receive": _receive, "adjust": _adjust, "count": _count, "damage": _damage, "restore": _restore,
    "write-off": _write_off, "levels": _levels}

PAGES = (
    work_page("desk_stock", "desk/stock/", show, READ, gettext_lazy("Stock desk"), "barcode_scanner", "stock"),
    work_page("desk_stock_do", "desk/stock/do/<slug:verb>/", do, READ),
)
