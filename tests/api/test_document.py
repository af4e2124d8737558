"""The API's description as a document."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from entrepot.kit import db, health
from entrepot.web.rest import document as written


@pytest.fixture
def document() -> dict[str, Any]:
    response = Client().get("/api/v1/openapi.json")
    assert response.status_code == 200
    return json.loads(response.content)


def test_a_web_process_sends_what_was_written_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                           document: dict[str, Any]) -> None:
    kept = tmp_path / "new.json"
    (tmp_path / "of-an-older-version.json").touch()
    monkeypatch.setattr(written, "_written", lambda: kept)
    written.write()
    assert json.loads(kept.read_bytes()) == document
    assert [p.name for p in tmp_path.iterdir()] == ["new.json"]
    kept.write_text('{"as": "written"}')
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
    named = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
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
