"""Search as visitors know it: both languages, typing errors, synonyms, facets, pins, suggestions; and a right index."""

from __future__ import annotations

import os
from decimal import Decimal
from uuid import UUID

import pytest

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ProductPatch
from entrepot.catalog.tests import factories as goods
from entrepot.inventory import public as inventory
from entrepot.kit import db
from entrepot.kit.errors import PermissionDenied
from entrepot.showcase import asked, public, queries
from entrepot.showcase.actions import index, settings
from entrepot.showcase.contracts import Facet, SearchHits, SearchRequest, SearchSort
from entrepot.showcase.engine import store
from entrepot.showcase.errors import TooFewWords
from entrepot.showcase.tests.factories import BOB, CHARLIE, SHOP, Shop, a_facet, a_tree


def counts(found: SearchHits, code: str) -> dict[str, int]:
    facet = next((f for f in found.facets if f.code == code), Facet(code, "", ()))
    return {v.value: v.count for v in facet.values}


def test_words_match_in_any_form_and_the_name_counts_most(shop: Shop) -> None:
    shop.add("Wireless headphones")
    shop.add("Carrying case", description={"en": "<p>For any wireless headphone.</p>"})
    shop.add("Violin")
    shop.show()
    names, found = shop.find("headphone wireless")
    assert names == ["Wireless headphones", "Carrying case"]
    assert found.total == 2
    assert shop.find("violins")[0] == ["Violin"]
    assert shop.find("p")[0] == []  # markup is no text


def _two_shelves(shop: Shop) -> dict[str, UUID]:
    """What is for tea, what has tea in its name, and what does not speak of it."""
    catalog.create_category("kitchen", {"en": "Kitchen & Dining", "zh-hans": "厨房与餐桌"}, actor=SHOP)
    catalog.create_category("tea", {"en": "Tea & Coffee", "zh-hans": "茶与咖啡"}, "kitchen", actor=SHOP)
    catalog.create_category("dresses", {"en": "Dresses", "zh-hans": "连衣裙"}, actor=SHOP)
    catalog.create_category("pantry", {"en": "Pantry", "zh-hans": "茶叶与零食"}, actor=SHOP)
    made = {name: shop.add(name, zh=chinese, category=category) for name, chinese, category in (
        ("Cast Iron Pot", "铸铁壶", "tea"), ("Tea Bowl", "茶碗", "tea"), ("Coffee Mill", "磨豆机", "tea"),
        ("Tea Dress", "茶歇裙", "dresses"), ("Linen Shift", "亚麻直筒裙", "dresses"),
        ("Jasmine", "茉莉花茶", "pantry"))}
    shop.show()
    return made


def test_a_question_that_names_a_shelf_finds_what_stands_there_first(shop: Shop) -> None:
    _two_shelves(shop)
    assert shop.find("tea")[0][0] == "Tea Bowl"
    assert shop.find("tea")[0][-1] == "Tea Dress"
    assert len(shop.find("tea")[0]) == 4
    assert shop.find("tea dress")[0] == ["Tea Dress"]
    assert set(shop.find("dress")[0]) == {"Tea Dress", "Linen Shift"}
    chinese = shop.find("茶", language="zh-hans")[0]
    assert set(chinese[:-1]) == {"铸铁壶", "茶碗", "磨豆机", "茉莉花茶"}  # of 茶与咖啡 and of 茶叶与零食
    assert chinese[-1] == "茶歇裙"


def test_among_what_fits_as_well_the_bestselling_comes_first(shop: Shop) -> None:
    made = _two_shelves(shop)
    for best, other in (("Cast Iron Pot", "Coffee Mill"), ("Coffee Mill", "Cast Iron Pot")):
        public.keep_bestsellers([(shop.channel.id, made[best], 30), (shop.channel.id, made[other], 2)], actor=SHOP)
        shop.show()
        assert shop.find("tea")[0] == ["Tea Bowl", best, other, "Tea Dress"]


def test_chinese_is_cut_into_words_and_found_by_parts(shop: Shop) -> None:
    shop.add("Earphones", zh="无线蓝牙耳机 降噪")
    shop.add("Keyboard", zh="机械键盘")
    shop.show()
    for text in ("耳机", "蓝牙耳机", "无线 耳机", "降噪", "牙耳"):  # the last one is no word: found by its characters
        assert shop.find(text, language="zh-hans")[0] == ["无线蓝牙耳机 降噪"], text
    assert shop.find("键盘", language="zh-hans")[0] == ["机械键盘"]
    assert shop.find("鼠标", language="zh-hans")[1].total == 0


