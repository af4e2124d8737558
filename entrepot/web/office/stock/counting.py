"""Stock counts: a sheet per place and category, counted (blind or not), looked at, booked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.inventory import public as inventory
from entrepot.inventory.permissions import READ
from entrepot.kit.errors import N_, InvalidInput
from entrepot.kit.rest import actor_of
from entrepot.web.office.orders.forms import Refused, pressed
from entrepot.web.office.pages import office_page, quantity_of, text_of, whole, work_page
from entrepot.web.office.stock.items import rights
from entrepot.web.office.stock.ledger import warehouse_choices
from entrepot.web.office.stock.sheets import heads, sheet, wants_csv

ROWS = 50


def show(request: HttpRequest, told: Refused | None = None) -> HttpResponse:
    """All counts, newest first, and a form for a new sheet."""
    if request.method == "POST" and told is None:
        return pressed(request, "count", lambda: _open(request), _("The sheet is ready."),
                       lambda made: reverse("admin:desk_count", args=[made.id]), lambda back: show(request, back))
    found, more = inventory.list_counts(limit=ROWS, cursor=request.GET.get("cursor") or None)
    language = get_language() or "en"
    categories = [("", _("Everything that lies there")), *_flat(catalog.category_tree(language), 0)]
    context = {"rows": found, "more": more, "refused": told, "may": rights(request), "tab": "counts",
               "warehouses": warehouse_choices()[1:], "categories": categories}
    return office_page(request, "stock/counts", _("Counts"), context, status=422 if told else 200)


def _flat(nodes: Any, depth: int) -> list[tuple[int, str]]:
    found = []
    for node in nodes:
        found += [(node.id, f"{'— ' * depth}{node.name}"), *_flat(node.children, depth + 1)]
    return found


def _open(request: HttpRequest) -> Any:
    category = text_of(request, "category")
    skus = text_of(request, "skus").replace(",", "\n").splitlines()
    return inventory.open_count(
        text_of(request, "warehouse"), category_id=whole(category) if len(category) < 10 else None,
        skus=skus, blind="blind" in request.POST, note=text_of(request, "note"), actor=actor_of(request))


def one(request: HttpRequest, count_id: UUID, told: Refused | None = None) -> HttpResponse:
    """One sheet: type what is there, close, look at the differences, book them."""
    if request.method == "POST" and told is None:
        return pressed(request, "count", lambda: _do(request, count_id), _("Done."),
                       lambda _done: reverse("admin:desk_count", args=[count_id]),
                       lambda back: one(request, count_id, back))
    count, language = inventory.get_count(count_id), get_language() or "en"
    lines: list[dict[str, Any]] = [{"it": line, "name": catalog.in_language(line.name, language)}
                                   for line in count.lines]
    if wants_csv(request):
        return sheet(count.number, heads("sku", "name", "expected", "counted", "difference", "by", "at"),
                     ([row["it"].sku, row["name"], row["it"].expected_qty, row["it"].counted_qty,
                       row["it"].difference, row["it"].counted_by, row["it"].counted_at] for row in lines))
    hidden = count.is_blind and count.state == "counting"
    differ = [row for row in lines if row["it"].difference]
    context = {"count": count, "lines": differ if request.GET.get("show") == "differences" else lines, "hidden": hidden,
               "differ": len(differ), "only": request.GET.get("show") == "differences", "refused": told,
               "may": rights(request), "tab": "counts", "places": dict(warehouse_choices())}
    return office_page(request, "stock/count", count.number, context, status=422 if told else 200)


def _do(request: HttpRequest, count_id: UUID) -> None:
    verb, actor = text_of(request, "verb"), actor_of(request)
    if verb == "tally":
        _tally(request, count_id)
    elif verb == "close":
        with transaction.atomic():
            _tally(request, count_id)
            inventory.close_count(count_id, missing_as_zero="zero" in request.POST, actor=actor)
    elif verb == "reopen":
        inventory.reopen_count(count_id, actor=actor)
    elif verb == "cancel":
        inventory.cancel_count(count_id, actor=actor)
    elif verb == "post":
        inventory.post_count(count_id, reason=text_of(request, "reason"), actor=actor)
    else:
        raise InvalidInput("verb", N_("Choose one of the list."))


def _tally(request: HttpRequest, count_id: UUID) -> None:
    """Only what was typed anew: an empty field is not counted, an unchanged one was counted before."""
    typed = {line.variant_id: (quantity_of(request, f"counted-{line.variant_id}"), line.counted_qty)
             for line in inventory.get_count(count_id).lines}
    fresh = {variant: now for variant, (now, before) in typed.items() if now is not None and now != before}
    if fresh:
        inventory.tally(count_id, fresh, actor=actor_of(request))


PAGES = (
    work_page("desk_counts", "desk/stock/counts/", show, READ),
    work_page("desk_count", "desk/stock/counts/<uuid:count_id>/", one, READ),
)
