"""Pages: every save adds a version, publishing chooses the one that visitors see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from entrepot.growth import queries
from entrepot.growth.contracts import Content, PageInfo, PageKind
from entrepot.growth.errors import NoSuchVersion, SlugTaken
from entrepot.growth.models import Page, PageVersion
from entrepot.growth.permissions import EDIT, PUBLISH
from entrepot.growth.rules.blocks import check_blocks
from entrepot.growth.rules.texts import check_seo, check_slug
from entrepot.kit import audit, clock
from entrepot.kit.actor import Actor
from entrepot.kit.bylanguage import check_texts
from entrepot.kit.errors import N_, InvalidInput, NotFound, StaleVersion

_PAGE = "growth.page"
_FIRST_YEAR, _LAST_YEAR = 2000, 2200


def create_page(slug: str, kind: str, content: Content, *, channels: Sequence[int] = (), actor: Actor) -> PageInfo:
    """A new draft."""
    actor.require(EDIT)
    valid, now = checked(content), clock.now()
    if kind not in set(PageKind):
        raise InvalidInput("kind", N_("is one of the choices"))
    with transaction.atomic():
        try:
            with transaction.atomic():
                page = Page.objects.create(slug=check_slug(slug), kind=kind, channels=sorted(set(channels)),
                                           title=valid.title, created_at=now, changed_at=now)
        except IntegrityError as error:
            raise SlugTaken(slug=slug) from error
        _add_version(page, valid, now, "", actor)
        audit.record(actor, "growth.create_page", _PAGE, page.id, new={"slug": slug, "kind": kind})
    return queries.info(page)


def save_page(page_id: int, content: Content, *, slug: str | None = None, channels: Sequence[int] | None = None,
              expected_version: int | None = None, note: str = "", actor: Actor) -> PageInfo:
    """A new version of the draft; what visitors see stays until it is published."""
    actor.require(EDIT)
    valid, now = checked(content), clock.now()
    with transaction.atomic():
        page = _locked(page_id)
        if expected_version is not None and page.latest != expected_version:
            raise StaleVersion
        old = {"version": page.latest, "slug": page.slug}
        page.latest += 1
        page.slug = check_slug(slug) if slug is not None else page.slug
        page.channels = sorted(set(channels)) if channels is not None else page.channels
        page.title, page.changed_at = dict(valid.title), now
        try:
            with transaction.atomic():
                page.save()
        except IntegrityError as error:
            raise SlugTaken(slug=slug) from error
        _add_version(page, valid, now, note, actor)
        audit.record(actor, "growth.save_page", _PAGE, page_id, old=old,
                     new={"version": page.latest, "slug": page.slug})
    queries.forget()
    return queries.info(page)


def publish_page(page_id: int, *, version: int | None = None, from_at: datetime | None = None,
                 until_at: datetime | None = None, actor: Actor) -> PageInfo:
    """Show a version (the latest unless named) to visitors, at once or between two moments."""
    actor.require(PUBLISH)
    now = clock.now()
    since = from_at or now
    if until_at is not None and until_at <= since:
        raise InvalidInput("until_at", N_("must lie after the beginning"))
    for name, moment in (("from_at", since), ("until_at", until_at or now)):
        if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            raise InvalidInput(name, N_("is a day and a time"))
    with transaction.atomic():
        page = _locked(page_id)
        number = page.latest if version is None else version
        if not PageVersion.objects.filter(page=page, number=number).exists():
            raise NoSuchVersion(number=number)
        old = {"live": page.live, "from": page.live_from, "until": page.live_until}
        page.live, page.live_from, page.live_until, page.changed_at = number, since, until_at, now
        page.save(update_fields=["live", "live_from", "live_until", "changed_at"])
        audit.record(actor, "growth.publish_page", _PAGE, page_id, old=old,
                     new={"live": number, "from": since, "until": until_at})
    queries.forget()
    return queries.info(page)


def withdraw_page(page_id: int, *, reason: str = "", actor: Actor) -> PageInfo:
    """Take the page out of the shop; the drafts stay."""
    actor.require(PUBLISH)
    with transaction.atomic():
        page = _locked(page_id)
        old = {"live": page.live}
        page.live = page.live_from = page.live_until = None
        page.changed_at = clock.now()
        page.save(update_fields=["live", "live_from", "live_until", "changed_at"])
        audit.record(actor, "growth.withdraw_page", _PAGE, page_id, old=old, reason=reason)
    queries.forget()
    return queries.info(page)


def restore_version(page_id: int, number: int, *, expected_version: int | None = None, actor: Actor) -> PageInfo:
    """Make an earlier version the latest draft again; nothing in between is lost."""
    actor.require(EDIT)
    content = queries.get_version(page_id, number).content
    return save_page(page_id, content, expected_version=expected_version, note=f"↺ {number}", actor=actor)


def delete_page(page_id: int, *, reason: str = "", actor: Actor) -> None:
    """Remove a page with its versions."""
    actor.require(PUBLISH)
    with transaction.atomic():
        page = _locked(page_id)
        audit.record(actor, "growth.delete_page", _PAGE, page_id, old={"slug": page.slug, "live": page.live},
                     reason=reason)
        page.delete()
    queries.forget()


def checked(content: Content) -> Content:  # lint: allow action-actor
    """The content in the shape that is stored; whatever is wrong is refused."""
    title = check_texts("title", content.title, limit=200, one_line=True, required=True)
    return Content(title, check_seo(content.seo), tuple(check_blocks(content.blocks)))


def _locked(page_id: int) -> Page:
    page = Page.objects.select_for_update().filter(id=page_id).first()
    if page is None:
        raise NotFound(N_("page"))
    return page


def _add_version(page: Page, content: Content, now: datetime, note: str, actor: Actor) -> None:
    PageVersion.objects.create(page=page, number=page.latest, title=content.title, seo=content.seo,
                               blocks=list(content.blocks), made_at=now, made_by=actor.label[:200], note=note[:200])
