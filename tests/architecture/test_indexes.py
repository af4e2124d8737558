"""An index is paid for with every row written: none does what a wider one beside it does, and none that a model
declares is missing from the database (Django drops all indexes of a column when it drops the one of a foreign key)."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

from entrepot.kit import db

pytestmark = pytest.mark.django_db

# (table, index, the index beside it that begins with the same columns): plain b-trees over whole tables
BEHIND = """
WITH tree AS (
    SELECT i.indrelid::regclass::text AS of, i.indexrelid::regclass::text AS name, i.indisunique, i.indpred,
           i.indnkeyatts AS n, i.indkey::int2[] AS keys, i.indclass::oid[] AS ops
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am am ON am.oid = c.relam
    WHERE am.amname = 'btree' AND i.indexprs IS NULL AND i.indrelid::regclass::text = ANY(%s))
SELECT a.of, a.name, b.name AS wider FROM tree a JOIN tree b ON a.of = b.of AND a.name <> b.name
WHERE NOT a.indisunique AND b.indpred IS NULL AND a.indpred IS NULL
  AND a.n <= b.n AND a.keys[0:a.n - 1] = b.keys[0:a.n - 1] AND a.ops[0:a.n - 1] = b.ops[0:a.n - 1]
ORDER BY 1, 2
"""


def ours() -> list[str]:
    return [m._meta.db_table for m in apps.get_models()
            if m.__module__.startswith("entrepot.") and m._meta.managed and not m._meta.auto_created]


def behind() -> list[tuple[str, str]]:
    return [(r.of, r.name) for r in db.rows(BEHIND, [ours()])]


def test_no_index_stands_behind_a_wider_one() -> None:
    assert behind() == []


def test_an_index_behind_a_wider_one_is_found() -> None:
    db.execute("CREATE INDEX behind ON orders_order (customer_id)")
    assert behind() == [("orders_order", "behind")]


def missing() -> list[tuple[str, str]]:
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model.__module__.startswith("entrepot.") and model._meta.managed:
                there = connection.introspection.get_constraints(cursor, model._meta.db_table)
                found += [(model._meta.db_table, o.name) for o in (*model._meta.constraints, *model._meta.indexes)
                          if o.name not in there]
    return found


def test_what_models_declare_is_in_the_database() -> None:
    assert missing() == []


def test_a_lost_constraint_is_found() -> None:
    db.execute("DROP INDEX payments_request_one_open")
    assert missing() == [("payments_request", "payments_request_one_open")]
