"""Actions on one product: what they store, announce, record and refuse."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from entrepot.catalog import public
from entrepot.catalog.contracts import (
    Component,
    Option,
    OptionValue,
    ProductInput,
    ProductPatch,
    PublicationInput,
    VariantInput,
    VariantPatch,
)
from entrepot.catalog.errors import NotABundlePart, OptionsTaken, PartOfBundle, SkuTaken, SlugTaken
from entrepot.catalog.tests.factories import (
    ALICE,
    BOB,
    CHARLIE,
    a_bundle,
    a_channel,
    a_product,
    a_type,
    a_variant,
    product_input,
    variants_of,
)
from entrepot.kit import db
from entrepot.kit.actor import ANONYMOUS
from entrepot.kit.errors import InvalidInput, NotFound, PermissionDenied, StaleVersion, Unauthenticated
from entrepot.kit.ids import uuid7

pytestmark = pytest.mark.django_db


def events() -> list:
    return db.rows("SELECT name, payload FROM kit_event ORDER BY at, id")


def announced() -> list[str]:
    return [i for e in events() if e.name == "catalog.products_changed" for i in e.payload["product_ids"]]


def test_a_product_is_stored_whole():
    a_channel()
    public.create_brand("acme", {"en": "Acme"}, actor=BOB)
    public.create_category("shoes", {"en": "Shoes"}, actor=BOB)
    id_ = public.create_product(ProductInput(
        a_type(), {"en": " Running shoe ", "zh-hans": "跑鞋"}, description={"en": "<p>Light<script>x</script></p>"},
        seo={"en": {"title": "Shoe", "description": ""}}, brand="acme", category="shoes", tags=("new", "new", " run "),
        external_ids={"erp": "4711"}, options=(Option("size", {"en": "Size"}, (OptionValue("42", {"en": "42"}),)),),
        variants=(VariantInput("RS-42", {"size": "42"}, customs={"hs_code": "640411", "origin": "CN"},
                               qty_step=Decimal("0.5"), cost=Decimal("12.345678"), cost_currency="EUR",
                               dimensions_mm=(300, 200, 120)),),
        publications=(PublicationInput("web"),)), actor=BOB)
    told = public.get_product(id_)
    assert told["name"] == {"en": "Running shoe", "zh-hans": "跑鞋"}
    assert told["slug"] == "running-shoe"
    assert told["description"] == {"en": "<p>Light</p>"}
    assert told["seo"] == {"en": {"title": "Shoe"}}
    assert (told["brand"], told["category"], told["categories"]) == ("acme", "shoes", ["shoes"])
    assert told["tags"] == ("new", "run")
    variant = told["variants"][0]
    assert (variant["qty_step"], variant["cost"]) == (Decimal("0.5"), Decimal("12.345678"))
    assert variant["customs"] == {"hs_code": "640411", "origin": "CN"}
    assert variant["dimensions_mm"] == (300, 200, 120)
    assert told["publications"] == [{"channel": "web", "from_at": None, "until_at": None}]
    assert announced() == [str(id_)]


def test_strangers_change_nothing():
    product = a_product("Cup")
    (variant,) = variants_of(product)
    before, told = public.get_product(product), len(events())
    for actor, refusal in ((ALICE, PermissionDenied), (CHARLIE, PermissionDenied), (ANONYMOUS, Unauthenticated)):
        for attempt in (
            lambda a: public.create_product(product_input(), actor=a),
            lambda a: public.update_product(product, ProductPatch(slug="mine"), actor=a),
            lambda a: public.archive_product(product, actor=a),
            lambda a: public.update_variant(variant, VariantPatch(weight_g=1), actor=a),
            lambda a: public.set_components(variant, [], actor=a),
            lambda a: public.publish(product, "web", actor=a),
            lambda a: public.unpublish(product, "web", actor=a),
            lambda a: public.add_media(product, url="https://e.com/a.jpg", actor=a),
            lambda a: public.bulk_import_products([product_input()], actor=a),
            lambda a: public.create_category("c", {"en": "C"}, actor=a),
            lambda a: public.create_brand("b", {"en": "B"}, actor=a),
            lambda a: public.create_collection("c", {"en": "C"}, actor=a),
        ):
            with pytest.raises(refusal):
                attempt(actor)
    assert public.get_product(product) == before
    assert len(events()) == told


def test_publishing_takes_its_own_permission():
    a_channel()
    editor = replace(ALICE, permissions=frozenset({"catalog.edit"}))
    with pytest.raises(PermissionDenied):
        public.create_product(product_input(publications=(PublicationInput("web"),)), actor=editor)
    assert public.create_product(product_input(), actor=editor)


def test_a_patch_changes_what_it_sets_and_tells_old_and_new():
    product = a_product("Cup", tags=("kitchen",))
    patch = ProductPatch(name={"en": "Mug"})
    version = public.update_product(product, patch, expected_version=1, actor=BOB, reason="typo")
    assert version == 2
    told = public.get_product(product)
    assert (told["name"], told["slug"], told["tags"], told["version"]) == ({"en": "Mug"}, "cup", ("kitchen",), 2)
    newest = public.product_history(product)[0]
    assert (newest.old, newest.new, newest.reason) == ({"name": {"en": "Cup"}}, {"name": {"en": "Mug"}}, "typo")
    assert newest.actor == "bob"


def test_a_patch_that_changes_nothing_writes_and_announces_nothing():
    product = a_product("Cup")
    told = len(events())
    assert public.update_product(product, ProductPatch(name={"en": "Cup"}), actor=BOB) == 1
    assert len(events()) == told
    assert len(public.product_history(product)) == 1


def test_a_stale_version_is_refused_and_nothing_changes():
    product = a_product("Cup")
    public.update_product(product, ProductPatch(tags=("a",)), actor=BOB)
    with pytest.raises(StaleVersion):
        public.update_product(product, ProductPatch(tags=("b",)), expected_version=1, actor=BOB)
    assert public.get_product(product)["tags"] == ("a",)


def test_unknown_products_types_and_names_are_refused():
    with pytest.raises(NotFound):
        public.update_product(uuid7(), ProductPatch(slug="x"), actor=BOB)
    for wrong in ({"brand": "none"}, {"category": "none"}, {"categories": ("none",)}, {"status": "gone"},
                  {"publications": (PublicationInput("none"),)}, {"attributes": {"colour": "red"}}, {"slug": "a b"}):
        with pytest.raises(InvalidInput):
            public.create_product(product_input(**wrong), actor=BOB)
    with pytest.raises(InvalidInput):
        public.create_product(ProductInput("no-type", {"en": "x"}), actor=BOB)
    assert db.value("SELECT count(*) FROM catalog_product") == 0


def test_old_slugs_lead_to_the_product_whatever_its_slug_becomes():
    product = a_product("Cup")
    for slug in ("mug", "beaker", "goblet"):
        public.update_product(product, ProductPatch(slug=slug), actor=BOB)
    led = [public.resolve_redirect("product", s) for s in ("cup", "mug", "beaker", "goblet")]
    assert led == ["goblet", "goblet", "goblet", None]
    other = a_product("Mug")  # takes a former slug: it leads to the new owner's own page now
    assert public.resolve_redirect("product", "mug") is None
    public.update_product(product, ProductPatch(slug="cup"), actor=BOB)  # and back again
    assert public.resolve_redirect("product", "cup") is None
    assert public.resolve_redirect("product", "goblet") == "cup"
    assert public.get_product(other)["slug"] == "mug"


def test_slugs_and_skus_belong_to_one():
    a_product("Cup", skus=("CUP",))
    with pytest.raises(SlugTaken):
        a_product("Cup")
    with pytest.raises(SkuTaken):
        a_product("Mug", skus=("CUP",))


def test_variants_may_swap_skus_and_options():
    product = a_product("Tee", skus=("A", "B"))
    first, second = variants_of(product)
    public.update_product(product, ProductPatch(variants=(
        VariantPatch(first, sku="B", options={"size": "s1"}), VariantPatch(second, sku="A", options={"size": "s0"}),
    )), actor=BOB)
    told = {v["id"]: (v["sku"], v["options"]) for v in public.get_product(product)["variants"]}
    assert told == {first: ("B", {"size": "s1"}), second: ("A", {"size": "s0"})}


def test_two_active_variants_never_have_the_same_options_says_the_database_too():
    product = a_product("Tee", skus=("A", "B"))
    with pytest.raises(OptionsTaken):
        public.update_variant(variants_of(product)[1], VariantPatch(options={"size": "s0"}), actor=BOB)
    with pytest.raises(IntegrityError), transaction.atomic():
        db.execute("UPDATE catalog_variant SET options = '{\"size\": \"s0\"}' WHERE product_id = %s", [product])


def test_the_matrix_of_options_is_filled_up():
    def option(code: str, *values: str) -> Option:
        return Option(code, {"en": code}, tuple(OptionValue(v, {"en": v}) for v in values))

    product = public.create_product(ProductInput(
        a_type(), {"en": "Tee"}, options=(option("size", "s", "m"), option("colour", "red", "blue")),
        variants=(VariantInput("OLD", {"size": "s", "colour": "red"}),)), actor=BOB)
    public.generate_variants(product, "TEE", actor=BOB)
    skus = [v["sku"] for v in public.get_product(product)["variants"]]
    assert skus == ["OLD", "TEE-S-BLUE", "TEE-M-RED", "TEE-M-BLUE"]
    version = public.get_product(product)["version"]
    assert public.generate_variants(product, "TEE", actor=BOB) == version


def test_required_attributes_are_asked_for_when_a_product_becomes_active():
    public.create_attribute("sole", {"en": "Sole"}, "text", actor=BOB)
    public.create_product_type("shoe", {"en": "Shoe"}, attributes=["sole"], required=["sole"], actor=BOB)
    product = public.create_product(product_input(type="shoe", status="draft"), actor=BOB)
    with pytest.raises(InvalidInput, match="sole"):
        public.update_product(product, ProductPatch(status="active"), actor=BOB)
    public.update_product(product, ProductPatch(status="active", attributes={"sole": "rubber"}), actor=BOB)
    assert public.get_product(product)["status"] == "active"


def test_bundles_hold_stocked_variants_and_no_bundles():
    a_product("Tee", skus=("TEE",))
    bundle = a_bundle("Pack", {"TEE": 3}, sku="PACK")
    assert public.variant_facts([bundle])[bundle].components[0][1] == 3
    a_product("Service", variants=(VariantInput("SERVICE", is_stocked=False),))
    for part in ("PACK", "SERVICE", "NOWHERE"):
        with pytest.raises(NotABundlePart):
            a_bundle("Bad", {part: 1})
    tee = public.find_variant("TEE").id
    for change in (VariantPatch(is_stocked=False), VariantPatch(components=(Component("SERVICE"),))):
        with pytest.raises((PartOfBundle, NotABundlePart)):
            public.update_variant(tee, change, actor=BOB)
    a_product("Sock", skus=("SOCK",))
    with pytest.raises(PartOfBundle):
        public.set_components(tee, [("SOCK", Decimal(1))], actor=BOB)
    public.set_components(bundle, [], actor=BOB)
    assert public.variant_facts([bundle])[bundle].components == ()


@pytest.mark.parametrize("sql", [
    "UPDATE catalog_variant SET is_stocked = false WHERE sku = 'TEE'",
    "UPDATE catalog_variant SET is_bundle = true WHERE sku = 'TEE'",
    "UPDATE catalog_variant SET is_bundle = false WHERE sku = 'PACK'",
    "INSERT INTO catalog_bundleitem (bundle_id, component_id, quantity) SELECT a.id, b.id, 1"
    " FROM catalog_variant a, catalog_variant b WHERE a.sku = 'PACK2' AND b.sku = 'PACK'",
])
def test_the_database_itself_refuses_nested_bundles(sql):
    a_product("Tee", skus=("TEE",))
    a_bundle("Pack", {"TEE": 3}, sku="PACK")
    a_bundle("Pack two", {"TEE": 2}, sku="PACK2")
    db.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError), transaction.atomic():
        db.execute(sql)


def test_a_draft_and_an_archived_product_are_not_sellable():
    variant = a_variant("Cup")
    product = public.variant_facts([variant])[variant].product_id
    assert public.variant_facts([variant])[variant].is_sellable
    public.archive_product(product, actor=BOB)
    assert not public.variant_facts([variant])[variant].is_sellable


def test_external_ids_belong_to_one_product():
    a_product("Cup", external_ids={"erp": "1"})
    with pytest.raises(Exception, match="erp"):
        a_product("Mug", external_ids={"erp": "1"})


def big_product(variants: int) -> ProductInput:
    values = tuple(OptionValue(f"v{n}", {"en": str(n)}) for n in range(variants))
    return product_input(f"Big {variants}", options=(Option("size", {"en": "Size"}, values),),
                         variants=tuple(VariantInput(f"BIG{variants}-{n}", {"size": f"v{n}"}) for n in range(variants)))


def test_changing_a_product_costs_the_same_statements_with_1_and_500_variants():
    counts = []
    for size in (1, 500):
        product = public.create_product(big_product(size), actor=BOB)
        patch = ProductPatch(tags=("x",), variants=tuple(VariantPatch(v, weight_g=9) for v in variants_of(product)))
        with CaptureQueriesContext(connection) as captured:
            public.update_product(product, patch, actor=BOB)
        counts.append(len(captured))
        assert {v["weight_g"] for v in public.get_product(product)["variants"]} == {9}
    assert counts[0] == counts[1] <= 16




def _first_entry(product_id):
    return public.product_history(product_id)[-1].id


def test_a_version_of_a_type_that_is_gone_is_refused_in_words():
    a_type("old")
    product = a_product(type="old")
    public.update_product(product, ProductPatch(type=a_type("new")), actor=BOB)
    public.delete_product_type("old", actor=BOB)
    with pytest.raises(InvalidInput) as refused:
        public.restore_product(product, _first_entry(product), actor=BOB)
    assert refused.value.params["field"] == "type"


@pytest.mark.django_db(transaction=True)
def test_a_bundle_is_not_restored_with_a_part_that_cannot_be_one_any_more():
    part = a_variant(variants=(VariantInput("PART"),))
    bundle = a_variant(variants=(VariantInput("SET"),))
    product = public.variant_facts([bundle])[bundle].product_id
    public.set_components(bundle, [("PART", Decimal(2))], actor=BOB)
    with_parts = public.product_history(product)[0].id
    public.set_components(bundle, [], actor=BOB)
    public.restore_product(product, with_parts, actor=BOB)
    public.set_components(bundle, [], actor=BOB)
    public.update_variant(part, VariantPatch(is_stocked=False), actor=BOB)
    with pytest.raises(NotABundlePart):
        public.restore_product(product, with_parts, actor=BOB)


def test_what_has_a_name_never_loses_it():
    category = public.create_category("tea", {"en": "Tea"}, actor=BOB)
    collection = public.create_collection("gifts", {"en": "Gifts"}, actor=BOB)
    public.create_attribute("size", {"en": "Size"}, "text", actor=BOB)
    for change in ({"name": {}}, {"name": {"en": " "}}, {"slug": ""}):
        with pytest.raises(InvalidInput):
            public.update_category(category, **change, actor=BOB)
        with pytest.raises(InvalidInput):
            public.update_collection(collection, **change, actor=BOB)
    with pytest.raises(InvalidInput):
        public.update_attribute("size", name={}, actor=BOB)
    assert [c["name"] for c in public.list_categories()] == [{"en": "Tea"}]
