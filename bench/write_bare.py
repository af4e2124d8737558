"""The limit of the checkout job: a Django view without middleware that runs an order's statements without our code.

The statements of real orders are recorded with their parameters. Whatever such an order made up (ids, secrets, keys) is
cut out of the parameters, and each request fills in fresh values. Served by the same Granian command.
"""

from __future__ import annotations

import os
import pickle
import random
import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

_GIVEN = os.environ.get("ENTREPOT_BENCH_ORDERS")
_MADE_UP = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{64}\b|\b[0-9a-f]{32}\b")

Statement = tuple[str, Any]


# ---- recording, in the benchmark's own process


@contextmanager
def recorded() -> Iterator[list[Statement]]:
    """Every statement in the block with its parameters, of `kit.db` and of the ORM."""
    from django.db import connection

    from entrepot.kit import db

    found: list[Statement] = []
    run = db._run

    def note(sql: str, params: Any, **options: Any) -> Any:
        found.append((sql, params))
        return run(sql, params, **options)

    def note_orm(execute: Any, sql: str, params: Any, *rest: Any) -> Any:
        found.append((sql, params))
        return execute(sql, params, *rest)

    db._run = note
    try:
        with connection.execute_wrapper(note_orm):
            yield found
    finally:
        db._run = run


def made_up(statements: Sequence[Statement], kept: set[str]) -> list[str]:
    """The ids and secrets in the parameters that are not of the shop (`kept`)."""
    return [text for text in dict.fromkeys(_MADE_UP.findall(repr([p for _, p in statements]))) if text not in kept]


def save(path: Path, orders: Sequence[tuple[list[Statement], list[str]]]) -> None:
    path.write_bytes(pickle.dumps(orders))


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


def _fresh(made: Sequence[str]) -> list[str]:
    return [str(UUID(int=random.getrandbits(128))) if "-" in text else secrets.token_hex(len(text) // 2)
            for text in made]


def order(request: Any) -> Any:
    import psycopg
    from django.db import connection, transaction
    from django.http import HttpResponse

    made, statements = random.choice(ORDERS)
    fresh = _fresh(made)
    with transaction.atomic(durable=True):
        raw = connection.connection
        for sql, params in statements:
            cursor = psycopg.Cursor(raw)
            cursor.execute(sql, params(fresh), prepare=True)
            if cursor.description:
                cursor.fetchall()
    return HttpResponse(request.body, status=201, content_type="application/json")


if _GIVEN:
    from django.urls import path

    from bench import bare

    ORDERS = [(made, _compiled(statements, made))
              for statements, made in pickle.loads(Path(_GIVEN).read_bytes())]  # noqa: S301 written by this benchmark
    urlpatterns = [path("order", order)]
    application = bare.application("bench.write_bare")
