"""The limit of the read jobs: Django views without middleware that run the same single statement and return the same
bytes. Served by the same Granian command as the real application; the statements come in by the environment.
"""

from __future__ import annotations

import json
import os
from typing import Any

_GIVEN = os.environ.get("ENTREPOT_BENCH_STATEMENTS")


def _rows(sql: str, params: list[Any]) -> list[Any]:
    import psycopg
    from django.db import connection

    connection.ensure_connection()
    return psycopg.Cursor(connection.connection).execute(sql, params, prepare=True, binary=True).fetchall()


def listing(request: Any, number: int) -> Any:
    from django.http import HttpResponse

    found = _rows(STATEMENTS["listing"], STATEMENTS["pages"][number])
    more = len(found) > 24
    items = b",".join([row[0] for row in found[:24]])
    return HttpResponse(b'{"items":[' + items + (b'],"next":"%0100d"}' % 0 if more else b'],"next":null}'),
                        content_type="application/json")


def product(request: Any, number: int) -> Any:
    from django.http import HttpResponse

    return HttpResponse(_rows(STATEMENTS["product"], STATEMENTS["slugs"][number])[0][0],
                        content_type="application/json")


if _GIVEN:
    from django.urls import path

    from bench import bare

    STATEMENTS = json.loads(_GIVEN)
    urlpatterns = [path("listing/<int:number>", listing), path("product/<int:number>", product)]
    application = bare.application("bench.read_bare")
