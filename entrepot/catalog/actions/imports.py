"""The import that creates or updates products, thousands a second, in a constant number of statements per call."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from entrepot.catalog import assembly
from entrepot.catalog.contracts import BulkResult, ProductInput, RowError
from entrepot.catalog.errors import NotABundlePart, SlugTaken
from entrepot.catalog.permissions import EDIT, PUBLISH
from entrepot.catalog.queries import states
from entrepot.catalog.queries.references import References
from entrepot.catalog.rules.state import ProductState
from entrepot.catalog.rules.texts import slug_of
from entrepot.catalog.rules.variants import Part
from entrepot.catalog.saving import changed, conflicts, save, share_structure
from entrepot.kit import clock, db
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, DomainError, InvalidInput

_TURNS = 4_402  # advisory lock: two imports take turns, so that both may bring the same product


def bulk_import_products(products: Sequence[ProductInput], *, actor: Actor) -> BulkResult:
    """Create or update products; the good ones are in, the bad ones are listed with their reason.

    A stored product is found by any of its external ids, else by its slug (given, or made from the name). What an
    input leaves empty keeps what is stored, variants that it does not name stay. Unchanged products are not written
    and announce nothing, so running an import twice changes nothing.
    """
    actor.require(EDIT)
    if any(p.publications for p in products):
        actor.require(PUBLISH)
    with _no_collection(), transaction.atomic():
        db.execute("SELECT pg_advisory_xact_lock(%s)", [_TURNS])
        share_structure()
        run = _Import(products, clock.now())
        run.match()
        run.assemble()
        return run.store(actor)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Thousands of states are made and none is garbage yet: looking for cycles among them costs a quarter more."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


_FIND = """
SELECT 0 AS rank, w.i, p.id, p.slug, p.external_ids
FROM unnest(%(rows)s::int[], %(systems)s::text[], %(values)s::text[]) AS w(i, system, value)
JOIN catalog_externalid e ON e.system = w.system AND e.value = w.value JOIN catalog_product p ON p.id = e.product_id
UNION ALL
SELECT 1, w.i, p.id, p.slug, p.external_ids FROM unnest(%(slugs)s::text[]) WITH ORDINALITY AS w(slug, i)
JOIN catalog_product p ON p.slug = w.slug
ORDER BY 1
"""


class _Import:
    """Collects what an import would change before storing it at once."""

    def __init__(self, products: Sequence[ProductInput], now: datetime) -> None:
        self.products, self.now = products, now
        self.slugs = [p.slug or slug_of(p.name) for p in products]
        self.taken: set[str] = set()  # slugs of stored products and of this import
        self.found: dict[int, UUID] = {}  # input index -> stored product
        self.before: dict[UUID, ProductState] = {}
        self.after: dict[int, ProductState] = {}
        self.errors: list[RowError] = []

    def match(self) -> None:
        """Which inputs are stored already; those rows are locked, then read."""
        external = [(i, system, id_) for i, p in enumerate(self.products) for system, id_ in p.external_ids.items()]
        rows, systems, values = ([e[n] for e in external] for n in range(3))
        for row in db.rows(_FIND, {"rows": rows, "systems": systems, "values": values, "slugs": self.slugs}):
            self.taken.add(row.slug)
            index = int(row.i) - row.rank  # ordinality counts from one
            if row.rank == 0 or self._same(self.products[index], row.external_ids):
                self.found.setdefault(index, row.id)
        if self.found:
            states.lock(self.found.values())
            self.before = states.load(self.found.values())

    @staticmethod
    def _same(product: ProductInput, external_ids: dict[str, str]) -> bool:
        """A product with the same slug is the same one, unless a system that both know knows them apart."""
        return all(external_ids.get(system, id_) == id_ for system, id_ in product.external_ids.items())

    def assemble(self) -> None:
        """Ordinary products first, so that bundles find components of the same import."""
        refs = assembly.references_of(self.products, type_ids=[s.type_id for s in self.before.values()])
        bundles = [i for i, p in enumerate(self.products) if any(v.components for v in p.variants)]
        plain = sorted(set(range(len(self.products))) - set(bundles))
        seen: set[UUID] = set()
        for index in (*plain, *bundles):
            try:
                self._one(index, refs, seen)
            except DomainError as error:
                self.errors.append(assembly.row_error(index, error))

    def _one(self, index: int, refs: References, seen: set[UUID]) -> None:
        product = self.products[index]
        key = self.found.get(index)
        if key in seen:
            raise InvalidInput("slug", N_("names a product that this import already has"))
        state = self.before[key] if key else self._new(product, self.slugs[index], refs)
        state = assembly.from_input(state, product, refs)
        self.after[index] = state
        self.taken.add(state.slug)
        seen.add(state.id)
        refs.parts.update((v.sku, Part(v.id, v.is_bundle, v.is_stocked)) for v in state.variants)

    def _new(self, product: ProductInput, slug: str, refs: References) -> ProductState:
        """A slug that was only made from the name gives way to the one that has it."""
        state = assembly.blank(product, refs, self.now)
        if slug not in self.taken:
            return state
        if product.slug or not product.external_ids:
            raise SlugTaken(slug=slug)
        return replace(state, slug=f"{slug}-{state.id.hex[-8:]}")

    def store(self, actor: Actor) -> BulkResult:
        after = changed(self.before, self.after.values())
        refused = conflicts(self.before, after)
        self._refuse(refused)
        self._refuse(self._without_parts([s for s in after if s.id in refused]))
        kept = changed(self.before, self.after.values())
        save(self.before, kept, verb="catalog.import_product", now=self.now, actor=actor, checked=True)
        created = sum(1 for s in kept if s.id not in self.before)
        ids = tuple(self.after[i].id if i in self.after else None for i in range(len(self.products)))
        return BulkResult(ids, created, len(kept) - created, len(self.after) - len(kept),
                          tuple(sorted(self.errors, key=lambda e: e.index)))

    def _refuse(self, errors: dict[UUID, DomainError]) -> None:
        for index, state in list(self.after.items()):
            if state.id in errors:
                self.errors.append(assembly.row_error(index, errors[state.id]))
                del self.after[index]

    def _without_parts(self, refused: Sequence[ProductState]) -> dict[UUID, DomainError]:
        """Bundles whose new components were refused."""
        stored = {v.id for s in refused if s.id in self.before for v in self.before[s.id].variants}
        lost = {v.id: v.sku for s in refused for v in s.variants if v.id not in stored}
        return {s.id: NotABundlePart(sku=lost[c]) for s in self.after.values() for v in s.variants
                for c, _ in v.components if c in lost}
