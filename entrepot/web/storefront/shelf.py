"""A shelf as visitors narrow it: what they chose, what there is, how many of each, and the way on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entrepot.catalog.contracts import ChannelInfo
from entrepot.kit.amounts import money
from entrepot.kit.errors import DomainError
from entrepot.kit.json import loads
from entrepot.kit.money import exponent
from entrepot.showcase import public as showcase
from entrepot.showcase.contracts import Facet, FacetValue, SearchRequest, SearchSort
from entrepot.web.storefront.shop import channel_of, language_of

PER_PAGE = 24
_FARTHEST = 100
_AROUND = 2
_COLOURS = frozenset(("attr[colour]", "attr[color]"))  # their values are shown as drops too
_OPEN = 3  # how many facets stand open on a wide screen

_NEWEST = (SearchSort.NEWEST, _("Newest"))
_BESTSELLING = (SearchSort.BESTSELLING, _("Bestselling"))
_BY_PRICE = [(SearchSort.PRICE, _("Price, low to high")), (SearchSort.PRICE_DESC, _("Price, high to low"))]
SHELF_SORTS = [_NEWEST, _BESTSELLING, *_BY_PRICE]
SEARCH_SORTS = [(SearchSort.RELEVANCE, _("Best match")), _BESTSELLING, _NEWEST, *_BY_PRICE]
_FACET_NAMES = {"category": _("Category"), "brand": _("Brand"), "price": _("Price"), "in_stock": _("Availability"),
                "on_offer": _("Offers")}
_FLAGS = {"in_stock": _("In stock"), "on_offer": _("On offer")}
_NOT_FILTERS = frozenset({"q", "sort", "page"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, made sound."""

    request: HttpRequest
    channel: ChannelInfo
    text: str = ""
    category: str = ""  # the shelf itself, not a filter
    collection: str = ""

    @property
    def query(self) -> QueryDict:
        return self.request.GET

    @property
    def page(self) -> int:
        return min(max(whole(self.query.get("page", "")), 1), _FARTHEST)

    def sort(self, sorts: list[tuple[SearchSort, Any]]) -> SearchSort:
        """A made-up sort counts as not asked."""
        return next((s for s, _label in sorts if s == self.query.get("sort", "")), sorts[0][0])

    def price(self) -> tuple[int | None, int | None]:
        """From what the visitor wrote, else of the band they chose; in minor units, both ends included."""
        own = tuple(self._minor(self.query.get(name, "")) for name in ("price_min", "price_max"))
        if own != (None, None):
            return own[0], own[1]
        low, _dash, high = self.query.get("price", "").partition("-")
        return (whole(low) if low.isdigit() else None), (max(0, whole(high) - 1) if high.isdigit() else None)

    def _minor(self, text: str) -> int | None:
        try:
            amount = Decimal(text.replace(",", ".")).scaleb(exponent(self.channel.currency))
            return int(amount) if 0 <= amount < 10**13 else None
        except InvalidOperation:
            return None

    def attributes(self) -> dict[str, tuple[str, ...]]:
        return {key[5:-1]: tuple(self.query.getlist(key)) for key in self.query
                if key.startswith("attr[") and key.endswith("]")}

    def without(self, code: str, value: str = "") -> str:
        """The address with a chosen value, or everything under a name, taken away; from the first page."""
        left = self.query.copy()
        kept = [v for v in left.getlist(code) if value and v != value]
        left.setlist(code, kept) if kept else left.pop(code, None)
        left.pop("page", None)
        return f"?{left.urlencode()}"

    def to_page(self, number: int) -> str:
        there = self.query.copy()
        there.pop("page", None)
        if number > 1:
            there["page"] = str(number)
        return f"?{there.urlencode()}"


