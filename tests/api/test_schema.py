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
from tests.api.world import CSRF, World, application, build

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

CASES = int(os.environ.get("ENTREPOT_FUZZ_CASES", "1500"))
SEED = int(os.environ.get("ENTREPOT_FUZZ_SEED", "2"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
          response_schema_conformance]
IDENTITIES = ("anonymous", "alice", "charlie", "staff")
OWN, FOREIGN = 4, 1  # how much of its cases an identity spends on what it may use, and on what it may not
# Ends what the walk itself lives by; these have tests of their own.
LEFT_OUT = {("POST", "/api/v1/admin/identity/keys/{key_id}/revoke")}

LAST = "/api/v1/account/close"  # nothing works after it


def headers_of(identity: str, world: World) -> dict[str, str]:
    if identity == "staff":
        return {"Authorization": f"Bearer {world.staff_key}"}
    if identity == "anonymous":
        return {}
    person = getattr(world, identity)
    return {"X-CSRFToken": CSRF, "Cart-Secret": person.cart_secret}


def shares(operations: list[Any], identity: str) -> Iterator[tuple[Any, int]]:
    """How many cases each operation gets, summing to a quarter of all."""
    weights = [OWN if ("/admin/" in o.path) == (identity == "staff") else FOREIGN for o in operations]
    unit, owed = CASES / len(IDENTITIES) / sum(weights), 0.0
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
        operations.sort(key=lambda o: o.path == LAST)
        for operation, count in shares(operations, self.identity):
            positive = count - count // 3
            self.explore(operation, GenerationMode.POSITIVE, positive)
            self.explore(operation, GenerationMode.NEGATIVE, count - positive)
        got_request_exception.disconnect(self._note)

    def explore(self, operation: Any, mode: GenerationMode, count: int) -> None:
        if count == 0:
            return
        cookies = getattr(self.world, self.identity).cookies() if self.identity in ("alice", "charlie") else {}

        @seed(SEED)
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

    def make_known(self, case: Any) -> None:
        """Most of what is named exists: then the work behind the first check is reached."""
        parameters = dict(case.path_parameters or {})
        case.path_parameters = {**parameters, **self.world.known(parameters, self.draw)}
        if isinstance(case.body, dict | list):
            case.body = self.replaced(case.body)

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
    assert sum(walk.statuses.values()) > CASES // 8
    outbox.drain()
    broken = invariants.violations()
    report = "\n\n".join(f"{key}\n{said}" for key, said in sorted(walk.wrong.items()))
    assert not walk.wrong, f"{len(walk.wrong)} operations answer wrongly:\n{report}"
    assert broken == []
