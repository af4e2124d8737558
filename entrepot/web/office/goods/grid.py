"""The variants of a product as a grid: what each cell shows, and what the typed cells change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import VariantPatch
from entrepot.catalog.permissions import EDIT
from entrepot.inventory import public as inventory
from entrepot.inventory.contracts import WarehouseInfo
from entrepot.inventory.permissions import ADJUST
from entrepot.inventory.permissions import READ as SEE_STOCK
from entrepot.kit.actor import Actor
from entrepot.kit.amounts import money
from entrepot.pricing import public as pricing
from entrepot.pricing.contracts import ListingPriceInfo, PriceListInput
from entrepot.pricing.permissions import READ as SEE_PRICES
from entrepot.pricing.permissions import SET_PRICES
from entrepot.web.office.goods.attributes import attribute_field, attribute_value
from entrepot.web.office.goods.sheet import Field, Sheet, amount, plain

ROWS = 50  # of one page of the grid
Key = tuple[UUID, str]


@dataclass(slots=True)
class World:
    """What stands beside the variants: prices by list, what channels ask now, and what lies in which warehouse."""

    lists: list[PriceListInput] = field(default_factory=list)
    prices: dict[Key, int] = field(default_factory=dict)
    tiered: set[Key] = field(default_factory=set)
    listing: dict[UUID, list[tuple[str, ListingPriceInfo]]] = field(default_factory=dict)
    places: list[WarehouseInfo] = field(default_factory=list)
    stock: dict[Key, Decimal] = field(default_factory=dict)


def open_lists(actor: Actor) -> list[PriceListInput]:
    """The lists whose prices anyone gets, those of the default channel first; others have pages of their own."""
    if not actor.can(SEE_PRICES):
        return []
    home = catalog.default_channel()
    found = [p for p in pricing.list_price_lists("", 100) if p.is_active and not p.group_id and not p.company_id]
    return sorted(found, key=lambda p: (p.channel_id != home.id, p.currency != home.currency))


def world_of(ids: Sequence[UUID], actor: Actor) -> World:
    world = World(lists=open_lists(actor))
    if actor.can(SEE_PRICES):
        for row in pricing.prices_of(ids):
            if row.min_qty == 1:
                world.prices[row.variant_id, row.list_code] = row.amount_minor
            else:
                world.tiered.add((row.variant_id, row.list_code))
        for channel in catalog.channels():
            for variant_id, info in pricing.listing_prices(channel.id, ids).items():
                world.listing.setdefault(variant_id, []).append((channel.code, info))
    if actor.can(SEE_STOCK):
        world.places = [w for w in inventory.warehouses() if w.is_active]
        world.stock = inventory.on_hand(ids)
    return world


# ---- shown


def columns(world: World, own: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Headings of the grid: what a variant is, its prices, its stock."""
    language = get_language() or "en"
    return [
        {"title": "SKU"}, {"title": _("Barcode")},
        *({"title": catalog.in_language(a["name"], language)} for a in own),
        *({"title": catalog.in_language(p.name, language), "note": p.currency} for p in world.lists),
        {"title": _("Unit cost")},
        *({"title": catalog.in_language(w.name, language), "note": _("on hand")} for w in world.places),
        {"title": _("Weight, g")}, {"title": _("On sale")}]


