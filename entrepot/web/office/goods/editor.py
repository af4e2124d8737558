"""The product page: everything of a product on one sheet, saved at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import HistoryEntry, ProductPatch, VariantPatch
from entrepot.catalog.permissions import EDIT, PUBLISH, STRUCTURE
from entrepot.inventory.permissions import ADJUST
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, NotFound
from entrepot.kit.rest import actor_of
from entrepot.pricing.permissions import SET_PRICES
from entrepot.web.office.goods import grid, history, kinds, offering, reading, saving
from entrepot.web.office.goods.attributes import attribute_field, of_type
from entrepot.web.office.goods.naming import Names, words
from entrepot.web.office.goods.sheet import LANGUAGES, Sheet, named, plain, wall_time
from entrepot.web.office.pages import acted, office_page, text_of, whole

RIGHTS = {"edit": EDIT, "publish": PUBLISH, "price": SET_PRICES, "stock": ADJUST, "structure": STRUCTURE}
BLANK_VALUES, BLANK_PARTS = 2, 3
SEEN = 15  # entries of the history beside the page


def show(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """The page; sent back, it is saved, or shown again with what was typed and what is wrong with it."""
    actor = actor_of(request)
    product = found(product_id)
    sheet = Sheet.of(request, locked=not actor.can(EDIT))
    clash: list[dict[str, Any]] | None = None
    if request.method == "POST":
        try:
            changed = saving.save(product, sheet, _by_hand(), actor)
        except saving.Conflict:
            clash = _clash(product, sheet)
        except saving.Refused:
            sheet.general = sheet.general or [_("Nothing was saved yet: see the fields that are marked.")]
        else:
            messages.success(request, _("Saved.") if changed else _("Nothing was different."))
            offering.tell(request, product, found(product_id))
            return HttpResponseRedirect(f"{reverse('admin:desk_product', args=[product_id])}{_page_of(request)}")
    return office_page(request, "goods/product", catalog.in_language(product["name"], get_language() or "en"),
                       {**_context(product, sheet, actor, request), "clash": clash},
                       status=409 if clash is not None else 422 if sheet.refused else 200)


def shown_again(request: HttpRequest, product: dict[str, Any], refused_images: list[str]) -> HttpResponse:
    """The page as stored, with what is wrong with images that were sent, beside the field for them."""
    actor, title = actor_of(request), catalog.in_language(product["name"], get_language() or "en")
    context = _context(product, Sheet(locked=not actor.can(EDIT)), actor, request, refused_images)
    return office_page(request, "goods/product", title, context, status=422)


def found(product_id: UUID) -> dict[str, Any]:
    product = catalog.get_product(product_id)
    if product is None:
        raise NotFound(N_("product"))
    return product


def _by_hand() -> list[dict[str, Any]]:
    return [c for c in catalog.list_collections(limit=500) if c["rule"] is None]


def _page_of(request: HttpRequest) -> str:
    start = text_of(request, "from")
    return f"?from={start}" if start.isdecimal() and start != "0" else ""


def _clash(product: Mapping[str, Any], sheet: Sheet) -> list[dict[str, Any]]:
    """What the others saved since this page was opened, beside what was typed."""
    given = whole(sheet.text("version") or "")
    steps = 1 if given is None else max(1, product["version"] - given)
    entries = catalog.product_history(product["id"], limit=min(steps, 50))
    shown, names = history.clash(entries, sheet, product), Names(product)
    return shown or [{"who": e.actor, "at": e.at, "label": line["label"], "theirs": line["new"], "mine": ""}
                     for e in entries for line in history.told(e, names)]


def _context(product: dict[str, Any], sheet: Sheet, actor: Actor, request: HttpRequest,
             refused_images: list[str] | None = None) -> dict[str, Any]:
    own, of_variants = of_type(product["type"])
    shown, pages = _shown(product, request)
    world = grid.world_of([v["id"] for v in shown], actor)
    return {
        "product": product, "sheet": sheet, "may": {code for code, p in RIGHTS.items() if actor.can(p)},
        "texts": _texts(product, sheet), "seo": _seo(product, sheet), "basics": _basics(product, sheet),
        "attributes": [attribute_field(sheet, f"attr-{a['code']}", a, product["attributes"].get(a["code"]))
                       for a in own],
        "options": _options(product, sheet), "columns": grid.columns(world, of_variants),
        "rows": grid.rows(product, sheet, world, of_variants, actor, shown), "pages": pages, "world": world,
        "bundles": _bundles(product, sheet), "media": _media(product, sheet),
        "refused_images": refused_images or (), "offers": _offers(product, sheet, actor),
        "collections": _collections(product, sheet, actor), "story": _story(product),
        "old_addresses": catalog.old_addresses("product", product["id"])}


def _shown(product: Mapping[str, Any], request: HttpRequest) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The variants of one page of the grid, those on sale first."""
    variants = sorted(product["variants"], key=lambda v: not v["is_active"])
    given = whole(request.POST.get("from") or request.GET.get("from", "")) or 0
    start = given if given < len(variants) else 0
    shown = variants[start:start + grid.ROWS]
    return shown, {"from": start, "first": start + 1, "last": start + len(shown), "all": len(variants),
                   "before": max(0, start - grid.ROWS) if start else None,
                   "after": start + grid.ROWS if start + grid.ROWS < len(variants) else None}


