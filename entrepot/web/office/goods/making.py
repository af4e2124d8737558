"""New products, copies of products, and images sent while the page stays open."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ProductInput, VariantInput
from entrepot.catalog.errors import MediaTooLarge, SkuTaken
from entrepot.kit.actor import Actor
from entrepot.kit.errors import DomainError
from entrepot.kit.rest import actor_of, translated
from entrepot.pricing import public as pricing
from entrepot.pricing.permissions import SET_PRICES
from entrepot.web.office.goods import editor
from entrepot.web.office.goods.grid import open_lists
from entrepot.web.office.goods.kinds import types_in_words
from entrepot.web.office.goods.sheet import LANGUAGES, Sheet, named
from entrepot.web.office.pages import office_page

MAX_MEGABYTES = 15


def new(request: HttpRequest) -> HttpResponse:
    """What kind of thing it is and what it is called; all the rest is on its own page, as a draft until it is ready."""
    actor = actor_of(request)
    sheet, language = Sheet.of(request), get_language() or "en"
    types = types_in_words(language)
    chosen = next(iter(open_lists(actor)), None) if actor.can(SET_PRICES) else None
    if request.method == "POST":
        product_id = _made(sheet, chosen, actor)
        if product_id is not None:
            messages.success(request, _("The draft was made. Complete it and publish it here."))
            return HttpResponseRedirect(reverse("admin:desk_product", args=[product_id]))
    context = {
        "sheet": sheet, "list": chosen, "names": [sheet.field(f"name-{code}", "", f"{_('Name')} · {label}")
                                                  for code, label in LANGUAGES],
        "type": sheet.field("type", "", _("Product type"), "select",
                            choices=named(types, blank=_("Choose…") if len(types) > 1 else None)),
        "category": sheet.field("category", "", _("Main category"), "select",
                                choices=named(editor.categories_in_words(language))),
        "sku": sheet.field("sku", "", "SKU", hint=_("empty when it comes in sizes or colours: those are made next")),
        "price": sheet.field("price", "", f"{_('Price')} · {chosen.currency}" if chosen else "", "number")}
    return office_page(request, "goods/new", _("New product"), context, status=422 if sheet.refused else 200)


def _made(sheet: Sheet, chosen: Any, actor: Actor) -> UUID | None:
    """The draft; None when something typed does not fit, and the sheet says what."""
    if not sheet.text("type"):
        sheet.errors["type"] = _("Choose what kind of product it is.")
        return None
    try:
        return _create(sheet, chosen, actor)
    except DomainError as error:
        sheet.blame(error, {"": "sku"} if isinstance(error, SkuTaken) else {"name": "name-en"})
        return None


def _create(sheet: Sheet, chosen: Any, actor: Actor) -> UUID:
    sku = sheet.text("sku") or ""
    price = sheet.minor("price", chosen.currency) if chosen else None
    names = {code: text for code, _label in LANGUAGES if (text := sheet.text(f"name-{code}"))}
    product_id = catalog.create_product(ProductInput(
        type=sheet.text("type") or "", name=names, status="draft", category=sheet.text("category") or "",
        variants=(VariantInput(sku),) if sku else ()), actor=actor)
    if sku and price is not None:
        variant_id = catalog.variants_of([product_id])[product_id][0]
        pricing.set_prices(chosen.code, [(variant_id, Decimal(1), price)], actor=actor)
    return product_id


def copy(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """A draft like this product, under another name and with SKUs of its own."""
    actor, product = actor_of(request), editor.found(product_id)
    sheet = Sheet.of(request)
    if request.method == "POST":
        ending = sheet.text("ending") or "-COPY"
        names = {code: text for code, _label in LANGUAGES if (text := sheet.text(f"name-{code}"))}
        if not re.fullmatch(r"[-_A-Za-z0-9]{1,20}", ending):
            sheet.errors["ending"] = _("At most 20 letters, digits, - or _.")
        else:
            try:
                made = _copied(product, names, ending, "prices" in request.POST, actor)
            except DomainError as error:
                sheet.blame(error, {"": "ending"} if isinstance(error, SkuTaken) else {"name": "name-en"})
            else:
                messages.success(request, _("This is the copy: a draft, published nowhere."))
                return HttpResponseRedirect(reverse("admin:desk_product", args=[made]))
    endings = {"en": " (copy)", "zh-hans": "（副本）"}
    context = {"product": product, "sheet": sheet, "ending": sheet.field(
        "ending", "-COPY", _("Ending of the new SKUs")), "names": [sheet.field(
            f"name-{code}", f"{product['name'][code]}{endings[code]}" if product["name"].get(code) else "",
            f"{_('Name')} · {label}") for code, label in LANGUAGES], "may_price": actor.can(SET_PRICES)}
    return office_page(request, "goods/copy", _("Make a copy"), context, status=422 if sheet.refused else 200)


def _copied(product: dict[str, Any], names: dict[str, str], ending: str, prices: bool, actor: Actor) -> UUID:
    made = catalog.duplicate_product(product["id"], names, ending=ending, actor=actor)
    if prices and actor.can(SET_PRICES):
        old = {v["id"]: f"{v['sku'][:80 - len(ending)]}{ending}" for v in product["variants"]}
        new_ids = {v["sku"]: v["id"] for v in editor.found(made)["variants"]}
        rows: dict[str, list[tuple[UUID, Decimal, int | None]]] = {}
        for p in pricing.prices_of(old):
            if (new_id := new_ids.get(old[p.variant_id])) is not None:
                rows.setdefault(p.list_code, []).append((new_id, p.min_qty, p.amount_minor))
        for code, its in rows.items():
            pricing.set_prices(code, its, actor=actor)
    return made


def upload(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """An image, by the form or by the page's script, which gets the new row and the product's new version."""
    if request.method != "POST":  # the page with what was refused, loaded anew
        return HttpResponseRedirect(f"{reverse('admin:desk_product', args=[product_id])}#images")
    piecewise = "X-Piece" in request.headers
    told: list[str] = []
    for file in request.FILES.getlist("file"):
        try:
            if (file.size or 0) > MAX_MEGABYTES * 1024 * 1024:
                raise MediaTooLarge(megabytes=MAX_MEGABYTES, megapixels=40)
            catalog.add_media(product_id, content=file.read(), actor=actor_of(request))
        except DomainError as error:
            text = translated(error)
            told.append(text if piecewise else _("{name}: {text}").format(name=file.name, text=text))
    if told and not piecewise:
        return editor.shown_again(request, editor.found(product_id), told)
    if not piecewise:
        return HttpResponseRedirect(f"{reverse('admin:desk_product', args=[product_id])}#images")
    if told or not request.FILES:
        return HttpResponse(" ".join(told) or _("Choose a file."), status=422, content_type="text/plain; charset=utf-8")
    return _row(request, product_id)


def _row(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """The image just added; the version moves on when only this page has changed the product."""
    product = editor.found(product_id)
    html = render_to_string("office/goods/_picture.html", {
        "m": editor.picture(product, product["media"][-1], len(product["media"]) - 1, Sheet())}, request)
    answer = HttpResponse(html)
    if request.POST.get("version") == str(product["version"] - 1):
        answer["X-Version"] = str(product["version"])
    return answer