def test_a_name_in_another_language_finds_too(shop: Shop) -> None:
    shop.add("Wireless earphones", zh="无线蓝牙耳机")
    keyboard = shop.add("Keyboard", zh="机械键盘")
    shop.show()
    assert shop.find("Earphone", language="zh-hans")[0] == ["无线蓝牙耳机"]
    assert shop.find("键盘")[0] == ["Keyboard"]
    catalog.update_product(keyboard, ProductPatch(name={"en": "Keyboard", "zh-hans": "打字机"}), actor=SHOP)
    shop.show()
    assert shop.find("键盘")[0] == []
    assert shop.find("打字机")[0] == ["Keyboard"]


def test_a_typing_error_is_corrected_and_said(shop: Shop) -> None:
    shop.add("Acoustic guitar")
    shop.add("Guide book")
    shop.show()
    names, found = shop.find("acoustic gutiar")
    assert names == ["Acoustic guitar"]
    assert found.did_you_mean == "acoustic guitar"
    assert shop.find("guitar")[1].did_you_mean == ""
    assert shop.find("gui")[1].total == 2  # an unfinished word is no error


def test_most_of_the_words_are_enough_when_all_find_nothing(shop: Shop) -> None:
    shop.add("Red cotton shirt")
    shop.add("Blue cap")
    shop.show()
    names, found = shop.find("red cotton trousers")
    assert names == ["Red cotton shirt"]
    assert found.relaxed is True


def test_a_sku_finds_its_product(shop: Shop) -> None:
    shop.add("Washer", skus=("WM-2000/B",))
    shop.show()
    assert shop.find("wm-2000/b")[0] == ["Washer"]


def test_synonyms_work_both_ways_and_with_several_words(shop: Shop) -> None:
    shop.add("Sofa bed")
    shop.add("Mobile phone")
    shop.show()
    assert shop.find("couch")[1].total == 0
    settings.save_synonyms("en", ["Couch", "sofa"], actor=BOB)
    settings.save_synonyms("en", ["cellphone", "mobile phone"], actor=BOB)
    assert shop.find("couch")[0] == ["Sofa bed"]
    assert shop.find("cellphone")[0] == ["Mobile phone"]
    with pytest.raises(TooFewWords):
        settings.save_synonyms("en", ["sofa", " SOFA "], actor=BOB)


def test_facets_count_and_ignore_their_own_selection(shop: Shop) -> None:
    a_tree()
    kind = a_facet()
    for name, color, category, price in (("Red cup", "red", "toys", 500), ("Blue cup", "blue", "toys", 1500),
                                         ("Red radio", "red", "audio", 9000)):
        shop.add(name, type=kind, attributes={"color": color}, category=category, price=price)
    shop.show()
    everything = shop.find()[1]
    assert counts(everything, "attr[color]") == {"red": 2, "blue": 1}
    assert counts(everything, "category") == {"toys": 2, "electronics": 1, "audio": 1}
    assert counts(everything, "in_stock") == {"true": 3}
    red = shop.find(attributes={"color": ("red",)})
    assert sorted(red[0]) == ["Red cup", "Red radio"]
    assert counts(red[1], "attr[color]") == {"red": 2, "blue": 1}  # another colour may be added
    assert counts(red[1], "category") == {"toys": 1, "electronics": 1, "audio": 1}
    both = shop.find(attributes={"color": ("red", "blue")}, categories=("toys",))
    assert sorted(both[0]) == ["Blue cup", "Red cup"]
    chinese = shop.find(language="zh-hans")[1]
    assert [v.label for f in chinese.facets if f.code == "attr[color]" for v in f.values] == ["红色", "蓝色"]


def test_price_stock_and_order(shop: Shop) -> None:
    shop.add("Cheap pen", price=100)
    shop.add("Fair pen", price=1000, stock=0)
    shop.add("Gold pen", price=90000)
    shop.show()
    assert shop.find("pen", price_from_minor=100, price_to_minor=1000)[1].total == 2
    assert shop.find("pen", in_stock=True, sort=SearchSort.PRICE_DESC)[0] == ["Gold pen", "Cheap pen"]
    assert shop.find("pen", sort=SearchSort.PRICE)[0] == ["Cheap pen", "Fair pen", "Gold pen"]
    assert shop.find("pen", sort=SearchSort.NEWEST)[0] == ["Gold pen", "Fair pen", "Cheap pen"]
    assert sum(counts(shop.find("pen")[1], "price").values()) == 3
    assert shop.find("pen", sort=SearchSort.PRICE, offset=1, limit=1)[0] == ["Fair pen"]


