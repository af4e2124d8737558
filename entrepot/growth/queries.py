"""Reads of content. What every shop page asks for is kept in the process for a few seconds."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from entrepot.growth.blocks import KINDS
from entrepot.growth.contracts import (
    Block,
    Closure,
    Content,
    MenuEntry,
    MenuInfo,
    PageAddress,
    PageInfo,
    PageKind,
    PageState,
    PageVersionInfo,
    PageView,
    Picture,
)
from entrepot.growth.errors import NoSuchVersion
from entrepot.growth.models import Asset, Menu, Page, PageVersion
from entrepot.growth.rules import blocks as block_rules
from entrepot.growth.rules import menus as menu_rules
from entrepot.growth.rules.texts import choose
from entrepot.kit import clock, db, paging
from entrepot.kit.errors import N_, NotFound

_FRESH_S = 5.0
_MOST_KEPT = 2000
_kept: dict[tuple[Any, ...], tuple[float, Any]] = {}


def forget() -> None:
    """Read again at the next call (after a change in this process, and between tests)."""
    _kept.clear()


def _fresh(key: tuple[Any, ...]) -> tuple[bool, Any]:
    until, value = _kept.get(key, (0.0, None))
    return time.monotonic() < until, value


def _keep(key: tuple[Any, ...], value: Any) -> Any:
    if len(_kept) >= _MOST_KEPT:  # made-up addresses must not fill the memory
        _kept.clear()
    _kept[key] = (time.monotonic() + _FRESH_S, value)
    return value


# ---- what visitors see

_LIVE = """
SELECT p.slug, p.kind, p.live_from, v.title, v.seo, v.blocks, v.made_at
FROM growth_page p JOIN growth_pageversion v ON v.page_id = p.id AND v.number = p.live
WHERE p.live_from <= %(now)s AND (p.live_until IS NULL OR p.live_until > %(now)s)
  AND (p.channels = '{}' OR %(channel)s = ANY(p.channels))
"""
_LIVE_PAGE = _LIVE + "  AND p.slug = %(slug)s AND p.kind <> 'home'"
_LIVE_HOME = _LIVE + "  AND p.kind = 'home' ORDER BY p.channels = '{}', p.live_from DESC LIMIT 1"
_ADDRESSES = _LIVE + """  AND p.kind <> 'home' AND (%(kind)s::text = '' OR p.kind = %(kind)s)
ORDER BY p.live_from DESC, p.id DESC LIMIT %(limit)s
"""


def page(channel_id: int, language: str, slug: str) -> PageView | None:
    """The live page at this address, at most a few seconds old; None when there is none."""
    known, value = _fresh(("page", channel_id, language, slug))
    if known:
        return value  # type: ignore[no-any-return]  # what was kept under this key
    found = db.row(_LIVE_PAGE, {"slug": slug, "channel": channel_id, "now": clock.now()}) \
        if "\0" not in slug else None
    view = _view(found, language) if found else None
    return _keep(("page", channel_id, language, slug), view)  # type: ignore[no-any-return]


def home_blocks(channel_id: int, language: str) -> tuple[Block, ...]:
    """The blocks of the channel's front page, at most a few seconds old; none when nobody has published one."""
    known, value = _fresh(("home", channel_id, language))
    if not known:
        found = db.row(_LIVE_HOME, {"channel": channel_id, "now": clock.now()})
        value = _keep(("home", channel_id, language), _view(found, language) if found else None)
    return value.blocks if value else ()


def articles(channel_id: int, language: str, limit: int) -> list[PageView]:
    """The live articles, newest first: two statements, however many there are."""
    found = db.rows(_ADDRESSES, {"channel": channel_id, "now": clock.now(), "kind": PageKind.ARTICLE, "limit": limit})
    shown = pictures(block_rules.pictures_of([b for r in found for b in r.blocks if b["kind"] in KINDS]))
    return [_view(r, language, shown) for r in found]


