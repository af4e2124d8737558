"""Fraud checks over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory
from django.urls import resolve

from entrepot.fraud.tests.factories import BOB, CHARLIE, order
from entrepot.kit.actor import ANONYMOUS, Actor
from entrepot.kit.ids import uuid7
from entrepot.kit.json import dumps, loads

pytestmark = pytest.mark.django_db(transaction=True)

ADMIN = "/admin/fraud"
RULE = {"code": "abroad", "kind": "country_mismatch", "params": {}, "score": 60, "dry_run": False}


def call(actor: Actor, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    request = RequestFactory().generic(method, "/api/v1" + path, b"" if body is None else dumps(body),
                                       content_type="application/json")
    request.actor = actor  # type: ignore[attr-defined]
    match = resolve(("/api/v1" + path).split("?")[0])
    response = match.func(request, *match.args, **match.kwargs)
    return response.status_code, loads(response.content) if response.content else None


def test_a_rule_from_birth_to_replay() -> None:
    assert call(BOB, "POST", f"{ADMIN}/rules", RULE)[0] == 201
    assert call(BOB, "POST", f"{ADMIN}/rules", RULE)[1]["code"] == "rule_exists"
    reviewed = uuid7()
    order(reviewed, billing_country="FR")
    order()
    assert call(BOB, "PATCH", f"{ADMIN}/rules/abroad", {"score": 10, "expected_version": 1})[1]["version"] == 2
    assert call(BOB, "PATCH", f"{ADMIN}/rules/abroad", {"score": 10, "expected_version": 1})[0] == 412
    page = call(BOB, "GET", f"{ADMIN}/assessments?verdict=review")[1]
    assert [(a["order_id"], a["score"]) for a in page["items"]] == [(str(reviewed), 60)]
    done = call(BOB, "POST", f"{ADMIN}/assessments/{page['items'][0]['id']}/replay")[1]
    assert (done["same"], done["replayed"]["score"]) == (True, 60)
    assert call(BOB, "GET", f"{ADMIN}/assessments/of-order/{reviewed}")[1][0]["findings"][0]["code"] == "abroad"


def test_pages_of_decisions() -> None:
    orders = [uuid7() for _ in range(3)]
    for o in orders:
        order(o)
    first = call(BOB, "GET", f"{ADMIN}/assessments?limit=2")[1]
    second = call(BOB, "GET", f"{ADMIN}/assessments?limit=2&cursor={first['next']}")[1]
    assert [a["order_id"] for a in first["items"] + second["items"]] == [str(o) for o in reversed(orders)]
    assert second["next"] is None


@pytest.mark.parametrize(("method", "path", "body"), [
    ("GET", "/assessments", None), ("GET", "/rules", None), ("GET", "/kinds", None), ("POST", "/rules", RULE),
    ("PATCH", "/rules/abroad", {"score": 1}), ("POST", "/assessments/1/replay", None)])
def test_strangers_get_nothing(method: str, path: str, body: Any) -> None:
    assert call(ANONYMOUS, method, ADMIN + path, body)[0] == 401
    assert call(CHARLIE, method, ADMIN + path, body)[0] == 403
    assert call(BOB, "GET", f"{ADMIN}/rules")[1] == []


@pytest.mark.parametrize(
    "change", [{"kind": "tarot"}, {"score": 0}, {"params": {"x": 1}}, {"code": "no spaces"}, {"more": 1}]
)
def test_bad_rules_are_refused(change: dict[str, Any]) -> None:
    assert call(BOB, "POST", f"{ADMIN}/rules", {**RULE, **change})[0] == 422
    assert call(BOB, "GET", f"{ADMIN}/rules")[1] == []


def test_unknown_things_are_not_found() -> None:
    assert call(BOB, "GET", f"{ADMIN}/rules/none")[0] == 404
    assert call(BOB, "POST", f"{ADMIN}/assessments/77/replay")[0] == 404
    assert call(BOB, "POST", f"{ADMIN}/assessments/0/replay")[0] == 422
    assert {k["kind"] for k in call(BOB, "GET", f"{ADMIN}/kinds")[1]} >= {"velocity", "many_emails"}
