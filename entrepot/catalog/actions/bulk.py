"""One edit for many products, all or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from django.db import transaction

from entrepot.catalog import assembly
from entrepot.catalog.contracts import UNSET, BulkEdit, BulkResult, ProductPatch, RowError
from entrepot.catalog.permissions import EDIT, PUBLISH
from entrepot.catalog.queries import references, states
from entrepot.catalog.queries.references import References
from entrepot.catalog.rules.state import ProductState
from entrepot.catalog.saving import changed, conflicts, save, share_structure
from entrepot.kit import clock
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, DomainError, InvalidInput, NotFound

MAX_EDIT = 5_000


def bulk_edit(product_ids: Sequence[UUID], change: BulkEdit, *, actor: Actor, reason: str = "") -> BulkResult:
    """Change all of these products, or none: when one refuses, its error is told and nothing is stored."""
    actor.require(EDIT)
    if change.publish or change.unpublish:
        actor.require(PUBLISH)
    if len(product_ids) > MAX_EDIT:
        raise InvalidInput("product_ids", N_("has too many entries"))
    now, ids = clock.now(), list(dict.fromkeys(product_ids))
    with transaction.atomic():
        share_structure()
        states.lock(ids)
        before = states.load(ids)
        refs = _edit_references(change, before.values())
        after, errors = _edited(ids, before, change, refs)
        errors += _told(conflicts(before, changed(before, after)), ids)
        stored = [] if errors else save(before, after, verb="catalog.bulk_edit", now=now, actor=actor, reason=reason,
                                        checked=True)
    return BulkResult(tuple(i if i in before and not errors else None for i in ids), 0, len(stored),
                      0 if errors else len(ids) - len(stored), tuple(errors))


def _edit_references(change: BulkEdit, products: Iterable[ProductState]) -> References:
    categories = {*change.add_categories, *change.remove_categories}
    if isinstance(change.category, str):
        categories.add(change.category)
    return references.load(
        type_ids={s.type_id for s in products}, brands=[change.brand] if isinstance(change.brand, str) else [],
        categories=categories, channels={*(p.channel for p in change.publish), *change.unpublish})


def _edited(ids: Sequence[UUID], before: Mapping[UUID, ProductState], change: BulkEdit,
            refs: References) -> tuple[list[ProductState], list[RowError]]:
    after: list[ProductState] = []
    errors: list[RowError] = []
    for index, key in enumerate(ids):
        try:
            if key not in before:
                raise NotFound("product")
            after.append(_edit(before[key], change, refs))
        except DomainError as error:
            errors.append(assembly.row_error(index, error))
    return after, errors


def _edit(state: ProductState, change: BulkEdit, refs: References) -> ProductState:
    missing = [slug for slug in (*change.add_categories, *change.remove_categories) if slug not in refs.categories]
    if missing or any(code not in refs.channels for code in change.unpublish):
        raise InvalidInput("categories" if missing else "unpublish", N_("There is no such entry."))
    removed = {refs.categories[slug] for slug in change.remove_categories}
    kept = (set(state.category_ids) | {refs.categories[s] for s in change.add_categories}) - removed
    main = state.category_id
    if main not in kept:
        main = min(kept) if kept else None
    state = replace(state, category_id=main, category_ids=tuple(sorted(kept)))
    if isinstance(change.category, str) and refs.categories.get(change.category) in removed:
        raise InvalidInput("category", N_("is both set and removed"))
    patch = ProductPatch(
        status=change.status, brand=change.brand, category=change.category, tax_class=change.tax_class,
        attributes={**state.attributes, **change.attributes} if change.attributes else UNSET,
        tags=tuple(t for t in dict.fromkeys((*state.tags, *change.add_tags)) if t not in change.remove_tags))
    state = assembly.apply(state, patch, refs)
    dropped = {refs.channels[code] for code in change.unpublish}
    published = assembly.publish_in(state, change.publish, refs)
    return replace(state, publications=tuple(p for p in published if p.channel_id not in dropped))


def _told(found: Mapping[UUID, DomainError], ids: Sequence[UUID]) -> list[RowError]:
    return [assembly.row_error(ids.index(key), error) for key, error in found.items()]
