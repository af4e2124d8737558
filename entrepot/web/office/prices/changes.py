"""Many prices at once: seen before they hold, now or from a day on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import VariantFacts
from entrepot.kit.actor import Actor
from entrepot.kit.errors import DomainError
from entrepot.kit.money import exponent, round_minor
from entrepot.kit.rest import actor_of
from entrepot.pricing import public as pricing
from entrepot.pricing.contracts import PriceListInput
from entrepot.pricing.permissions import SET_PRICES
from entrepot.web.office.goods.choices import Catalogue
from entrepot.web.office.goods.sheet import Sheet, named
from entrepot.web.office.pages import office_page
from entrepot.web.office.prices.lists import channel_of, filter_of, goods_of, margins_of, own_prices, search_fields

MOST = 250  # products of one change



@dataclass(frozen=True, slots=True)
class Change:
    facts: VariantFacts
    old: int | None
    new: int
    margin: Decimal | None
    warnings: tuple[str, ...]


def change(request: HttpRequest, code: str) -> HttpResponse:
    """First what it would be, price by price; then, pressed again, it holds: now, or from a day on."""
    actor, price_list = actor_of(request), pricing.get_price_list(code)
    actor.require(SET_PRICES)
    sheet = Sheet.of(request)
    query = request.POST.get("query") or request.GET.urlencode()
    found, cut = goods_of(filter_of(QueryDict(query)), "", MOST)
    changes = _changes(price_list, found, sheet) if request.method == "POST" else []
    if changes and not sheet.refused and "confirm" in request.POST:
        try:
            target = _put(price_list, changes, sheet, actor)
        except DomainError as error:
            sheet.blame(error)
        else:
            messages.success(request, _("%(n)s prices are set.") % {"n": len(changes)})
            return HttpResponseRedirect(reverse("admin:desk_price_list", args=[target]))
    others = [(p.code, catalog.in_language(p.name, get_language() or "en"))
              for p in pricing.list_price_lists("", 500) if p.currency == price_list.currency]
    return office_page(request, "prices/change", _("Change many prices"), {
        "list": price_list, "sheet": sheet, "query": query, "changes": changes, "goods": len(found),
        "is_cut": bool(cut), "search": search_fields(QueryDict(query), Catalogue.here()),
        "fields": [
            sheet.field("verb", "percent", _("What to do"), "select", choices=[
                ("percent", _("change by per cent")), ("add", _("add or take off an amount")),
                ("set", _("set one price for all"))]),
            sheet.field("value", "", _("By how much"), "number", hint=_("with a minus to go down")),
            sheet.field("base", code, _("Starting from the prices of"), "select", choices=named(others, blank=None)),
            sheet.field("round", "", _("Let prices end in"), hint=_("for example .99; empty: exact"))],
        "from_at": sheet.field("from_at", "", _("Holds from"), "moment", hint=_("empty: at once"))},
        status=422 if sheet.refused else 200)


def _changes(price_list: PriceListInput, goods: list[VariantFacts], sheet: Sheet) -> list[Change]:
    verb, value = sheet.text("verb") or "", sheet.number("value", least=None)
    if value is None:
        sheet.errors.setdefault("value", _("Give a number."))
    ending = _ending(sheet, price_list.currency)
    if sheet.refused or value is None:
        return []
    base, own = own_prices(sheet.text("base") or price_list.code, goods), own_prices(price_list.code, goods)
    lowest = pricing.lowest_recent(channel_of(price_list).id, own)
    found: list[tuple[VariantFacts, int]] = []
    for f in goods:
        start = base[f.id].one
        if start is None and verb != "set":
            continue
        new = rounded(moved(start or 0, verb, value, price_list.currency), ending, price_list.currency)
        if new != own[f.id].one:
            found.append((f, new))
    margins = margins_of(channel_of(price_list).id, list(found), price_list.currency)
    return [Change(f, own[f.id].one, new, margins.get(f.id),
                   _warned(own[f.id].one, new, margins.get(f.id), lowest.get(f.id))) for f, new in found]


def moved(start: int, verb: str, value: Decimal, currency: str) -> int:
    """A price by per cent, by an amount, or to one."""
    if verb == "percent":
        return max(0, round_minor(start * (100 + value) / 100))
    minor = round_minor(value.scaleb(exponent(currency)))
    return max(0, minor if verb == "set" else start + minor)


def rounded(minor: int, ending: int | None, currency: str) -> int:
    """The nearest price with this ending: 12.34 with .99 is 11.99, 12.60 is 12.99."""
    if ending is None:
        return minor
    unit: int = 10 ** exponent(currency)
    return max(ending, round((minor - ending) / unit) * unit + ending)


def _ending(sheet: Sheet, currency: str) -> int | None:
    given = (sheet.text("round") or "").lstrip("0").lstrip(".")
    if not given:
        return None
    if not given.isdecimal() or len(given) != exponent(currency):
        sheet.errors["round"] = _("Write it like .99")
        return None
    return int(given)


def _warned(old: int | None, new: int, left: Decimal | None, lowest: int | None) -> tuple[str, ...]:
    found = []
    if left is not None and left < 0:
        found.append(_("below cost"))
    if lowest is not None and new < lowest:
        found.append(_("lowest of 30 days"))
    if old and abs(new - old) * 2 > old:
        found.append(_("more than half"))
    return tuple(found)


def _put(price_list: PriceListInput, changes: list[Change], sheet: Sheet, actor: Actor) -> str:
    """Now into the list itself; for a day to come into a list of its own that holds from then, above this one."""
    at = sheet.moment("from_at", catalog.default_channel().time_zone)
    rows = [(c.facts.id, Decimal(1), c.new) for c in changes]
    with transaction.atomic():
        code = price_list.code
        if at is not None:
            code = f"{price_list.code[:38]}-{at:%Y%m%d%H}"
            names = {k: f"{text} · {at:%Y-%m-%d}" for k, text in price_list.name.items()}
            pricing.create_price_list(replace(price_list, code=code, name=names, from_at=at,
                                              priority=price_list.priority + 1), actor=actor)
        pricing.set_prices(code, rows, actor=actor)
    return code
