"""Collections: the rule in SQL means what the rule says, and memberships follow every change."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings

from entrepot.catalog import public
from entrepot.catalog.contracts import BulkEdit, ProductPatch, VariantInput
from entrepot.catalog.errors import RuleCollection, SlugTaken
from entrepot.catalog.queries import membership as sql
from entrepot.catalog.rules.membership import Attribute, Group, Has, Listed, Not, Rule, parse
from entrepot.catalog.tests.factories import BOB, a_bundle, a_product
from entrepot.catalog.tests.test_rules import ATTRIBUTES, CHOICES, rules
from entrepot.kit import db
from entrepot.kit.errors import InvalidInput, NotFound
from entrepot.kit.ids import uuid7

pytestmark = pytest.mark.django_db


def members(collection: int) -> set[UUID]:
    return {r.product_id for r in db.rows("SELECT product_id FROM catalog_collectionitem WHERE collection_id = %s",
                                          [collection])}


def announced() -> list[str]:
    rows = db.rows("SELECT payload FROM kit_event WHERE name = 'catalog.products_changed'"
                   " ORDER BY at DESC, id DESC LIMIT 1")
    return rows[0].payload["product_ids"] if rows else []


def matches(rule: Rule, product: dict[str, Any]) -> bool:
    """The rule, read as a person would."""
    variants = [v for v in product["variants"] if v["is_active"]]
    match rule:
        case Group(word, parts):
            return (all if word == "all" else any)(matches(p, product) for p in parts)
        case Not(part):
            return not matches(part, product)
        case Listed("brand", values):
            return product["brand_id"] in values
        case Listed("tag", values):
            return bool(set(values) & set(product["tags"]))
        case Has("image", wanted):
            return bool(product["media"]) is wanted
        case Has(field, wanted):
            key = {"bundle": "is_bundle", "stocked": "is_stocked", "shipped": "needs_shipping"}[field]
            return any(v[key] for v in variants) is wanted
        case Attribute(code, operator, values):
            held = [a[code] for a in (product["attributes"], *(v["attributes"] for v in variants)) if code in a]
            if operator == "set":
                return bool(held) is values[0]
            if operator == "in":
                return any(set(h if isinstance(h, list) else [h]) & set(values) for h in held)
            return any(h >= values[0] if operator == "at_least" else h <= values[0] for h in held)
    raise AssertionError(rule)


@pytest.fixture
def shelf(db: None) -> list[dict[str, Any]]:
    """Products that differ in everything a rule can ask for."""
    for kind, attribute in ATTRIBUTES.items():
        public.create_attribute(attribute.code, {"en": kind}, kind, choices=attribute.choices, actor=BOB)
    codes = [a.code for a in ATTRIBUTES.values()]
    public.create_product_type("all", {"en": "All"}, attributes=codes, per_variant=["a_number"], actor=BOB)
    brands = [public.create_brand(f"b{n}", {"en": f"B{n}"}, actor=BOB) for n in range(3)]
    choices = sorted(CHOICES)
    made = []
    for n in range(12):
        attributes = {"a_choice": choices[n % 3]} if n % 2 else {"a_choices": choices[:n % 3 + 1], "a_text": "x"}
        variants = (VariantInput(f"V{n}", attributes={"a_number": n - 6} if n % 3 else {}, is_stocked=n % 4 > 0,
                                 needs_shipping=n % 5 > 0),)
        made.append(a_product(f"P{n}", type="all", brand=f"b{n % 4}" if n % 4 < 3 else "", variants=variants,
                              attributes=attributes, tags=tuple("abc"[:n % 4])))
    made.append(UUID(str(public.variant_facts([a_bundle("Bundle", {"V1": 1})]).popitem()[1].product_id)))
    public.add_media(made[0], url="https://e.com/a.jpg", actor=BOB)
    known = {r.id: r for r in db_brands()}
    told = [public.get_product(i) for i in made]
    for product in told:
        product["brand_id"] = next((key for key, r in known.items() if r.slug == product["brand"]), None)
    assert len(brands) == 3
    return told


def db_brands() -> list[Any]:
    return db.rows("SELECT id, slug FROM catalog_brand")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=rules)
def test_the_rule_in_sql_means_what_the_rule_says(shelf, data):
    try:
        rule = parse(data, {a.code: a for a in ATTRIBUTES.values()})
    except InvalidInput:
        return
    clause = sql.Clause()
    where = clause.of(rule)
    chosen = {r.id for r in db.rows(f"SELECT p.id FROM catalog_product p WHERE {where}", clause.params)}  # noqa: S608
    assert chosen == {p["id"] for p in shelf if matches(rule, p)}


def test_membership_follows_products_rules_and_the_tree():
    for slug, parent in (("home", None), ("kitchen", "home"), ("garden", None)):
        public.create_category(slug, {"en": slug}, parent, actor=BOB)
    cup = a_product("Cup", category="kitchen")
    rake = a_product("Rake", category="garden")
    home = public.create_collection("at-home", {"en": "At home"}, rule={"field": "category", "in": ["home"]}, actor=BOB)
    assert members(home) == {cup}
    assert announced() == [str(cup)]
    public.update_product(rake, ProductPatch(category="kitchen"), actor=BOB)
    assert members(home) == {cup, rake}
    public.update_product(rake, ProductPatch(category="garden", categories=("garden",)), actor=BOB)
    assert members(home) == {cup}
    garden = next(c["id"] for c in public.list_categories() if c["slug"] == "garden")
    public.move_category(garden, "home", actor=BOB)
    assert members(home) == {cup, rake}
    assert announced() == [str(rake)]
    public.move_category(garden, None, actor=BOB)
    assert members(home) == {cup}
    public.update_collection(home, rule={"not": {"field": "category", "in": ["home"]}}, actor=BOB)
    assert members(home) == {rake}
    assert set(announced()) == {str(cup), str(rake)}


def test_membership_follows_bulk_edits_and_imports():
    sale = public.create_collection("sale", {"en": "Sale"}, rule={"field": "tag", "in": ["sale"]}, actor=BOB)
    cup, mug = a_product("Cup"), a_product("Mug")
    public.bulk_edit([cup, mug], BulkEdit(add_tags=("sale",)), actor=BOB)
    assert members(sale) == {cup, mug}
    public.bulk_edit([mug], BulkEdit(remove_tags=("sale",)), actor=BOB)
    assert members(sale) == {cup}
    assert public.variant_facts(public.variants_of([cup])[cup]).popitem()[1].collection_ids == {sale}


def test_a_collection_by_hand_keeps_its_order():
    cup, mug, pot = a_product("Cup"), a_product("Mug"), a_product("Pot")
    hand = public.create_collection("picks", {"en": "Picks"}, product_ids=[mug, cup], actor=BOB)
    public.set_collection_products(hand, [pot, cup], actor=BOB)
    order = db.rows("SELECT product_id FROM catalog_collectionitem ORDER BY position")
    assert [r.product_id for r in order] == [pot, cup]
    assert set(announced()) == {str(mug), str(cup), str(pot)}
    with pytest.raises(NotFound):
        public.set_collection_products(hand, [uuid7()], actor=BOB)
    assert members(hand) == {pot, cup}


def test_a_rule_collection_is_not_filled_by_hand():
    cup = a_product("Cup")
    rule = {"field": "image", "is": True}
    ruled = public.create_collection("pictured", {"en": "Pictured"}, rule=rule, actor=BOB)
    with pytest.raises(RuleCollection):
        public.set_collection_products(ruled, [cup], actor=BOB)
    with pytest.raises(SlugTaken):
        public.create_collection("pictured", {"en": "Again"}, actor=BOB)
    assert public.preview_rule({"not": rule}, actor=BOB) == 1
    public.update_collection(ruled, rule=None, actor=BOB)
    public.set_collection_products(ruled, [cup], actor=BOB)
    assert members(ruled) == {cup}
    public.delete_collection(ruled, actor=BOB)
    assert announced() == [str(cup)]


def test_rules_name_brands_by_slug_or_id_and_survive_renames():
    brand = public.create_brand("acme", {"en": "Acme"}, actor=BOB)
    cup = a_product("Cup", brand="acme")
    acme = public.create_collection("acme", {"en": "Acme"}, rule={"field": "brand", "in": ["acme", 999]}, actor=BOB)
    public.update_brand(brand, slug="acme-2", actor=BOB)
    public.update_product(cup, ProductPatch(tags=("x",)), actor=BOB)
    assert members(acme) == {cup}
    assert public.resolve_redirect("brand", "acme") == "acme-2"
    with pytest.raises(InvalidInput):
        public.create_collection("other", {"en": "Other"}, rule={"field": "brand", "in": ["nobody"]}, actor=BOB)


def test_the_cost_of_keeping_memberships_does_not_grow_with_their_number():
    product = a_product("Cup")
    counts = []
    for batch in (1, 4):
        for n in range(batch):
            public.create_collection(f"c{batch}-{n}", {"en": "C"}, rule={"field": "tag", "in": [f"t{n}"]}, actor=BOB)
        with CaptureQueriesContext(connection) as captured:
            public.update_product(product, ProductPatch(tags=(f"t{batch}",)), actor=BOB)
        counts.append(len(captured))
    assert counts[0] == counts[1]
