"""Create, change, archive a product; make its variants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from entrepot.catalog import assembly
from entrepot.catalog.contracts import (
    Component,
    Option,
    ProductInput,
    ProductPatch,
    PublicationInput,
    Status,
    VariantPatch,
)
from entrepot.catalog.errors import SkuTaken
from entrepot.catalog.permissions import EDIT, PUBLISH
from entrepot.catalog.queries import products as queries
from entrepot.catalog.queries import references, states
from entrepot.catalog.rules.matrix import fit
from entrepot.catalog.rules.state import ProductState
from entrepot.catalog.rules.variants import check_options, matrix, sku_for
from entrepot.catalog.saving import save, share_structure
from entrepot.kit import clock
from entrepot.kit.actor import Actor
from entrepot.kit.errors import NotFound, StaleVersion


def create_product(product: ProductInput, *, actor: Actor) -> UUID:
    """A new product with all that the input names. Publishing it at once takes the permission to publish."""
    actor.require(EDIT)
    if product.publications:
        actor.require(PUBLISH)
    now = clock.now()
    with transaction.atomic():
        share_structure()
        refs = assembly.references_of([product])
        state = assembly.from_input(assembly.blank(product, refs, now), product, refs)
        save({}, [state], verb="catalog.create_product", now=now, actor=actor)
    return state.id


def update_product(product_id: UUID, patch: ProductPatch, *, expected_version: int | None = None, actor: Actor,
                   reason: str = "") -> int:
    """Change what the patch sets; returns the version after it. `expected_version` guards against lost updates."""
    actor.require(EDIT)

    def change(state: ProductState) -> ProductState:
        return assembly.apply(state, patch, assembly.references_of([patch], type_ids=[state.type_id]))

    return edit(product_id, change, verb="catalog.update_product", expected_version=expected_version, actor=actor,
                reason=reason)


def archive_product(product_id: UUID, *, expected_version: int | None = None, actor: Actor, reason: str = "") -> int:
    """Take a product off sale for good; its orders and ledgers keep it."""
    actor.require(EDIT)
    return edit(product_id, lambda s: replace(s, status=Status.ARCHIVED.value), verb="catalog.archive_product",
                expected_version=expected_version, actor=actor, reason=reason)


def generate_variants(product_id: UUID, sku_prefix: str, *, expected_version: int | None = None, actor: Actor) -> int:
    """Add a variant for every combination of options that no active variant has yet. Returns the version after it."""
    actor.require(EDIT)

    def change(state: ProductState) -> ProductState:
        have = [v.options for v in state.variants if v.is_active]
        patches = tuple(VariantPatch(sku=sku_for(sku_prefix, options), options=options)
                        for options in matrix(state.options) if options not in have)
        refs = references.load(type_ids=[state.type_id])
        return assembly.apply(state, ProductPatch(variants=patches), refs)

    return edit(product_id, change, verb="catalog.generate_variants", expected_version=expected_version, actor=actor)


def set_options(product_id: UUID, options: Sequence[Option], *, sku_prefix: str = "", complete: bool = True,
                expected_version: int | None = None, actor: Actor) -> int:
    """Other options, and variants that fit them; `complete` makes one for every combination that has none."""
    actor.require(EDIT)

    def change(state: ProductState) -> ProductState:
        checked = check_options(options)
        fitted = fit(checked, state.variants, sku_prefix or state.slug.upper()[:60], complete=complete)
        patch = ProductPatch(options=tuple(options), variants=fitted)
        return assembly.apply(state, patch, references.load(type_ids=[state.type_id]))

    return edit(product_id, change, verb="catalog.set_options", expected_version=expected_version, actor=actor)


def add_variant(product_id: UUID, variant: VariantPatch, *, expected_version: int | None = None, actor: Actor) -> int:
    """A variant with a SKU that the product does not have yet. Returns the version of the product after it."""
    actor.require(EDIT)

    def change(state: ProductState) -> ProductState:
        if any(v.sku == variant.sku for v in state.variants):
            raise SkuTaken(sku=variant.sku)
        patch = ProductPatch(variants=(variant,))
        return assembly.apply(state, patch, assembly.references_of([patch], type_ids=[state.type_id]))

    return edit(product_id, change, verb="catalog.add_variant", expected_version=expected_version, actor=actor)


def update_variant(variant_id: UUID, patch: VariantPatch, *, product_id: UUID | None = None,
                   expected_version: int | None = None, actor: Actor) -> int:
    """Change one variant. Returns the version of its product after it."""
    actor.require(EDIT)
    product_id = product_id or queries.product_of(variant_id)
    return update_product(product_id, ProductPatch(variants=(replace(patch, id=variant_id),)),
                          expected_version=expected_version, actor=actor)


def set_components(variant_id: UUID, components: Sequence[tuple[str, Decimal]], *, product_id: UUID | None = None,
                   expected_version: int | None = None, actor: Actor) -> int:
    """Make the variant a bundle of these SKUs with their quantities; none makes it an ordinary variant again."""
    parts = tuple(Component(sku, quantity) for sku, quantity in components)
    return update_variant(variant_id, VariantPatch(components=parts), product_id=product_id,
                          expected_version=expected_version, actor=actor)


def publish(product_id: UUID, channel_code: str, from_at: datetime | None = None,
            until_at: datetime | None = None, *, actor: Actor) -> None:
    """Offer the product in the channel, from and until a moment when given."""
    actor.require(PUBLISH)
    wanted = PublicationInput(channel_code, from_at, until_at)
    refs = references.load(channels=[channel_code])
    edit(product_id, lambda s: replace(s, publications=assembly.publish_in(s, [wanted], refs)),
         verb="catalog.publish", actor=actor)


def unpublish(product_id: UUID, channel_code: str, *, actor: Actor) -> None:
    """Take the product off a channel, now. Raises NotFound."""
    actor.require(PUBLISH)
    channel_id = references.load(channels=[channel_code]).channels.get(channel_code)
    if channel_id is None:
        raise NotFound("channel")
    edit(product_id, lambda s: replace(s, publications=tuple(p for p in s.publications if p.channel_id != channel_id)),
         verb="catalog.unpublish", actor=actor)


def edit(product_id: UUID, change: Callable[[ProductState], ProductState], *, verb: str,
         expected_version: int | None = None, actor: Actor, reason: str = "") -> int:
    """Lock, read, compare the version, change, store: the walk of every change to one product."""
    now = clock.now()
    with transaction.atomic():
        share_structure()
        states.lock([product_id])
        before = states.load([product_id])
        if product_id not in before:
            raise NotFound("product")
        old = before[product_id]
        if expected_version is not None and old.version != expected_version:
            raise StaleVersion
        changed = save(before, [change(old)], verb=verb, now=now, actor=actor, reason=reason)
    return old.version + len(changed)