def test_pins_lead_and_buried_products_come_last(shop: Shop) -> None:
    first, second = shop.add("Drum kit"), shop.add("Drum sticks")
    other = shop.add("Ear plugs")
    shop.show()
    settings.pin(" DRUM ", "en", other, 1, actor=BOB)
    settings.pin("drum", "en", first, 0, actor=BOB)
    names, found = shop.find("drum")
    assert names == ["Ear plugs", "Drum sticks", "Drum kit"]
    assert found.total == 3
    assert shop.find("drum", sort=SearchSort.NEWEST)[1].total == 3
    settings.unpin(queries.list_pins("drum")[0].id, actor=BOB)
    assert second != first


def test_strangers_change_no_setting(shop: Shop) -> None:
    with pytest.raises(PermissionDenied):
        settings.save_synonyms("en", ["a b", "c"], actor=CHARLIE)
    with pytest.raises(PermissionDenied):
        settings.pin("drum", "en", shop.add("Drum"), 1, actor=CHARLIE)
    assert queries.list_synonyms() == []
    assert queries.list_pins() == []


def test_suggestions_by_beginning_and_despite_errors(shop: Shop) -> None:
    a_tree()
    shop.add("Wireless headphones", category="headphones")
    shop.show()
    for text in ("wire", "wireless hea", "wirless", "headp"):
        assert len(public.suggest(shop.channel.id, "en", text).cards) == 1, text
    assert public.suggest(shop.channel.id, "en", "head").categories == (("headphones", "Headphones"),)
    assert public.suggest(shop.channel.id, "zh-hans", "耳").categories == (("headphones", "耳机"),)
    assert public.suggest(shop.channel.id, "en", "").cards == ()


@pytest.mark.django_db
def test_a_question_that_cannot_be_kept_loses_no_other() -> None:
    asked.note("en", "teapot", empty=False)
    asked.note("en", "tea\x00pot\ud83d", empty=True)
    asked.note("en", "\x00", empty=True)
    assert asked.flush() == 1
    report = queries.list_query_report(db.value("SELECT min(day) FROM showcase_querycount"))
    assert [(r.query, r.asked, r.empty) for r in report] == [("teapot", 2, 1)]


def test_questions_are_counted_off_the_path_and_come_back_as_suggestions(shop: Shop) -> None:
    shop.add("Wireless headphones")
    shop.show()
    for _ in range(3):
        public.search(SearchRequest(shop.channel.id, "en", " Wireless "))
    public.search(SearchRequest(shop.channel.id, "en", "unobtainium"))
    assert db.value("SELECT count(*) FROM showcase_querycount") == 0
    assert asked.flush() == 2
    assert asked.flush() == 0
    report = queries.list_query_report(db.value("SELECT min(day) FROM showcase_querycount"))
    assert [(r.query, r.asked, r.empty) for r in report] == [("wireless", 3, 0), ("unobtainium", 1, 1)]
    missed = queries.list_query_report(db.value("SELECT min(day) FROM showcase_querycount"), only_empty=True)
    assert [r.query for r in missed] == ["unobtainium"]
    assert public.suggest(shop.channel.id, "en", "wir").queries == ("wireless",)
    assert public.suggest(shop.channel.id, "en", "uno").queries == ()  # asked once: perhaps about a person


def test_the_index_follows_changes_and_removals(shop: Shop) -> None:
    product = shop.add("Trumpet", price=1000)
    shop.show()
    assert shop.find("trumpet")[1].total == 1
    catalog.update_product(product, ProductPatch(name={"en": "Cornet"}), actor=SHOP)
    inventory.adjust(goods.variants_of(product)[0], "main", set_to=Decimal(0), reason="lost", actor=SHOP)
    shop.show()
    assert shop.find("cornet", in_stock=True)[1].total == 0
    assert shop.find("cornet", in_stock=False)[1].total == 1
    catalog.archive_product(product, actor=SHOP)
    shop.show()
    assert shop.find("cornet")[1].total == 0


def test_a_rebuilt_index_finds_the_same_and_drops_the_old_one(shop: Shop) -> None:
    shop.add("Tuba", zh="大号")
    shop.show()
    before = store.state()
    assert index.rebuild_index(actor=SHOP) == 2
    after = store.state()
    assert after.generation != before.generation
    assert [p.name for p in store.folder().iterdir() if p.is_dir()] == [after.generation]
    assert shop.find("tuba")[1].total == shop.find("大号", language="zh-hans")[1].total == 1


def test_a_crash_between_index_and_state_repeats_the_change_without_harm(shop: Shop) -> None:
    shop.add("Oboe")
    shop.show()
    state = store.state()
    store.save(store.State(state.generation, 0))  # as if the process had died before saying so
    index.follow_changes(actor=SHOP)
    assert shop.find("oboe")[1].total == 1
    assert store.state().applied == state.applied