def _view(row: Any, language: str, shown: Mapping[str, dict[str, Any]] | None = None) -> PageView:
    seo = row.seo.get(language) or {}
    return PageView(row.slug, PageKind(row.kind), choose(row.title, language), seo.get("title", ""),
                    seo.get("description", ""), resolve(row.blocks, language, shown), tuple(sorted(row.title)),
                    row.live_from, row.made_at)


def resolve(blocks: Sequence[Mapping[str, Any]], language: str,
            shown: Mapping[str, dict[str, Any]] | None = None) -> tuple[Block, ...]:
    """Stored blocks in one language, with their pictures (one statement when there are any and they are not known)."""
    if shown is None:
        shown = pictures(block_rules.pictures_of([b for b in blocks if b["kind"] in KINDS]))
    return block_rules.in_language(blocks, language, shown, clock.now().date(), _prefix(language))


def _prefix(language: str) -> str:
    """How the shop's paths begin in a language."""
    return "" if language == settings.LANGUAGE_CODE else f"/{language}"


def pictures(ids: set[str]) -> dict[str, dict[str, Any]]:
    """Pictures as pages show them, by id; `alt` still in all languages."""
    found = Asset.objects.filter(id__in=ids) if ids else ()
    return {str(a.id): {"url": address(a.file), "alt": a.alt, "width": a.width, "height": a.height, "renditions": [
        {"url": address(r["file"]), "width": r["width"], "height": r["height"], "type": r["type"]}
        for r in a.renditions]} for a in found}


def address(file: str) -> str:
    return f"{settings.MEDIA_URL}{file}"


def menu(code: str, language: str) -> tuple[MenuEntry, ...]:
    """A menu's entries, at most a few seconds old. All menus are read at once: one statement for a whole page."""
    known, menus = _fresh(("menus",))
    if not known:
        menus = _keep(("menus",), {r.code: r.items for r in db.rows("SELECT code, items FROM growth_menu")})
    return menu_rules.in_language(menus.get(code, []), language, _prefix(language))


def closure() -> Closure | None:
    """The sign on the door, at most a few seconds old; None while the shop is open."""
    known, value = _fresh(("door",))
    if not known:
        found = db.row("SELECT until, message FROM growth_door")
        value = _keep(("door",), Closure(found.until, found.message) if found else None)
    return value  # type: ignore[no-any-return]


def addresses(channel_id: int, language: str, *, kind: str = "", limit: int = 50_000) -> list[PageAddress]:
    """The live pages, newest first."""
    found = db.rows(_ADDRESSES, {"channel": channel_id, "now": clock.now(), "kind": kind, "limit": limit})
    return [PageAddress(r.slug, PageKind(r.kind), choose(r.title, language), tuple(sorted(r.title)), r.made_at)
            for r in found]


# ---- what the office sees

def state_of(page: Page, now: datetime) -> PageState:
    if page.live is None or page.live_from is None:
        return PageState.DRAFT
    if page.live_from > now:
        return PageState.SCHEDULED
    return PageState.ENDED if page.live_until and page.live_until <= now else PageState.LIVE


def info(found: Page) -> PageInfo:
    return PageInfo(found.id, found.slug, PageKind(found.kind), tuple(found.channels), found.title, found.latest,
                    found.live, found.live_from, found.live_until, found.changed_at, state_of(found, clock.now()))


def get_page(page_id: int) -> PageInfo:
    """Raises NotFound."""
    found = Page.objects.filter(id=page_id).first()
    if found is None:
        raise NotFound(N_("page"))
    return info(found)


def find_pages(*, text: str = "", kind: str = "", cursor: str = "", limit: int = 50) -> tuple[list[PageInfo], str]:
    """Pages, last changed first, and the cursor of the next ones ("" when there are none)."""
    wanted = Page.objects.order_by("-changed_at", "-id")
    if kind:
        wanted = wanted.filter(kind=kind)
    if text:
        wanted = wanted.extra(where=["slug ILIKE %s OR title::text ILIKE %s"], params=[f"%{text}%"] * 2)
    if cursor:
        at, id_ = paging.decode(cursor, size=2)
        wanted = wanted.extra(where=["(changed_at, id) < (%s::timestamptz, %s::bigint)"], params=[at, id_])
    found = list(wanted[:limit + 1])
    following = paging.encode([found[limit - 1].changed_at.isoformat(), found[limit - 1].id]) \
        if len(found) > limit else ""
    return [info(p) for p in found[:limit]], following