def _texts(product: Mapping[str, Any], sheet: Sheet) -> list[dict[str, Any]]:
    return [{"code": code, "label": label, "missing": not product["name"].get(code),
             "name": sheet.field(f"name-{code}", product["name"].get(code), _("Name")),
             "description": sheet.field(f"description-{code}", product["description"].get(code), _("Product text"),
                                        "area")} for code, label in LANGUAGES]


def _seo(product: Mapping[str, Any], sheet: Sheet) -> list[dict[str, Any]]:
    found = []
    for code, label in LANGUAGES:
        stored = product["seo"].get(code, {})
        name = product["name"].get(code) or catalog.in_language(product["name"], code)
        about = words(product["description"].get(code, "")) if product["description"].get(code) else ""
        found.append({
            "code": code, "label": label,
            "title": sheet.field(f"seo-title-{code}", stored.get("title"), _("Title in search results")),
            "description": sheet.field(f"seo-description-{code}", stored.get("description"),
                                       _("Description in search results"), "area"),
            "shown_title": stored.get("title") or name, "shown_text": stored.get("description") or about,
            "url": _address(product["slug"], code)})
    return found


def _address(slug: str, language: str) -> str:
    """Where the shop shows it in a language."""
    with override(language):
        return f"{settings.BASE_URL.rstrip('/')}{reverse('shop:product', args=[slug])}"


def _basics(product: Mapping[str, Any], sheet: Sheet) -> dict[str, Any]:
    categories = categories_in_words(get_language() or "en")
    language = get_language() or "en"
    brands = [(b.slug, catalog.in_language(b.name, language)) for b in catalog.brands()]
    statuses = [("draft", _("draft")), ("active", _("on sale"))]
    if product["status"] == "archived":
        statuses.append(("archived", _("taken off sale")))
    return {
        **kinds.fields(product, sheet), "slug": sheet.field("slug", product["slug"], _("Web address")),
        "status": sheet.field("status", product["status"], _("Status"), "select", choices=statuses),
        "category": sheet.field("category", product["category"], _("Main category"), "select",
                                choices=named(categories)),
        "categories": sheet.field("categories", product["categories"], _("Also in"), "many",
                                  choices=[(c, n) for c, n in categories if c != product["category"]]),
        "brand": sheet.field("brand", product["brand"], _("Brand"), "select", choices=named(brands)),
        "tags": sheet.field("tags", ", ".join(product["tags"]), _("Tags"), hint=_("with commas between")),
        "tax_class": sheet.field("tax_class", product["tax_class"], _("Tax class"))}


def categories_in_words(language: str) -> list[tuple[str, str]]:
    """The tree as a list, each level set in."""
    found: list[tuple[str, str]] = []

    def walk(nodes: Any, depth: int) -> None:
        for node in nodes:
            found.append((node.slug, f"{' ' * 4 * depth}{node.name}"))
            walk(node.children, depth + 1)

    walk(catalog.category_tree(language), 0)
    return found


def _options(product: Mapping[str, Any], sheet: Sheet) -> list[dict[str, Any]]:
    """The options with room for more; as typed when the page comes back."""
    stored = [{"code": o["code"], "name": o["name"], "values": o["values"]} for o in product["options"]]
    if (typed := reading.options(sheet)) is not None:
        stored = [{"code": o.code, "name": o.name, "values": [{"code": v.code, "name": v.name} for v in o.values]}
                  for o in typed]
    empty = {"code": "", "name": {}, "values": []}
    rows = [*stored, *([empty] if len(stored) < reading.MOST_OPTIONS and not sheet.locked else [])]
    blank = [{"code": "", "name": {}}] * (0 if sheet.locked else BLANK_VALUES)
    return [{**o, "n": n, "error": sheet.errors.get(f"opt-{n}-name-en", ""), "values": [*o["values"], *blank]}
            for n, o in enumerate(rows)]


def _bundles(product: Mapping[str, Any], sheet: Sheet) -> list[dict[str, Any]]:
    """Variants that are bundles with their parts, and the rest of a small product as what may become one."""
    found = []
    for v in product["variants"]:
        if not v["is_active"] or (not v["components"] and len(product["variants"]) > 12):
            continue
        at = f"parts-{v['id']}"
        parts = [*v["components"], *([{"sku": "", "quantity": ""}] * BLANK_PARTS)]
        found.append({"it": v, "is_open": bool(v["components"]), "parts": [
            {"sku": sheet.field(f"{at}-{n}-sku", p["sku"], "SKU"),
             "quantity": sheet.field(f"{at}-{n}-qty", plain(p["quantity"]) if p["quantity"] else "", _("Quantity"),
                                     "number")} for n, p in enumerate(parts)]})
    return found


