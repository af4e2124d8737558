"""The API's description as a document."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from entrepot.growth.contracts import PageKind
from entrepot.inventory.models import Movement
from entrepot.kit import db, health
from entrepot.kit.actor import declared
from entrepot.kit.rest import PROBLEM_STATUSES
from entrepot.orders.models import Invoice
from entrepot.pricing.models import Promotion
from entrepot.web.rest import document as written
from entrepot.web.rest import parameters, refusals, terms, words
from entrepot.web.rest.api import api


@pytest.fixture
def document() -> dict[str, Any]:
    response = Client().get("/api/v1/openapi.json")
    assert response.status_code == 200
    return json.loads(response.content)


def test_a_web_process_sends_what_was_written_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                           document: dict[str, Any]) -> None:
    (tmp_path / "of-an-older-version.json").touch()
    monkeypatch.setattr(written, "_written", lambda language: tmp_path / f"new.{language}.json")
    assert not written.are_written()
    written.write()
    assert written.are_written()
    assert json.loads((tmp_path / "new.en.json").read_bytes()) == document
    assert sorted(p.name for p in tmp_path.iterdir()) == ["new.en.json", "new.zh-hans.json"]
    (tmp_path / "new.en.json").write_text('{"as": "written"}')
    assert Client().get("/api/v1/openapi.json").json() == {"as": "written"}


@pytest.mark.django_db
def test_ready_only_with_every_migration_of_this_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", False)
    assert Client().get("/readyz").json()["parts"][1] == {"part": "migrations", "ok": True}
    monkeypatch.setattr(health, "_migrated", False)
    last = db.value("DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations) RETURNING name")
    answer = Client().get("/readyz")
    assert last
    assert (answer.status_code, answer.json()["parts"][1]) == (503, {"part": "migrations", "ok": False})


@pytest.mark.django_db
def test_the_health_of_an_empty_database_is_told_as_far_as_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    db.execute("ALTER TABLE django_migrations RENAME TO hidden")
    monkeypatch.setattr(health, "_migrated", False)
    assert [(p["part"], p["ok"]) for p in health.report()] == [
        ("database", True), ("durability", True), ("migrations", False)]


def _references(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*map(_references, node.values()))
    return set().union(*map(_references, node)) if isinstance(node, list) else set()


@pytest.mark.django_db
def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    named = {f"#/components/{kind}/{name}" for kind, those in document["components"].items() for name in those}
    assert _references(document) <= named


@pytest.mark.django_db
def test_shapes_of_the_same_name_in_two_contexts_stay_apart(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    lines = {name: set(s["properties"]) for name, s in schemas.items() if name.endswith("LineIn")}
    assert {"variant_id", "quantity", "note"} in lines.values()  # of a cart
    assert {"line_id", "quantity"} in lines.values()  # of an order
    assert not [name for name in schemas if name.startswith("entrepot__")]


@pytest.mark.django_db
def test_names_of_operations_tell_method_and_resource_and_are_theirs_alone(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"(get|post|put|patch|delete)(_[a-z0-9]+)+", id_) for id_ in ids)
    assert document["paths"]["/api/v1/carts/{cart_id}"]["patch"]["operationId"] == "patch_carts_by_cart_id"
    assert document["paths"]["/api/v1/products/{slug}"]["get"]["operationId"] == "get_products_by_slug"


NOTHING: tuple[Any, ...] = ([], {"items": [], "next": None}, {"items": []})  # what a visitor has of his own


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    return ((method, path, o) for path, those in document["paths"].items() for method, o in those.items())


@pytest.mark.django_db
def test_whoever_is_let_in_is_told_by_every_operation(document: dict[str, Any]) -> None:
    schemes = document["components"]["securitySchemes"]
    assert schemes["session"]["name"] == settings.SESSION_COOKIE_NAME
    asked, wrong = 0, []
    for method, path, operation in _operations(document):
        ways = operation["security"]
        assert {name for way in ways for name in way} <= set(schemes)
        if method == "get" and {} not in ways:
            named = {p["name"]: 1 if p["schema"]["type"] == "integer" else "0198a0de-0000-7000-8000-000000000000"
                     for p in operation["parameters"] if p.get("in") == "path"}
            answer = Client().get(path.format(**named))
            if answer.status_code not in (401, 404, 422) and answer.json() not in NOTHING:
                wrong.append((path, answer.status_code))
            asked += 1
        elif method == "get" and "{" not in path:
            status = Client().get(path).status_code
            if status in (401, 403):
                wrong.append((path, status))
        if not declared()[operation["x-permission"]].everyone:
            assert ways[0] == {"key": [operation["x-permission"]]}
    assert wrong == []
    assert asked > 100
    paths = document["paths"]
    assert paths["/api/v1/orders/adopt"]["post"]["security"] == [{"session": [], "csrf": [], "order": []}]
    assert paths["/api/v1/products"]["get"]["security"][0] == {}


@pytest.mark.django_db
def test_keys_are_listed_where_they_are_honoured_and_only_there(document: dict[str, Any]) -> None:
    key = {"$ref": "#/components/parameters/Idempotency-Key"}
    taking = {(method, path) for method, path, o in _operations(document) if key in o.get("parameters", [])}
    assert {("post", "/api/v1/carts"), ("post", "/api/v1/checkouts/complete"),
            ("post", "/api/v1/carts/{cart_id}/place")} <= taking
    assert not {("post", "/api/v1/account/login"), ("post", "/api/v1/admin/identity/keys"),
                ("post", "/api/v1/admin/system/webhooks/{endpoint_id}/rotate")} & taking
    assert "get" not in {method for method, _ in taking}
    placed = document["paths"]["/api/v1/carts/{cart_id}/place"]["post"]["responses"]
    assert "headers" not in placed["201"]  # it keeps its key with the order
    assert "Idempotency-Replayed" in document["paths"]["/api/v1/carts"]["post"]["responses"]["201"]["headers"]


@pytest.mark.django_db
def test_what_is_versioned_takes_the_version_that_was_seen(document: dict[str, Any]) -> None:
    seen = [(method, path) for method, path, o in _operations(document) for p in o.get("parameters", [])
            if "If-Match" in (p.get("name"), p.get("$ref", "").rpartition("/")[2])]
    assert len(set(seen)) == len(seen)
    assert {("patch", "/api/v1/carts/{cart_id}"), ("post", "/api/v1/admin/orders/{order_id}/cancel"),
            ("patch", "/api/v1/admin/catalog/products/{product_id}")} <= set(seen)
    assert set(seen) >= terms.VERSIONED


@pytest.mark.django_db
def test_every_operation_and_every_tag_is_told_in_words(document: dict[str, Any]) -> None:
    every = [operation for _, router in api._routers for view in router.path_operations.values()
             for operation in view.operations]
    functions = {o.view_func.__name__ for o in every
                 if o.summary in ("", o.view_func.__name__.title().replace("_", " "))}
    assert functions == set()
    said = Counter((o["tags"][0], o["summary"]) for _, _, o in _operations(document))
    assert [twice for twice, times in said.items() if times > 1] == []
    assert all(len(summary) <= 100 and not summary.endswith(".") for _, summary in said)
    described = {tag["name"]: tag["description"] for tag in document["tags"]}
    assert {tag for tag, _ in said} == set(described)


@pytest.mark.django_db
def test_every_parameter_is_told_in_words_of_both_languages(document: dict[str, Any]) -> None:
    named = [(method, path, p) for method, path, o in _operations(document) for p in o.get("parameters", [])
             if "$ref" not in p]
    assert len(named) > 500
    assert [(method, path, p["name"]) for method, path, p in named if not p.get("description")] == []
    told = {p["description"] for _, _, p in named}
    assert told - set(words.catalogue("zh-hans")) == set()
    assert {*parameters.IN_PATH.values(), *parameters.IN_QUERY.values(), *parameters.BELOW.values()} - told == set()


@pytest.mark.django_db
def test_every_code_of_a_refusal_is_told_in_words_of_both_languages(document: dict[str, Any]) -> None:
    told = refusals.place(document)["description"]
    for row in ("| 409 | `due_changed` |", "| 422 | `invalid_request` |", "| 411 | `length_required` |"):
        assert row in told, row
    chinese = [re.sub(r"\{\w+}", "", row.split("|")[3]) for row in refusals.table("zh-hans").splitlines()[4:]]
    assert len(chinese) == len(refusals.codes()) > 140
    assert [text for text in chinese if re.search("[A-Za-z]", text) and not re.search("[一-鿿]", text)] == []
    assert {status for status, _, _ in refusals.codes()} - {500} <= set(PROBLEM_STATUSES)
    ours = [kind for kind in refusals.kinds() if "tests" not in kind.__module__.split(".")]
    assert [kind for kind in ours if not kind.__module__.endswith(".errors")] == []  # where they are looked for


def test_values_that_stand_in_sentences_are_the_ones_there_are() -> None:
    values = {
        ("/admin/growth/pages", "kind"): set(PageKind),
        ("/content/pages", "kind"): set(PageKind) - {PageKind.HOME},  # the front page has an address of its own
        ("/admin/inventory/movements", "kind"): set(Movement.Kind.values),
        ("/admin/orders/number-series", "{kind}"): set(Invoice.Kind.values),
        ("/admin/pricing/promotions", "status"): {code for code, _ in Promotion._meta.get_field("status").flatchoices},
    }
    for where, those in values.items():
        assert set(re.findall(r"`(\w+)`", parameters.BELOW[where])) == those, where
    assert set(re.findall(r"`(\w+)`", parameters.IN_QUERY["scope"])) == set(Promotion.Scope.values)


@pytest.mark.django_db
def test_the_description_speaks_the_readers_language_as_a_whole(document: dict[str, Any]) -> None:
    answer = Client().get("/api/v1/openapi.json", headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert answer["Content-Language"] == "zh-hans"
    assert "Accept-Language" in answer["Vary"]
    chinese = answer.json()
    assert chinese["paths"]["/api/v1/carts"]["post"]["summary"] == "新建购物车"
    assert chinese["info"]["description"].startswith("Entrepot（货栈）")
    assert list(chinese["paths"]) == list(document["paths"])
    whole = {document["info"]["description"], refusals.place(document)["description"]}
    said = {place[key] for place, key in words.told(document)} - whole
    known = words.catalogue("zh-hans")
    assert sorted(said - set(known)) == []
    assert sorted(set(known) - said) == []  # nothing of what was said once and is no more
    sections = [text["info"]["description"].count("\n## ") for text in (document, chinese)]
    assert sections[0] == sections[1] > 5
