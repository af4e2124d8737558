"""What every change of products has in common: conflicts found, rows written, memberships, audit and event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import IntegrityError, connection

from entrepot.catalog.errors import ExternalIdTaken, OptionsTaken, PartOfBundle, SkuTaken, SlugTaken
from entrepot.catalog.events import ProductsChanged
from entrepot.catalog.queries import membership
from entrepot.catalog.rules.membership import Rule, read
from entrepot.catalog.rules.state import ProductState, difference
from entrepot.catalog.writing import States, write
from entrepot.kit import audit, db, outbox
from entrepot.kit.actor import Actor
from entrepot.kit.errors import Busy, DomainError

_STRUCTURE = 4_401  # advisory lock: whoever changes rules or the tree waits for changes of products, and they for it
_EVENT_SIZE = 5_000  # ids in one event


def share_structure() -> None:
    """Rules and the category tree stay as they are until this transaction ends."""
    db.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_STRUCTURE])


def lock_structure() -> None:
    """Nobody else changes rules, the tree, or products until this transaction ends."""
    db.execute("SELECT pg_advisory_xact_lock(%s)", [_STRUCTURE])


def announce(ids: Iterable[UUID]) -> None:
    """Tell that what visitors see of these products may differ now: one statement, large sets in portions."""
    remaining = iter(dict.fromkeys(ids))
    outbox.publish(*(ProductsChanged(portion) for portion in iter(lambda: list(islice(remaining, _EVENT_SIZE)), [])))


def changed(before: States, after: Iterable[ProductState]) -> list[ProductState]:
    return [state for state in after if before.get(state.id) != state]


_TAKEN = """
SELECT 'slug' AS kind, slug AS value, id AS product, id AS owner
    FROM catalog_product WHERE slug = ANY((SELECT %(slugs)s::text[])::text[])
UNION ALL SELECT 'sku', sku, product_id, id
    FROM catalog_variant WHERE sku = ANY((SELECT %(skus)s::text[])::text[])
UNION ALL SELECT 'external', system || chr(10) || value, product_id, product_id FROM catalog_externalid
    WHERE (system, value) IN (SELECT * FROM unnest(%(systems)s::text[], %(values)s::text[]))
UNION ALL SELECT 'part', '', NULL, component_id
    FROM catalog_bundleitem WHERE component_id = ANY((SELECT %(unfit)s::uuid[])::uuid[])
"""


def conflicts(before: States, after: Sequence[ProductState]) -> dict[UUID, DomainError]:
    """Products that cannot be stored beside what there is, or beside another of the same batch."""
    mine = {s.id: {v.id: v for v in before[s.id].variants} if s.id in before else {} for s in after}
    slugs = {s.slug: s.id for s in reversed(after) if s.id not in before or before[s.id].slug != s.slug}
    skus = {v.sku: v.id for s in reversed(after) for v in s.variants
            if v.id not in mine[s.id] or mine[s.id][v.id].sku != v.sku}
    unfit = [v.id for s in after for v in s.variants if v.id in mine[s.id] and (v.is_bundle or not v.is_stocked)]
    external = {(k, v): s.id for s in reversed(after) for k, v in s.external_ids.items()
                if s.id not in before or before[s.id].external_ids.get(k) != v}
    rows = db.rows(_TAKEN, {"slugs": list(slugs), "skus": list(skus), "unfit": unfit,
                            "systems": [k for k, _ in external], "values": [v for _, v in external]})
    taken_ids = {r.value: r.product for r in rows if r.kind == "external"}
    parts = {r.owner for r in rows if r.kind == "part"}
    taken_slugs = {r.value for r in rows if r.kind == "slug" and slugs[r.value] != r.product}
    taken_skus = {r.value: r.product for r in rows if r.kind == "sku"}
    found: dict[UUID, DomainError] = {}
    for s in after:
        if s.slug in slugs and (s.slug in taken_slugs or slugs[s.slug] != s.id):
            found[s.id] = SlugTaken(slug=s.slug)
        for item in s.external_ids.items():
            if item in external and (taken_ids.get("\n".join(item), s.id) != s.id or external[item] != s.id):
                found[s.id] = ExternalIdTaken(system=item[0], value=item[1])
        for v in s.variants:
            if v.sku in skus and (taken_skus.get(v.sku, s.id) != s.id or skus[v.sku] != v.id):
                found[s.id] = SkuTaken(sku=v.sku)
            elif v.id in parts:
                found[s.id] = PartOfBundle(sku=v.sku)
    return found


def stored_rules() -> Mapping[int, Rule]:
    """The rules of all rule collections."""
    return {r.id: read(r.rule) for r in db.rows("SELECT id, rule FROM catalog_collection WHERE rule IS NOT NULL")}


def save(before: States, after: Sequence[ProductState], *, verb: str, now: datetime, actor: Actor, reason: str = "",
         checked: bool = False) -> list[UUID]:
    """Store what differs, with everything that follows from it. Returns the ids of the products that changed."""
    if not connection.in_atomic_block:
        raise RuntimeError("products are saved in the transaction of an action, which began with `share_structure`")
    after = changed(before, after)
    if not after:
        return []
    if not checked:
        for error in conflicts(before, after).values():
            raise error
    with integrity():
        write(before, after, now)
    ids = [s.id for s in after]
    membership.refresh(stored_rules(), ids)
    audit.record_many(actor, verb, "catalog.product",
                      ((s.id, *difference(before.get(s.id), s)) for s in after), reason=reason)
    announce(ids)
    return ids


@contextmanager
def integrity() -> Iterator[None]:
    """A constraint that stops what a check let through (someone else was faster) says so in a sentence."""
    try:
        yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        if name == "catalog_variant_options_once":
            raise OptionsTaken(sku="") from error
        raise Busy from error
