"""A product's other lives: an earlier version of it restored, a copy of it made."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from entrepot.catalog import assembly, images
from entrepot.catalog.actions.media import stored
from entrepot.catalog.actions.products import edit
from entrepot.catalog.contracts import Status, Texts
from entrepot.catalog.errors import NotABundlePart
from entrepot.catalog.permissions import EDIT, PUBLISH
from entrepot.catalog.queries import products as queries
from entrepot.catalog.queries import references, states
from entrepot.catalog.rules import texts
from entrepot.catalog.rules.history import undone
from entrepot.catalog.rules.matrix import copied
from entrepot.catalog.rules.state import MediaState, ProductState
from entrepot.catalog.saving import save, share_structure
from entrepot.kit import clock, db
from entrepot.kit.actor import Actor
from entrepot.kit.bylanguage import check_texts
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.kit.ids import uuid7

_STEPS = 2_000


def restore_product(product_id: UUID, entry_id: int, *, expected_version: int | None = None, actor: Actor) -> int:
    """Everything but images as it was right after this entry of the history. Returns the version after it."""
    actor.require(EDIT)

    def change(state: ProductState) -> ProductState:
        wanted = version_at(state, entry_id)
        if wanted.publications != state.publications:
            actor.require(PUBLISH)
        refs = references.load(type_ids=[wanted.type_id])
        if wanted.type_id not in refs.types_by_id:
            raise InvalidInput("type", N_("There is no such product type."))
        _refuse_lost_parts(wanted)
        return assembly.check(wanted, refs)

    return edit(product_id, change, verb="catalog.restore_product", expected_version=expected_version, actor=actor)


def _refuse_lost_parts(wanted: ProductState) -> None:
    """What was a part of a bundle then may be one itself by now, or not be stocked any more."""
    parts = {part for v in wanted.variants for part, _quantity in v.components}
    if parts and (lost := db.row("SELECT sku FROM catalog_variant WHERE id = ANY(%s) AND (is_bundle OR NOT is_stocked)"
                                 " ORDER BY sku LIMIT 1", [list(parts)])):
        raise NotABundlePart(sku=lost.sku)


def version_at(state: ProductState, entry_id: int) -> ProductState:  # lint: allow action-actor
    """The product as it was after an entry of its history; brands and categories that are gone since stay gone."""
    entries = queries.product_history(state.id, limit=_STEPS)
    if entry_id not in {e.id for e in entries}:
        raise NotFound("version")
    back = undone(state, ((e.old, e.new) for e in entries if e.id > entry_id))
    have = {r.id for r in db.rows("SELECT id FROM catalog_category WHERE id = ANY(%s)",
                                  [[*back.category_ids, back.category_id]])}
    brand = db.value("SELECT id FROM catalog_brand WHERE id = %s", [back.brand_id])
    return replace(back, brand_id=brand, category_id=back.category_id if back.category_id in have else None,
                   category_ids=tuple(c for c in back.category_ids if c in have))


def duplicate_product(product_id: UUID, name: Texts, *, ending: str = "-COPY", actor: Actor) -> UUID:
    """A draft with the same texts, options, variants and images under its own name; published nowhere."""
    actor.require(EDIT)
    now, new_id = clock.now(), uuid7()
    with transaction.atomic():
        share_structure()
        found = states.load([product_id]).get(product_id)
        if found is None:
            raise NotFound("product")
        title = check_texts("name", name, required=True)
        slug = f"{texts.slug_of(title)[:180] or 'product'}-{new_id.hex[-6:]}"
        variants = copied(found.variants, ending, [uuid7() for _ in found.variants])
        files, media = _copied_media(found.media)
        draft = replace(found, id=new_id, slug=slug, name=title, created_at=now, status=Status.DRAFT.value, version=0,
                        external_ids={}, variants=variants, media=media, publications=())
        with stored(files):
            save({}, [draft], verb="catalog.create_product", now=now, actor=actor, reason=f"copy of {found.slug}")
    return new_id


def _copied_media(media: tuple[MediaState, ...]) -> tuple[dict[str, bytes], tuple[MediaState, ...]]:
    """Images with files of their own: removing one product's image leaves the other's."""
    files: dict[str, bytes] = {}
    made = []
    for medium in media:
        if medium.file and not (Path(settings.MEDIA_ROOT) / medium.file).exists():
            continue
        id_ = uuid7()
        names = {old: images.renamed(old, medium.id, id_) for old in
                 filter(None, (medium.file, *(r["file"] for r in medium.renditions)))}
        files |= {new: (Path(settings.MEDIA_ROOT) / old).read_bytes() for old, new in names.items()}
        made.append(replace(medium, id=id_, variant_id=None, file=names.get(medium.file, ""),
                            renditions=tuple({**r, "file": names[r["file"]]} for r in medium.renditions)))
    return files, tuple(made)
