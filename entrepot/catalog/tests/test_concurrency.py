"""Races on real connections: first the trap without its guard, then the guard."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from entrepot.catalog import public
from entrepot.catalog.actions import categories
from entrepot.catalog.actions import products as product_actions
from entrepot.catalog.contracts import ProductPatch
from entrepot.catalog.errors import CategoryCycle, SkuTaken
from entrepot.catalog.tests.factories import BOB, a_channel, a_product, a_type, product_input
from entrepot.kit import db
from entrepot.kit.errors import Busy, DomainError, StaleVersion
from entrepot.kit.invariants import violations

pytestmark = pytest.mark.django_db(transaction=True)


def together(*jobs: Callable[[], Any]) -> list[DomainError | None]:
    """Run the jobs at once, each on its own connection; what each raised."""
    outcomes: list[DomainError | None] = [None] * len(jobs)

    def run(n: int) -> None:
        try:
            jobs[n]()
        except DomainError as error:
            outcomes[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


def meet(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, *, patience: float = 0.5) -> None:
    """Both who call `module.name` wait for each other, or `patience` seconds when a guard keeps one away."""
    barrier, original = threading.Barrier(2), getattr(module, name)

    def waiting(*args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        try:
            barrier.wait(patience)
        except threading.BrokenBarrierError:
            pass
        return result

    monkeypatch.setattr(module, name, waiting)


def two_moves() -> list[DomainError | None]:
    ids = {c["slug"]: c["id"] for c in public.list_categories()}
    return together(lambda: public.move_category(ids["a"], "b", actor=BOB),
                    lambda: public.move_category(ids["b"], "a", actor=BOB))


@pytest.fixture
def two_trees(db: None) -> None:
    for slug in ("a", "b"):
        public.create_category(slug, {"en": slug}, actor=BOB)


def test_two_moves_at_once_would_make_a_circle(two_trees, monkeypatch):
    monkeypatch.setattr(categories, "lock_structure", lambda: None)
    meet(monkeypatch, categories, "stored_rules", patience=30)  # after both looked and wrote, before either commits
    two_moves()
    broken = [v for v in violations() if v.code == "catalog.tree_is_whole"]
    assert broken, "without the lock each sees the tree before the other's move"


def test_of_two_moves_at_once_one_is_refused(two_trees, monkeypatch):
    meet(monkeypatch, categories, "stored_rules")
    outcomes = two_moves()
    assert sorted(type(o) for o in outcomes if o) == [CategoryCycle]
    assert not [v for v in violations() if v.code == "catalog.tree_is_whole"]


def two_edits(product: Any) -> list[DomainError | None]:
    patches = [ProductPatch(tags=(tag,)) for tag in ("a", "b")]
    return together(*(lambda patch=patch: public.update_product(product, patch, expected_version=1, actor=BOB)
                      for patch in patches))


def test_two_edits_of_one_version_would_lose_one(monkeypatch):
    product = a_product("Cup")
    monkeypatch.setattr(product_actions.states, "lock", lambda ids: list(ids))
    meet(monkeypatch, product_actions.states, "load", patience=30)
    assert two_edits(product) == [None, None], "both believe that they were first"


def test_of_two_edits_of_one_version_one_is_told(monkeypatch):
    product = a_product("Cup")
    meet(monkeypatch, product_actions.states, "load")
    outcomes = two_edits(product)
    assert sorted(type(o).__name__ for o in outcomes if o) == [StaleVersion.__name__]
    assert public.get_product(product)["version"] == 2


def test_of_two_products_with_one_sku_one_is_refused(monkeypatch):
    a_channel()
    a_type()
    meet(monkeypatch, product_actions, "save")  # both have looked; the unique index decides
    outcomes = together(*(lambda n=n: public.create_product(product_input(f"P{n}", skus=("ONE",)), actor=BOB)
                          for n in range(2)))
    refused = [o for o in outcomes if o]
    assert len(refused) == 1
    assert isinstance(refused[0], (Busy, SkuTaken))
    assert db.value("SELECT count(*) FROM catalog_variant WHERE sku = 'ONE'") == 1


def test_two_imports_of_the_same_products_make_them_once():
    a_type()
    rows = [product_input(f"Import {n}", external_ids={"erp": str(n)}, skus=(f"I{n}",)) for n in range(20)]
    outcomes = together(*(lambda: public.bulk_import_products(rows, actor=BOB) for _ in range(3)))
    assert outcomes == [None, None, None]
    assert db.value("SELECT count(*) FROM catalog_product") == 20
