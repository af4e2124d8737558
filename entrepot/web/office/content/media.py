"""The media library: pictures, their words for those who do not see them, and where they are shown."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from entrepot.catalog.images import MAX_BYTES
from entrepot.growth import public as growth
from entrepot.growth.permissions import EDIT
from entrepot.kit.errors import DomainError
from entrepot.kit.rest import actor_of, translated
from entrepot.web.office.content.sheet import LANGUAGES
from entrepot.web.office.pages import acted, office_page, text_of

_AT_ONCE = 20


def library(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _upload(request)
    text = request.GET.get("q", "").strip()[:120].replace("\0", "")
    found, following = growth.find_pictures(text=text, cursor=request.GET.get("cursor", ""))
    rows = [{"it": p, "small": _small(p.file, [r["url"] for r in p.renditions]),
             "missing": [label for code, label in LANGUAGES if not p.alt.get(code)]} for p in found]
    return office_page(request, "content/media", _("Media library"), {
        "rows": rows, "q": text, "following": following, "may": actor_of(request).can(EDIT),
        "megabytes": MAX_BYTES // 2**20})


def _small(file: str, renditions: list[str]) -> str:
    """The rendition that a thumbnail takes: the second smallest is sharp on any screen."""
    return renditions[-2] if len(renditions) > 1 else renditions[-1] if renditions else file


def _upload(request: HttpRequest) -> HttpResponse:
    """Each file for itself: one that is refused keeps no other away."""
    actor = actor_of(request)
    actor.require(EDIT)
    kept = 0
    for file in request.FILES.getlist("files")[:_AT_ONCE]:
        try:
            growth.add_picture(file.read(MAX_BYTES + 1), file.name or "", actor=actor)
            kept += 1
        except DomainError as error:
            messages.error(request, f"{file.name}: {translated(error)}")
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
