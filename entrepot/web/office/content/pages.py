"""The pages of the shop: the list, a new one, the editor with its history."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.growth import public as growth
from entrepot.growth.blocks import KINDS
from entrepot.growth.contracts import Content, PageInfo, PageKind
from entrepot.growth.errors import InvalidBlock
from entrepot.growth.permissions import EDIT, PUBLISH
from entrepot.kit.errors import N_, DomainError, InvalidInput, StaleVersion
from entrepot.kit.rest import actor_of, translated
from entrepot.web.office.content import sheet as sheets
from entrepot.web.office.pages import acted, office_page, text_of
from entrepot.web.storefront.views.content import shown as shop_page

KINDS_OF_PAGES = {
    PageKind.PAGE: (N_("Page"), N_("About us, delivery, terms: what customers look up.")),
    PageKind.ARTICLE: (N_("Article"), N_("A story with a date, listed with the other articles.")),
    PageKind.LANDING: (N_("Landing page"), N_("As wide as the shop, made for a campaign.")),
    PageKind.HOME: (N_("Front page"), N_("The first page of the shop, or of one channel.")),
}


def listing(request: HttpRequest) -> HttpResponse:
    text, kind = request.GET.get("q", "").strip()[:120], request.GET.get("kind", "")
    kind = kind if kind in set(PageKind) else ""
    found, following = growth.find_pages(text=text.replace("\0", ""), kind=kind, cursor=request.GET.get("cursor", ""))
    language = get_language() or "en"
    rows = [{"it": p, "title": catalog.in_language(p.title, language), "kind": _(KINDS_OF_PAGES[p.kind][0]),
             "missing": [label for code, label in sheets.LANGUAGES if not p.title.get(code)]} for p in found]
    return office_page(request, "content/pages", _("Pages of the shop"), {
        "rows": rows, "q": text, "chosen": kind, "following": following, "may": _rights(request),
        "kinds": [(k.value, _(label)) for k, (label, _about) in KINDS_OF_PAGES.items()]})


def _rights(request: HttpRequest) -> set[str]:
    actor = actor_of(request)
    return {code for code, permission in (("edit", EDIT), ("publish", PUBLISH)) if actor.can(permission)}


def new(request: HttpRequest) -> HttpResponse:
    """A title and a kind are enough; the address follows from the title."""
    given = sheets.read(request.POST)
    error: DomainError | None = None
    if request.method == "POST":
        try:
            slug = given.slug or slug_of(given.title)
            made = growth.create_page(slug, text_of(request, "kind"), Content(given.title), actor=actor_of(request))
        except DomainError as refused:
            error = refused
        else:
            messages.success(request, _("The page is a draft. Now give it its blocks."))
            return HttpResponseRedirect(reverse("admin:desk_page", args=[made.id]))
    return office_page(request, "content/new", _("New page"), {
        "kinds": [(k.value, _(label), _(about)) for k, (label, about) in KINDS_OF_PAGES.items()],
        "chosen": request.POST.get("kind") or PageKind.PAGE.value, "slug": given.slug,
        "titles": [(code, label, given.title.get(code, "")) for code, label in sheets.LANGUAGES],
        "error": translated(error) if error else "", "field": error.params.get("field", "slug") if error else ""},
        status=422 if error else 200)


def slug_of(title: dict[str, str]) -> str:
    """An address from the English title when there is one, since it makes the most portable one."""
    words = (title.get("en") or next((t for t in title.values() if t), "")).lower()
    return re.sub(r"[\W_]+", "-", words).strip("-")[:120].rstrip("-")


# ---- the editor

def edit(request: HttpRequest, page_id: int) -> HttpResponse:
    """Every button of the editor sends the whole form, so that nothing typed is lost and no script is needed."""
    page = growth.get_page(page_id)
    if request.method != "POST":
        content = growth.get_version(page_id, page.latest).content
        return _editor(request, page, sheets.of_page(page, content, _codes()))
    actor_of(request).require(EDIT)
    given, command = sheets.read(request.POST), request.POST.get("do", "")
    if sheets.apply(given, command):
        return _editor(request, page, given)
    try:
        saved = _save(request, page, given)
        if command == "publish":
            _publish(request, saved)
            messages.success(request, _("Published. Visitors see it now, or from the moment you chose."))
        else:
            messages.success(request, _("Saved as a draft. Visitors still see what was published."))
    except DomainError as error:
        return _editor(request, page, given, error)
    return HttpResponseRedirect(reverse("admin:desk_page", args=[page_id]))


def _codes() -> dict[int, str]:
    return {c.id: c.code for c in catalog.channels()}


def _save(request: HttpRequest, page: PageInfo, given: sheets.Sheet) -> PageInfo:
    """A new version, unless nothing was changed."""
    if given.version != page.latest:
        raise StaleVersion
    content = growth.checked(given.content())
    channels = sorted(catalog.channel(code).id for code in given.channels)
    same = growth.get_version(page.id, page.latest).content == content
    if same and given.slug == page.slug and channels == sorted(page.channels):
        return page
    return growth.save_page(page.id, content, slug=given.slug, channels=channels, expected_version=given.version,
                            actor=actor_of(request))


def _publish(request: HttpRequest, page: PageInfo) -> None:
    growth.publish_page(page.id, from_at=_moment(request, "from_at"), until_at=_moment(request, "until_at"),
                        actor=actor_of(request))


def _moment(request: HttpRequest, name: str) -> datetime | None:
    """What somebody chose, in the shop's time zone."""
    given = text_of(request, name)
    if not given:
        return None
    try:
        return datetime.fromisoformat(given).replace(tzinfo=ZoneInfo(catalog.default_channel().time_zone))
    except ValueError as error:
        raise InvalidInput(name, N_("is a day and a time")) from error


