"""What the content desks add to the office."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from entrepot.growth.permissions import CLOSE, EDIT, READ
from entrepot.web.office.content import door, media, menus, pages
from entrepot.web.office.pages import work_page

PAGES = (
    work_page("desk_pages", "desk/content/pages/", pages.listing, READ, _("Pages of the shop"), "article", "content"),
    work_page("desk_page_new", "desk/content/pages/new/", pages.new, EDIT),
    work_page("desk_page", "desk/content/pages/<int:page_id>/", pages.edit, READ),
    work_page("desk_page_do", "desk/content/pages/<int:page_id>/do/<slug:verb>/", pages.do, READ),
    work_page("desk_page_preview", "desk/content/pages/<int:page_id>/preview/", pages.preview, READ),
    work_page("desk_menus", "desk/content/menus/", menus.listing, READ, _("Menus"), "menu", "content"),
    work_page("desk_menu", "desk/content/menus/<slug:code>/", menus.edit, READ),
    work_page("desk_media", "desk/content/media/", media.library, READ, _("Media library"), "photo_library", "content"),
    work_page("desk_picture", "desk/content/media/<uuid:picture_id>/", media.picture, READ),
    work_page("desk_door", "desk/content/door/", door.door, CLOSE, _("Open and closed"), "door_front", "content"),
)
