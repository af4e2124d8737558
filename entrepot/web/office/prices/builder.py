"""A promotion as a form in plain words, and back: what, for whom, when, how much, with what limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.customers import public as customers
from entrepot.kit.amounts import by_currency
from entrepot.pricing.contracts import PromotionInfo, PromotionInput
from entrepot.web.office.goods import choices as goods
from entrepot.web.office.goods.choices import Catalogue
from entrepot.web.office.goods.sheet import LANGUAGES, Field, Sheet, amount, named, plain, wall_time
from entrepot.web.office.pages import whole

KINDS = {
    "percent": (gettext_lazy("Percentage off"), gettext_lazy("10% off some goods, or off everything."), "percent"),
    "amount": (gettext_lazy("Amount off"), gettext_lazy("5.00 off each piece, or off the whole order."), "remove"),
    "fixed_price": (gettext_lazy("Special price"), gettext_lazy("Each piece at one price."), "sell"),
    "flash_price": (gettext_lazy("Flash price"), gettext_lazy("A low price for so many pieces, then it is gone."),
                    "bolt"),
    "buy_x_get_y": (gettext_lazy("Buy some, get some"), gettext_lazy("Buy two, get the third free or cheaper."),
                    "add_shopping_cart"),
    "gift": (gettext_lazy("Gift"), gettext_lazy("Something is added to the cart at no price."), "redeem"),
    "tiered": (gettext_lazy("Spend and save"), gettext_lazy("The more is spent, the more comes off."), "stairs"),
    "bundle_price": (gettext_lazy("Set price"), gettext_lazy("Several goods together at one price."), "package_2"),
    "free_shipping": (gettext_lazy("Free delivery"), gettext_lazy("The delivery charge goes, whole or in part."),
                      "local_shipping"),
}
IN_CATALOGUE = ("percent", "amount", "fixed_price")  # may show in the price itself, or only in the cart
WITH_ON = ("percent", "amount", "fixed_price", "buy_x_get_y")
STEPS, PARTS = 6, 4
NO_CHANGE_WHILE_ACTIVE = gettext_lazy("It runs: only its name, its end and the limits that it has can change.")


def currencies() -> list[str]:
    """Those of the channels, the default one first."""
    return list(dict.fromkeys([catalog.default_channel().currency, *(c.currency for c in catalog.channels())]))


# ---- shown


def controls(kind: str, stored: PromotionInfo | None, sheet: Sheet) -> dict[str, Any]:
    """Every control of the form, grouped as the page asks for them."""
    world = Catalogue.here()
    c: Mapping[str, Any] = stored.conditions if stored else {}
    return {"kind": kind, "title": KINDS[kind][0], "code": sheet.field(
                "code", stored.code if stored else "", pgettext("name", "Code"),
                locked=stored is not None or sheet.locked),
            "names": [sheet.field(f"name-{code}", stored.name.get(code) if stored else "", f"{_('Name')} · {label}",
                                  locked=False) for code, label in LANGUAGES],
            "scope": _scope(kind, stored, sheet), "benefit": _benefit(kind, stored.benefit if stored else {}, sheet,
                                                                      world),
            "products": goods.controls(sheet, "products", c.get("products"), world),
            "exclude": goods.controls(sheet, "exclude", c.get("exclude"), world),
            "whom": _whom(c, stored, sheet), "when": _when(stored, sheet), "limits": _limits(stored, sheet),
            "from": _threshold(c, sheet), "stacking": _stacking(stored, sheet)}


def _scope(kind: str, stored: PromotionInfo | None, sheet: Sheet) -> Field | None:
    if kind not in IN_CATALOGUE:
        return None
    return sheet.field("scope", stored.scope if stored else "catalogue", _("Where it shows"), "select", choices=[
        ("catalogue", _("in the price itself, for everyone")), ("cart", _("in the cart, with conditions"))])


def _amounts(sheet: Sheet, at: str, stored: Mapping[str, int] | None, label: str) -> list[Field]:
    told = stored or {}
    return [sheet.field(f"{at}-{c}", amount(told.get(c), c), f"{label} · {c}", "number") for c in currencies()]


def _benefit(kind: str, b: Mapping[str, Any], sheet: Sheet, world: Catalogue) -> dict[str, Any]:
    shown: dict[str, Any] = {"fields": [], "steps": [], "parts": []}
    add = shown["fields"].append
    if kind in ("percent", "buy_x_get_y", "free_shipping"):
        given = b.get("percent", "" if kind == "percent" else "100")
        add(sheet.field("percent", given, _("Per cent off"), "number"))
    if kind in ("percent", "free_shipping"):
        shown["fields"] += _amounts(sheet, "up_to", b.get("up_to"), _("At most"))
    if kind in ("amount", "fixed_price", "flash_price", "bundle_price"):
        label = _("Off") if kind == "amount" else _("Price")
        shown["fields"] += _amounts(sheet, "amounts", b.get("amounts"), label)
    if kind == "amount":
        add(sheet.field("per", b.get("per", "order"), _("Off what"), "select",
                        choices=[("order", _("the whole order, once")), ("piece", _("each piece"))]))
    if kind == "buy_x_get_y":
        shown["fields"] += [sheet.field("buy", b.get("buy"), _("Buy so many"), "number"),
                            sheet.field("get", b.get("get"), _("get so many"), "number")]
    if kind in ("buy_x_get_y", "bundle_price"):
        add(sheet.field("times", b.get("times"), _("At most so many times in an order"), "number"))
    if kind == "gift":
        shown["fields"] += [sheet.field("gifts", goods.skus({"variants": b.get("variants")}), _("Gifts, by SKU"),
                                        "area", hint=_("one per line; the first is given unless the buyer chooses")),
                            sheet.field("quantity", b.get("quantity"), _("Pieces"), "number")]
    if kind == "tiered":
        shown["repeats"] = sheet.field("repeats", b.get("repeats", False), _("Repeats: for every such amount"), "check")
        shown["steps"] = [_step(n, s, sheet) for n, s in enumerate(_rows(b.get("steps", ()), STEPS, sheet))]
    if kind == "bundle_price":
        shown["parts"] = [_part(n, p, sheet, world)
                          for n, p in enumerate(_rows(b.get("parts", ()), PARTS, sheet))]
    if kind in WITH_ON:
        shown["on"] = goods.controls(sheet, "on", b.get("on"), world)
    return shown


def _rows(stored: Any, most: int, sheet: Sheet) -> list[Mapping[str, Any]]:
    """What is stored, with room for more while it may change; for what was typed, all the room there is."""
    blank = 0 if sheet.locked else most if sheet.sent else max(2, 3 - len(stored))
    return [*stored, *([{}] * blank)][:most]


def _step(n: int, s: Mapping[str, Any], sheet: Sheet) -> list[Field]:
    return [*_amounts(sheet, f"step-{n}-spend", s.get("spend"), _("From a spend of")),
            sheet.field(f"step-{n}-quantity", s.get("quantity"), _("or from so many pieces"), "number"),
            sheet.field(f"step-{n}-percent", s.get("percent"), _("per cent off"), "number"),
            *_amounts(sheet, f"step-{n}-amounts", s.get("amounts"), _("or off"))]


def _part(n: int, p: Mapping[str, Any], sheet: Sheet, world: Catalogue) -> list[Field]:
    of = p.get("of") or {}
    category, collection = (next(iter(of.get(mark) or ()), "") for mark in ("categories", "collections"))
    return [sheet.field(f"part-{n}-pieces", p.get("quantity"), _("Pieces"), "number"),
            sheet.field(f"part-{n}-named", goods.skus(of).replace("\n", ", "), _("of these, by SKU or address")),
            sheet.field(f"part-{n}-category", category, _("or of a category"), "select",
                        choices=named(world.categories)),
            sheet.field(f"part-{n}-collection", collection, _("or of a collection"), "select",
                        choices=named(world.collections))]


def _whom(c: Mapping[str, Any], stored: PromotionInfo | None, sheet: Sheet) -> list[Field]:
    language = get_language() or "en"
    channels = [(str(ch.id), catalog.in_language(ch.name, language)) for ch in catalog.channels()]
    groups = [(str(g.id), g.name) for g in customers.list_groups()]
    companies = [(str(f.id), f.name) for f in customers.find_companies(limit=100)[0]]
    every = [
        sheet.field("channels", [str(i) for i in stored.channel_ids] if stored else [], _("Only in these channels"),
                    "many", choices=channels),
        sheet.field("groups", [str(g) for g in c.get("groups", ())], _("Only for these groups"), "many",
                    choices=groups),
        sheet.field("companies", [str(f) for f in c.get("companies", ())], _("Only for these companies"), "many",
                    choices=companies),
        sheet.field("countries", ", ".join(c.get("countries", ())), _("Only to these countries"),
                    hint=_("codes of two letters, with commas")),
        sheet.field("members_only", c.get("members_only", False), _("Only for members who are signed in"), "check"),
        sheet.field("staff_only", c.get("staff_only", False), _("Only by our staff"), "check"),
        sheet.field("needs_coupon", stored.needs_coupon if stored else False, _("Only with a coupon"), "check")]
    return [f for f in every if f.kind != "many" or f.choices]


def _when(stored: PromotionInfo | None, sheet: Sheet) -> list[Field]:
    zone = catalog.default_channel().time_zone
    return [sheet.field("from_at", wall_time(stored.from_at if stored else None, zone), f"{_('Starts')} · {zone}",
                        "moment"),
            sheet.field("until_at", wall_time(stored.until_at if stored else None, zone), f"{_('Ends')} · {zone}",
                        "moment", locked=False)]


def _threshold(c: Mapping[str, Any], sheet: Sheet) -> list[Field]:
    return [*_amounts(sheet, "min_spend", c.get("min_spend"), _("From a spend of")),
            sheet.field("min_quantity", c.get("min_quantity"), _("From so many pieces"), "number"),
            sheet.field("skip_reduced", c.get("skip_reduced", False), _("Not on goods that are reduced already"),
                        "check")]


def _limits(stored: PromotionInfo | None, sheet: Sheet) -> list[Field]:
    currency = stored.budget_currency if stored and stored.budget_currency else currencies()[0]
    return [sheet.field("usage_limit", stored.usage_limit if stored else None, _("Uses in total"), "number",
                        locked=False, hint=_("of a flash price: pieces")),
            sheet.field("customer_limit", stored.customer_limit if stored else None, _("Uses per customer"), "number",
                        locked=False),
            sheet.field("budget", amount(stored.budget_minor if stored else None, currency), _("Budget"), "number",
                        locked=False),
            sheet.field("budget_currency", currency, _("Currency of the budget"), "select",
                        choices=[(c, c) for c in currencies()])]


def _stacking(stored: PromotionInfo | None, sheet: Sheet) -> list[Field]:
    return [sheet.field("is_exclusive", stored.is_exclusive if stored else True,
                        _("Stands alone: not with others of its lane"), "check"),
            sheet.field("lane", stored.lane if stored else 0, _("Lane"), "number",
                        hint=_("lanes apply one after another, on what the one before left")),
            sheet.field("priority", stored.priority if stored else 0, _("Priority"), "number",
                        hint=_("the higher goes first in its lane"))]


# ---- read


def given(kind: str, sheet: Sheet, code: str) -> PromotionInput:
    """The form as a promotion; mistakes stand in the sheet."""
    zone = catalog.default_channel().time_zone
    scope = (sheet.text("scope") or "cart") if kind in IN_CATALOGUE else "cart"
    if kind == "flash_price":
        scope = "catalogue"
    currency = sheet.text("budget_currency") or currencies()[0]
    budget = sheet.minor("budget", currency)
    return PromotionInput(
        code=code, name={k: text for k, _label in LANGUAGES if (text := sheet.text(f"name-{k}"))},
        benefit=_read_benefit(kind, sheet, scope), conditions=_read_conditions(sheet), scope=scope,
        lane=_whole(sheet, "lane") or 0, priority=_whole(sheet, "priority") or 0,
        is_exclusive=sheet.flag("is_exclusive") or False, needs_coupon=sheet.flag("needs_coupon") or False,
        channel_ids=tuple(i for i in map(whole, sheet.many("channels") or []) if i),
        from_at=sheet.moment("from_at", zone), until_at=sheet.moment("until_at", zone),
        usage_limit=_whole(sheet, "usage_limit"), customer_limit=_whole(sheet, "customer_limit"),
        budget_minor=budget, budget_currency=currency if budget is not None else "")


def changes_while_active(sheet: Sheet, stored: PromotionInfo) -> dict[str, Any]:
    """What may still change of a running promotion, where it differs."""
    zone = catalog.default_channel().time_zone
    found = {"name": {k: text for k, _label in LANGUAGES if (text := sheet.text(f"name-{k}"))},
             "until_at": sheet.moment("until_at", zone), "usage_limit": _whole(sheet, "usage_limit"),
             "customer_limit": _whole(sheet, "customer_limit"),
             "budget_minor": sheet.minor("budget", stored.budget_currency or currencies()[0])}
    if wall_time(stored.until_at, zone) == (sheet.text("until_at") or ""):
        del found["until_at"]
    return {k: v for k, v in found.items() if v != getattr(stored, k)}


def _whole(sheet: Sheet, name: str) -> int | None:
    value = sheet.number(name, whole=True, least=None)
    return None if value is None else int(value)


def _read_amounts(sheet: Sheet, at: str) -> dict[str, int]:
    found = {c: sheet.minor(f"{at}-{c}", c) for c in currencies()}
    return {c: minor for c, minor in found.items() if minor is not None}


def _number(sheet: Sheet, name: str) -> str | None:
    value = sheet.number(name)
    return None if value is None else plain(value)


def _read_conditions(sheet: Sheet) -> dict[str, Any]:
    countries = [c.strip().upper() for c in (sheet.text("countries") or "").replace("，", ",").split(",") if c.strip()]
    if any(len(c) != 2 or not c.isalpha() for c in countries):
        sheet.errors["countries"] = _("A country has a code of two letters.")
    told = {"products": goods.read(sheet, "products"), "exclude": goods.read(sheet, "exclude"),
            "min_spend": _read_amounts(sheet, "min_spend"), "min_quantity": _number(sheet, "min_quantity"),
            "groups": [g for g in map(whole, sheet.many("groups") or []) if g],
            "companies": sheet.many("companies") or [], "countries": countries,
            **{flag: sheet.flag(flag) for flag in ("members_only", "staff_only", "skip_reduced")}}
    return {k: v for k, v in told.items() if v}


def _read_benefit(kind: str, sheet: Sheet, scope: str) -> dict[str, Any]:
    b: dict[str, Any] = {}
    for name in ("percent", "buy", "get", "times", "quantity"):
        b[name] = _number(sheet, name)
    b["up_to"], b["amounts"] = _read_amounts(sheet, "up_to"), _read_amounts(sheet, "amounts")
    b["on"] = goods.read(sheet, "on") if kind in WITH_ON else None
    if kind == "amount":
        b["per"] = "piece" if scope == "catalogue" else sheet.text("per") or "order"
    if kind == "gift":
        b["variants"] = goods.named_goods(sheet, "gifts")[0]
    if kind == "tiered":
        b["steps"] = [s for n in range(STEPS) if (s := _read_step(sheet, n))]
        b["repeats"] = sheet.flag("repeats")
    if kind == "bundle_price":
        b["parts"] = [p for n in range(PARTS) if (p := _read_part(sheet, n))]
    return {"kind": kind, **{k: v for k, v in b.items() if v}}


def _read_step(sheet: Sheet, n: int) -> dict[str, Any]:
    told = {"spend": _read_amounts(sheet, f"step-{n}-spend"), "quantity": _number(sheet, f"step-{n}-quantity"),
            "percent": _number(sheet, f"step-{n}-percent"), "amounts": _read_amounts(sheet, f"step-{n}-amounts")}
    return {k: v for k, v in told.items() if v}


def _read_part(sheet: Sheet, n: int) -> dict[str, Any]:
    variants, products = goods.named_goods(sheet, f"part-{n}-named")
    of: dict[str, Any] = {"variants": variants, "products": products}
    for mark, name in (("categories", "category"), ("collections", "collection")):
        chosen = whole(sheet.text(f"part-{n}-{name}") or "")
        of[mark] = [chosen] if chosen else []
    of = {k: v for k, v in of.items() if v}
    return {"of": of, "quantity": _number(sheet, f"part-{n}-pieces") or "1"} if of else {}


# where the rules' own refusals belong on the page
PLACES = {
    "benefit.percent": "percent", "benefit.amounts": "amounts-{currency}", "benefit.buy": "buy",
    "benefit.get": "get", "benefit.variants": "gifts", "benefit.kind": "scope", "usage_limit": "usage_limit",
    "customer_limit": "customer_limit", "budget_minor": "budget", "budget_currency": "budget",
    "until_at": "until_at", "code": "code", "conditions": "scope", "needs_coupon": "needs_coupon", "name": "name-en",
    "benefit": "scope"}


def places() -> dict[str, str]:
    return {field: name.format(currency=currencies()[0]) for field, name in PLACES.items()}


# ---- in words


def in_words(p: PromotionInfo, world: Catalogue) -> str:
    """One line: "10% off · Tea & Coffee · members only"."""
    b, c = p.benefit, p.conditions
    parts = [_gives(b)]
    parts += [words for words in (goods.in_words(c.get("products"), world),) if words]
    parts += [str(label) for flag, label in _FLAGS.items() if c.get(flag)]
    if p.needs_coupon:
        parts.append(_("with a coupon"))
    return " · ".join(parts)


_FLAGS = {"members_only": gettext_lazy("members only"), "staff_only": gettext_lazy("staff only"),
          "skip_reduced": gettext_lazy("not on reduced goods")}


def _gives(b: Mapping[str, Any]) -> str:
    kind, percent, sums = b["kind"], b.get("percent"), by_currency(b.get("amounts") or {})
    match kind:
        case "percent":
            return _("%(n)s%% off") % {"n": percent}
        case "amount":
            return (_("%(sum)s off each piece") if b.get("per") == "piece" else _("%(sum)s off")) % {"sum": sums}
        case "fixed_price" | "flash_price" | "bundle_price":
            return f"{KINDS[kind][0]} {sums}"
        case "buy_x_get_y":
            return _("buy %(buy)s, get %(get)s") % {"buy": b["buy"], "get": b["get"]}
        case "tiered":
            first = b["steps"][0]
            sums, spend = (by_currency(first.get(name) or {}) for name in ("amounts", "spend"))
            off = _("%(n)s%% off") % {"n": first["percent"]} if first.get("percent") else sums
            return f"{KINDS[kind][0]}: {spend or first.get('quantity')} → {off}"
        case _:
            return str(KINDS[kind][0])
