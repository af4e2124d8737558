"""The limit of the checkout jobs: a Django view without middleware that runs an order's statements without our code.

The statements of real orders are recorded with their parameters, call by call. Whatever such an order made up (ids,
secrets, keys) is cut out of the parameters, and each replay fills in fresh values, the same in all of its calls. Served
by the same Granian command.
"""

from __future__ import annotations

import os
import pickle
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

_GIVEN = os.environ.get("ENTREPOT_BENCH_ORDERS")
_MADE_UP = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{64}\b|\b[0-9a-f]{32}\b")

Statement = tuple[str, Any]


@dataclass
class Call:
    """What one request of an order ran, whether in a transaction, and what it answered."""

    statements: list[Statement]
    in_transaction: bool = False
    answer: bytes = b""


# ---- recording, in the benchmark's own process


@contextmanager
def recorded() -> Iterator[Call]:
    """Every statement in the block with its parameters, of `kit.db` and of the ORM."""
    from django.db import connection

    from entrepot.kit import db

    found = Call([])
    run = db._run

    def keep(sql: str, params: Any) -> None:
        found.statements.append((sql, params))
        found.in_transaction |= connection.in_atomic_block

    def note(sql: str, params: Any, **options: Any) -> Any:
        keep(sql, params)
        return run(sql, params, **options)

    def note_orm(execute: Any, sql: str, params: Any, *rest: Any) -> Any:
        keep(sql, params)
        return execute(sql, params, *rest)

    db._run = note
    try:
        with connection.execute_wrapper(note_orm):
            yield found
    finally:
        db._run = run


def made_up(calls: Sequence[Call], kept: set[str]) -> list[str]:
    """The ids and secrets in the parameters that are not of the shop (`kept`)."""
    params = [p for call in calls for _, p in call.statements]
    return [text for text in dict.fromkeys(_MADE_UP.findall(repr(params))) if text not in kept]


def save(path: Path, orders: Sequence[Sequence[Call]], kept: set[str]) -> None:
    path.write_bytes(pickle.dumps([(calls, made_up(calls, kept)) for calls in orders]))


# ---- replaying, in the web process


def _template(value: Any, names: Mapping[str, int]) -> Callable[[list[str]], Any]:
    """A function that gives the value with fresh ids in the places of the recorded ones."""
    if isinstance(value, UUID):
        at = names.get(str(value))
        return (lambda fresh: value) if at is None else (lambda fresh: UUID(fresh[at]))
    if isinstance(value, str) and (found := [m for m in _MADE_UP.findall(value) if m in names]):
        pieces: list[str | int] = []
        rest = value
        for name in found:
            before, rest = rest.split(name, 1)
            pieces += [before, names[name]]
        pieces.append(rest)
        return lambda fresh: "".join([p if isinstance(p, str) else fresh[p] for p in pieces])
    if isinstance(value, list | tuple):
        parts = [_template(v, names) for v in value]
        return lambda fresh: [part(fresh) for part in parts]
    return lambda fresh: value


def _compiled(statements: Sequence[Statement], made: Sequence[str]) -> list[tuple[str, Callable[[list[str]], Any]]]:
    names = {text: n for n, text in enumerate(made)}
    ready = []
    for sql, params in statements:
        if isinstance(params, Mapping):
            parts = {k: _template(v, names) for k, v in params.items()}
            ready.append((sql, lambda fresh, parts=parts: {k: part(fresh) for k, part in parts.items()}))
        else:
            ready.append((sql, _template(params or [], names)))
    return ready


def _fresh(made: Sequence[str], flow: int) -> list[str]:
    bits = random.Random(flow).getrandbits  # from its number: the calls of one flow come to different processes
    return [str(UUID(int=bits(128))) if "-" in text else format(bits(len(text) * 4), f"0{len(text)}x") for text in made]


def order(request: Any, flow: int | None = None, step: int = 0) -> Any:
    """One call of a recorded order. Calls of the same flow are of the same order, with the same fresh values."""
    import psycopg
    from django.db import connection, transaction
    from django.http import HttpResponse

    flow = random.getrandbits(60) if flow is None else flow
    made, calls = ORDERS[flow % len(ORDERS)]
    fresh = _fresh(made, flow)
    statements, in_transaction, answer = calls[step]
    connection.ensure_connection()
    with transaction.atomic(durable=True) if in_transaction else nullcontext():
        raw = connection.connection
        for sql, params in statements:
            cursor = psycopg.Cursor(raw)
            cursor.execute(sql, params(fresh), prepare=True)
            if cursor.description:
                cursor.fetchall()
    return HttpResponse(answer or request.body, status=201, content_type="application/json")


if _GIVEN:
    from django.urls import path

    from bench import bare

    ORDERS = [(made, [(_compiled(call.statements, made), call.in_transaction, call.answer) for call in calls])
              for calls, made in pickle.loads(Path(_GIVEN).read_bytes())]  # noqa: S301 written by this benchmark
    urlpatterns = [path("order", order), path("order/<int:flow>/<int:step>", order)]
    application = bare.application("bench.write_bare")
