"""Price lists: for whom and when, their prices in a grid, and changes of many prices that are seen before they hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import VariantFacts
from entrepot.catalog.public import ProductFilter
from entrepot.customers import public as customers
from entrepot.kit.actor import Actor
from entrepot.kit.errors import DomainError
from entrepot.kit.money import exponent
from entrepot.kit.rest import actor_of
from entrepot.pricing import public as pricing
from entrepot.pricing.contracts import PriceListInput
from entrepot.pricing.permissions import SET_PRICES
from entrepot.web.office.goods.choices import Catalogue
from entrepot.web.office.goods.sheet import LANGUAGES, Sheet, amount, named, plain, wall_time
from entrepot.web.office.pages import office_page, whole
from entrepot.web.office.prices.builder import currencies

PAGE, MOST = 20, 250  # products on a page, products of one change


def listed(request: HttpRequest) -> HttpResponse:
    actor, language = actor_of(request), get_language() or "en"
    channels = {c.id: catalog.in_language(c.name, language) for c in catalog.channels()}
    groups = {g.id: g.name for g in customers.list_groups()}
    rows = [{"it": p, "title": catalog.in_language(p.name, language) or p.code, "for": ", ".join(filter(None, (
        channels.get(p.channel_id or 0), groups.get(p.group_id or 0), _("a company") if p.company_id else "")))}
        for p in pricing.list_price_lists("", 500)]
    return office_page(request, "prices/lists", _("Price lists"), {
        "rows": sorted(rows, key=lambda r: (not r["it"].is_active, r["it"].currency, -r["it"].priority)),
        "may": {"set"} if actor.can(SET_PRICES) else set()})


def new(request: HttpRequest) -> HttpResponse:
    actor, sheet = actor_of(request), Sheet.of(request)
    if request.method == "POST":
        code = sheet.text("code") or ""
        if not re.fullmatch(r"[-_a-zA-Z0-9]{1,50}", code):
            sheet.errors["code"] = _("A code has letters, digits, hyphens and underscores.")
        given = PriceListInput(code=code, currency=sheet.text("currency") or "", **_given(sheet))
        if not sheet.refused:
            try:
                pricing.create_price_list(given, actor=actor)
            except DomainError as error:
                sheet.blame(error, {"": "code"})
            else:
                messages.success(request, _("The list is there. Set its prices here."))
                return HttpResponseRedirect(reverse("admin:desk_price_list", args=[code]))
    return office_page(request, "prices/list_new", _("New price list"), {"fields": [
        sheet.field("code", "", pgettext("name", "Code")),
        sheet.field("currency", currencies()[0], _("Currency"), "select", choices=[(c, c) for c in currencies()]),
        *_fields(None, sheet)], "sheet": sheet}, status=422 if sheet.refused else 200)


def _fields(p: PriceListInput | None, sheet: Sheet) -> list[Any]:
    language, zone = get_language() or "en", catalog.default_channel().time_zone
    channels = [(c.id, catalog.in_language(c.name, language)) for c in catalog.channels()]
    companies = [(f.id, f.name) for f in customers.find_companies(limit=100)[0]]
    return [
        *(sheet.field(f"name-{code}", p.name.get(code) if p else "", f"{_('Name')} · {label}")
          for code, label in LANGUAGES),
        sheet.field("channel", (p and p.channel_id) or "", _("Channel"), "select",
                    choices=named(channels, blank=_("every channel"))),
        sheet.field("group", (p and p.group_id) or "", _("Customer group"), "select",
                    choices=named([(g.id, g.name) for g in customers.list_groups()], blank=_("everyone"))),
        sheet.field("company", str((p and p.company_id) or ""), _("Company"), "select",
                    choices=named(companies, blank=_("every company"))),
        sheet.field("priority", p.priority if p else 0, _("Priority"), "number",
                    hint=_("of several lists that fit, the highest holds")),
        sheet.field("from_at", wall_time(p.from_at if p else None, zone), f"{_('Starts')} · {zone}", "moment"),
        sheet.field("until_at", wall_time(p.until_at if p else None, zone), f"{_('Ends')} · {zone}", "moment"),
        sheet.field("is_active", p.is_active if p else True, _("Holds"), "check")]


def _given(sheet: Sheet) -> dict[str, Any]:
    zone = catalog.default_channel().time_zone
    channel, group, company = (sheet.text(n) or "" for n in ("channel", "group", "company"))
    names = {code: text for code, _label in LANGUAGES if (text := sheet.text(f"name-{code}"))}
    if not names:
        sheet.errors["name-en"] = _("Give it a name.")
    try:
        company_id = UUID(company) if company else None
    except ValueError:
        company_id = None
    return {"name": names, "channel_id": whole(channel),
            "group_id": whole(group), "company_id": company_id,
            "priority": int(sheet.number("priority", whole=True, least=None) or 0),
            "from_at": sheet.moment("from_at", zone), "until_at": sheet.moment("until_at", zone),
            "is_active": sheet.flag("is_active") or False}


# ---- one list: settings, search, grid


def show(request: HttpRequest, code: str) -> HttpResponse:
    actor, price_list = actor_of(request), pricing.get_price_list(code)
    sheet = Sheet.of(request, locked=not actor.can(SET_PRICES))
    query = request.POST.get("query", "") if request.method == "POST" else request.GET.urlencode()
    wanted = filter_of(QueryDict(query))
    if request.method == "POST" and _saved(request, price_list, sheet, actor):
        return HttpResponseRedirect(f"{reverse('admin:desk_price_list', args=[code])}?{query}")
    world, after = Catalogue.here(), QueryDict(query).get("after", "")
    found, following = goods_of(wanted, after, PAGE)
    return office_page(request, "prices/list", catalog.in_language(price_list.name, get_language() or "en") or code, {
        "list": price_list, "sheet": sheet, "fields": _fields(price_list, sheet), "query": query,
        "search": search_fields(QueryDict(query), world), "rows": _rows(price_list, found, sheet), "next": following,
        "may": {"set"} if actor.can(SET_PRICES) else set()}, status=422 if sheet.refused else 200)


def filter_of(asked: QueryDict) -> ProductFilter:
    def number(name: str) -> int | None:
        return whole(asked.get(name, ""))

    return ProductFilter(query=asked.get("q", "").strip()[:100], category_id=number("category"),
                         brand_id=number("brand"), collection_id=number("collection"))


def search_fields(asked: QueryDict, world: Catalogue) -> list[Any]:
    sheet = Sheet(asked, marks=False)
    return [sheet.field("q", "", _("Name, SKU or address")),
            *(sheet.field(name, "", label, "select", choices=named(choices)) for name, label, choices in (
                ("category", _("Category"), world.categories), ("collection", _("Collection"), world.collections),
                ("brand", _("Brand"), world.brands)))]


def goods_of(wanted: ProductFilter, after: str, most: int) -> tuple[list[VariantFacts], str]:
    """The variants of one page of products, and where the next page begins."""
    at, _sign, id_ = after.partition("_")
    try:
        place = (datetime.fromisoformat(at), UUID(id_)) if after else None
    except ValueError:
        place = None
    products = catalog.find_products(wanted, after=place, limit=most + 1)
    shown = products[:most]
    ids = catalog.variants_of([p["id"] for p in shown]) if shown else {}
    flat = [v for p in shown for v in ids.get(p["id"], ())]
    facts = catalog.variant_facts(flat)
    following = f"{shown[-1]['created_at'].isoformat()}_{shown[-1]['id']}" if len(products) > most else ""
    return [facts[v] for v in flat if v in facts], following


@dataclass(slots=True)
class Own:
    """What the list has of a variant: its price, and what it asks from more pieces on."""

    one: int | None
    tiers: list[tuple[Decimal, int]]


def own_prices(code: str, goods: list[VariantFacts]) -> dict[UUID, Own]:
    found = {f.id: Own(None, []) for f in goods}
    for p in pricing.prices_of(found):
        if p.list_code == code and p.min_qty <= 1:
            found[p.variant_id].one = p.amount_minor
        elif p.list_code == code:
            found[p.variant_id].tiers.append((p.min_qty, p.amount_minor))
    return found


def _rows(price_list: PriceListInput, goods: list[VariantFacts], sheet: Sheet) -> list[dict[str, Any]]:
    own, language = own_prices(price_list.code, goods), get_language() or "en"
    channel = channel_of(price_list)
    now, lowest = pricing.listing_prices(channel.id, own), pricing.lowest_recent(channel.id, own)
    margins = margins_of(channel.id, [(f, own[f.id].one) for f in goods], price_list.currency)
    rows = []
    for f in goods:
        mine = own[f.id]
        tiers = "; ".join(f"{plain(q)}: {amount(a, price_list.currency)}" for q, a in mine.tiers)
        rows.append({
            "it": f, "name": catalog.in_language(f.name, language), "listing": now.get(f.id),
            "lowest": lowest.get(f.id) if channel.currency == price_list.currency else None,
            "margin": margins.get(f.id),
            "price": sheet.field(f"price-{f.id}", amount(mine.one, price_list.currency), f"{_('Price')} {f.sku}",
                                 "number"),
            "tiers": sheet.field(f"tiers-{f.id}", tiers, f"{_('From more pieces')} {f.sku}")})
    return rows


def channel_of(price_list: PriceListInput) -> Any:
    return next((c for c in catalog.channels() if c.id == price_list.channel_id), catalog.default_channel())


def margins_of(channel_id: int, prices: list[tuple[VariantFacts, int | None]], currency: str) -> dict[UUID, Decimal]:
    """Per cent of each price, net of tax, that is left above the cost; without a known cost there is none."""
    known = [(f, price) for f, price in prices if price and f.cost is not None and f.cost_currency == currency]
    nets = pricing.net_prices(channel_id, [(f.tax_class, price) for f, price in known])
    return {f.id: round((net - f.cost.scaleb(exponent(currency))) * 100 / net, 1)
            for (f, _price), net in zip(known, nets, strict=True) if net and f.cost is not None}


def _saved(request: HttpRequest, price_list: PriceListInput, sheet: Sheet, actor: Actor) -> bool:
    """Settings and typed prices, in one transaction."""
    settings = _given(sheet) if sheet.has("name-en") else {}
    changes = {k: v for k, v in settings.items() if v != getattr(price_list, k) and not _same_time(
        k, v, getattr(price_list, k))}
    rows = _typed(price_list, sheet)
    if sheet.refused:
        return False
    try:
        with transaction.atomic():
            if changes:
                pricing.update_price_list(price_list.code, changes, actor=actor)
            changed = pricing.set_prices(price_list.code, rows, actor=actor) if rows else 0
    except DomainError as error:
        sheet.blame(error)
        return False
    messages.success(request, _("Saved: %(n)s prices are new.") % {"n": changed})
    return True


def _same_time(name: str, given: Any, stored: Any) -> bool:
    """The page shows minutes."""
    return name in ("from_at", "until_at") and bool(given and stored) and int(given.timestamp() // 60) == int(
        stored.timestamp() // 60)


def _typed(price_list: PriceListInput, sheet: Sheet) -> list[tuple[UUID, Decimal, int | None]]:
    """Prices and tiers that were sent; an emptied cell takes its price away."""
    ids = [UUID(n[6:]) for n in sheet.sent if re.fullmatch(r"(price|tiers)-[0-9a-f-]{36}", n)]
    facts = list(catalog.variant_facts(set(ids)).values())
    own, rows = own_prices(price_list.code, facts), list[tuple[UUID, Decimal, int | None]]()
    for f in facts:
        if sheet.has(name := f"price-{f.id}"):
            one = sheet.minor(name, price_list.currency)
            if one != own[f.id].one and name not in sheet.errors:
                rows.append((f.id, Decimal(1), one))
        if sheet.has(name := f"tiers-{f.id}"):
            tiers = _tiers(sheet, name, price_list.currency)
            old = dict(own[f.id].tiers)
            rows += [(f.id, q, a) for q, a in tiers.items() if old.get(q) != a]
            rows += [(f.id, q, None) for q in old if q not in tiers]
    return rows


def _tiers(sheet: Sheet, name: str, currency: str) -> dict[Decimal, int]:
    """"10: 9.50; 50: 8.90": from ten pieces 9.50 each, from fifty 8.90."""
    found: dict[Decimal, int] = {}
    for part in filter(None, (p.strip() for p in re.split(r"[;；\n]", sheet.text(name) or ""))):
        quantity, _sign, price = part.replace("：", ":").partition(":")
        try:
            pieces, minor = Decimal(quantity.strip()), Decimal(price.strip()).scaleb(exponent(currency))
        except InvalidOperation:
            pieces = minor = Decimal("NaN")
        if not (pieces.is_finite() and minor.is_finite() and pieces > 1 and minor >= 0
                and minor == minor.to_integral_value()):
            sheet.errors[name] = _("Write 10: 9.50; 50: 8.90 for prices from ten and from fifty pieces on.")
            return found
        found[pieces] = int(minor)
    return found
