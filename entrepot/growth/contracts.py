"""What others read of the shop's content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

Texts = Mapping[str, str]  # language -> text


class PageKind(StrEnum):
    """What a page is for."""

    HOME = "home"  # the front page of the channels it names, or of all that have none of their own
    PAGE = "page"
    ARTICLE = "article"
    LANDING = "landing"  # without the shop's departments around it


class PageState(StrEnum):
    """Whether visitors see the page now."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    LIVE = "live"
    ENDED = "ended"


class TargetKind(StrEnum):
    """What an entry of a menu leads to."""

    PAGE = "page"
    CATEGORY = "category"
    COLLECTION = "collection"
    ADDRESS = "address"  # a path of the shop or a whole https address


@dataclass(frozen=True, slots=True)
class Content:
    """What a version of a page says. `seo` is {language: {"title", "description"}}; blocks are {"kind", "data"}."""

    title: Texts
    seo: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    blocks: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class PageInfo:
    """A page without its content; `latest` and `live` are numbers of versions."""

    id: int
    slug: str
    kind: PageKind
    channels: tuple[int, ...]  # none: all
    title: dict[str, str]
    latest: int
    live: int | None
    live_from: datetime | None
    live_until: datetime | None
    changed_at: datetime
    state: PageState

    @property
    def has_newer_draft(self) -> bool:
        return self.live is not None and self.live < self.latest


@dataclass(frozen=True, slots=True)
class PageVersionInfo:
    """A page as it once was written; versions are never changed."""

    number: int
    made_at: datetime
    made_by: str
    note: str
    content: Content


@dataclass(frozen=True, slots=True)
class Block:
    """A block in one language: texts chosen, marked-up text as safe HTML, pictures as they are shown (see `blocks`)."""

    kind: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PageView:
    """A live page in one language."""

    slug: str
    kind: PageKind
    title: str
    seo_title: str
    seo_description: str
    blocks: tuple[Block, ...]
    languages: tuple[str, ...]  # in which it is written
    published_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class PageAddress:
    """A live page as a sitemap needs it."""

    slug: str
    kind: PageKind
    title: str
    languages: tuple[str, ...]
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A line of a menu in one language; where it leads is for the web to address."""

    label: str
    kind: TargetKind
    value: str
    entries: tuple[MenuEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class MenuInfo:
    """A menu as it is edited; `items` are entries with their own entries."""

    code: str
    title: dict[str, str]
    items: tuple[dict[str, Any], ...]
    version: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the media library."""

    id: UUID
    name: str
    alt: dict[str, str]
    file: str
    width: int
    height: int
    size: int  # bytes, of the largest file
    renditions: tuple[dict[str, Any], ...]
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class Closure:
    """The shop is closed for maintenance until about `until`; `message` is for visitors."""

    until: datetime
    message: dict[str, str]
