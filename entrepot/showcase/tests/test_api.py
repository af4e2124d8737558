"""The public reads over HTTP, on the express lane and as ordinary routes; and the administration."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from ninja.testing import TestClient

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ProductPatch
from entrepot.kit import db
from entrepot.kit.actor import ANONYMOUS, Actor
from entrepot.kit.errors import DomainError
from entrepot.kit.json import dumps, loads
from entrepot.showcase import api, queries
from entrepot.showcase.express import ExpressLane
from entrepot.showcase.openapi import OPENAPI_PATHS
from entrepot.showcase.tests.factories import ALICE, BOB, CHARLIE, SHOP, Shop, a_tree


def passed_on(request: Any) -> HttpResponse:
    return HttpResponse(b"passed on", status=299)


def get(path: str, method: str = "GET", **headers: str) -> HttpResponse:
    return ExpressLane(passed_on)(RequestFactory().generic(method, path, **{
        f"HTTP_{name.upper()}": value for name, value in headers.items()}))


def body(path: str, **headers: str) -> Any:
    response = get(path, **headers)
    assert response.status_code == 200, response.content
    return loads(response.content)


def test_a_product_is_one_statement_with_an_etag_that_saves_the_second_answer(shop: Shop) -> None:
    shop.add("Kettle", zh="电水壶")
    shop.show()
    get("/api/v1/products/kettle")
    with CaptureQueriesContext(connection) as ran:
        first = get("/api/v1/products/kettle")
    assert len(ran) == 1
    assert loads(first.content)["name"] == "Kettle"
    assert "public" in first["Cache-Control"]
    assert first["X-Content-Type-Options"] == "nosniff"
    assert first["X-Request-Id"]
    again = get("/api/v1/products/kettle", if_none_match=first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


def test_the_reader_chooses_the_language(shop: Shop) -> None:
    shop.add("Kettle", zh="电水壶")
    shop.show()
    assert body("/api/v1/products/kettle?lang=zh-hans")["name"] == "电水壶"
    assert body("/api/v1/products/kettle", accept_language="fr, zh-CN;q=0.8, en;q=0.5")["name"] == "电水壶"
    assert body("/api/v1/products/kettle?lang=en", accept_language="zh-CN")["name"] == "Kettle"
    assert get("/api/v1/products/kettle?lang=fr").status_code == 422


def test_former_slugs_lead_on(shop: Shop) -> None:
    a_tree()
    product = shop.add("Kettle", category="toys")
    shop.show()
    catalog.update_product(product, ProductPatch(slug="electric-kettle"), actor=SHOP)
    toys = catalog.category_by_slug("toys")
    assert toys is not None
    catalog.update_category(toys["id"], slug="play", actor=SHOP)
    shop.show()
    moved = get("/api/v1/products/kettle?lang=en")
    assert (moved.status_code, moved["Location"]) == (301, "/api/v1/products/electric-kettle?lang=en")
    listing = get("/api/v1/products?category=toys&limit=3")
    assert (listing.status_code, listing["Location"]) == (301, "/api/v1/products?category=play&limit=3")
    assert body(listing["Location"])["items"][0]["slug"] == "electric-kettle"


def test_listing_search_and_suggest_answer_together(shop: Shop) -> None:
    a_tree()
    for number in range(3):
        shop.add(f"Robot {number}", category="toys", price=100 * number + 100)
    shop.show()
    page = body("/api/v1/products?category=toys&sort=price&limit=2")
    assert [i["name"] for i in page["items"]] == ["Robot 0", "Robot 1"]
    following = body(f"/api/v1/products?category=toys&sort=price&limit=2&cursor={page['next']}")
    assert ([i["name"] for i in following["items"]], following["next"]) == (["Robot 2"], None)
    found = body("/api/v1/search?q=robots&price_max=200&category=toys&limit=1")
    assert (found["total"], len(found["items"]), found["facets"][0]["code"]) == (2, 1, "category")
    assert body(f"/api/v1/search?q=robots&price_max=200&limit=1&cursor={found['next']}")["items"] != found["items"]
    assert len(body("/api/v1/suggest?q=rob")["products"]) == 3
    assert body("/api/v1/search?q=robot&facets=false")["facets"] == []


def test_only_the_asked_for_fields_are_sent(shop: Shop) -> None:
    shop.add("Kettle")
    shop.show()
    assert body("/api/v1/products?fields=slug,name")["items"] == [{"slug": "kettle", "name": "Kettle"}]
    assert body("/api/v1/products/kettle?fields=name") == {"name": "Kettle"}
    assert get("/api/v1/products/kettle?fields=secret").status_code == 422


@pytest.mark.parametrize("query", [
    "colour=red", "limit=0", "limit=101", "limit=x", "limit=１", "sort=best", "cursor=%00", "cursor=WzFd", "lang=xx",
    "limit=5&limit=6", "category=a&collection=b", "category=%00", "category=%FF", "fields=nothing",
    "channel=" + "x" * 600, "cursor=WyJuZXdlc3QiLHRydWUsMV0", "cursor=WyJuYW1lIiwiemoiLDFd&sort=name"])
def test_malformed_parameters_are_refused_with_a_reason(shop: Shop, query: str) -> None:
    shop.add("Kettle")
    shop.show()
    response = get("/api/v1/products?" + query)
    assert response.status_code == 422, query
    assert response["Content-Type"] == "application/problem+json"
    assert loads(response.content)["detail"]


@pytest.mark.parametrize("query", [
    "q=" + "x" * 201, "price_min=-1", "price_min=5&price_max=4", "in_stock=1", "attr[]=x", "attr[a.b]=x",
    "cursor=Wzk5OTk5XQ", "price_max=" + "9" * 30])
def test_malformed_searches_are_refused(shop: Shop, query: str) -> None:
    shop.show()
    assert get("/api/v1/search?" + query).status_code == 422, query


@pytest.mark.parametrize("text", [
    "", "%22", "a%20AND%20b*", "(((", "name:x", "%F0%9F%98%80", "的", "x" * 200, "%5C%27%25_", "1e999"])
def test_any_text_may_be_searched(shop: Shop, text: str) -> None:
    shop.add("Kettle")
    shop.show()
    assert get("/api/v1/search?q=" + text).status_code == 200
    assert get("/api/v1/suggest?q=" + text).status_code == 200


def test_what_is_not_there_is_404_in_the_readers_language(shop: Shop) -> None:
    shop.show()
    for path in ("/api/v1/products/nothing", "/api/v1/products?category=nothing", "/api/v1/products?collection=nothing",
                 "/api/v1/products?channel=nothing", "/api/v1/products/%00"):
        assert get(path).status_code == 404, path


def test_an_empty_category_is_an_empty_page(shop: Shop) -> None:
    a_tree()
    shop.show()
    assert body("/api/v1/products?category=toys") == {"items": [], "next": None}


def test_other_methods_and_paths(shop: Shop) -> None:
    shop.add("Kettle")
    shop.show()
    refused = get("/api/v1/products", method="POST")
    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD")
    assert get("/api/v1/products/kettle", method="HEAD").status_code == 200
    for path in ("/api/v1/products/", "/api/v1/products/a/reviews", "/api/v1/carts", "/"):
        assert get(path).status_code == 299, path


def test_every_documented_parameter_is_known_and_every_lane_documented(shop: Shop) -> None:
    from entrepot.showcase import express

    known = {"/api/v1/products": express._LISTING, "/api/v1/products/{slug}": express._PRODUCT,
             "/api/v1/search": express._SEARCH, "/api/v1/suggest": express._SUGGEST}
    assert set(OPENAPI_PATHS) == set(known)
    for path, names in known.items():
        told = {p["name"] for p in OPENAPI_PATHS[path]["get"]["parameters"] if p["in"] == "query"}
        assert told - {"attr"} == names, path


# ---- administration




def call(actor: Actor, method: str, path: str, data: Any = None) -> tuple[int, Any]:
    """Through ninja itself, with the actor set as the middleware would."""
    client = TestClient(api.routes)
    try:
        response = client.request(method, path, data=dumps(data).decode() if data is not None else None,
                                  actor=actor, headers={"Content-Type": "application/json"})
    except DomainError as error:  # the composed API turns refusals into answers
        return error.status, None
    return response.status_code, response.json() if response.content else None


def test_bob_manages_synonyms_and_pins(shop: Shop) -> None:
    status, made = call(BOB, "POST", "/synonyms", {"language": "en", "words": ["Sofa", "couch"]})
    assert (status, made["words"]) == (201, ["sofa", "couch"])
    status, changed = call(BOB, "PUT", f"/synonyms/{made['id']}", {"language": "en", "words": ["sofa", "settee"]})
    assert (status, changed["words"]) == (200, ["sofa", "settee"])
    assert call(BOB, "GET", "/synonyms?language=en&limit=1")[1]["items"][0]["id"] == made["id"]
    assert call(BOB, "DELETE", f"/synonyms/{made['id']}")[0] == 204
    assert call(BOB, "DELETE", f"/synonyms/{made['id']}")[0] == 404
    product = str(shop.add("Drum"))
    pin = {"query": "Drum", "language": "en", "product_id": product, "position": 1}
    status, pinned = call(BOB, "POST", "/pins", pin)
    assert (status, pinned["query"]) == (201, "drum")
    assert call(BOB, "GET", "/pins?query=drum")[1]["items"][0]["position"] == 1
    assert call(BOB, "DELETE", f"/pins/{pinned['id']}")[0] == 204


@pytest.mark.parametrize(("actor", "expected"), [(ANONYMOUS, 401), (ALICE, 403), (CHARLIE, 403)])
def test_others_get_nothing_and_change_nothing(shop: Shop, actor: Actor, expected: int) -> None:
    assert call(actor, "POST", "/synonyms", {"language": "en", "words": ["a b", "c"]})[0] == expected
    assert call(actor, "GET", "/queries")[0] == expected
    assert call(actor, "GET", "/status")[0] == expected
    assert call(actor, "POST", "/rebuild-index")[0] == expected
    assert call(actor, "POST", "/rebuild-documents", {})[0] == expected
    assert queries.list_synonyms() == []


def test_rebuilds_are_left_to_the_worker(shop: Shop) -> None:
    product = shop.add("Drum")
    shop.show()
    db.execute("DELETE FROM procrastinate_jobs")
    assert call(BOB, "POST", "/rebuild-documents", {"product_ids": [str(product)]}) == (202, {"marked": 1})
    assert call(BOB, "POST", "/rebuild-documents", {})[0] == 202
    assert call(BOB, "POST", "/rebuild-index")[0] == 202
    queued = [r.task_name for r in db.rows("SELECT task_name FROM procrastinate_jobs ORDER BY id")]
    assert queued == ["showcase.rebuild", "showcase.reindex"]
    assert call(BOB, "GET", "/status")[1]["waiting"] == 2
