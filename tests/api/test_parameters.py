"""Parameters in the address: what an operation does not know is refused, and what it knows is taken."""

from __future__ import annotations

import random
import re
from collections import Counter
from typing import Any

import pytest
from django.test import Client

from tests.api.world import World, build

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bob(monkeypatch: pytest.MonkeyPatch) -> tuple[Client, World]:
    monkeypatch.setenv("ENTREPOT_TEST_PAYMENTS", "1")
    monkeypatch.setenv("ENTREPOT_BANK_ACCOUNT", "DE00 0000")
    world = build()
    return Client(headers={"Authorization": f"Bearer {world.staff_key}"}, raise_request_exception=False), world


def test_no_operation_takes_a_parameter_that_it_does_not_know(bob: tuple[Client, World]) -> None:
    client, world = bob
    draw, said = random.Random(1), Counter[str]()
    wrong: list[str] = []
    for path, operations in client.get("/api/v1/openapi.json").json()["paths"].items():
        names = {part[1:-1] for part in path.split("/") if part.startswith("{")}
        address = path.format(**dict.fromkeys(names, "1") | world.known(names, draw))
        for method in sorted(set(operations) & {"get", "post", "put", "patch", "delete"}):
            answer: Any = client.generic(method.upper(), f"{address}?limt=1", b"{}", content_type="application/json")
            code = answer.json()["code"] if answer.status_code >= 400 else ""
            said[code] += 1
            if answer.status_code not in (401, 403, 404, 422) or (
                    method == "get" and code not in ("unknown_parameter", "invalid_request", "not_found",
                                                     "unauthenticated", "permission_denied")):
                wrong.append(f"{method} {path} {answer.status_code} {code}")
    assert wrong == []
    assert said["unknown_parameter"] > 200, said


def test_no_operation_takes_one_value_of_two(bob: tuple[Client, World]) -> None:
    """Of `?limit=1&limit=2` one would silently count."""
    client, world = bob
    draw, wrong, refused = random.Random(1), list[str](), 0
    for path, operations in client.get("/api/v1/openapi.json").json()["paths"].items():
        names = {part[1:-1] for part in path.split("/") if part.startswith("{")}
        address = path.format(**dict.fromkeys(names, "1") | world.known(names, draw))
        for parameter in operations.get("get", {}).get("parameters", ()):
            if parameter["in"] != "query" or re.search("array|object", str(parameter["schema"])):
                continue  # in the path, or meant to be said more than once
            answer: Any = client.get(address, {parameter["name"]: ["1", "2"]})
            code = answer.json()["code"] if answer.status_code >= 400 else ""
            refused += code == "repeated_parameter"
            if code not in ("repeated_parameter", "invalid_request", "not_found", "unauthenticated",
                            "permission_denied"):
                wrong.append(f"{path} {parameter['name']} {answer.status_code} {code}")
    assert wrong == []
    assert refused > 100


def test_a_refused_parameter_is_named_and_nothing_was_done(bob: tuple[Client, World]) -> None:
    client, world = bob
    answer = client.get("/api/v1/admin/orders?stat=open&limit=1")
    assert (answer.status_code, answer.json()["code"], answer.json()["params"]) == (
        422, "unknown_parameter", {"name": "stat"})
    assert client.get("/api/v1/admin/orders?state=processing&state=pending&limit=1&fields=id").status_code == 200
    body = {"reason": "a mistake"}
    cancel = f"/api/v1/admin/orders/{world.alice.owns['open_order_id']}/cancel"
    assert client.post(f"{cancel}?dry_run=true", body, content_type="application/json").status_code == 422
    assert client.post(cancel, body, content_type="application/json").status_code == 200
