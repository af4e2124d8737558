"""Each invariant finds the violation that is planted, and nothing in a catalogue made by the actions."""

import pytest

from entrepot.catalog import public
from entrepot.catalog.contracts import ProductPatch
from entrepot.catalog.tests.factories import BOB, a_bundle, a_product
from entrepot.kit import db
from entrepot.kit.invariants import registered, violations

pytestmark = pytest.mark.django_db

PLANTED = {
    "catalog.main_category_among_categories": "DELETE FROM catalog_product_categories",
    "catalog.tree_is_whole": "UPDATE catalog_category SET path = text2ltree('7.' || id) WHERE slug = 'kitchen'",
    "catalog.bundles_have_parts": "DELETE FROM catalog_bundleitem",
    "catalog.parts_are_stocked": "UPDATE catalog_variant SET is_stocked = false WHERE sku = 'PART'",
    "catalog.external_ids_indexed": "UPDATE catalog_externalid SET value = 'other'",
    "catalog.redirects_lead_somewhere": "UPDATE catalog_redirect SET slug = 'cup-2'",
    "catalog.values_are_of_the_type": "UPDATE catalog_product SET attributes = '{\"nothing\": 1}' WHERE slug = 'part'",
}


def found() -> set[str]:
    return {v.code for v in violations() if v.code.startswith("catalog.")}


@pytest.fixture
def shop(db: None) -> None:
    public.create_category("home", {"en": "Home"}, actor=BOB)
    public.create_category("kitchen", {"en": "Kitchen"}, "home", actor=BOB)
    a_product("Part", skus=("PART",))
    a_bundle("Bundle", {"PART": 2})
    cup = a_product("Cup", category="kitchen", external_ids={"erp": "1"})
    public.update_product(cup, ProductPatch(slug="cup-2"), actor=BOB)


def test_a_catalogue_made_by_actions_breaks_none(shop):
    assert found() == set()


@pytest.mark.parametrize("code", sorted(PLANTED))
def test_a_planted_violation_is_found(shop, code):
    db.execute("SET CONSTRAINTS ALL IMMEDIATE")
    db.execute("SET LOCAL session_replication_role = replica")
    db.execute("ALTER TABLE catalog_category DROP CONSTRAINT catalog_category_path_parent")
    db.execute(PLANTED[code])
    assert code in found()


def test_every_invariant_has_a_twin():
    assert {i.code for i in registered() if i.code.startswith("catalog.")} == set(PLANTED)
