"""Checkouts over HTTP: in one call beside its limit, as separate steps, and how many statements each takes."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from bench import write_bare, write_data, write_load
from bench.harness import SECONDS, Job, Load, Row, Stage, at_least, at_most

COMPLETE = "/api/v1/checkouts/complete"
RECORDED, BODIES = 100, 500
RIVAL = 17.0  # orders a second of the best rival, on two cores


def composite(stage: Stage) -> list[Row]:
    """Both served in turn, three times; the median of each, for the disk is shared with whoever else writes."""
    with write_data.shop(stage) as variants, tempfile.TemporaryDirectory() as folder:
        bodies = write_data.purchases(variants, BODIES)
        path = Path(folder) / "orders"
        write_bare.save(path, _recorded_orders(bodies[:RECORDED]), _kept(variants))
        with stage.serving() as real, stage.serving("bench.write_bare:application",
                                                    env={"ENTREPOT_BENCH_ORDERS": str(path)}) as bare:
            runs = [(write_load.post(real, COMPLETE, bodies), write_load.post(bare, "/order", bodies))
                    for _ in range(3)]
            keyed = write_load.post(real, COMPLETE, bodies, keyed=True)
        statements = len(_statements_of(bodies[0]))
    load, limit = (_median([run[n] for run in runs]) for n in (0, 1))
    return [at_least("whole checkout in one call", load.rate, "orders/s", limit=limit.rate, share=0.35,
                     least=RIVAL * 10),
            at_most("whole checkout in one call p99", load.p99_ms, "ms", limit=limit.p99_ms),
            at_least("the same with an idempotency key", keyed.rate, "orders/s", limit=limit.rate),
            at_most("whole checkout in one call, errors", sum(r.errors for run in runs for r in run) + keyed.errors,
                    "answers", most=0),
            at_most("whole checkout in one call, SQL", statements, "statements", most=10)]


def _median(loads: Sequence[Load]) -> Load:
    return sorted(loads, key=lambda load: load.rate)[len(loads) // 2]


def _recorded_orders(bodies: Sequence[bytes]) -> list[list[write_bare.Call]]:
    """The statements of these purchases, as the API makes them."""
    found = []
    _client().post(COMPLETE, bodies[0], content_type="application/json")
    for body in bodies:
        with write_bare.recorded() as call:
            answer = _client().post(COMPLETE, body, content_type="application/json")
        if answer.status_code != 201:
            raise SystemExit(f"a purchase was refused: {answer.content[:300]!r}")
        found.append([call])
    return _usual(found)


def _usual(orders: list[list[write_bare.Call]]) -> list[list[write_bare.Call]]:
    """Now and then a cached rule is read anew: not those."""
    counts = [sum(len(call.statements) for call in calls) for calls in orders]
    return [calls for calls, count in zip(orders, counts, strict=True) if count == min(counts)]


def _kept(variants: Sequence[UUID]) -> set[str]:
    """The ids that are of the shop, and not of an order."""
    from entrepot.kit import db

    found = db.rows("SELECT id FROM catalog_product UNION ALL SELECT id FROM pricing_promotion")
    return {str(v) for v in variants} | {str(r.id) for r in found}


def _client() -> Any:
    from django.test import Client

    return Client(HTTP_HOST="localhost")


@contextmanager
def _counted() -> Iterator[list[str]]:
    """The statements of the block, transaction control aside."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    found: list[str] = []
    with CaptureQueriesContext(connection) as queries:
        yield found
    found += [q["sql"] for q in queries.captured_queries
              if not q["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK"))]


def _statements_of(body: bytes) -> list[str]:
    """Of three purchases the least: now and then a cached rule is read anew."""
    tries = []
    for _ in range(3):
        with _counted() as found:
            answer = _client().post(COMPLETE, body, content_type="application/json")
        if answer.status_code != 201:
            raise SystemExit(f"a purchase was refused: {answer.content[:300]!r}")
        tries.append(found)
    return min(tries, key=len)


# ---- as separate steps


class _Desk:
    """Lets the stepwise buyer shop in this process, where statements can be counted."""

    def call(self, method: str, path: str, body: bytes = b"", headers: str = "") -> tuple[int, bytes]:
        sent = {f"HTTP_{name.strip().upper().replace('-', '_')}": value.strip()
                for name, _, value in (line.partition(":") for line in headers.splitlines())}
        answer = _client().generic(method, path, body, content_type="application/json", **sent)
        return answer.status_code, answer.content