def rows(product: Mapping[str, Any], sheet: Sheet, world: World, own: Sequence[Mapping[str, Any]], actor: Actor,
         shown: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    may = {name: actor.can(p) for name, p in (("edit", EDIT), ("price", SET_PRICES), ("stock", ADJUST))}
    language = get_language() or "en"
    return [{"it": v, "title": choice_in_words(product, v["options"], language) or v["sku"],
             "cells": _cells(v, sheet, world, own, may)} for v in shown]


def _cells(v: Mapping[str, Any], sheet: Sheet, world: World, own: Sequence[Mapping[str, Any]],
           may: Mapping[str, bool]) -> list[Field]:
    key, name, closed = v["id"], f"v-{v['id']}", not may["edit"]
    return [
        sheet.field(f"{name}-sku", v["sku"], "SKU", locked=closed),
        sheet.field(f"{name}-barcode", v["barcode"], _("Barcode"), locked=closed),
        *(attribute_field(sheet, f"va-{key}-{a['code']}", a, v["attributes"].get(a["code"]), locked=closed)
          for a in own),
        *(sheet.field(f"price-{key}-{p.code}", amount(world.prices.get((key, p.code)), p.currency),
                      f"{_('Price')} {p.code}", "number", locked=not may["price"],
                      hint=_price_note(key, p, world)) for p in world.lists),
        sheet.field(f"{name}-cost", plain(v["cost"]), _("Unit cost"), "number", locked=closed),
        *(sheet.field(f"stock-{key}-{w.code}", plain(world.stock.get((key, w.code), Decimal(0))),
                      f"{_('Stock')} {w.code}", "number", locked=not may["stock"] or v["is_bundle"])
          for w in world.places),
        sheet.field(f"{name}-weight", v["weight_g"], _("Weight, g"), "number", locked=closed),
        sheet.field(f"{name}-active", v["is_active"], _("On sale"), "check", locked=closed)]


def _price_note(variant_id: UUID, price_list: PriceListInput, world: World) -> str:
    """What the shop asks where that is another price, with the lowest prior price that the law wants beside it."""
    notes = [_("also by quantity")] if (variant_id, price_list.code) in world.tiered else []
    for channel, info in world.listing.get(variant_id, ()):
        here = price_list.channel_id is None or catalog.channel(price_list.channel_id).code == channel
        if here and info.currency == price_list.currency and info.amount_minor < info.regular_minor:
            notes.append(_("now %(price)s") % {"price": money(info.amount_minor, info.currency)})
            if info.lowest_prior_minor is not None:
                notes.append(_("lowest of 30 days %(price)s") % {
                    "price": money(info.lowest_prior_minor, info.currency)})
    return " · ".join(notes)


def choice_in_words(product: Mapping[str, Any], chosen: Mapping[str, str], language: str) -> str:
    """"Red / M": what a variant is, in words."""
    words = []
    for option in product["options"]:
        for value in option["values"]:
            if value["code"] == chosen.get(option["code"]):
                words.append(catalog.in_language(value["name"], language) or value["code"])
    return " / ".join(words)


# ---- read


@dataclass(slots=True)
class Typed:
    """What the cells change: variants, prices by list, counted stock by place."""

    variants: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    prices: dict[str, list[tuple[UUID, int, int | None]]] = field(default_factory=dict)
    stock: dict[Key, Decimal] = field(default_factory=dict)

    def patches(self) -> tuple[VariantPatch, ...]:
        return tuple(VariantPatch(id=key, **changes) for key, changes in self.variants.items())


def read(product: Mapping[str, Any], sheet: Sheet, world: World, own: Sequence[Mapping[str, Any]]) -> Typed:
    typed = Typed()
    home = catalog.default_channel().currency
    for v in product["variants"]:
        changes = _variant(v, sheet, own, home)
        if changes:
            typed.variants[v["id"]] = changes
        for p in world.lists:
            if sheet.has(name := f"price-{v['id']}-{p.code}"):
                wanted = sheet.minor(name, p.currency)
                if wanted != world.prices.get((v["id"], p.code)) and name not in sheet.errors:
                    typed.prices.setdefault(p.code, []).append((v["id"], 1, wanted))
        for w in world.places:
            if sheet.text(name := f"stock-{v['id']}-{w.code}"):
                counted = sheet.number(name)
                if counted is not None and counted != world.stock.get((v["id"], w.code), Decimal(0)):
                    typed.stock[v["id"], w.code] = counted
    _in_bulk(product, sheet, world, typed)
    return typed


def _variant(v: Mapping[str, Any], sheet: Sheet, own: Sequence[Mapping[str, Any]], home: str) -> dict[str, Any]:
    name, given = f"v-{v['id']}", dict[str, Any]()
    if sheet.has(f"{name}-sku"):
        given["sku"] = sheet.text(f"{name}-sku")
        if not given["sku"]:
            sheet.errors[f"{name}-sku"] = _("Every variant has a SKU.")
    if sheet.has(f"{name}-barcode"):
        given["barcode"] = sheet.text(f"{name}-barcode")
    if sheet.has(f"{name}-weight"):
        given["weight_g"] = int(sheet.number(f"{name}-weight", whole=True) or 0)
    if sheet.has(f"{name}-cost"):
        given["cost"] = sheet.number(f"{name}-cost")
        if given["cost"] is not None and not v["cost_currency"]:
            given["cost_currency"] = home
    if (active := sheet.flag(f"{name}-active")) is not None:
        given["is_active"] = active
    attributes = {a["code"]: attribute_value(sheet, at, a) for a in own
                  if sheet.has(at := f"va-{v['id']}-{a['code']}") or sheet.has(f"{at}-shown")}
    if attributes:
        given["attributes"] = {k: x for k, x in {**v["attributes"], **attributes}.items() if x is not None}
    return {k: x for k, x in given.items() if x != v[k]}


# ---- one change for many


def _in_bulk(product: Mapping[str, Any], sheet: Sheet, world: World, typed: Typed) -> None:
    """With the script off: the change below the grid, for the ticked rows or for all of them."""
    verb = sheet.text("bulk") or ""
    if not verb:
        return
    picked = set(sheet.sent.getlist("pick"))
    chosen = [v for v in product["variants"] if "pick-all" in sheet.sent or str(v["id"]) in picked]
    if not chosen:
        sheet.errors["bulk"] = _("Tick the variants that it is for.")
        return
    if verb in ("on", "off"):
        for v in chosen:
            typed.variants.setdefault(v["id"], {})["is_active"] = verb == "on"
    elif verb == "weight":
        weight = sheet.number("bulk-value", whole=True)
        if weight is None:
            sheet.errors.setdefault("bulk", _("Give a number."))
            return
        for v in chosen:
            typed.variants.setdefault(v["id"], {})["weight_g"] = int(weight)
    elif verb == "stock":
        place, counted = sheet.text("bulk-place") or "", sheet.number("bulk-value")
        if counted is None:
            sheet.errors.setdefault("bulk", _("Give a number."))
            return
        typed.stock |= {(v["id"], place): counted for v in chosen}
    else:
        _prices_in_bulk([v["id"] for v in chosen], verb, sheet, world, typed)


def _prices_in_bulk(ids: Sequence[UUID], verb: str, sheet: Sheet, world: World, typed: Typed) -> None:
    """A price for all, or each by a percentage up or down, rounded to the currency's smallest coin."""
    chosen = next((p for p in world.lists if p.code == sheet.text("bulk-list")), None)
    value = sheet.number("bulk-value", least=None)
    if chosen is None or value is None:
        sheet.errors.setdefault("bulk", _("Give a number, and the price list that it is for."))
        return
    minor = sheet.minor("bulk-value", chosen.currency) if verb == "price" else None
    if verb == "price" and minor is None:
        sheet.errors.setdefault("bulk", sheet.errors.get("bulk-value", ""))
        return
    rows = typed.prices.setdefault(chosen.code, [])
    for key in ids:
        old = world.prices.get((key, chosen.code))
        if verb == "price":
            rows.append((key, 1, minor))
        elif old is not None:
            rows.append((key, 1, changed_by(old, value)))


def changed_by(minor: int, percent: Decimal) -> int:
    """A price moved by so many per cent, never below nothing."""
    return max(0, int((minor * (100 + percent) / 100).to_integral_value()))