def test_an_index_of_another_version_is_as_none_until_it_is_built_anew(shop: Shop) -> None:
    """After an update the pages must not fail while the worker builds it."""
    shop.add("Bassoon")
    shop.show()
    assert shop.find("bassoon")[1].total == 1
    state = store.state()
    store.save(store.State(state.generation, state.applied, store.FORMAT - 1))
    assert shop.find("bassoon") == ([], SearchHits((), 0))
    index.follow_changes(actor=SHOP)
    assert shop.find("bassoon")[1].total == 1


@pytest.mark.parametrize("damage", ["restored", "trimmed", "format", "folder"])
def test_an_index_that_cannot_follow_is_built_anew(shop: Shop, damage: str) -> None:
    shop.add("Bassoon")
    shop.show()
    state = store.state()
    if damage == "restored":
        store.save(store.State(state.generation, state.applied + 1000))
    elif damage == "trimmed":
        shop.add("Piccolo")
        shop.show()
        store.save(state)
        db.execute("DELETE FROM showcase_indexchange WHERE id <= %s + 1", [state.applied])
        db.execute("INSERT INTO showcase_indexchange (product_id, at) SELECT product_id, now() FROM showcase_document")
        db.execute("DELETE FROM showcase_indexchange WHERE id <= %s + 2", [state.applied])
    elif damage == "format":
        store.save(store.State(state.generation, state.applied, -1))
    else:
        os.rename(store.folder() / state.generation, store.folder() / "elsewhere")
    index.follow_changes(actor=SHOP)
    assert store.state().generation != state.generation
    assert shop.find("bassoon")[1].total == 1


def test_status_tells_what_waits(shop: Shop) -> None:
    shop.show()
    assert public.status().is_fresh
    product = shop.add("Harp")
    shop.show()
    db.execute("INSERT INTO showcase_dirty (product_id, marked_at) VALUES (%s, now() - interval '5 minutes')",
               [product])
    assert public.status().waiting == 1
    assert not public.status().is_fresh
    public.rebuild([])
    assert public.status().is_fresh


def test_without_an_index_a_search_finds_nothing_and_does_not_fail(shop: Shop) -> None:
    assert shop.find("anything") == ([], SearchHits((), 0))


def test_what_sells_best_comes_first_and_the_index_follows_what_sells(shop: Shop) -> None:
    cheap, fair, gold = (shop.add(f"{name} pen") for name in ("Cheap", "Fair", "Gold"))
    shop.show()

    def order() -> list[str]:
        return shop.find("pen", sort=SearchSort.BESTSELLING)[0]

    assert order() == ["Gold pen", "Fair pen", "Cheap pen"]  # nothing sold yet: the newest first
    public.keep_bestsellers([(shop.channel.id, cheap, 7), (shop.channel.id, fair, 9)], actor=SHOP)
    shop.show()
    assert order() == ["Fair pen", "Cheap pen", "Gold pen"]
    before = queries.last_change()
    public.keep_bestsellers([(shop.channel.id, cheap, 7), (shop.channel.id, gold, 8)], actor=SHOP)
    assert {p for _, p in queries.list_changes(before, 10)} == {fair, gold}  # and not the one that sold as before
    shop.show()
    assert order() == ["Gold pen", "Cheap pen", "Fair pen"]
    assert shop.find("pen", sort=SearchSort.BESTSELLING, offset=1, limit=1)[0] == ["Cheap pen"]
    index.rebuild_index(actor=SHOP)
    assert order() == ["Gold pen", "Cheap pen", "Fair pen"]


def test_offers_are_counted_whatever_else_is_chosen_and_end_with_the_reduction(shop: Shop) -> None:
    a_tree()
    (lamp,) = goods.variants_of(shop.add("Lamp", price=800, categories=("toys",)))
    shop.add("Light", categories=("audio",))
    shop.prices.regular[lamp] = 1000
    shop.show()
    everything = shop.find()[1]
    assert counts(everything, "on_offer") == {"true": 1}
    names, found = shop.find(on_offer=True)
    assert names == ["Lamp"]
    assert counts(found, "on_offer") == {"true": 1}
    assert counts(found, "category") == {"toys": 1}  # other facets count what is left
    assert shop.find(on_offer=False)[0] == ["Light"]
    assert counts(shop.find(categories=("audio",))[1], "on_offer") == {}
    shop.prices.regular.clear()
    public.rebuild(None)
    assert shop.find(on_offer=True)[1].total == 0
