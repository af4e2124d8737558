"""The goods desk: one save for all of a product, refusals beside cells, versions, copies, rights."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ProductPatch
from entrepot.catalog.tests.factories import BOB, a_product
from entrepot.inventory import public as inventory
from entrepot.orders.tests.factories import a_shop
from entrepot.pricing import public as pricing
from entrepot.web.tests.test_office import client_of, statements

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def address(product_id: UUID, page: str = "desk_product", *args: Any) -> str:
    return reverse(f"admin:{page}", args=[product_id, *args])


def product(product_id: UUID) -> dict[str, Any]:
    found = catalog.get_product(product_id)
    assert found is not None
    return found


def by_sku(product_id: UUID) -> dict[str, dict[str, Any]]:
    return {v["sku"]: v for v in product(product_id)["variants"]}


def save(client: Client, product_id: UUID, **fields: Any) -> Any:
    sent = {"version": product(product_id)["version"], **{k.replace("__", "-"): v for k, v in fields.items()}}
    return client.post(address(product_id), sent)


SIZES = {"options-shown": "1", "opt-0-name-en": "Size", "opt-0-name-zh-hans": "尺码", "opt-0-v-0-en": "S",
         "opt-0-v-0-zh-hans": "小", "opt-0-v-1-en": "L", "opt-0-v-1-zh-hans": "大", "complete": "1",
         "sku_prefix": "POT"}


def a_draft(client: Client, **fields: str) -> UUID:
    made = client.post(reverse("admin:desk_new_product"), {"type": "general", "name-en": "Tea pot",
                                                           "name-zh-hans": "茶壶", **fields})
    assert made.status_code == 302, made.content.decode()
    return UUID(made["Location"].rstrip("/").split("/")[-1])


def test_a_product_with_sizes_is_made_priced_stocked_and_published_in_two_saves() -> None:
    shop, client = a_shop(items=1), client_of("owner")
    pot, chosen = a_draft(client), pricing.list_price_lists("", 1)[0].code
    assert save(client, pot, **SIZES).status_code == 302
    assert {s: v["options"] for s, v in by_sku(pot).items()} == {"POT-S": {"size": "s"}, "POT-L": {"size": "l"}}
    small, large = (by_sku(pot)[s]["id"] for s in ("POT-S", "POT-L"))
    done = save(client, pot, **{
        f"price-{small}-{chosen}": "12.50", f"price-{large}-{chosen}": "18", f"stock-{small}-main": "7",
        f"v-{large}-barcode": "4001", f"v-{large}-weight": "900", "status": "active", "slug": "tea-pot-of-clay",
        "description-en": "<p>Clay<script>alert(1)</script></p>", "seo-title-zh-hans": "紫砂壶",
        f"pub-{shop.channel.code}": "1", f"pub-{shop.channel.code}-shown": "1",
        f"pub-{shop.channel.code}-from": "2026-01-01T10:00"})
    assert done.status_code == 302, done.content.decode()
    now = product(pot)
    assert (now["status"], now["slug"], now["description"]) == ("active", "tea-pot-of-clay", {"en": "<p>Clay</p>"})
    assert now["seo"] == {"zh-hans": {"title": "紫砂壶"}}
    assert (by_sku(pot)["POT-L"]["barcode"], by_sku(pot)["POT-L"]["weight_g"]) == ("4001", 900)
    assert {(p.variant_id, p.amount_minor) for p in pricing.prices_of([small, large])} == {(small, 1250), (large, 1800)}
    assert inventory.on_hand([small]) == {(small, "main"): Decimal(7)}
    assert now["publications"][0]["from_at"].isoformat().startswith("2026-01-01T10:00")
    page = client.get(address(pot)).content.decode()
    assert "紫砂壶" in page
    assert catalog.old_addresses("product", pot) != []
    assert "tea-pot" in catalog.old_addresses("product", pot)[0]


def test_a_value_that_goes_switches_its_variants_off_and_a_new_option_keeps_the_rest() -> None:
    a_shop(items=1)
    client = client_of("catalogue")
    pot = a_draft(client)
    save(client, pot, **SIZES)
    code = {"opt-0-code": "size", "opt-0-v-0-code": "s", "opt-0-v-1-code": "l"}
    more = {"opt-1-name-en": "Glaze", "opt-1-v-0-en": "Blue", "opt-1-v-1-en": "Green"}
    save(client, pot, **{**SIZES, **code, **more})
    assert {s for s, v in by_sku(pot).items() if v["is_active"]} == {"POT-S", "POT-L", "POT-S-GREEN", "POT-L-GREEN"}
    assert by_sku(pot)["POT-S"]["options"] == {"size": "s", "glaze": "blue"}
    save(client, pot, **{**SIZES, **code, **more, "opt-0-v-1-gone": "1", "opt-1-code": "glaze",
                         "opt-1-v-0-code": "blue", "opt-1-v-1-code": "green"})
    assert {s for s, v in by_sku(pot).items() if v["is_active"]} == {"POT-S", "POT-S-GREEN"}


def test_mistakes_stand_beside_their_cells_and_nothing_typed_is_lost() -> None:
    a_shop(items=1)
    client = client_of("owner")
    a_product(skus=("TAKEN",))
    pot, chosen = a_draft(client, sku="POT"), pricing.list_price_lists("", 1)[0].code
    key = by_sku(pot)["POT"]["id"]
    back = save(client, pot, **{f"price-{key}-{chosen}": "many", "name-en": "Another name"})
    assert back.status_code == 422
    body = back.content.decode()
    assert f'id="e-price-{key}-{chosen}"' in body
    assert 'value="many"' in body
    assert 'value="Another name"' in body
    taken = save(client, pot, **{f"v-{key}-sku": "TAKEN", "name-en": "Another name"})
    assert taken.status_code == 422
    assert f'id="e-v-{key}-sku"' in taken.content.decode()
    assert product(pot)["name"]["en"] == "Tea pot"  # all or nothing


def test_two_people_who_save_the_same_field_both_see_both_versions() -> None:
    a_shop(items=1)
    client = client_of("owner")
    pot = a_draft(client, sku="POT")
    seen = product(pot)["version"]
    catalog.update_product(pot, ProductPatch(name={"en": "Bob's pot", "zh-hans": "茶壶"}), actor=BOB)
    back = client.post(address(pot), {"version": seen, "name-en": "My pot"})
    body = back.content.decode()
    assert back.status_code == 409
    assert "Bob&#x27;s pot" in body
    assert 'value="My pot"' in body
    assert f'name="version" value="{product(pot)["version"]}"' in body
    assert client.post(address(pot), {"version": product(pot)["version"], "name-en": "My pot"}).status_code == 302
    assert product(pot)["name"] == {"en": "My pot", "zh-hans": "茶壶"}


def test_what_somebody_else_changed_elsewhere_stays_when_only_what_differs_is_sent() -> None:
    a_shop(items=1)
    client = client_of("owner")
    pot = a_draft(client, sku="POT")
    catalog.update_product(pot, ProductPatch(tags=("clay",)), actor=BOB)
    assert save(client, pot, **{"name-en": "Pot"}).status_code == 302
    assert product(pot)["tags"] == ("clay",)


def test_stock_that_moved_meanwhile_is_told_beside_its_cell() -> None:
    shop, client = a_shop(items=1, stock=10), client_of("owner")
    key = shop.items[0]
    pot = next(iter(catalog.variant_facts([key]).values())).product_id
    back = save(client, pot, **{f"stock-{key}-main": "4", f"seen-stock-{key}-main": "9"})
    assert back.status_code == 422
    assert "By now 10 are there." in back.content.decode()
    assert inventory.on_hand([key])[key, "main"] == 10


def test_many_cells_change_at_once_without_script() -> None:
    a_shop(items=1)
    client = client_of("owner")
    pot, chosen = a_draft(client), pricing.list_price_lists("", 1)[0].code
    save(client, pot, **SIZES)
    ids = [v["id"] for v in product(pot)["variants"]]
    save(client, pot, **{"bulk": "price", "bulk-list": chosen, "bulk-value": "20", "pick-all": "1"})
    save(client, pot, **{"bulk": "percent", "bulk-list": chosen, "bulk-value": "-10", "pick": [str(ids[0])]})
    assert {p.variant_id: p.amount_minor for p in pricing.prices_of(ids)} == {ids[0]: 1800, ids[1]: 2000}
    assert save(client, pot, **{"bulk": "off"}).status_code == 422  # nothing ticked


@pytest.mark.parametrize("change", [
    {"bulk": "weight", "bulk-value": ""}, {"bulk": "stock", "bulk-place": "main", "bulk-value": ""},
    {"bulk": "price", "bulk-value": "12.999"}, {"bulk": "weight", "bulk-value": "heavy"}])
def test_a_change_for_many_without_its_number_changes_none(change: dict[str, str]) -> None:
    a_shop(items=1)
    client = client_of("owner")
    pot = a_draft(client, sku="POT", price="20")
    save(client, pot, **{f"v-{by_sku(pot)['POT']['id']}-weight": "310"})
    told = save(client, pot, **{"bulk-list": pricing.list_price_lists("", 1)[0].code, "pick-all": "1", **change})
    assert (told.status_code, bool(told.context["sheet"].errors["bulk"])) == (422, True)
    variant = by_sku(pot)["POT"]
    assert (variant["weight_g"], pricing.prices_of([variant["id"]])[0].amount_minor) == (310, 2000)


def test_each_right_opens_its_own_cells_only() -> None:
    shop = a_shop(items=1, stock=10)
    key = shop.items[0]
    pot, chosen = catalog.variant_facts([key])[key].product_id, pricing.list_price_lists("", 1)[0].code
    client = client_of("catalogue")
    page = client.get(address(pot)).content.decode()
    assert f'name="price-{key}-{chosen}" value="10.00"' in page
    assert 'autocomplete="off" readonly' in page
    refused = save(client, pot, **{f"price-{key}-{chosen}": "1", "name-en": "Cheap"})
    assert refused.status_code == 422
    assert pricing.prices_of([key])[0].amount_minor == 1000
    assert product(pot)["name"]["en"] == "Item 0"


def test_the_auditor_sees_the_page_and_changes_nothing() -> None:
    shop = a_shop(items=1)
    pot = catalog.variant_facts(shop.items)[shop.items[0]].product_id
    client = client_of("auditor")
    page = client.get(address(pot))
    assert page.status_code == 200
    assert "gd-save" not in page.content.decode()
    assert save(client, pot, **{"name-en": "Mine"}).status_code == 422
    assert client.get(reverse("admin:desk_new_product")).status_code == 403
    assert product(pot)["name"]["en"] == "Item 0"


def test_an_earlier_version_comes_back() -> None:
    a_shop(items=1)
    client = client_of("owner")
    pot = a_draft(client)
    save(client, pot, **SIZES)
    entry = catalog.product_history(pot)[0]
    key = by_sku(pot)["POT-S"]["id"]
    save(client, pot, **{"name-en": "Jar", "tags": "a, b", f"v-{key}-sku": "JAR-S", "opt-0-code": "size"})
    save(client, pot, **{**SIZES, "opt-0-code": "size", "opt-0-v-0-code": "s", "opt-0-v-1-code": "l",
                         "opt-0-v-2-en": "XL"})
    assert "JAR-S" in client.get(address(pot, "desk_product_history")).content.decode()
    client.post(address(pot, "desk_product_do", "restore"), {"entry": entry.id, "version": product(pot)["version"]})
    now = product(pot)
    assert (now["name"]["en"], now["tags"]) == ("Tea pot", ())
    assert {v["sku"] for v in now["variants"] if v["is_active"]} == {"POT-S", "POT-L"}
    assert len(now["options"][0]["values"]) == 2


def test_a_copy_has_its_own_skus_images_and_the_same_prices() -> None:
    shop, client = a_shop(items=1), client_of("owner")
    pot = catalog.variant_facts(shop.items)[shop.items[0]].product_id
    client.post(address(pot, "desk_product_upload"), {"file": png()})
    sku = product(pot)["variants"][0]["sku"]
    made = client.post(address(pot, "desk_product_copy"), {"name-en": "Second", "ending": "-B", "prices": "1"})
    second = UUID(made["Location"].rstrip("/").split("/")[-1])
    told = product(second)
    assert (told["status"], [v["sku"] for v in told["variants"]]) == ("draft", [f"{sku}-B"])
    assert told["media"][0]["url"] != product(pot)["media"][0]["url"]
    assert [p.amount_minor for p in pricing.prices_of([told["variants"][0]["id"]])] == [1000]


def png(name: str = "pot.png") -> SimpleUploadedFile:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (900, 700), (90, 120, 60)).save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


def test_images_are_sent_checked_described_ordered_and_removed() -> None:
    shop, client = a_shop(items=1), client_of("catalogue")
    pot = catalog.variant_facts(shop.items)[shop.items[0]].product_id
    before = product(pot)["version"]
    row = client.post(address(pot, "desk_product_upload"), {"file": png(), "version": before}, headers={"X-Piece": "1"})
    assert (row.status_code, row["X-Version"]) == (200, str(before + 1))
    fake = SimpleUploadedFile("x.png", b"<svg onload=alert(1)>", "image/png")
    refused = client.post(address(pot, "desk_product_upload"), {"file": fake}, headers={"X-Piece": "1"})
    assert refused.status_code == 422
    fake.seek(0)
    whole = client.post(address(pot, "desk_product_upload"), {"file": fake})  # without the page's script
    beside = whole.content.decode().partition('id="images"')[2].partition("</section>")[0]
    assert (whole.status_code, f'<p class="of-error">{fake.name}: This file cannot be used' in beside) == (422, True)
    assert list(whole.context["messages"]) == []
    client.post(address(pot, "desk_product_upload"), {"file": png("two.png")})
    first, second = (m["id"] for m in product(pot)["media"])
    save(client, pot, **{f"m-{second}-alt-zh-hans": "茶壶", f"m-{first}-position": "2", f"m-{second}-position": "1"})
    media = product(pot)["media"]
    assert [m["id"] for m in media] == [second, first]
    assert media[0]["alt"] == {"zh-hans": "茶壶"}
    save(client, pot, **{f"m-{first}-gone": "1"})
    assert [m["id"] for m in product(pot)["media"]] == [second]


def test_a_bundle_is_made_of_other_skus_and_a_stranger_to_it_is_refused() -> None:
    a_shop(items=1)
    client = client_of("owner")
    a_product(skus=("CUP",))
    pot = a_draft(client, sku="TEA-SET")
    key = by_sku(pot)["TEA-SET"]["id"]
    shown = f"parts-{key}-shown"
    assert save(client, pot, **{shown: "1", f"parts-{key}-0-sku": "NOBODY"}).status_code == 422
    assert save(client, pot, **{shown: "1", f"parts-{key}-0-sku": "CUP", f"parts-{key}-0-qty": "6"}).status_code == 302
    variant = by_sku(pot)["TEA-SET"]
    assert (variant["is_bundle"], variant["components"][0]["quantity"]) == (True, Decimal(6))


def test_a_bundle_of_many_parts_keeps_them_and_none_of_a_part_is_no_part() -> None:
    a_shop(items=1)
    client = client_of("owner")
    skus = [f"PART-{n:02}" for n in range(35)]
    for sku in skus:
        a_product(skus=(sku,))
    pot = a_draft(client, sku="TEA-SET")
    key = by_sku(pot)["TEA-SET"]["id"]
    catalog.set_components(key, [(sku, Decimal(2)) for sku in skus], actor=BOB)
    parts = by_sku(pot)["TEA-SET"]["components"]
    sent = {f"parts-{key}-shown": "1", **{f"parts-{key}-{n}-sku": p["sku"] for n, p in enumerate(parts)},
            **{f"parts-{key}-{n}-qty": "2" for n in range(35)}}
    save(client, pot, **sent, **{"name-en": "Set"})
    assert len(by_sku(pot)["TEA-SET"]["components"]) == 35
    assert save(client, pot, **{**sent, f"parts-{key}-0-qty": "0"}).status_code == 422


# ---- categories, collections, search


def test_languages_that_a_page_does_not_show_stay() -> None:
    a_shop(items=1)
    client = client_of("catalogue")
    category = catalog.create_category("tea", {"en": "Tea", "de": "Tee"}, description={"de": "Heiß"}, actor=BOB)
    client.post(reverse("admin:desk_categories_do", args=["save"]), {"id": category, "slug": "tea", "name-en": "Teas"})
    stored = catalog.list_categories()[0]
    assert (stored["name"], stored["description"]) == ({"en": "Teas", "de": "Tee"}, {"de": "Heiß"})
    client.post(reverse("admin:desk_categories_do", args=["save"]), {"id": category, "slug": "tea"})
    collection = catalog.create_collection("hot", {"en": "Hot", "de": "Heiß"}, actor=BOB)
    client.post(reverse("admin:desk_collection", args=[collection]), {"name-en": "Hotter", "kind": "hand"})
    assert catalog.list_collections()[0]["name"] == {"en": "Hotter", "de": "Heiß"}


def test_a_collection_that_becomes_one_by_hand_takes_what_was_typed_too() -> None:
    shop, client = a_shop(items=2), client_of("catalogue")
    facts = catalog.variant_facts(shop.items)
    catalog.update_product(facts[shop.items[0]].product_id, ProductPatch(tags=("winter",)), actor=BOB)
    key = catalog.create_collection("w", {"en": "W"}, rule={"all": [{"field": "tag", "in": ["winter"]}]}, actor=BOB)
    client.post(reverse("admin:desk_collection", args=[key]), {
        "name-en": "W", "kind": "hand", "add": facts[shop.items[1]].sku})
    assert [r.id for r in catalog.collection_products(key)] == [facts[v].product_id for v in shop.items]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_rule_on_a_yes_or_no_attribute_can_be_saved_again(language: str) -> None:
    a_shop(items=1)
    client = client_of("catalogue")
    client.cookies["django_language"] = language
    catalog.create_attribute("vegan", {"en": "Vegan"}, "boolean", actor=BOB)
    rule = {"any": [{"field": "attribute", "code": "vegan", "in": [True]},
                    {"not": {"field": "attribute", "code": "vegan", "in": [False]}}]}
    key = catalog.create_collection("v", {"en": "V"}, rule=rule, actor=BOB)
    page = client.get(reverse("admin:desk_collection", args=[key]))
    sent = {f.name: f.value for row in page.context["rows"][:2] for f in (row["field"], row["verb"], row["value"])}
    answer = client.post(reverse("admin:desk_collection", args=[key]), {
        "name-en": "V", "kind": "rule", "word": "any", **sent})
    assert answer.status_code == 302
    assert catalog.list_collections()[0]["rule"] == rule


def tree() -> list[tuple[str, int]]:
    """Slugs from the top down with their depth, siblings in order."""
    found: list[tuple[str, int]] = []

    def walk(nodes: Any, depth: int) -> None:
        for node in nodes:
            found.append((node.slug, depth))
            walk(node.children, depth + 1)

    walk(catalog.category_tree("en"), 0)
    return found


def test_categories_are_made_moved_by_steps_and_by_place_and_removed() -> None:
    a_shop(items=1)
    client = client_of("catalogue")

    def do(verb: str, **fields: Any) -> Any:
        return client.post(reverse("admin:desk_categories_do", args=[verb]), {
            k.replace("__", "-"): v for k, v in fields.items()})

    for name in ("Tea", "Coffee", "Cups"):
        do("create", name__en=name)
    ids = {c["slug"]: c["id"] for c in catalog.list_categories()}
    do("up", id=ids["cups"])
    assert tree() == [("tea", 0), ("cups", 0), ("coffee", 0)]
    do("in", id=ids["cups"])
    assert tree() == [("tea", 0), ("cups", 1), ("coffee", 0)]
    do("out", id=ids["cups"])
    assert tree() == [("tea", 0), ("cups", 0), ("coffee", 0)]
    do("place", id=ids["coffee"], parent="", index=0)
    assert tree() == [("coffee", 0), ("tea", 0), ("cups", 0)]
    circle = client.post(reverse("admin:desk_categories_do", args=["place"]),
                         {"id": ids["tea"], "parent": "tea", "index": 0}, headers={"X-Piece": "1"})
    assert (circle.status_code, circle.content.decode()) == (409, "A category cannot move below itself.")
    do("save", id=ids["tea"], slug="teas", **{"name__en": "Teas", "name__zh-hans": "茶"})
    assert "茶" in client.get(reverse("admin:desk_categories")).content.decode()
    do("delete", id=ids["cups"])
    assert tree() == [("coffee", 0), ("teas", 0)]
    assert client_of("sales").post(reverse("admin:desk_categories_do", args=["delete"]),
                                   {"id": ids["coffee"]}).status_code == 403


def test_a_rule_is_built_counted_and_kept_and_a_choice_by_hand_is_ordered() -> None:
    shop, client = a_shop(items=3), client_of("catalogue")
    facts = catalog.variant_facts(shop.items)
    products = [facts[v].product_id for v in shop.items]
    catalog.update_product(products[0], ProductPatch(tags=("winter",)), actor=BOB)
    rows = {"name-en": "Winter", "kind": "rule", "word": "all", "is_visible-shown": "1", "is_visible": "1",
            "r-0-field": "tag", "r-0-verb": "in", "r-0-value": "winter, snow"}
    tried = client.post(reverse("admin:desk_collection_try"), rows).content.decode()
    assert '<strong class="gd-count">1</strong>' in tried
    made = client.post(reverse("admin:desk_collection_new"), rows)
    assert made.status_code == 302, made.content.decode()
    stored = next(c for c in catalog.list_collections() if c["slug"] == "winter")
    assert stored["rule"] == {"all": [{"field": "tag", "in": ["winter", "snow"]}]}
    assert 'value="winter, snow"' in client.get(made["Location"]).content.decode()
    empty = client.post(reverse("admin:desk_collection_new"), {**rows, "name-en": "Other", "r-0-value": ""})
    assert empty.status_code == 422
    by_hand = {"name-en": "Picks", "kind": "hand", "is_visible-shown": "1",
               "add": "\n".join(facts[v].sku for v in shop.items[:2])}
    picks = client.post(reverse("admin:desk_collection_new"), by_hand)["Location"]
    key = int(picks.rstrip("/").split("/")[-1])
    client.post(picks, {**by_hand, "add": facts[shop.items[2]].sku, f"p-{products[0]}-position": "2",
                        f"p-{products[1]}-position": "1"})
    assert [r.id for r in catalog.collection_products(key)] == [products[1], products[0], products[2]]


def test_search_is_given_synonyms_and_pins() -> None:
    from entrepot.showcase import public as showcase

    shop, client = a_shop(items=1), client_of("catalogue")
    sku = catalog.variant_facts(shop.items)[shop.items[0]].sku
    at = "admin:desk_searching_do"
    client.post(reverse(at, args=["synonyms"]), {"language": "en", "words": "sofa, couch"})
    client.post(reverse(at, args=["pin"]), {"language": "en", "query": "Sofa", "product": sku, "position": "1"})
    page = client.get(reverse("admin:desk_searching")).content.decode()
    assert "sofa, couch" in page
    assert "Item 0" in page
    client.post(reverse(at, args=["unpin"]), {"id": showcase.list_pins()[0].id})
    client.post(reverse(at, args=["no-synonyms"]), {"id": showcase.list_synonyms()[0].id})
    assert (showcase.list_pins(), showcase.list_synonyms()) == ([], [])


def test_the_page_costs_no_more_with_many_variants_than_with_two() -> None:
    a_shop(items=1)
    client = client_of("owner")
    pot = a_draft(client)
    save(client, pot, **SIZES)
    two = statements(client, address(pot))
    save(client, pot, **{**SIZES, "opt-0-code": "size", "opt-0-v-0-code": "s", "opt-0-v-1-code": "l",
                         **{f"opt-0-v-{n}-en": f"Size {n}" for n in range(2, 9)}})
    assert len(product(pot)["variants"]) == 9
    assert statements(client, address(pot)) == two
    assert two <= 32


def test_a_collection_with_a_chinese_name_alone_gets_its_address_from_it() -> None:
    client = client_of("owner")
    sent = {"name-en": "", "name-zh-hans": "冬季 精选", "kind": "hand", "is_visible": "on", "is_visible-shown": "1"}
    assert client.post(reverse("admin:desk_collection_new"), sent).status_code == 302
    assert [c["slug"] for c in catalog.list_collections()] == ["冬季-精选"]
    client.post(reverse("admin:desk_categories_do", args=["create"]), {"name-zh-hans": "茶具"})
    assert [c["slug"] for c in catalog.list_categories()] == ["茶具"]


@pytest.mark.parametrize("sign", ["²", "9" * 5000])
def test_what_only_looks_like_a_number_breaks_no_page_of_the_goods(sign: str) -> None:
    a_shop(items=1)
    client = client_of("owner")
    pot, short = a_draft(client), sign[:3000]
    key = catalog.create_collection("hot", {"en": "Hot"}, actor=BOB)
    history = reverse("admin:desk_product_history", args=[pot])
    for path, given in ((address(pot), {"from": short}), (history, {"before": short})):
        assert client.get(path, given).status_code == 200, path
    rule = {"name-en": "X", "kind": "rule", "r-0-field": "brand", "r-0-brand-shown": "1", "r-0-brand": sign}
    forms = [(address(pot), {"version": sign, "from": sign, "name-en": "Pot", "collections-shown": "1",
                             "collections": sign}),
             (reverse("admin:desk_product_do", args=[pot, "restore"]), {"entry": sign, "version": sign}),
             (reverse("admin:desk_collection", args=[key]), rule),
             (reverse("admin:desk_counts"), {"warehouse": "main", "category": sign}),
             *((reverse("admin:desk_categories_do", args=[verb]), {"id": sign, "index": sign})
               for verb in ("place", "save", "up")),
             *((reverse("admin:desk_searching_do", args=[verb]), {
                 "id": sign, "position": sign, "language": "en", "words": "a, b", "query": "x", "product": "SKU-1"})
               for verb in ("synonyms", "pin", "unpin"))]
    for path, given in forms:
        assert client.post(path, given).status_code in (302, 404, 422), path


def test_pictures_past_twenty_at_a_time_are_told_of() -> None:
    client = client_of("owner")
    answer = client.post(reverse("admin:desk_media"), {"files": [png(f"{n}.png") for n in range(22)]})
    told = [str(m) for m in get_messages(answer.wsgi_request)]
    assert told[0] == "At most 20 pictures at a time: 2 were left out."