def _media(product: Mapping[str, Any], sheet: Sheet) -> list[dict[str, Any]]:
    return [picture(product, m, n, sheet) for n, m in enumerate(product["media"])]


def picture(product: Mapping[str, Any], m: Mapping[str, Any], n: int, sheet: Sheet) -> dict[str, Any]:
    at, language = f"m-{m['id']}", get_language() or "en"
    variants = [(v["id"], grid.choice_in_words(product, v["options"], language) or v["sku"])
                for v in product["variants"] if v["is_active"]][:200]
    small = next((r["url"] for r in m["renditions"] if r["width"] >= 320 and not m["url"].endswith(".svg")), m["url"])
    return {"it": m, "small": small, "n": n, "position": sheet.field(f"{at}-position", n + 1, _("Place"), "number"),
            "alts": [{"missing": not m["alt"].get(code), "field": sheet.field(
                f"{at}-alt-{code}", m["alt"].get(code), f"{_('What it shows')} · {label}")}
                for code, label in LANGUAGES],
            "variant": sheet.field(f"{at}-variant", str(m["variant_id"] or ""), _("Shows"), "select",
                                   choices=named(variants, blank=_("every variant"))),
            "gone": sheet.field(f"{at}-gone", False, _("Remove"), "check")}


def _offers(product: Mapping[str, Any], sheet: Sheet, actor: Actor) -> list[dict[str, Any]]:
    stored = {p["channel"]: p for p in product["publications"]}
    closed, language, lacks = not actor.can(PUBLISH), get_language() or "en", offering.hindrances(product)
    found = []
    for c in catalog.channels():
        own = stored.get(c.code, {})
        found.append({
            "it": c, "is_on": c.code in stored, "lacks": lacks.get(c.code),
            "title": catalog.in_language(c.name, language),
            "on": sheet.field(f"pub-{c.code}", c.code in stored, catalog.in_language(c.name, language), "check",
                              locked=closed),
            "dates": [sheet.field(f"pub-{c.code}-{end}", wall_time(own.get(f"{end}_at"), c.time_zone), label, "moment",
                                  locked=closed) for end, label in (("from", _("Starts")), ("until", _("Ends")))]})
    return found


def _collections(product: Mapping[str, Any], sheet: Sheet, actor: Actor) -> dict[str, Any]:
    language = get_language() or "en"
    every = [(c, catalog.in_language(c["name"], language)) for c in catalog.list_collections(limit=500)]
    ids = set(product["collection_ids"])
    return {"by_rule": [name for c, name in every if c["rule"] is not None and c["id"] in ids],
            "field": sheet.field("collections", [str(c["id"]) for c, _name in every if c["id"] in ids],
                                 _("Collections chosen by hand"), "many", locked=not actor.can(STRUCTURE),
                                 choices=[(str(c["id"]), name) for c, name in every if c["rule"] is None])}


def _story(product: Mapping[str, Any]) -> list[dict[str, Any]]:
    names = Names(product)
    return [{"it": e, "lines": history.told(e, names)[:12]} for e in catalog.product_history(product["id"], limit=SEEN)]


# ---- buttons beside the sheet


def do(request: HttpRequest, product_id: UUID, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    return acted(request, lambda: VERBS[verb](request, product_id), reverse("admin:desk_product", args=[product_id]))


def _activate(request: HttpRequest, product_id: UUID) -> None:
    catalog.update_product(product_id, ProductPatch(status="active"), actor=actor_of(request))


def _archive(request: HttpRequest, product_id: UUID) -> None:
    catalog.archive_product(product_id, reason=text_of(request, "reason"), actor=actor_of(request))


def _variant(request: HttpRequest, product_id: UUID) -> None:
    catalog.add_variant(product_id, VariantPatch(sku=text_of(request, "sku")), actor=actor_of(request))


def _restore(request: HttpRequest, product_id: UUID) -> None:
    catalog.restore_product(product_id, whole(text_of(request, "entry")) or 0,
                            expected_version=whole(text_of(request, "version")), actor=actor_of(request))


VERBS: dict[str, Callable[[HttpRequest, UUID], None]] = {
    "activate": _activate, "archive": _archive, "variant": _variant, "restore": _restore}


def page_of_history(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """The whole story, with a way back to each version."""
    product, actor = found(product_id), actor_of(request)
    before = request.GET.get("before", "")
    entries: list[HistoryEntry] = catalog.product_history(
        product_id, before=whole(before) or 2**62, limit=31)
    names = Names(product)
    context = {"product": product, "story": [{"it": e, "lines": history.told(e, names)} for e in entries[:30]],
               "next": entries[29].id if len(entries) > 30 else None, "newest": not before,
               "may": {code for code, p in RIGHTS.items() if actor.can(p)}}
    return office_page(request, "goods/history", catalog.in_language(product["name"], get_language() or "en"), context)
