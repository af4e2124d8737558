"""What pages and menus take, and what visitors are given of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.growth.blocks import KINDS
from entrepot.growth.errors import InvalidBlock
from entrepot.growth.rules.blocks import check_blocks, in_language, pictures_of
from entrepot.growth.rules.menus import check_items
from entrepot.growth.rules.texts import check_slug, is_address, to_html
from entrepot.kit.bylanguage import check_texts
from entrepot.kit.errors import InvalidInput

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("hostile", [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "<svg onload=alert(1)>",
    "[x](data:text/html,hi)", "<a href='x' style='color:red'>y</a>", "<iframe src='https://evil.example'></iframe>"])
def test_nothing_that_acts_survives(hostile: str) -> None:
    html = to_html(hostile)
    assert not any(sign in html for sign in ("<script", "<img", "<svg", "<iframe", 'href="javascript', 'href="data',
                                             "<a href='x' style"))


@given(st.text(max_size=200))
def test_any_text_becomes_html_without_scripts_or_handlers(text: str) -> None:
    html = to_html(text)
    assert "<script" not in html.lower()
    assert "<img" not in html.lower()


def test_marks_become_structure_below_the_page_heading() -> None:
    html = to_html("# Top\n\nA **bold** [way](/c/kitchen/)\n\n- one\n- two")
    assert "<h2>Top</h2>" in html
    assert "<strong>bold</strong>" in html
    assert 'href="/c/kitchen/"' in html
    assert html.count("<li>") == 2


@pytest.mark.parametrize(("text", "fine"), [
    ("/c/kitchen/", True), ("https://example.com/x", True), ("#top", True), ("//evil.example", False),
    ("javascript:alert(1)", False), ("http://example.com", False), ("/a b", False), ("", False), ("/\\evil", False)])
def test_addresses(text: str, fine: bool) -> None:
    assert is_address(text) is fine


@pytest.mark.parametrize("slug", ["About", "a b", "-a", "a--b", "", "../x", "a" * 121])
def test_slugs_that_are_refused(slug: str) -> None:
    with pytest.raises(InvalidInput):
        check_slug(slug)


def test_texts_are_trimmed_and_empty_ones_dropped() -> None:
    assert check_texts("t", {"en": " a ", "zh-hans": " "}, limit=5, one_line=True) == {"en": "a"}
    with pytest.raises(InvalidInput):
        check_texts("t", {"en": "a\nb"}, limit=5, one_line=True)
    with pytest.raises(InvalidInput):
        check_texts("t", {"klingonese": "a"}, limit=5, one_line=True)


@pytest.mark.parametrize(("block", "field"), [
    ({"kind": "nothing"}, "kind"), ({"kind": "text", "data": {}}, "body"),
    ({"kind": "text", "data": {"body": {"en": "x"}, "odd": 1}}, "odd"),
    ({"kind": "collection", "data": {"slug": "tea", "count": 99}}, "count"),
    ({"kind": "image", "data": {"picture": "not-an-id"}}, "picture"),
    ({"kind": "campaign", "data": {"heading": {"en": "x"}, "link": "javascript:x"}}, "link"),
    ({"kind": "campaign", "data": {"heading": {"en": "x"}, "tone": "shrill"}}, "tone"),
    ({"kind": "campaign", "data": {"heading": {"en": "x"}, "until": "soon"}}, "until"),
    ({"kind": "faq", "data": {"items": [{"question": {"en": "Why?"}}]}}, "answer"),
    ({"kind": "hero", "data": {"heading": {"en": "x"}, "goods": "yes"}}, "goods")])
def test_a_wrong_block_names_itself_and_the_field(block: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidBlock) as refused:
        check_blocks([{"kind": "text", "data": {"body": {"en": "fine"}}}, block])
    assert (refused.value.params["number"], refused.value.params["field"]) == (2, field)


def test_every_kind_has_a_smallest_block_that_reads_in_any_language() -> None:
    least: dict[str, dict[str, Any]] = {
        "hero": {"heading": {"en": "H"}}, "categories": {}, "collection": {"slug": "tea"},
        "campaign": {"heading": {"en": "H"}}, "recently_seen": {}, "recommended": {}, "text": {"body": {"en": "B"}},
        "image": {"picture": "0198c0de-0000-7000-8000-000000000000"},
        "faq": {"items": [{"question": {"en": "Q"}, "answer": {"en": "A"}}]}, "products": {"slugs": ["mug"]}}
    assert least.keys() == KINDS.keys()
    stored = check_blocks([{"kind": kind, "data": data} for kind, data in least.items()])
    assert check_blocks(stored) == stored
    read = in_language(stored, "zh-hans", {}, TODAY)
    assert [b.kind for b in read] == list(least)
    assert read[0].data["heading"] == "H"
    assert read[-2].data["items"] == [{"question": "Q", "answer": "<p>A</p>"}]
    assert pictures_of(stored) == {"0198c0de-0000-7000-8000-000000000000"}


def test_a_campaign_goes_after_its_last_day() -> None:
    stored = check_blocks([{"kind": "campaign", "data": {"heading": {"en": "H"}, "until": "2026-11-22"}}])
    assert len(in_language(stored, "en", {}, TODAY)) == 1
    assert in_language(stored, "en", {}, date(2026, 11, 23)) == ()


def test_a_menu_has_two_levels_and_says_where_it_leads() -> None:
    entry = {"label": {"en": "A"}, "kind": "page", "value": "about"}
    assert check_items([{**entry, "items": [entry]}])[0]["items"][0]["value"] == "about"
    for wrong in ({**entry, "items": [{**entry, "items": [entry]}]}, {**entry, "value": ""}, {**entry, "label": {}},
                  {**entry, "kind": "address", "value": "javascript:x"}, {**entry, "kind": "odd"}):
        with pytest.raises(InvalidInput):
            check_items([wrong])


def test_paths_of_the_shop_stay_in_the_readers_language() -> None:
    stored = check_blocks([{"kind": "hero", "data": {"heading": {"en": "H"}, "link": "/search/"}},
                           {"kind": "text", "data": {"body": {"en": "[a](/cookies/) [b](https://example.com/) "
                                                                    "[c](/media/x.pdf)"}}}])
    hero, words = in_language(stored, "zh-hans", {}, TODAY, "/zh-hans")
    assert hero.data["link"] == "/zh-hans/search/"
    assert 'href="/zh-hans/cookies/"' in words.data["body"]
    assert 'href="https://example.com/"' in words.data["body"]
    assert 'href="/media/x.pdf"' in words.data["body"]
    assert in_language(stored, "en", {}, TODAY)[0].data["link"] == "/search/"
