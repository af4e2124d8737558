"""The whole API against its own description: whatever is sent, by whomever, is answered as documented, and never by an
error of ours. `ENTREPOT_FUZZ_CASES=10000` runs the full size, `ENTREPOT_FUZZ_SEED` another walk.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import got_request_exception
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from entrepot.kit import invariants, limits, outbox
from entrepot.web.rest import refusals
from tests.api.world import CSRF, World, application, build

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

CASES = int(os.environ.get("ENTREPOT_FUZZ_CASES", "1500"))
SEED = int(os.environ.get("ENTREPOT_FUZZ_SEED", "2"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
          response_schema_conformance]
POISONED = 0.25
KEYLESS = 0.9
IDENTITIES = ("anonymous", "alice", "charlie", "staff")
OWN, FOREIGN = 4, 1  # how much of its cases an identity spends on what it may use, and on what it may not
# Ends what the walk itself lives by; these have tests of their own.
LEFT_OUT = {("POST", "/api/v1/admin/identity/keys/{key_id}/revoke"), ("PUT", "/api/v1/admin/growth/maintenance")}

HOSTILE: tuple[Any, ...] = (
    "\x00", "a\x00b", "\u202e", "\U0001d54f" * 3000, 10**30, -(10**30), 2**63, 2**31, 1e308, 0.1, -1, "NaN",
    "Infinity", "1e400", "9" * 400, "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "%00", "../..", "",
    None, [], {})
LAST = "/api/v1/account/close"  # nothing works after it


def headers_of(identity: str, world: World) -> dict[str, str]:
    if identity == "staff":
        return {"Authorization": f"Bearer {world.staff_key}"}
    if identity == "anonymous":
        return {}
    person = getattr(world, identity)
    return {"X-CSRFToken": CSRF, "Cart-Secret": person.cart_secret}


def shares(operations: list[Any], identity: str, cases: int) -> Iterator[tuple[Any, int]]:
    """How many of so many cases each operation gets."""
    weights = [OWN if ("/admin/" in o.path) == (identity == "staff") else FOREIGN for o in operations]
    unit, owed = cases / sum(weights), 0.0
    for operation, weight in zip(operations, weights, strict=True):
        owed += unit * weight
        yield operation, int(owed)
        owed -= int(owed)


class Walk:
    """One identity's cases; what is wrong is collected, so that one run shows all of it."""

    def __init__(self, identity: str, world: World) -> None:
        self.identity, self.world = identity, world
        self.app = application()
        self.draw = random.Random(f"{SEED} {identity}")
        self.schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", self.app)
        self.schema.config.generation.update(with_security_parameters=False)  # we say who asks
        self.described = {code for _, code, _ in refusals.codes()}
        self.wrong: dict[str, str] = {}
        self.statuses: Counter[int] = Counter()
        self.raised: list[str] = []
        got_request_exception.connect(self._note)

    def _note(self, sender: Any, request: Any = None, **kwargs: Any) -> None:
        import traceback

        self.raised.append(traceback.format_exc(limit=-4))

    def run(self) -> None:
        found = [r.ok() for r in self.schema.get_all_operations()]
        operations = [o for o in found if (o.method.upper(), o.path) not in LEFT_OUT]
        last = [o for o in operations if o.path == LAST]
        operations = [o for o in operations if o.path != LAST]
        for again in range(4):  # an operation with few different cases leaves some of its share to the next round
            left = CASES // len(IDENTITIES) - sum(self.statuses.values())
            for operation, count in shares(operations, self.identity, max(left, 0)):
                self.both(operation, count, again)
        for operation in last:
            self.both(operation, OWN, 0)
        got_request_exception.disconnect(self._note)

    def both(self, operation: Any, count: int, again: int) -> None:
        positive = count - count // 3
        self.explore(operation, GenerationMode.POSITIVE, positive, again)
        self.explore(operation, GenerationMode.NEGATIVE, count - positive, again)

    def explore(self, operation: Any, mode: GenerationMode, count: int, again: int) -> None:
        if count == 0:
            return
        cookies = getattr(self.world, self.identity).cookies() if self.identity in ("alice", "charlie") else {}

        @seed(SEED + 1000 * again)
        @settings(max_examples=count, phases=[Phase.generate], deadline=None, database=None,
                  suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def one(case: Any) -> None:
            self.send(case, mode, cookies)

        try:
            one()
        except Unsatisfiable:  # nothing about it can be wrong
            return

    def send(self, case: Any, mode: GenerationMode, cookies: dict[str, str]) -> None:
        if self.draw.random() < (0.8 if mode is GenerationMode.POSITIVE else 0.5):
            self.make_known(case)
        if self.draw.random() < POISONED:
            self.poison(case)
        if self.draw.random() < KEYLESS and "Idempotency-Key" in (case.headers or {}):
            del case.headers["Idempotency-Key"]  # made-up keys repeat, and little behind them is reached
        self.raised.clear()
        response = case.call(app=self.app, headers=headers_of(self.identity, self.world), cookies=cookies)
        self.statuses[response.status_code] += 1
        try:
            case.validate_response(response, checks=CHECKS)
        except (Exception, FailureGroup) as error:  # collected: the walk goes on
            causes = getattr(error, "exceptions", [error])
            said = "\n".join([*(str(c)[:900] for c in causes), *self.raised])
            key = f"{case.method} {case.operation.path} -> {response.status_code}"
            self.wrong.setdefault(key, said)
        if response.status_code >= 400 and (code := response.json()["code"]) not in self.described:
            self.wrong.setdefault(f"{case.method} {case.operation.path} -> {code}", "a code that no description tells")

    def make_known(self, case: Any) -> None:
        """Most of what is named exists: then the work behind the first check is reached."""
        parameters = dict(case.path_parameters or {})
        case.path_parameters = {**parameters, **self.world.known(parameters, self.draw)}
        if isinstance(case.body, dict | list):
            case.body = self.replaced(case.body)

    def poison(self, case: Any) -> None:
        """One value somewhere becomes one that nobody expects."""
        bodies = case.body if isinstance(case.body, dict | list) and case.body else None
        places = [p for p in (bodies, case.query) if p]
        if places:
            place = self.draw.choice(places)
            while True:
                key = self.draw.choice(range(len(place)) if isinstance(place, list) else list(place))
                if isinstance(place[key], dict | list) and place[key] and self.draw.random() < 0.8:
                    place = place[key]
                    continue
                place[key] = self.draw.choice(HOSTILE)
                return

    def replaced(self, value: Any) -> Any:
        if isinstance(value, dict):
            known = self.world.known([k for k in value if isinstance(k, str)], self.draw)
            return {k: known.get(k, self.replaced(v)) for k, v in value.items()}
        return [self.replaced(v) for v in value] if isinstance(value, list) else value


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("ENTREPOT_TEST_PAYMENTS", "1")
    monkeypatch.setenv("ENTREPOT_PAYMENT_SIMULATOR", "1")
    monkeypatch.setenv("ENTREPOT_BANK_ACCOUNT", "DE00 0000")
    monkeypatch.setattr(limits, "AT_ONCE", 1000)
    return build()


@pytest.mark.parametrize("identity", IDENTITIES)
def test_every_answer_is_a_documented_one(identity: str, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    walk = Walk(identity, world)
    walk.run()
    with capsys.disabled():
        print(f"\n{identity}: {sum(walk.statuses.values())} cases {json.dumps(dict(sorted(walk.statuses.items())))}")  # noqa: T201
    assert sum(walk.statuses.values()) > CASES // 5
    outbox.drain()
    broken = invariants.violations()
    report = "\n\n".join(f"{key}\n{said}" for key, said in sorted(walk.wrong.items()))
    assert not walk.wrong, f"{len(walk.wrong)} operations answer wrongly:\n{report}"
    assert broken == []


UNREADABLE = (b"", b"{", b"null", b"[]", b'"\\ud800"', b'{"name": "\\ud800"}', b"\xff\xfe", b"[" * 20_000,
              b'{"quantity": NaN}', b"1e999")


@pytest.mark.parametrize(("content_type", "bodies"), [
    ("application/json", UNREADABLE), ("multipart/form-data; boundary=x", UNREADABLE[1:2]), ("", UNREADABLE[6:7])])
def test_what_cannot_be_read_is_refused_and_breaks_nothing(content_type: str, bodies: tuple[bytes, ...],
                                                           world: World) -> None:
    from django.test import Client

    bob = Client(headers={"Authorization": f"Bearer {world.staff_key}"}, raise_request_exception=False)
    document = bob.get("/api/v1/openapi.json").json()
    draw, broken, asked = random.Random(SEED), [], 0
    for path, operations in document["paths"].items():
        names = {part[1:-1] for part in path.split("/") if part.startswith("{")}
        address = path.format(**dict.fromkeys(names, "1") | world.known(names, draw))
        for method in sorted(set(operations) & {"post", "put", "patch"}):
            for body in bodies:
                status = bob.generic(method.upper(), address, body, content_type=content_type).status_code
                asked += 1
                if status >= 500:
                    broken.append(f"{method} {path} {body[:20]!r} {status}")
    assert asked > 100
    assert broken == []


@pytest.mark.parametrize(("method", "path", "body"), [
    ("POST", "/showcase/synonyms", {"language": "en", "words": ["mug", "cu\x00p"]}),
    ("POST", "/checkout/delivery-methods", {"code": "odd", "name": {"e\x00n": "Odd"}, "currency": "EUR",
                                            "rates": [{"amount_minor": 1}]}),
    ("PUT", "/catalog/products/{product_id}/publications/web", {"from_at": "4678-09-15T09:35:41+19:47"}),
    ("PATCH", "/identity/users/{user_id}", {"unit_id": 30_000}),
    ("POST", "/pricing/promotions/warnings", {
        "draft": {"code": "odd", "name": {"en": "Odd"}, "benefit": {"kind": "percent_off"}, "conditions": {"n": 2**70}},
        "variant_ids": []}),
])
def test_what_fits_the_schema_and_not_the_database_is_refused(method: str, path: str, body: dict[str, Any],
                                                              world: World) -> None:
    from django.test import Client

    bob = Client(headers={"Authorization": f"Bearer {world.staff_key}"}, raise_request_exception=False)
    address = "/api/v1/admin" + path.format(product_id=world.pool["product_id"][0], user_id=world.alice.user_id)
    response = bob.generic(method, address, json.dumps(body), content_type="application/json")
    assert response.status_code in (404, 422), response.content
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] in ("unstorable", "not_found", "invalid_input")