def _version(v: PageVersion) -> PageVersionInfo:
    return PageVersionInfo(v.number, v.made_at, v.made_by, v.note, Content(v.title, v.seo, tuple(v.blocks)))


def get_version(page_id: int, number: int) -> PageVersionInfo:
    """One version with its content. Raises NoSuchVersion."""
    found = PageVersion.objects.filter(page_id=page_id, number=number).first()
    if found is None:
        raise NoSuchVersion(number=number)
    return _version(found)


def list_versions(page_id: int, *, limit: int = 50) -> list[PageVersionInfo]:
    """A page's versions, the newest first."""
    return [_version(v) for v in PageVersion.objects.filter(page_id=page_id).order_by("-number")[:limit]]


def view_of(page_info: PageInfo, content: Content, language: str) -> PageView:
    """Content as visitors would see it on this page."""
    seo, now = content.seo.get(language) or {}, clock.now()
    return PageView(page_info.slug, page_info.kind, choose(content.title, language), seo.get("title", ""),
                    seo.get("description", ""), resolve(content.blocks, language), tuple(sorted(content.title)),
                    page_info.live_from or now, now)


def _menu(found: Menu) -> MenuInfo:
    return MenuInfo(found.code, found.title, tuple(found.items), found.version, found.changed_at)


def list_menus() -> list[MenuInfo]:
    """All menus by code."""
    return [_menu(m) for m in Menu.objects.order_by("code")]


def get_menu(code: str) -> MenuInfo:
    """Raises NotFound."""
    found = Menu.objects.filter(code=code).first()
    if found is None:
        raise NotFound(N_("menu"))
    return _menu(found)


# ---- the media library

def picture(asset: Asset) -> Picture:
    return Picture(asset.id, asset.name, asset.alt, address(asset.file), asset.width, asset.height, asset.size,
                   tuple({**r, "url": address(r["file"])} for r in asset.renditions), asset.created_at,
                   asset.created_by)


def get_picture(asset_id: UUID) -> Picture:
    """Raises NotFound."""
    found = Asset.objects.filter(id=asset_id).first()
    if found is None:
        raise NotFound(N_("picture"))
    return picture(found)


def find_pictures(*, text: str = "", cursor: str = "", limit: int = 48) -> tuple[list[Picture], str]:
    """Pictures, newest first, and the cursor of the next ones ("" when there are none)."""
    wanted = Asset.objects.order_by("-created_at", "-id")
    if text:
        wanted = wanted.extra(where=["name ILIKE %s OR alt::text ILIKE %s"], params=[f"%{text}%"] * 2)
    if cursor:
        at, id_ = paging.decode(cursor, size=2)
        wanted = wanted.extra(where=["(created_at, id) < (%s::timestamptz, %s::uuid)"], params=[at, id_])
    found = list(wanted[:limit + 1])
    following = paging.encode([found[limit - 1].created_at.isoformat(), str(found[limit - 1].id)]) \
        if len(found) > limit else ""
    return [picture(a) for a in found[:limit]], following


_WHERE_USED = """
SELECT DISTINCT p.id, p.slug, p.title FROM growth_page p
JOIN growth_pageversion v ON v.page_id = p.id AND v.number IN (p.latest, p.live)
WHERE v.blocks::text LIKE %s ORDER BY p.slug
"""


def where_used(asset_id: UUID) -> list[tuple[int, str]]:
    """(id, slug) of the pages whose draft or published version shows this picture."""
    return [(r.id, r.slug) for r in db.rows(_WHERE_USED, [f"%{asset_id}%"])]
