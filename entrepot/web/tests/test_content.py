"""Content, consent, what engines read, and the closed shop, as browsers and crawlers get them."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from entrepot.catalog import public as catalog
from entrepot.customers import public as customers
from entrepot.growth import public as growth
from entrepot.growth.contracts import Content
from entrepot.growth.tests.factories import content, live_page
from entrepot.insight import consent
from entrepot.kit.json import loads
from entrepot.web.storefront import kept
from entrepot.web.storefront.feed import is_gtin
from tests.shop import ALICE, BOB, MUG, PASSWORD, TEE, Shop, add_mugs, forget, open_shop, person, publish_changes

pytestmark = pytest.mark.django_db(transaction=True)

XHTML, SITEMAP, GOOGLE = "{http://www.w3.org/1999/xhtml}", "{http://www.sitemaps.org/schemas/sitemap/0.9}", \
    "{http://base.google.com/ns/1.0}"


@pytest.fixture
def shop() -> Iterator[Shop]:
    yield open_shop()
    forget()


def body(response: Any) -> str:
    return b"".join(response.streaming_content).decode() if response.streaming else response.content.decode()


def unpacked(response: Any) -> str:
    return gzip.decompress(b"".join(response.streaming_content)).decode()


# ---- pages

def test_a_published_page_reads_in_both_languages(shop: Shop) -> None:
    live_page("about")
    english, chinese = Client().get("/pages/about/"), Client().get("/zh-hans/pages/about/")
    assert "We pack <strong>with care</strong>." in body(english)
    assert "About us, in short" in body(english)
    assert "我们<strong>用心</strong>打包。" in body(chinese)
    assert 'hreflang="zh-Hans" href="http://testserver/zh-hans/pages/about/"' in body(english)
    kinds = [loads(j)[0]["@type"] for j in re.findall(r'ld\+json"[^>]*>(.*?)</script>', body(english))]
    assert kinds == ["WebPage", "BreadcrumbList"]


def test_a_draft_and_a_front_page_have_no_address(shop: Shop) -> None:
    growth.create_page("secret", "page", content(), actor=BOB)
    front = growth.create_page("front", "home", content(), actor=BOB)
    growth.publish_page(front.id, actor=BOB)
    assert [Client().get(f"/pages/{slug}/").status_code for slug in ("secret", "front", "nothing")] == [404] * 3


def test_articles_are_listed_with_a_picture_of_what_they_speak_of(shop: Shop) -> None:
    made = growth.create_page("goods", "article", Content({"en": "Of mugs", "zh-hans": "说杯子"}, {"en": {
        "description": "All that holds tea."}}, ({"kind": "products", "data": {"slugs": [MUG, TEE]}},)), actor=BOB)
    growth.publish_page(made.id, actor=BOB)
    listed = body(Client().get("/pages/")).partition('class="articles"')[2].partition("</ul>")[0]
    assert "Of mugs" in listed
    assert "All that holds tea." in listed
    assert 'src="/media/' in listed
    with CaptureQueriesContext(connection) as few:
        Client().get("/pages/")
    for n in range(4):
        more = growth.create_page(f"more-{n}", "article", content(), actor=BOB)
        growth.publish_page(more.id, actor=BOB)
    kept.forget()
    Client().get("/")
    with CaptureQueriesContext(connection) as spent:
        assert body(Client().get("/pages/")).count('<span class="picture">') == 5
    assert len(few) <= len(spent) <= 4


def test_a_page_costs_no_more_with_more_blocks(shop: Shop) -> None:
    goods = {"kind": "products", "data": {"slugs": [MUG, TEE]}}
    made = growth.create_page("goods", "landing", content(), actor=BOB)
    counts = []
    for blocks in ((goods,), (goods, *content().blocks * 4)):
        growth.save_page(made.id, growth.get_version(made.id, 1).content.__class__({"en": "Goods"}, {}, blocks),
                         actor=BOB)
        growth.publish_page(made.id, actor=BOB)
        Client().get("/pages/goods/")
        growth.forget()
        with CaptureQueriesContext(connection) as spent:
            assert "Plain Mug" in body(Client().get("/pages/goods/"))
        counts.append(len(spent))
    assert counts[0] == counts[1] <= 4, counts


# ---- consent

def test_before_the_answer_nothing_is_set(shop: Shop) -> None:
    client = Client()
    for path in ("/", "/c/kitchen/", f"/p/{MUG}/", "/cookies/"):
        page = client.get(path)
        assert set(client.cookies) <= {"csrf"}, path
    assert 'name="choice" value="none"' in body(page)


@pytest.mark.parametrize(("posted", "said"), [
    ({"choice": "all"}, {"analytics", "marketing"}), ({"choice": "none", "purpose": "analytics"}, set()),
    ({"choice": "some", "purpose": ["analytics", "odd"]}, {"analytics"}), ({}, set())])
def test_the_answer_is_kept_and_the_question_goes(shop: Shop, posted: dict[str, Any], said: set[str]) -> None:
    client = Client()
    assert 'id="consent"' in body(client.get("/"))
    answer = client.post("/cookies/", {**posted, "next": "/c/kitchen/"})
    assert answer["Location"] == "/c/kitchen/"
    assert consent.parse(client.cookies[consent.COOKIE].value).granted == said
    assert 'id="consent"' not in body(client.get("/"))


def test_a_no_removes_the_number(shop: Shop) -> None:
    client = Client()
    client.cookies[consent.VISITOR_COOKIE] = "x" * 22
    client.post("/cookies/", {"choice": "none"})
    assert client.cookies[consent.VISITOR_COOKIE].value == ""


def test_a_browser_that_asks_not_to_be_tracked_is_not_asked(shop: Shop) -> None:
    assert 'id="consent"' not in body(Client(HTTP_SEC_GPC="1").get("/"))
    page = body(Client(HTTP_DNT="1").get("/cookies/"))
    assert "Global Privacy Control" in page
    assert 'name="choice"' not in page


def test_nobody_answers_for_a_visitor(shop: Shop) -> None:
    client = Client()
    for evil in ({"HTTP_ORIGIN": "https://evil.example"}, {"HTTP_SEC_FETCH_SITE": "cross-site"}):
        assert client.post("/cookies/", {"choice": "all"}, **evil).status_code == 403  # type: ignore[arg-type]  # headers
    assert consent.COOKIE not in client.cookies
    assert client.post("/cookies/", {"choice": "all", "next": "https://evil.example/"})["Location"] == "/cookies/"


def test_a_members_answer_stands_in_their_record(shop: Shop) -> None:
    alice = person(ALICE)
    client = Client()
    client.post("/accounts/login/", {"login": ALICE, "password": PASSWORD})
    client.post("/cookies/", {"choice": "some", "purpose": "analytics"})
    said = {c.purpose: (c.granted, c.notice_version, c.channel) for c in customers.list_consents(alice)}
    assert said == {"analytics": (True, consent.NOTICE, "web-shop"), "marketing": (False, consent.NOTICE, "web-shop")}


# ---- what engines read

def test_the_index_names_files_that_are_there(shop: Shop) -> None:
    index = ET.fromstring(body(Client().get("/sitemap.xml")))  # noqa: S314  # ours
    files = [loc.text.removeprefix("http://testserver") for loc in index.iter(f"{SITEMAP}loc") if loc.text]
    assert len(files) == 2 * 2 * 4
    for path in files:
        answer = Client().get(path)
        assert answer.status_code == 200, path
        ET.fromstring(unpacked(answer))  # noqa: S314  # ours
    assert Client().get("/sitemaps/shop/en/products-2.xml.gz").status_code == 404
    assert Client().get("/sitemaps/shop/fr/products-1.xml.gz").status_code == 404


def test_every_address_of_a_sitemap_answers_and_names_its_twin(shop: Shop) -> None:
    live_page("about")
    for kind in ("products", "categories", "collections", "pages"):
        for channel in ("shop", "china"):
            found = ET.fromstring(unpacked(Client().get(f"/sitemaps/{channel}/zh-hans/{kind}-1.xml.gz")))  # noqa: S314
            for url in found:
                address = url.findtext(f"{SITEMAP}loc") or ""
                assert address.startswith("http://testserver/zh-hans/")
                assert ("channel=china" in address) is (channel == "china")
                others = {link.get("hreflang") for link in url.iter(f"{XHTML}link")}
                assert others == {"en", "zh-Hans"}
                assert Client().get(address.removeprefix("http://testserver")).status_code == 200, address


def test_products_are_split_and_streamed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    add_mugs(5)
    monkeypatch.setattr("entrepot.web.storefront.sitemap.PER_FILE", 4)
    monkeypatch.setattr("entrepot.showcase.atlas._BATCH", 2)
    slugs: list[str] = []
    for number in (1, 2, 3):
        found = ET.fromstring(unpacked(Client().get(f"/sitemaps/shop/en/products-{number}.xml.gz")))  # noqa: S314
        slugs += [loc.text or "" for loc in found.iter(f"{SITEMAP}loc")]
    assert len(slugs) == len(set(slugs)) == 9
    assert slugs == sorted(slugs)


@pytest.mark.parametrize("path", ["/sitemap.xml", "/sitemaps/shop/en/products-1.xml.gz",
                                  "/sitemaps/shop/en/pages-1.xml.gz", "/feeds/shop/en/google.xml",
                                  "/manifest.webmanifest", "/sw.js"])
def test_what_is_known_already_is_not_sent_again(shop: Shop, path: str) -> None:
    first = Client().get(path)
    assert first.status_code == 200
    assert Client().get(path, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304
    add_mugs(1)
    live_page("more")
    changed = Client().get(path, HTTP_IF_NONE_MATCH=first["ETag"]).status_code
    assert changed == (304 if path.endswith(("manifest", "js")) else 200)


@pytest.mark.parametrize(("languages", "named", "begins"), [
    (("zh-hans",), ["zh-hans"], "/zh-hans/"), (("de",), ["en", "zh-hans"], "/"), (("de", "en"), ["en"], "/")])
def test_a_sitemap_names_the_pages_of_a_shop_in_one_language(shop: Shop, languages: tuple[str, ...], named: list[str],
                                                            begins: str) -> None:
    catalog.update_channel("shop", {"languages": languages}, actor=BOB)
    publish_changes()
    listed = re.findall(r"/sitemaps/shop/([\w-]+)/products-1", body(Client().get("/sitemap.xml")))
    assert listed == named
    document = unpacked(Client().get(f"/sitemaps/shop/{named[0]}/products-1.xml.gz"))
    addresses = [a.removeprefix("http://testserver") for a in re.findall("<loc>(.+?)</loc>", document)]
    assert f"{begins}p/{MUG}/" in addresses
    assert ("hreflang" in document) is (len(named) > 1)
    page = Client().get(f"{begins}p/{MUG}/")
    assert page.status_code == 200
    assert ('rel="alternate" hreflang' in body(page)) is (len(named) > 1)
    home = re.search("<link>(.+?)</link>", body(Client().get(f"/feeds/shop/{languages[0]}/google.xml")))
    assert home is not None
    assert home[1] == f"http://testserver{begins}"


def test_robots_names_the_sitemap_and_closes_what_is_personal(shop: Shop) -> None:
    lines = body(Client().get("/robots.txt")).splitlines()
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    assert {"Disallow: /cart/", "Disallow: /zh-hans/account/", "Disallow: /office/"} <= set(lines)


def test_the_feed_has_what_google_requires(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("entrepot.web.storefront.feed._READABLE", (".svg",))
    found = ET.fromstring(body(Client().get("/feeds/shop/en/google.xml")))  # noqa: S314  # ours
    items = {i.findtext(f"{GOOGLE}id"): i for i in found.iter("item")}
    mug, tee = items["PLAIN-MUG"], items["TEE-NAVY-M"]
    required = ("title", "description", "link", "image_link", "availability", "price", "condition")
    assert all(i.findtext(f"{GOOGLE}{name}") for i in items.values() for name in required)
    assert mug.findtext(f"{GOOGLE}price") == "14.00 GBP"
    assert mug.find(f"{GOOGLE}item_group_id") is None
    assert tee.findtext(f"{GOOGLE}item_group_id") == TEE
    assert (tee.findtext(f"{GOOGLE}color"), tee.findtext(f"{GOOGLE}size")) == ("Navy", "M")
    assert items["GONE-LAMP"].findtext(f"{GOOGLE}availability") == "out_of_stock"
    ways = {s.findtext(f"{GOOGLE}service"): s.findtext(f"{GOOGLE}price") for s in mug.iter(f"{GOOGLE}shipping")}
    assert ways == {"Standard delivery": "3.95 GBP", "Express delivery": "8.95 GBP"}
    link = (tee.findtext(f"{GOOGLE}link") or "").removeprefix("http://testserver")
    assert "TEE-NAVY-M" in body(Client().get(link))
    assert gzip.decompress(b"".join(Client().get("/feeds/shop/en/google.xml.gz").streaming_content))  # type: ignore[attr-defined]


def test_a_feed_of_another_channel_leads_to_its_prices(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("entrepot.web.storefront.feed._READABLE", (".svg",))
    found = ET.fromstring(body(Client().get("/feeds/china/zh-hans/google.xml")))  # noqa: S314  # ours
    mug = next(i for i in found.iter("item") if i.findtext(f"{GOOGLE}id") == "PLAIN-MUG")
    assert mug.findtext(f"{GOOGLE}price") == "126.00 CNY"
    page = body(Client().get((mug.findtext(f"{GOOGLE}link") or "").removeprefix("http://testserver")))
    assert "¥126.00" in page
    assert 'rel="canonical" href="http://testserver/zh-hans/p/plain-mug/?channel=china"' in page


def test_drawings_are_no_pictures_for_google_until_they_are_rendered(shop: Shop) -> None:
    assert "<item>" not in body(Client().get("/feeds/shop/en/google.xml"))
    assert "og:image" not in body(Client().get("/p/plain-mug/"))
    while catalog.render_drawings(10, actor=BOB):
        continue
    publish_changes()
    found = ET.fromstring(body(Client().get("/feeds/shop/en/google.xml")))  # noqa: S314  # ours
    links = [i.findtext(f"{GOOGLE}image_link") or "" for i in found.iter("item")]
    assert links
    assert all(re.fullmatch(r"http://testserver/media/catalog/../[0-9a-f]{32}-1200\.png", link) for link in links)
    page = body(Client().get("/p/plain-mug/"))
    png = re.search(r'<meta property="og:image" content="(http://testserver/media/[^"]+-1200.png)">', page)
    assert png is not None
    assert f'"image":["{png[1]}"' in page  # as JSON-LD has it
    assert "1200.png" not in page.split("<body>")[1]  # browsers get the drawing
    assert "-1200.png\">" in body(Client().get("/c/kitchen/"))


@pytest.mark.parametrize(("code", "fine"), [("4006381333931", True), ("4006381333932", False), ("96385074", True),
                                            ("", False), ("ABC", False), ("١٢٣٤٥٦٧٨", False)])
def test_trade_item_numbers_are_checked(code: str, fine: bool) -> None:
    assert is_gtin(code) is fine


# ---- to install, and closed

def test_the_manifest_speaks_the_visitors_language(shop: Shop) -> None:
    english, chinese = (loads(Client().get(f"{p}/manifest.webmanifest").content) for p in ("", "/zh-hans"))
    assert (english["lang"], chinese["lang"]) == ("en", "zh-CN")
    assert chinese["start_url"].startswith("/zh-hans/")
    assert {i["purpose"] for i in english["icons"]} == {"any", "maskable"}


def test_the_closed_shop_says_when_to_come_back(shop: Shop) -> None:
    growth.close_shop(30, message={"en": "New shelves <b>today</b>", "zh-hans": "货架更新中"}, actor=BOB)
    page = Client().get("/p/plain-mug/")
    assert page.status_code == 503
    assert 1700 < int(page["Retry-After"]) <= 1800
    assert "New shelves &lt;b&gt;today" in body(page)
    assert "货架更新中" in body(Client().get("/zh-hans/"))
    assert Client().post("/api/v1/checkouts", {}, content_type="application/json").status_code == 503
    assert Client().get("/livez").status_code == 200
    assert Client().get("/accounts/login/").status_code == 200
    credentials = {"email": "nobody@example.com", "password": "wrong"}
    assert Client().get("/api/v1/account/csrf").status_code == 200
    assert Client().post("/api/v1/account/login", credentials, content_type="application/json").status_code == 401
    growth.open_shop(actor=BOB)
    assert Client().get("/p/plain-mug/").status_code == 200