def steps(stage: Stage) -> list[Row]:
    """Four calls per order, beside the same calls by a view without our code, in turn, three times; the median of each.
    And the same flow counted in statements."""
    with write_data.shop(stage) as variants, tempfile.TemporaryDirectory() as folder:
        more = {"variants": [str(v) for v in variants], "address": write_data.ADDRESS}
        path = Path(folder) / "orders"
        write_bare.save(path, _recorded_flows(more), _kept(variants))
        with stage.serving() as real, stage.serving("bench.write_bare:application",
                                                    env={"ENTREPOT_BENCH_ORDERS": str(path)}) as bare:
            write_load.walk(real, 2, **more)
            write_load.replay(bare, 2)
            runs = [(write_load.walk(real, SECONDS, **more), write_load.replay(bare, SECONDS)) for _ in range(3)]
        tally = sorted((walked for walked, _ in runs), key=lambda t: t.rate)[1]
        limit = _median([replayed for _, replayed in runs])
        counted = _step_statements(more)
        constant = _constant_statements(variants)
    failed = limit.errors + sum(count for walked, _ in runs for outcome, count in walked.outcomes.items()
                                if outcome != "201")
    return [at_least("checkout as separate steps", tally.rate, "orders/s", limit=limit.rate / 4, least=RIVAL * 10),
            at_most("checkout as separate steps p99 of the flow", tally.milliseconds[1], "ms"),
            at_most("checkout as separate steps, errors", failed, "answers", most=0),
            at_most("checkout as separate steps, SQL", counted, "statements", most=30),
            *constant]


def _recorded_flows(more: dict[str, Any]) -> list[list[write_bare.Call]]:
    """The statements and answers of such flows, call by call."""
    found: list[list[write_bare.Call]] = []

    class Recorder(_Desk):
        def call(self, method: str, path: str, body: bytes = b"", headers: str = "") -> tuple[int, bytes]:
            with write_bare.recorded() as call:
                status, call.answer = super().call(method, path, body, headers)
            found[-1].append(call)
            return status, call.answer

    for number in range(RECORDED + 1):
        found.append([])
        if (outcome := write_load.stepwise(Recorder(), number, **more)) != "201":  # type: ignore[arg-type]
            raise SystemExit(f"the flow was refused: {outcome}")
    return _usual(found[1:])


def _step_statements(more: dict[str, Any]) -> int:
    write_load.stepwise(_Desk(), 0, **more)  # type: ignore[arg-type]  # shops as a browser does
    with _counted() as found:
        outcome = write_load.stepwise(_Desk(), 1, **more)  # type: ignore[arg-type]
    if outcome != "201":
        raise SystemExit(f"the flow was refused: {outcome}")
    return len(found)


def _constant_statements(variants: Sequence[UUID]) -> list[Row]:
    """One line or twenty, few promotions or many more, a product with one variant or with 500: the same statements."""
    from entrepot.kit.actor import system
    from entrepot.pricing import public as pricing
    from entrepot.pricing.contracts import PromotionInput

    actor, chosen = system("bench"), random.Random(2)

    def of(lines: int) -> int:
        body = json.dumps(write_data.purchase(chosen.sample(list(variants), lines), lines)).encode()
        return len(_statements_of(body))

    of(1)
    one, twenty = of(1), of(20)
    codes = [f"many-{chosen.getrandbits(40)}" for _ in range(50)]
    for code in codes:
        pricing.create_promotion(PromotionInput(code, {"en": code}, {"kind": "percent", "percent": "1"},
                                                {"min_spend": {"EUR": 90_000_000}}), actor=actor)
        pricing.activate_promotion(code, actor=actor)
    of(1)
    promoted = of(2)
    for code in codes:
        pricing.end_promotion(code, actor=actor)
    wide = write_data.wide_variants()[:2]
    many = len(_statements_of(json.dumps(write_data.purchase(wide, 1)).encode()))
    return [at_most(f"SQL of one order: {name}", count, "statements", limit=one, times=1)
            for name, count in (("20 lines", twenty), ("50 more promotions", promoted), ("500 variants", many))]


JOBS = {"checkout_composite": Job(composite), "checkout_steps": Job(steps)}