def whole(text: str) -> int:
    """What a visitor wrote as a whole number; anything else counts as nought."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 15 else 0


def stand_at(request: HttpRequest, sorts: list[tuple[SearchSort, Any]], *, text: str = "", category: str = "",
             collection: str = "") -> dict[str, Any]:
    """Everything that the templates of a shelf show (one statement)."""
    channel = channel_of(request)
    asked = Asked(request, channel, text, category, collection)
    sort = asked.sort(sorts)
    low, high = asked.price()
    try:
        found = showcase.search(SearchRequest(
            channel.id, language_of(channel), text=text,
            categories=(category,) if category else tuple(asked.query.getlist("category")),
            brands=tuple(asked.query.getlist("brand")), attributes=asked.attributes(), price_from_minor=low,
            price_to_minor=high, in_stock=True if "in_stock" in asked.query else None, sort=sort,
            offset=(asked.page - 1) * PER_PAGE, limit=PER_PAGE, collections=(collection,) if collection else (),
            on_offer=True if "on_offer" in asked.query else None))
    except DomainError as error:
        raise Http404 from error
    facets = [f for f in found.hits.facets if not (category and f.code == "category")]
    facets += _chosen_in_vain(asked, facets)
    filters = [shown for f in facets if (shown := _filter(asked, f))["values"]]
    for filter_ in filters[:_OPEN]:
        filter_["open"] = True
    return {
        "cards": [loads(card) for card in found.cards], "total": found.hits.total, "sort": sort, "sorts": sorts,
        "filters": filters, "chips": list(_chips(asked, filters)),
        "clear": f"?{urlencode({'q': text})}" if text else request.path,
        "narrowed": any(key not in _NOT_FILTERS for key in asked.query), "did_you_mean": found.hits.did_you_mean,
        "relaxed": found.hits.relaxed, "pages": _pages(asked, found.hits.total)}


def _chosen_in_vain(asked: Asked, facets: list[Facet]) -> list[Facet]:
    """Facets in use that nothing on the shelf has: shown all the same, or they could not be taken away."""
    there = {f.code for f in facets}
    names = [*(f"attr[{code}]" for code in asked.attributes()), *([] if asked.category else ["category"]), "brand",
             *_FLAGS]
    return [Facet(name, name[5:-1].capitalize() if name.startswith("attr[") else "", ())
            for name in names if name in asked.query and name not in there]


def _filter(asked: Asked, facet: Facet) -> dict[str, Any]:
    """A facet with its values ready to show; what was chosen stays to be seen even when nothing has it any more."""
    chosen = dict.fromkeys(asked.query.getlist(facet.code))
    values = [_value(asked, facet.code, v, chosen) for v in facet.values
              # shelves show once their department is chosen
              if not (facet.code == "category" and v.parent and not chosen.keys() & {v.parent, v.value})]
    known = {v["value"] for v in values}
    values += [_value(asked, facet.code, FacetValue(c, c, 0), chosen) for c in chosen
               if c not in known and facet.code != "price"]
    return {"code": facet.code, "label": facet.label or _FACET_NAMES.get(facet.code, facet.code), "values": values,
            "price": facet.code == "price", "tints": facet.code in _COLOURS, "open": bool(chosen)}


def _value(asked: Asked, code: str, value: FacetValue, chosen: dict[str, None]) -> dict[str, Any]:
    return {"value": value.value, "label": _label(asked, code, value), "count": value.count,
            "selected": value.selected or value.value in chosen, "deep": bool(value.parent)}


def _label(asked: Asked, code: str, value: FacetValue) -> Any:
    if code in _FLAGS:
        return _FLAGS[code]
    if code != "price":
        return value.label or value.value
    low, _dash, high = value.value.partition("-")
    return between(asked.channel, int(low or 0), int(high) if high else None)


def between(channel: ChannelInfo, low: int | None, high: int | None) -> str:
    """A range of prices in words."""
    if high is None:
        return gettext("{amount} and more").format(amount=money(low or 0, channel.currency))
    if not low:
        return gettext("up to {amount}").format(amount=money(high, channel.currency))
    return f"{money(low, channel.currency)} – {money(high, channel.currency)}"


def _chips(asked: Asked, filters: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What is chosen, each with the address without it."""
    own = {name: asked.query.get(name, "") for name in ("price_min", "price_max")}
    if any(own.values()) and any(bound is not None for bound in asked.price()):
        left = asked.query.copy()
        for name in (*own, "price", "page"):
            left.pop(name, None)
        yield {"label": between(asked.channel, *asked.price()), "away": f"?{left.urlencode()}"}
    for filter_ in filters:
        if filter_["price"] and any(own.values()):
            continue
        for value in filter_["values"]:
            if value["selected"]:
                yield {"label": value["label"], "away": asked.without(filter_["code"], value["value"])}


def _pages(asked: Asked, total: int) -> dict[str, Any] | None:
    """Links to the pages around this one, the first and the last."""
    last = min(-(-total // PER_PAGE), _FARTHEST)
    if last < 2:
        return None
    here = min(asked.page, last)
    shown = sorted({1, last, *range(max(1, here - _AROUND), min(last, here + _AROUND) + 1)})
    numbers: list[dict[str, Any]] = []
    for before, number in zip([0, *shown], shown, strict=False):
        if number - before > 1:
            numbers.append({"gap": True})
        numbers.append({"number": number, "address": asked.to_page(number), "here": number == here})
    return {"numbers": numbers, "previous": asked.to_page(here - 1) if here > 1 else "",
            "next": asked.to_page(here + 1) if here < last else ""}
