"""Lists of stock: the ledger with what lay there after each movement, and what runs low with its levels."""

from __future__ import annotations

from datetime import MAXYEAR, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.inventory import public as inventory
from entrepot.inventory.permissions import CONFIGURE, READ
from entrepot.kit.errors import DomainError
from entrepot.kit.rest import actor_of
from entrepot.web.office.orders.forms import Refused, refused
from entrepot.web.office.pages import office_page, quantity_of, text_of, work_page
from entrepot.web.office.stock import moves
from entrepot.web.office.stock.items import rights
from entrepot.web.office.stock.sheets import heads, sheet, wants_csv
from entrepot.web.templatetags.office import who, words

KINDS = ("receipt", "sale", "return", "adjustment", "transfer_out", "transfer_in", "damage", "write_off")
FILTERS = ("sku", "warehouse", "kind", "reference", "since", "until")
LEVELS = ("low", "out", "damaged", "incoming")
ROWS = 50


def warehouse_choices() -> list[tuple[str, str]]:
    language = get_language() or "en"
    return [("", _("All")), *((w.code, catalog.in_language(w.name, language)) for w in inventory.warehouses())]


def show(request: HttpRequest) -> HttpResponse:
    """Every movement that the filters leave, newest first."""
    asked = {name: request.GET.get(name, "").strip()[:80] for name in FILTERS}
    wanted: dict[str, Any] = {name: asked[name] or None for name in ("sku", "warehouse", "reference", "kind")}
    wanted |= {"since": _day(asked["since"]), "until": _day(asked["until"], 1)}
    problem: str = ""
    rows: list[dict[str, Any]] = []
    more: str | None = None
    try:
        if wants_csv(request):
            return _sheet(request, wanted)
        rows, more = inventory.running_ledger(**wanted, limit=ROWS, cursor=request.GET.get("cursor") or None)
    except DomainError as error:
        problem = refused(request, "ledger", error).text
    context = {"rows": moves.told(request, rows), "more": more, "asked": asked, "problem": problem, "tab": "ledger",
               "may": rights(request), "warehouses": warehouse_choices(),
               "kinds": [("", _("All")), *((kind, words(kind)) for kind in KINDS)]}
    return office_page(request, "stock/ledger", _("Stock ledger"), context, status=422 if problem else 200)


def _day(given: str, days: int = 0) -> datetime | None:
    try:
        on = parse_date(given) if given else None
    except ValueError:
        on = None
    if on is None or not 1 < on.year < MAXYEAR:  # no movement is that old or that late
        return None
    return datetime.combine(on, time.min, tzinfo=timezone.get_current_timezone()) + timedelta(days=days)


_LEDGER = ("at", "sku", "warehouse", "kind", "on_hand", "damaged", "balance", "reason", "reference", "by")


def _sheet(request: HttpRequest, wanted: dict[str, Any]) -> HttpResponse:
    places = dict(warehouse_choices())

    def rows() -> Any:
        cursor: str | None = None
        while True:
            found, cursor = inventory.running_ledger(**wanted, limit=500, cursor=cursor)
            for row in moves.told(request, found):
                place = row["warehouse_code"]
                yield [row["at"], row["sku"], places.get(place, place), words(row["kind"]), row["on_hand_delta"],
                       row["damaged_delta"], row["balance"], row["why"], row["paper"], who(row["actor"])]
            if cursor is None:
                return

    return sheet("ledger", heads(*_LEDGER), rows())


def low(request: HttpRequest) -> HttpResponse:
    """What runs low, out, damaged or on its way, with the levels to edit in place."""
    told = None
    if request.method == "POST":
        answer = _save_levels(request)
        if isinstance(answer, HttpResponse):
            return answer
        told = answer
    level = request.GET.get("level", "low")
    level = level if level in LEVELS else "low"
    place = request.GET.get("warehouse", "")
    found, more = inventory.list_balances(warehouse=place or None, sku=None, level=level, limit=ROWS,
                                          cursor=request.GET.get("cursor") or None)
    names = catalog.variant_facts({b["variant_id"] for b in found})
    language = get_language() or "en"
    rows = [{**b, "name": catalog.in_language(facts.name, language) if (facts := names.get(b["variant_id"])) else ""}
            for b in found]
    context = {"rows": rows, "more": more, "level": level, "place": place, "warehouses": warehouse_choices(),
               "levels": [("low", _("running low")), ("out", _("out of stock")), ("damaged", words("damaged")),
                          ("incoming", _("on the way"))], "refused": told, "may": rights(request), "tab": "low"}
    return office_page(request, "stock/low", _("Low stock"), context, status=422 if told else 200)


def _level(request: HttpRequest, name: str) -> Decimal | None:
    """An emptied field is none at all; one that was not on the page stays."""
    return quantity_of(request, name) or Decimal(0) if name in request.POST else None


def _save_levels(request: HttpRequest) -> HttpResponse | Refused:
    """Only the levels that were changed; the first that is refused is shown, those before it are kept."""
    actor = actor_of(request)
    actor.require(CONFIGURE)
    saved = 0
    for key in request.POST.getlist("row")[:ROWS]:
        sku, _at, place = key.rpartition("@")
        try:
            safety, backorder = (_level(request, f"{name}-{key}") for name in ("safety", "backorder"))
            if text_of(request, f"was-{key}") == f"{safety or 0}/{backorder or 0}":
                continue
            item = catalog.find_variant(sku)
            if item is not None:
                inventory.set_levels(item.id, place, safety=safety, backorder=backorder, actor=actor)
                saved += 1
        except DomainError as error:
            told = refused(request, "levels", error)
            field = told.field if "-" in told.field else f"{told.field or 'safety'}-{key}"
            return Refused("levels", field, told.text, request.POST)
    messages.success(request, ngettext("{n} level saved.", "{n} levels saved.", saved).format(n=saved))
    return HttpResponseRedirect(f"{reverse('admin:desk_low')}?{request.GET.urlencode()}")


PAGES = (
    work_page("desk_ledger", "desk/stock/ledger/", show, READ),
    work_page("desk_low", "desk/stock/low/", low, READ),
)
