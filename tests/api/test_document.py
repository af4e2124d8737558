"""The API's description as a document."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client


@pytest.fixture
def document() -> dict[str, Any]:
    response = Client().get("/api/v1/openapi.json")
    assert response.status_code == 200
    return json.loads(response.content)


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
