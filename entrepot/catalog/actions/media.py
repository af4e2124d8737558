"""Images of products: uploaded, drawn by our own generator, or kept elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from entrepot.catalog import images
from entrepot.catalog.actions.products import edit
from entrepot.catalog.contracts import Texts
from entrepot.catalog.permissions import EDIT
from entrepot.catalog.queries import states
from entrepot.catalog.rules.state import MediaState, ProductState
from entrepot.catalog.saving import save, share_structure
from entrepot.kit import clock
from entrepot.kit.actor import Actor
from entrepot.kit.bylanguage import check_texts
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.kit.ids import uuid7
from entrepot.kit.links import check_address
from entrepot.kit.soon import soon

MAX_MEDIA = 250
RENDER = "catalog.render_drawings"  # the job that draws them as pictures that others can read


def add_media(product_id: UUID, *, content: bytes | None = None, url: str = "", alt: Texts | None = None,
              variant_id: UUID | None = None, expected_version: int | None = None, actor: Actor) -> UUID:
    """Append an image: either bytes, which become WebP files of ours, or an address elsewhere."""
    actor.require(EDIT)
    if (content is None) is not bool(url):
        raise InvalidInput("url", N_("is given or a file is sent, one of the two"))
    media = MediaState(uuid7(), alt=check_texts("alt", alt or {}), variant_id=variant_id)
    if content is None:
        return _append(product_id, replace(media, url=check_address("url", url)), expected_version, actor)
    prepared = images.prepare(content)  # outside the transaction: this takes a moment
    with stored(prepared.files(media.id)):
        return _append(product_id, prepared.described(media), expected_version, actor)


def add_generated_svgs(drawings: Mapping[UUID, Sequence[tuple[str, Texts, UUID | None]]], *, size: int,
                       actor: Actor) -> int:
    """Give products without pictures drawings of our own generator, in one transaction: in this order, each with its
    alternative text and the variant that it shows, if any; `size` is the side of the square in px. Returns how many.

    Not reachable from outside: SVG can carry scripts, so none is uploaded.
    """
    actor.require(EDIT)
    files: dict[str, bytes] = {}
    media: dict[UUID, tuple[MediaState, ...]] = {}
    for product_id, pictures in drawings.items():
        for position, (svg, alt, variant_id) in enumerate(pictures):
            images.check_svg(svg)
            id_ = uuid7()
            files[images.name(id_, "svg")] = svg.encode()
            media[product_id] = (*media.get(product_id, ()), MediaState(
                id_, file=images.name(id_, "svg"), alt=check_texts("alt", alt), variant_id=variant_id,
                position=position, width=size, height=size))
    with stored(files), transaction.atomic():
        share_structure()
        states.lock(media)
        before = states.load(media)
        changed = [replace(state, media=(*state.media, *media[id_])) for id_, state in before.items()]
        save(before, changed, verb="catalog.add_media", now=clock.now(), actor=actor)
        soon(RENDER, priority=-10)
    return len(files)


def update_media(product_id: UUID, media_id: UUID, *, alt: Texts | None = None, variant_id: UUID | None = None,
                 clear_variant: bool = False, expected_version: int | None = None, actor: Actor) -> int:
    """Change a picture's words or variant; returns the product's new version. Raises NotFound, StaleVersion,
    InvalidInput."""
    actor.require(EDIT)
    texts = None if alt is None else check_texts("alt", alt)

    def change(state: ProductState) -> ProductState:
        own = _own(state, media_id)
        new = replace(own, alt=own.alt if texts is None else texts,
                      variant_id=None if clear_variant else variant_id or own.variant_id)
        _check_variant(state, new)
        return replace(state, media=tuple(new if m.id == media_id else m for m in state.media))

    return edit(product_id, change, verb="catalog.update_media", expected_version=expected_version, actor=actor)


def order_media(product_id: UUID, media_ids: Sequence[UUID], *, expected_version: int | None = None,
                actor: Actor) -> int:
    """Put the images in this order; all of them are named."""
    actor.require(EDIT)

    def change(state: ProductState) -> ProductState:
        by_id = {m.id: m for m in state.media}
        if len(media_ids) != len(by_id) or set(media_ids) != set(by_id):
            raise InvalidInput("media_ids", N_("names every image of the product once"))
        return replace(state, media=tuple(replace(by_id[m], position=n) for n, m in enumerate(media_ids)))

    return edit(product_id, change, verb="catalog.order_media", expected_version=expected_version, actor=actor)


def delete_media(product_id: UUID, media_id: UUID, *, expected_version: int | None = None, actor: Actor) -> int:
    """Remove an image; its files go once that is certain."""
    actor.require(EDIT)
    files: list[str] = []

    def change(state: ProductState) -> ProductState:
        own = _own(state, media_id)
        files.extend(filter(None, (own.file, *(r["file"] for r in own.renditions))))
        return replace(state, media=tuple(m for m in state.media if m.id != media_id))

    with transaction.atomic():
        version = edit(product_id, change, verb="catalog.delete_media", expected_version=expected_version, actor=actor)
        transaction.on_commit(lambda: _remove(files))
    return version


def _append(product_id: UUID, media: MediaState, expected_version: int | None, actor: Actor) -> UUID:
    edit(product_id, _appended(media), verb="catalog.add_media", expected_version=expected_version, actor=actor)
    return media.id


def _appended(media: MediaState) -> Callable[[ProductState], ProductState]:
    def change(state: ProductState) -> ProductState:
        if len(state.media) >= MAX_MEDIA:
            raise InvalidInput("media", N_("has too many entries"))
        _check_variant(state, media)
        position = max((m.position for m in state.media), default=-1) + 1
        return replace(state, media=(*state.media, replace(media, position=position)))

    return change


def _check_variant(state: ProductState, media: MediaState) -> None:
    if media.variant_id is not None and media.variant_id not in {v.id for v in state.variants}:
        raise NotFound("variant")


def _own(state: ProductState, media_id: UUID) -> MediaState:
    found = next((m for m in state.media if m.id == media_id), None)
    if found is None:
        raise NotFound("media")
    return found


@contextmanager
def stored(files: dict[str, bytes]) -> Iterator[None]:  # lint: allow action-actor
    """Files first, then the row that names them; when the row is refused, the files go again."""
    root = Path(settings.MEDIA_ROOT)
    try:
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        yield
    except BaseException:
        _remove(list(files))
        raise


def _remove(files: Sequence[str]) -> None:
    for name in files:
        (Path(settings.MEDIA_ROOT) / name).unlink(missing_ok=True)
