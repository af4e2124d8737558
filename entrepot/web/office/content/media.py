"""The media library: pictures, their words for those who do not see them, and where they are shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.catalog.images import MAX_BYTES
from entrepot.catalog.permissions import READ as SEE_GOODS
from entrepot.growth import public as growth
from entrepot.growth.contracts import Picture
from entrepot.growth.permissions import EDIT
from entrepot.kit.errors import DomainError
from entrepot.kit.rest import actor_of, translated
from entrepot.web.office.content.sheet import LANGUAGES
from entrepot.web.office.pages import acted, office_page, text_of

Row = dict[str, Any]
_AT_ONCE, _A_PAGE = 20, 48
OWN, GOODS = "library", "products"
SOURCES = (("", gettext_lazy("All pictures")), (OWN, gettext_lazy("Of pages")), (GOODS, gettext_lazy("Of products")))
_AMONG_GOODS = "p:"  # how cursors begin where the library's own pictures are through


def library(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _upload(request)
    text = request.GET.get("q", "").strip()[:120].replace("\0", "")
    offered = [(code, label) for code, label in SOURCES if code != GOODS or actor_of(request).can(SEE_GOODS)]
    source = request.GET.get("source", "")
    source = source if source in dict(offered) else ""
    rows, following = _found(text, source, request.GET.get("cursor", ""), with_goods=len(offered) == len(SOURCES))
    return office_page(request, "content/media", _("Media library"), {
        "rows": rows, "q": text, "following": following, "may": actor_of(request).can(EDIT), "source": source,
        "sources": offered, "megabytes": MAX_BYTES // 2**20})


def _found(text: str, source: str, cursor: str, *, with_goods: bool) -> tuple[list[Row], str]:
    """A page of pictures and the cursor of the next: those of the library, then those of products."""
    rows: list[Row] = []
    if source != GOODS and not cursor.startswith(_AMONG_GOODS):
        found, following = growth.find_pictures(text=text, cursor=cursor, limit=_A_PAGE)
        rows = [_own(p) for p in found]
        if following:
            return rows, following
    if source == OWN or not with_goods or len(rows) == _A_PAGE:
        return rows, _AMONG_GOODS if len(rows) == _A_PAGE and source != OWN and with_goods else ""
    media, following = catalog.find_media(text=text, cursor=cursor.removeprefix(_AMONG_GOODS),
                                          limit=_A_PAGE - len(rows))
    return rows + [_of_product(m) for m in media], f"{_AMONG_GOODS}{following}" if following else ""


def _own(it: Picture) -> Row:
    return {"href": reverse("admin:desk_picture", args=[it.id]), "name": it.name, "product": "",
            "width": it.width, "height": it.height, "size": it.size,
            "missing": not all(it.alt.get(c) for c, _l in LANGUAGES),
            "small": _small(it.file, [r["url"] for r in it.renditions])}


def _of_product(it: dict[str, Any]) -> Row:
    """It leads to its product, where it is described, put in order and taken away."""
    language = get_language() or "en"
    return {"href": f"{reverse('admin:desk_product', args=[it['product_id']])}#media", "name": it["sku"] or it["slug"],
            "width": it["width"], "height": it["height"], "size": None,
            "product": catalog.in_language(it["product_name"], language),
            "missing": not all(it["alt"].get(c) for c, _l in LANGUAGES),
            "small": _small(it["address"], it["renditions"])}


def _small(file: str, renditions: list[str]) -> str:
    """The rendition that a thumbnail takes: the second smallest is sharp on any screen."""
    return renditions[-2] if len(renditions) > 1 else renditions[-1] if renditions else file


def _upload(request: HttpRequest) -> HttpResponse:
    """Each file for itself: one that is refused keeps no other away."""
    actor = actor_of(request)
    actor.require(EDIT)
    kept = 0
    files = request.FILES.getlist("files")
    if len(files) > _AT_ONCE:
        messages.error(request, _("At most %(most)s pictures at a time: %(left)s were left out.") % {
            "most": _AT_ONCE, "left": len(files) - _AT_ONCE})
    for file in files[:_AT_ONCE]:
        try:
            growth.add_picture(file.read(MAX_BYTES + 1), file.name or "", actor=actor)
            kept += 1
        except DomainError as error:
            messages.error(request, _("{name}: {text}").format(name=file.name, text=translated(error)))
    if kept:
        messages.success(request, ngettext("%d picture is in the library. Now say what it shows.",
                                           "%d pictures are in the library. Now say what they show.", kept) % kept)
    elif not request.FILES:
        messages.error(request, _("Choose at least one file."))
    return HttpResponseRedirect(reverse("admin:desk_media"))


def picture(request: HttpRequest, picture_id: UUID) -> HttpResponse:
    shown = growth.get_picture(picture_id)
    back = reverse("admin:desk_picture", args=[picture_id])
    if request.method == "POST":
        actor = actor_of(request)
        if request.POST.get("do") == "delete":
            target = reverse("admin:desk_media") if not growth.where_used(picture_id) else back
            return acted(request, lambda: growth.delete_picture(picture_id, actor=actor), target,
                         _("The picture is gone."))
        alt = {code: text_of(request, f"alt-{code}") for code, _label in LANGUAGES}
        return acted(request, lambda: growth.update_picture(picture_id, name=text_of(request, "name"), alt=alt,
                                                            actor=actor), back, _("Saved."))
    return office_page(request, "content/picture", shown.name, {
        "it": shown, "uses": growth.where_used(picture_id), "may": actor_of(request).can(EDIT),
        "alts": [(code, label, shown.alt.get(code, "")) for code, label in LANGUAGES],
        "crumbs": [(_("Media library"), reverse("admin:desk_media"))]})
