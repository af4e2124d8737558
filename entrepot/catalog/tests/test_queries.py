"""Reads: what they tell, and in how many statements."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from entrepot.catalog import public
from entrepot.catalog.actions.publications import notice_dates
from entrepot.catalog.contracts import ProductPatch, PublicationInput, VariantInput
from entrepot.catalog.queries import channels
from entrepot.catalog.queries.products import ProductFilter, find_products
from entrepot.catalog.tests.factories import BOB, a_bundle, a_channel, a_product, a_variant, product_input, variants_of
from entrepot.kit import clock, db
from entrepot.kit.actor import system
from entrepot.kit.errors import InvalidInput, NotFound

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_facts_of_a_variant():
    channel = a_channel()
    brand = public.create_brand("acme", {"en": "Acme"}, actor=BOB)
    public.create_attribute("sole", {"en": "Sole"}, "text", actor=BOB)
    public.create_product_type("shoe", {"en": "Shoe"}, attributes=["sole"], actor=BOB)
    root = public.create_category("wear", {"en": "Wear"}, actor=BOB)
    leaf = public.create_category("shoes", {"en": "Shoes"}, "wear", actor=BOB)
    product = a_product("Runner", type="shoe", brand="acme", category="shoes", attributes={"sole": "rubber"}, variants=(
        VariantInput("RUN", name={"en": "red"}, weight_g=900, unit="pair", qty_step=Decimal("0.5"),
                     cost=Decimal("9.5"), cost_currency="EUR"),))
    picks = public.create_collection("picks", {"en": "Picks"}, product_ids=[product], actor=BOB)
    public.add_media(product, url="https://e.com/a.jpg", actor=BOB)
    facts = public.find_variant("RUN")
    assert (facts.product_id, facts.slug, facts.type_code) == (product, "runner", "shoe")
    assert facts.name == {"en": "Runner, red"}
    assert facts.category_ids == {root, leaf}
    assert (facts.collection_ids, facts.brand_id, facts.published_in) == ({picks}, brand, {channel.id})
    assert (facts.weight_g, facts.unit, facts.qty_step, facts.cost) == (900, "pair", Decimal("0.5"), Decimal("9.5"))
    assert (facts.image, facts.attributes, facts.tax_class) == ("https://e.com/a.jpg", {"sole": "rubber"}, "standard")
    assert facts.is_sellable
    assert public.find_variant("NOBODY") is None


def test_facts_are_one_statement_for_any_number_of_variants(django_assert_num_queries):
    a_product("Part", skus=("PART",))
    variants = [a_variant(f"V{n}") for n in range(4)] + [a_bundle("Bundle", {"PART": 2})]
    for chosen in (variants[:1], variants):
        with django_assert_num_queries(1):
            assert set(public.variant_facts(chosen)) == set(chosen)
    with django_assert_num_queries(0):
        assert public.variant_facts([]) == {}


def test_publication_is_as_of_the_moment_asked_for():
    web, app = a_channel(), a_channel("app", is_default=False)
    dates = PublicationInput("web", NOON, NOON + timedelta(days=1))
    variant = a_variant("Cup", publications=(dates, PublicationInput("app")))
    seen = {moment: public.variant_facts([variant], now=NOON + moment)[variant].published_in
            for moment in (timedelta(seconds=-1), timedelta(0), timedelta(days=1))}
    assert list(seen.values()) == [{app.id}, {web.id, app.id}, {app.id}]


def test_dates_that_pass_are_announced_once():
    a_channel()
    product = a_product("Cup", publications=(PublicationInput("web", NOON, NOON + timedelta(days=1)),), channel=None)
    db.execute("UPDATE catalog_publication SET state = 0")

    def announced() -> int:
        return db.value("SELECT count(*) FROM kit_event WHERE payload->'product_ids' @> to_jsonb(%s::text)",
                        [str(product)])

    publisher, start = system("publisher"), announced()
    told = []
    for moment in (timedelta(minutes=-1), timedelta(0), timedelta(minutes=1), timedelta(days=1), timedelta(days=2)):
        with clock.at(NOON + moment):
            notice_dates(actor=publisher)
        told.append(announced() - start)
    assert told == [0, 1, 1, 2, 2]


def test_a_publisher_that_slept_announces_what_it_missed():
    a_channel()
    with clock.at(NOON - timedelta(days=9)):
        a_product("Cup", publications=(PublicationInput("web", NOON, NOON + timedelta(days=1)),), channel=None)
        assert db.value("SELECT state FROM catalog_publication") == 0
    with clock.at(NOON + timedelta(hours=1)):
        assert notice_dates(actor=BOB) == 1
        assert db.value("SELECT state FROM catalog_publication") == 1


def test_publications_end_after_they_begin():
    a_channel()
    for dates in ((NOON, NOON), (NOON, NOON - timedelta(days=1)), (datetime(2026, 1, 1), None)):  # noqa: DTZ001 naive on purpose
        with pytest.raises(InvalidInput):
            public.create_product(product_input(publications=(PublicationInput("web", *dates),)), actor=BOB)


def test_sources_tell_everything_in_two_statements(django_assert_num_queries):
    channel = a_channel()
    public.create_brand("acme", {"en": "Acme"}, actor=BOB)
    public.create_attribute("colour", {"en": "Colour"}, "choice", choices={"red": {"en": "Red", "zh-hans": "红"}},
                            is_facet=True, actor=BOB)
    public.create_product_type("wear", {"en": "Wear"}, attributes=["colour"], actor=BOB)
    public.create_category("clothes", {"en": "Clothes"}, actor=BOB)
    public.create_category("tees", {"en": "Tees"}, "clothes", actor=BOB)
    tee = a_product("Tee", type="wear", skus=("A", "B"), brand="acme", category="tees", attributes={"colour": "red"})
    public.add_media(tee, url="https://e.com/a.jpg", alt={"en": "Tee"}, actor=BOB)
    more = [a_product(f"P{n}", category="clothes") for n in range(4)]
    for chosen in ([tee], [tee, *more]):
        with django_assert_num_queries(2):
            sources = {s.id: s for s in public.product_sources(chosen)}
        assert set(sources) == set(chosen)
    source = sources[tee]
    assert [c.slug for c in source.breadcrumb] == ["clothes", "tees"]
    assert {c.slug for c in source.categories} == {"clothes", "tees"}
    assert (source.brand.slug, source.attributes[0].labels) == ("acme", ({"en": "Red", "zh-hans": "红"},))
    assert [v.sku for v in source.variants] == ["A", "B"]
    assert source.options[0].values[1].name == {"en": "Size 1"}
    assert (source.media[0].url, source.media[0].alt) == ("https://e.com/a.jpg", {"en": "Tee"})
    assert source.publications[0].channel_id == channel.id
    assert source.publications[0].is_live(NOON)


def test_the_office_list_filters_pages_and_costs_one_statement(django_assert_num_queries):
    root = public.create_category("home", {"en": "Home"}, actor=BOB)
    public.create_category("kitchen", {"en": "Kitchen"}, "home", actor=BOB)
    ids = [a_product(f"Cup {n}", skus=(f"CUP_{n}",), category="kitchen", tags=(f"t{n}",)) for n in range(5)]
    public.update_product(ids[0], ProductPatch(name={"en": "Cup 0", "zh-hans": "陶瓷杯子"}, status="draft"), actor=BOB)

    def found(**filters: object) -> list:
        return [p["id"] for p in find_products(ProductFilter(**filters))]

    for limit in (1, 5):
        with django_assert_num_queries(1):
            assert len(find_products(ProductFilter(), limit=limit)) == limit
    assert found() == ids[::-1]
    assert found(category_id=root) == ids[::-1]
    assert found(status="draft") == found(query="陶瓷杯") == found(query="CUP_0") == found(tag="t0") == [ids[0]]
    assert found(query="%") == []
    assert found(channel="web", type="general", query="cup-3") == [ids[3]]
    first = find_products(ProductFilter(), limit=2)
    rest = find_products(ProductFilter(), after=(first[-1]["created_at"], first[-1]["id"]))
    assert [p["id"] for p in first + rest] == ids[::-1]
    with pytest.raises(InvalidInput):
        find_products(ProductFilter(query="a\x00"))


def test_one_product_costs_two_statements_with_1_and_5_variants():
    counts = []
    for n in (1, 5):
        product = a_product(f"P{n}", skus=tuple(f"S{n}-{i}" for i in range(n)))
        with CaptureQueriesContext(connection) as captured:
            public.get_product(product)
        counts.append(len(captured))
    assert counts == [2, 2]


def test_channels_are_remembered_and_forgotten(django_assert_num_queries):
    web = a_channel()
    assert public.channel("web") == public.channel(web.id) == public.default_channel()
    with django_assert_num_queries(0):
        public.channel("web")
    public.update_channel("web", {"name": {"en": "Shop"}}, actor=BOB)
    assert public.channel("web").name == {"en": "Shop"}
    with pytest.raises(NotFound):
        public.channel("nowhere")
    app = a_channel("app", is_default=False)
    public.update_channel("app", {"is_default": True}, actor=BOB)
    assert public.default_channel().id == app.id
    with pytest.raises(InvalidInput):
        public.update_channel("app", {"is_active": False}, actor=BOB)
    for wrong in ({"country": "Germany"}, {"time_zone": "Mars/Base"}, {"allocation": "luck"}, {"currency": "USD"},
                  {"languages": ()}, {"guest_hold_minutes": 0}):
        with pytest.raises(InvalidInput):
            public.update_channel("web", wrong, actor=BOB)
    channels.forget()


def test_ids_come_in_portions():
    made = sorted(a_product(f"P{n}") for n in range(3))
    first = public.product_ids(limit=2)
    assert first + public.product_ids(after=first[-1]) == made
    assert public.product_id_of("p0") in made
    assert variants_of(made[0])