def _editor(request: HttpRequest, page: PageInfo, given: sheets.Sheet,
            error: DomainError | None = None) -> HttpResponse:
    wrong = (error.params["number"], error.params["field"], _(error.params["reason"])) \
        if isinstance(error, InvalidBlock) else None
    pictures, _following = growth.find_pictures(limit=60)
    context = {
        "page": page, "sheet": given, "blocks": sheets.shown(given, wrong=wrong), "count": len(given.blocks),
        "kinds": list(KINDS.values()), "may": _rights(request), "pictures": pictures,
        "error": translated(error) if error else "", "field": error.params.get("field", "") if error else "",
        "titles": [(code, label, given.title.get(code, "")) for code, label in sheets.LANGUAGES],
        "seo": [(code, label, given.seo.get(code, {})) for code, label in sheets.LANGUAGES],
        "channels": [(c.code, catalog.in_language(c.name, get_language() or "en"), c.code in given.channels)
                     for c in catalog.channels()],
        "versions": growth.list_versions(page.id, limit=30), "zone": catalog.default_channel().time_zone,
        "moments": [(name, request.POST.get(name, "")) for name in ("from_at", "until_at")],
        "crumbs": [(_("Pages of the shop"), reverse("admin:desk_pages"))],
        "kind_label": _(KINDS_OF_PAGES[page.kind][0])}
    title = catalog.in_language(given.title, get_language() or "en") or page.slug
    return office_page(request, "content/editor", title, context, status=422 if error else 200)


def do(request: HttpRequest, page_id: int, verb: str) -> HttpResponse:
    """What is done to a page as a whole."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    actor, back = actor_of(request), reverse("admin:desk_page", args=[page_id])
    if verb == "delete":
        return acted(request, lambda: growth.delete_page(page_id, reason=text_of(request, "reason"), actor=actor),
                     reverse("admin:desk_pages"), _("The page is gone."))
    if verb == "withdraw":
        return acted(request, lambda: growth.withdraw_page(page_id, reason=text_of(request, "reason"), actor=actor),
                     back, _("Visitors do not see the page any more."))
    number = sheets.whole(text_of(request, "number"))
    return acted(request, lambda: growth.restore_version(page_id, number, actor=actor), back,
                 _("The earlier version is your draft now. Publish it when it is right."))


def preview(request: HttpRequest, page_id: int) -> HttpResponse:
    """The draft in the shop's own dress: what stands in the form, or a version by its number."""
    page, wanted = growth.get_page(page_id), request.GET.get("lang", "")
    language = wanted if wanted in dict(sheets.LANGUAGES) else get_language() or "en"
    if request.method == "POST":
        content = growth.checked(sheets.read(request.POST).content())
    else:
        number = sheets.whole(request.GET.get("version", ""))
        content = growth.get_version(page_id, number or page.latest).content
    with translation.override(language):
        return shop_page(request, growth.view_of(page, content, language), preview=True)
