"""HTTP of content: what a shop front reads, and its administration."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Field, File, Query, Schema
from ninja.files import UploadedFile

from entrepot.catalog import public as catalog
from entrepot.catalog.images import MAX_BYTES
from entrepot.growth import public
from entrepot.growth.blocks import KINDS
from entrepot.growth.contracts import Content, PageKind
from entrepot.growth.permissions import CLOSE, EDIT, PUBLISH, READ, VISIT
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.kit.rest import AnyMoment, Routes, Strict, actor_of

shop, admin = Routes(), Routes()
ROUTES = [("/content", shop), ("/admin/growth", admin)]

Line = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]
Texts = Annotated[dict[str, Annotated[str, Field(max_length=40_000)]], Field(max_length=20)]
Code = Annotated[str, Field(max_length=120, pattern=r"^[^\x00]*$")]
Id = Annotated[int, Field(ge=1, le=2**62)]
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
Asked = Annotated[str, Query(max_length=120, pattern=r"^[^\x00]*$")]
Cursor = Annotated[str, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=100)]


# ---- what a shop front reads

class BlockOut(Schema):
    kind: str
    data: dict[str, Any]


class PageOut(Schema):
    slug: str
    kind: str
    title: str
    seo_title: str
    seo_description: str
    blocks: list[BlockOut]
    languages: list[str]
    published_at: datetime
    changed_at: datetime


class MenuEntryOut(Schema):
    label: str
    kind: str
    value: str
    entries: list[MenuEntryOut]


class AddressOut(Schema):
    slug: str
    kind: str
    title: str
    languages: list[str]
    changed_at: datetime


def _place(channel: str, language: str) -> tuple[int, str]:
    found = catalog.channel(channel) if channel else catalog.default_channel()
    wanted = language or get_language() or "en"
    return found.id, wanted if wanted in found.languages else found.languages[0]


@shop.get("/home", permission=VISIT, response=list[BlockOut], summary="Blocks of the front page")
def home(request: HttpRequest, channel: Asked = "", lang: Asked = "") -> Any:
    """The blocks of the front page."""
    return public.home_blocks(*_place(channel, lang))


@shop.get("/pages", permission=VISIT, response=list[AddressOut], summary="Published pages")
def live_pages(request: HttpRequest, channel: Asked = "", lang: Asked = "", kind: Asked = "",
               limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> Any:
    """The published pages, newest first."""
    return public.addresses(*_place(channel, lang), kind=kind, limit=limit)


@shop.get("/pages/{slug}", permission=VISIT, response=PageOut, summary="A published page")
def live_page(request: HttpRequest, slug: str, channel: Asked = "", lang: Asked = "") -> Any:
    found = public.page(*_place(channel, lang), slug)
    if found is None:
        raise NotFound(N_("page"))
    return found


@shop.get("/menus/{code}", permission=VISIT, response=list[MenuEntryOut], summary="A menu of the shop")
def live_menu(request: HttpRequest, code: str, channel: Asked = "", lang: Asked = "") -> Any:
    return public.menu(code, _place(channel, lang)[1])


# ---- pages

class BlockIn(Strict):
    kind: Annotated[str, Field(max_length=40)]
    data: Annotated[dict[str, Any], Field(max_length=40)] = {}


class SeoIn(Strict):
    title: Line = ""
    description: Line = ""


class ContentIn(Strict):
    title: Texts
    seo: Annotated[dict[str, SeoIn], Field(max_length=20)] = {}
    blocks: Annotated[list[BlockIn], Field(max_length=60)] = []

    def content(self) -> Content:
        return Content(self.title, {k: v.dict() for k, v in self.seo.items()}, tuple(b.dict() for b in self.blocks))


class PageIn(ContentIn):
    slug: Code
    kind: PageKind = PageKind.PAGE
    channels: Annotated[list[Code], Field(max_length=50)] = []


class PagePatch(ContentIn):
    slug: Code | None = None
    channels: Annotated[list[Code], Field(max_length=50)] | None = None
    expected_version: Number | None = None
    note: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] = ""


class PublishIn(Strict):
    version: Number | None = None
    from_at: AnyMoment | None = None
    until_at: AnyMoment | None = None


class ReasonIn(Strict):
    reason: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")] = ""


class PageInfoOut(Schema):
    id: int
    slug: str
    kind: str
    channels: list[int]
    title: dict[str, str]
    latest: int
    live: int | None
    live_from: datetime | None
    live_until: datetime | None
    changed_at: datetime
    state: str
    has_newer_draft: bool


class PageList(Schema):
    items: list[PageInfoOut]
    next: str | None


class ContentOut(Schema):
    title: dict[str, str]
    seo: dict[str, dict[str, str]]
    blocks: list[BlockOut]


class VersionOut(Schema):
    number: int
    made_at: datetime
    made_by: str
    note: str
    content: ContentOut


class FieldOut(Schema):
    name: str
    kind: str
    required: bool
    translated: bool
    choices: list[tuple[str, str]]
    fields: list[FieldOut]


class BlockKindOut(Schema):
    code: str
    label: str
    about: str
    fields: list[FieldOut]


def _channels(codes: list[str]) -> list[int]:
    return [catalog.channel(code).id for code in codes]


@admin.get("/blocks", permission=READ, response=list[BlockKindOut], summary="Kinds of blocks that pages are made of")
def kinds_of_blocks(request: HttpRequest) -> Any:
    """What pages can be made of, and what each block asks for."""
    return list(KINDS.values())


@admin.get("/pages", permission=READ, response=PageList, summary="Pages in any state")
def list_pages(request: HttpRequest, q: Asked = "", kind: Asked = "", cursor: Cursor = "", limit: Limit = 24) -> Any:
    items, following = public.find_pages(text=q, kind=kind, cursor=cursor, limit=limit)
    return {"items": items, "next": following or None}


@admin.post("/pages", permission=EDIT, response={201: PageInfoOut}, summary="Create a page")
def create_page(request: HttpRequest, body: PageIn) -> Any:
    return public.create_page(body.slug, body.kind, body.content(), channels=_channels(body.channels),
                              actor=actor_of(request))


@admin.get("/pages/{page_id}", permission=READ, response=PageInfoOut, summary="A page with its blocks")
def get_page(request: HttpRequest, page_id: Id) -> Any:
    return public.get_page(page_id)


@admin.put("/pages/{page_id}", permission=EDIT, response=PageInfoOut, summary="Save a new version of a page")
def save_page(request: HttpRequest, page_id: Id, body: PagePatch) -> Any:
    """A new version; with `expected_version`, 412 and no change if someone saved meanwhile."""
    return public.save_page(page_id, body.content(), slug=body.slug,
                            channels=None if body.channels is None else _channels(body.channels),
                            expected_version=body.expected_version, note=body.note, actor=actor_of(request))


@admin.delete("/pages/{page_id}", permission=PUBLISH, response={204: None}, summary="Delete a page")
def delete_page(request: HttpRequest, page_id: Id) -> None:
    public.delete_page(page_id, actor=actor_of(request))


@admin.get("/pages/{page_id}/versions", permission=READ, response=list[VersionOut], summary="Versions of a page")
def list_versions(request: HttpRequest, page_id: Id, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> Any:
    return public.list_versions(public.get_page(page_id).id, limit=limit)


@admin.post("/pages/{page_id}/versions/{number}/restore", permission=EDIT, response=PageInfoOut,
            summary="Restore an earlier version of a page")
def restore_version(request: HttpRequest, page_id: Id, number: Number) -> Any:
    return public.restore_version(page_id, number, actor=actor_of(request))


@admin.post("/pages/{page_id}/publish", permission=PUBLISH, response=PageInfoOut, summary="Publish a page")
def publish_page(request: HttpRequest, page_id: Id, body: PublishIn) -> Any:
    for moment in (body.from_at, body.until_at):
        if moment is not None and moment.tzinfo is None:
            raise InvalidInput("from_at", N_("needs a time zone"))
    return public.publish_page(page_id, version=body.version, from_at=body.from_at, until_at=body.until_at,
                               actor=actor_of(request))


@admin.post("/pages/{page_id}/withdraw", permission=PUBLISH, response=PageInfoOut, summary="Withdraw a page")
def withdraw_page(request: HttpRequest, page_id: Id, body: ReasonIn) -> Any:
    return public.withdraw_page(page_id, reason=body.reason, actor=actor_of(request))


# ---- menus

class MenuItemIn(Strict):
    label: Texts
    kind: Annotated[str, Field(max_length=20)]
    value: Annotated[str, Field(max_length=500)] = ""
    items: Annotated[list[MenuItemIn], Field(max_length=40)] = []


class MenuIn(Strict):
    title: Texts
    items: Annotated[list[MenuItemIn], Field(max_length=40)] = []
    expected_version: Number | None = None


class MenuOut(Schema):
    code: str
    title: dict[str, str]
    items: list[dict[str, Any]]
    version: int
    changed_at: datetime


@admin.get("/menus", permission=READ, response=list[MenuOut], summary="Menus")
def list_menus(request: HttpRequest) -> Any:
    return public.list_menus()


@admin.get("/menus/{code}", permission=READ, response=MenuOut, summary="A menu")
def get_menu(request: HttpRequest, code: Code) -> Any:
    return public.get_menu(code)


@admin.put("/menus/{code}", permission=EDIT, response=MenuOut, summary="Save a menu")
def save_menu(request: HttpRequest, code: Code, body: MenuIn) -> Any:
    return public.save_menu(code, body.title, [i.dict() for i in body.items], expected_version=body.expected_version,
                            actor=actor_of(request))


@admin.delete("/menus/{code}", permission=EDIT, response={204: None}, summary="Delete a menu")
def delete_menu(request: HttpRequest, code: Code) -> None:
    public.delete_menu(code, actor=actor_of(request))


# ---- the media library

class PictureOut(Schema):
    id: UUID
    name: str
    alt: dict[str, str]
    file: str
    width: int
    height: int
    size: int
    renditions: list[dict[str, Any]]
    created_at: datetime
    created_by: str


class PictureList(Schema):
    items: list[PictureOut]
    next: str | None


class PicturePatch(Strict):
    name: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] | None = None
    alt: Texts | None = None


class UseOut(Schema):
    id: int
    slug: str


@admin.get("/pictures", permission=READ, response=PictureList, summary="Pictures of the library")
def list_pictures(request: HttpRequest, q: Asked = "", cursor: Cursor = "", limit: Limit = 24) -> Any:
    items, following = public.find_pictures(text=q, cursor=cursor, limit=limit)
    return {"items": items, "next": following or None}


@admin.post("/pictures", permission=EDIT, response={201: PictureOut}, summary="Add a picture to the library")
def add_picture(request: HttpRequest, file: File[UploadedFile]) -> Any:
    """What it is is read from its content; it is kept re-encoded. Its texts follow by PATCH."""
    return public.add_picture(file.read(MAX_BYTES + 1), file.name or "", actor=actor_of(request))


@admin.get("/pictures/{picture_id}", permission=READ, response=PictureOut, summary="A picture of the library")
def get_picture(request: HttpRequest, picture_id: UUID) -> Any:
    return public.get_picture(picture_id)


@admin.patch("/pictures/{picture_id}", permission=EDIT, response=PictureOut, summary="Change the texts of a picture")
def update_picture(request: HttpRequest, picture_id: UUID, body: PicturePatch) -> Any:
    return public.update_picture(picture_id, name=body.name, alt=body.alt, actor=actor_of(request))


@admin.delete("/pictures/{picture_id}", permission=EDIT, response={204: None}, summary="Delete a picture")
def delete_picture(request: HttpRequest, picture_id: UUID) -> None:
    public.delete_picture(picture_id, actor=actor_of(request))


@admin.get("/pictures/{picture_id}/uses", permission=READ, response=list[UseOut], summary="Pages that show a picture")
def uses(request: HttpRequest, picture_id: UUID) -> Any:
    """The pages that show it."""
    return [{"id": id_, "slug": slug} for id_, slug in public.where_used(picture_id)]


# ---- the door

class ClosureIn(Strict):
    minutes: Annotated[int, Field(ge=1, le=10_080)]
    message: Texts = {}


class ClosureOut(Schema):
    closed: bool
    until: datetime | None = None
    message: dict[str, str] = {}


@admin.get("/maintenance", permission=READ, response=ClosureOut, summary="Whether the shop is closed for maintenance")
def maintenance(request: HttpRequest) -> Any:
    found = public.closure()
    return {"closed": True, "until": found.until, "message": found.message} if found else {"closed": False}


@admin.put("/maintenance", permission=CLOSE, response=ClosureOut, summary="Close the shop for a while")
def close_shop(request: HttpRequest, body: ClosureIn) -> Any:
    found = public.close_shop(body.minutes, message=body.message, actor=actor_of(request))
    return {"closed": True, "until": found.until, "message": found.message}


@admin.delete("/maintenance", permission=CLOSE, response={204: None}, summary="Open the shop again")
def open_shop(request: HttpRequest) -> None:
    public.open_shop(actor=actor_of(request))
