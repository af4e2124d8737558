"""What shop pages say beyond their text: the visitor's consent, events, menus, the site's marks."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from entrepot.growth import public as growth
from entrepot.growth.contracts import MenuEntry, TargetKind
from entrepot.insight import consent
from entrepot.insight.api import consent_of
from entrepot.kit.json import dumps_text
from entrepot.web.storefront.views.consent import purposes

register = template.Library()


# ---- consent

@register.inclusion_tag("storefront/_consent.html", takes_context=True)
def consent_form(context: dict[str, Any]) -> dict[str, Any]:
    """The question, to who has not answered it; not on the page that asks the same in full, nor to the office."""
    request = context["request"]
    on_its_page = bool(request.resolver_match and request.resolver_match.url_name == "cookies")
    asked = not on_its_page and not context.get("for_office") and consent_of(request).must_ask
    return {"request": request, "asked": asked, "purposes": purposes(request)}


@register.simple_tag(takes_context=True)
def consent_now(context: dict[str, Any]) -> dict[str, Any]:
    said = consent_of(context["request"])
    return {"decided": said.decided, "signal": said.signal, "must_ask": said.must_ask, "notice": consent.NOTICE,
            "purposes": purposes(context["request"])}


# ---- the site's marks

@register.inclusion_tag("storefront/_site.html", takes_context=True)
def site_marks(context: dict[str, Any]) -> dict[str, Any]:
    """What stands in the head of every shop page: manifest, icon of an installed shop, preview picture, scripts."""
    request = context["request"]
    return {"request": request, "channel": context.get("channel"), "canonical": context.get("canonical"),
            "pictured": bool(context.get("media"))}


# ---- events

@register.simple_tag
def event(name: str, things: Any = None, *, on: str = "", variant: str = "", **params: Any) -> SafeString:
    """`data-event="..."`: a GA4 event of the element it stands on. Reported by events.js, with consent only.

    `things` is a product, a card, a cart line or a list of them, `variant` the SKU of a single one; `value` and
    `currency` are the event's own, everything else is a parameter. `on="change"`: reported when a choice is made.
    """
    told: dict[str, Any] = {"name": name}
    if things:
        listed = things if isinstance(things, (list, tuple)) else [things]
        told["items"] = [_item(thing, index) for index, thing in enumerate(listed[:50])]
        if variant:
            told["items"][0]["item_variant"] = variant
    if (value := params.pop("value", None)) is not None:
        told["value_minor"] = value
    if currency := params.pop("currency", ""):
        told["currency"] = currency
    if params := {key: str(value)[:200] for key, value in params.items() if value}:
        told["params"] = params
    return format_html('data-event{}="{}"', f"-{on}" if on else "", dumps_text(told))


def _item(thing: Any, index: int) -> dict[str, Any]:
    def of(name: str) -> Any:
        return thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)

    brand, price = of("brand"), of("price")
    item = {"item_id": of("slug") or of("sku"), "item_name": of("name"), "item_variant": of("sku"),
            "item_brand": brand.get("name") if isinstance(brand, dict) else brand, "index": index,
            "quantity": of("quantity"),
            "price_minor": price.get("amount_minor") if isinstance(price, dict) else of("unit_minor")}
    return {key: str(value)[:200] if key.startswith("item_") else value for key, value in item.items()
            if value not in (None, "")}


# ---- menus

@register.inclusion_tag("storefront/_menu.html", takes_context=True)
def menu(context: dict[str, Any], code: str) -> dict[str, Any]:
    """A menu drawn below a heading each."""
    return {"entries": menu_lines(context, code), "code": code}


@register.simple_tag(takes_context=True)
def menu_lines(context: dict[str, Any], code: str) -> list[dict[str, Any]]:
    """A menu's entries with their addresses; none where nobody has made it."""
    return [_line(e) for e in growth.menu(code, context.get("language") or "en")]


def _line(entry: MenuEntry) -> dict[str, Any]:
    return {"label": entry.label, "href": _address(entry), "entries": [_line(e) for e in entry.entries]}


_ROUTES = {TargetKind.PAGE: "shop:page", TargetKind.CATEGORY: "shop:category", TargetKind.COLLECTION: "shop:collection"}


def _address(entry: MenuEntry) -> str:
    if entry.kind is TargetKind.ADDRESS:
        return entry.value
    try:
        return reverse(_ROUTES[entry.kind], args=[entry.value])
    except NoReverseMatch:
        return ""
