"""Actions on products."""

from decimal import Decimal

import pytest

from entrepot.catalog import public
from entrepot.catalog.contracts import ProductPatch
from entrepot.catalog.tests.factories import BOB, a_bundle, a_product, a_variant, product_input, variants_of

pytestmark = pytest.mark.django_db


def test_smoke():
    a = a_product("Tee", skus=("A", "B"))
    b = a_bundle("Set", {"A": 2, "B": "1.5"})
    facts = public.variant_facts([*variants_of(a), b])
    assert len(facts) == 3
    assert facts[b].components[0][1] + facts[b].components[1][1] == Decimal("3.5")
    assert public.update_product(a, ProductPatch(slug="new-tee"), actor=BOB) == 2
    assert public.resolve_redirect("product", "tee") == "new-tee"
    r = public.bulk_import_products([product_input("x", external_ids={"s": "1"}), product_input("y")], actor=BOB)
    assert r.created == 2
    assert not r.errors
    assert len(public.product_sources([a])) == 1
