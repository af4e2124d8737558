"""The product page: make a product with its variants, name it in the shop's languages, price, publish, archive."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import (
    Option,
    OptionValue,
    ProductInput,
    ProductPatch,
    PublicationInput,
    VariantInput,
    VariantPatch,
)
from entrepot.catalog.permissions import EDIT, PUBLISH, READ
from entrepot.inventory import public as inventory
from entrepot.inventory.permissions import READ as SEE_STOCK
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, DomainError, InvalidInput, NotFound
from entrepot.kit.rest import actor_of, translated
from entrepot.pricing import public as pricing
from entrepot.pricing.contracts import PriceListInput
from entrepot.pricing.permissions import READ as SEE_PRICES
from entrepot.pricing.permissions import SET_PRICES
from entrepot.web.office.pages import acted, minor_of, office_page, text_of, work_page

LANGUAGES = (("en", "English"), ("zh-hans", "简体中文"))
BLANK_ROWS = 4


def price_lists(actor: Actor) -> list[PriceListInput]:
    """The lists whose prices anyone gets: they can be set here; those of groups and companies have their own pages."""
    if not actor.can(SEE_PRICES):
        return []
    home = catalog.default_channel()
    found = [p for p in pricing.list_price_lists("", 100) if p.is_active and not p.group_id and not p.company_id]
    return sorted(found, key=lambda p: (p.channel_id != home.id, p.currency != home.currency))


def show(request: HttpRequest, product_id: UUID) -> HttpResponse:
    actor, language = actor_of(request), get_language() or "en"
    product = catalog.get_product(product_id)
    if product is None:
        raise NotFound(N_("product"))
    ids = [v["id"] for v in product["variants"]]
    stock: dict[UUID, Decimal] = {}
    for (variant_id, _place), quantity in (inventory.on_hand(ids) if actor.can(SEE_STOCK) else {}).items():
        stock[variant_id] = stock.get(variant_id, Decimal(0)) + quantity
    variants = [{**v, "stock": stock.get(v["id"]), "title": _options(product, v["options"], language)}
                for v in product["variants"]]
    published = {p["channel"]: p for p in product["publications"]}
    channels = [{"it": c, "title": catalog.in_language(c.name, language), "publication": published.get(c.code),
                 "prices": pricing.listing_prices(c.id, ids) if actor.can(SEE_PRICES) else {}}
                for c in catalog.channels()]
    context = {"product": product, "variants": variants, "channels": channels, "languages": _texts(product),
               "lists": price_lists(actor), "history": catalog.product_history(product_id, limit=15),
               "may": {code for code, p in _RIGHTS.items() if actor.can(p)}}
    return office_page(request, "product", catalog.in_language(product["name"], language), context)


_RIGHTS = {"edit": EDIT, "publish": PUBLISH, "price": SET_PRICES}


def _texts(product: dict[str, Any]) -> list[dict[str, str]]:
    return [{"code": code, "label": label, "name": product["name"].get(code, ""),
             "description": product["description"].get(code, "")} for code, label in LANGUAGES]


def _options(product: dict[str, Any], chosen: dict[str, str], language: str) -> str:
    """"Red / M": what a variant is, in words."""
    words = []
    for option in product["options"]:
        for value in option["values"]:
            if value["code"] == chosen.get(option["code"]):
                words.append(catalog.in_language(value["name"], language) or value["code"])
    return " / ".join(words)


def new(request: HttpRequest) -> HttpResponse:
    """A form for a whole small product: names, one choice, SKUs with prices, where to publish."""
    actor = actor_of(request)
    actor.require(EDIT)
    if request.method == "POST":
        try:
            product_id = _create(request, actor)
        except DomainError as error:
            messages.error(request, translated(error))
        else:
            messages.success(request, _("The product was created."))
            return HttpResponseRedirect(reverse("admin:desk_product", args=[product_id]))
    language = get_language() or "en"
    context = {"types": catalog.list_product_types(), "channels": catalog.channels(), "rows": _rows(request),
               "languages": LANGUAGES, "lists": price_lists(actor) if actor.can(SET_PRICES) else [],
               "categories": [(c.slug, _indented(c, 0)) for c in catalog.category_tree(language)],
               "given": request.POST, "may": {code for code, p in _RIGHTS.items() if actor.can(p)}}
    return office_page(request, "product_new", _("New product"), context)


def _indented(node: Any, depth: int) -> str:
    return f"{'— ' * depth}{node.name}"


def _rows(request: HttpRequest) -> list[dict[str, str]]:
    return [{"n": str(n), **{f: request.POST.get(f"{f}-{n}", "") for f in ("sku", "option", "price")}}
            for n in range(BLANK_ROWS)]


def _create(request: HttpRequest, actor: Actor) -> UUID:
    rows = [r for r in _rows(request) if r["sku"].strip()]
    if not rows:
        raise InvalidInput("sku", N_("A product needs at least one SKU."))
    code = text_of(request, "list")
    chosen = next((p for p in price_lists(actor) if p.code == code), None)
    prices = {r["sku"].strip(): minor_of(request, f"price-{r['n']}", chosen.currency if chosen else "EUR")
              for r in rows}
    given = ProductInput(
        type=text_of(request, "type"), name=_given_texts(request, "name"), status="active",
        description=_given_texts(request, "description"), category=text_of(request, "category"),
        options=_one_option(request, rows),
        variants=tuple(VariantInput(r["sku"].strip(), {"option": f"o{r['n']}"} if len(rows) > 1 else {}) for r in rows),
        publications=tuple(PublicationInput(c) for c in request.POST.getlist("channel")))
    product_id = catalog.create_product(given, actor=actor)
    if chosen and any(prices.values()):
        ids = {v["sku"]: v["id"] for v in (catalog.get_product(product_id) or {"variants": []})["variants"]}
        pricing.set_prices(chosen.code, [(ids[s], 1, p) for s, p in prices.items() if p is not None], actor=actor)
    return product_id


def _given_texts(request: HttpRequest, name: str) -> dict[str, str]:
    return {code: text for code, _label in LANGUAGES if (text := text_of(request, f"{name}-{code}"))}


def _one_option(request: HttpRequest, rows: list[dict[str, str]]) -> tuple[Option, ...]:
    """With several SKUs, what the shopper chooses between."""
    if len(rows) < 2:
        return ()
    label = text_of(request, "option_name") or "Option"
    values = tuple(OptionValue(f"o{r['n']}", {"en": r["option"].strip() or r["sku"].strip()}) for r in rows)
    return (Option("option", {"en": label}, values),)


def do(request: HttpRequest, product_id: UUID, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    return acted(request, lambda: VERBS[verb](request, product_id), reverse("admin:desk_product", args=[product_id]))


def _save(request: HttpRequest, product_id: UUID) -> None:
    """Names and descriptions; a version other than the page showed is refused."""
    old = catalog.get_product(product_id)
    if old is None:
        raise NotFound(N_("product"))
    patch = ProductPatch(name={**old["name"], **_given_texts(request, "name")},
                         description={**old["description"], **_given_texts(request, "description")})
    catalog.update_product(product_id, patch, expected_version=_version(request), actor=actor_of(request))


def _version(request: HttpRequest) -> int | None:
    given = text_of(request, "version")
    return int(given) if given.isdigit() else None


def _status(status: str) -> Callable[[HttpRequest, UUID], None]:
    def run(request: HttpRequest, product_id: UUID) -> None:
        actor = actor_of(request)
        if status == "archived":
            catalog.archive_product(product_id, reason=text_of(request, "reason"), actor=actor)
        else:
            catalog.update_product(product_id, ProductPatch(status=status), actor=actor)

    return run


def _publish(request: HttpRequest, product_id: UUID) -> None:
    catalog.publish(product_id, text_of(request, "channel"), actor=actor_of(request))


def _unpublish(request: HttpRequest, product_id: UUID) -> None:
    catalog.unpublish(product_id, text_of(request, "channel"), actor=actor_of(request))


def _prices(request: HttpRequest, product_id: UUID) -> None:
    """Prices of one list for the variants beside which an amount was typed."""
    actor = actor_of(request)
    chosen = next((p for p in price_lists(actor) if p.code == text_of(request, "list")), None)
    if chosen is None:
        raise InvalidInput("list", N_("Choose a price list."))
    ids = catalog.variants_of([product_id]).get(product_id, [])
    typed = [(v, 1, minor_of(request, f"price-{v}", chosen.currency)) for v in ids]
    wanted = [row for row in typed if row[2] is not None]
    if not wanted:
        raise InvalidInput("price", N_("Type at least one price."))
    pricing.set_prices(chosen.code, wanted, actor=actor)


def _variant(request: HttpRequest, product_id: UUID) -> None:
    catalog.add_variant(product_id, VariantPatch(sku=text_of(request, "sku")), actor=actor_of(request))


VERBS: dict[str, Callable[[HttpRequest, UUID], None]] = {
    "save": _save, "activate": _status("active"), "archive": _status("archived"), "publish": _publish,
    "unpublish": _unpublish, "prices": _prices, "variant": _variant}


PAGES = (
    work_page("desk_new_product", "desk/products/new/", new, EDIT, gettext_lazy("New product"), "add_box", "goods"),
    work_page("desk_product", "desk/products/<uuid:product_id>/", show, READ),
    work_page("desk_product_do", "desk/products/<uuid:product_id>/do/<slug:verb>/", do, READ),
)
