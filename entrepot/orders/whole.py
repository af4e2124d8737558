"""One order with everything that belongs to it, in one statement: its tables arrive as JSON and become the same model
instances that eight statements would have made."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.db import models

from entrepot.kit import db
from entrepot.orders.models import (
    Fulfilment,
    FulfilmentLine,
    Hold,
    Invoice,
    Order,
    OrderChange,
    OrderLine,
    RefundApproval,
    TimelineEntry,
)

_PARTS: tuple[tuple[str, type[models.Model]], ...] = (
    ("lines", OrderLine), ("holds", Hold), ("fulfilments", Fulfilment), ("changes", OrderChange),
    ("invoices", Invoice), ("timeline", TimelineEntry))
# What belongs to a part: the part, the name of the set, its model, the key that leads back.
_WITHIN: tuple[tuple[str, str, type[models.Model], str], ...] = (
    ("fulfilments", "lines", FulfilmentLine, "fulfilment_id"), ("changes", "approvals", RefundApproval, "change_id"))


@cache
def _sql() -> str:
    tables = {name: model._meta.db_table for name, model in _PARTS}
    parts = [f"'{name}', (SELECT coalesce(json_agg(t ORDER BY t.id), '[]') FROM {table} t WHERE t.order_id = o.id)"  # noqa: S608
             for name, table in tables.items()]
    parts += [f"'{part}.{name}', (SELECT coalesce(json_agg(t ORDER BY t.id), '[]') FROM {model._meta.db_table} t"  # noqa: S608
              f" JOIN {tables[part]} p ON p.id = t.{key} WHERE p.order_id = o.id)"
              for part, name, model, key in _WITHIN]
    return (f"SELECT json_build_object('order', row_to_json(o), {', '.join(parts)})::text"  # noqa: S608
            f" FROM {Order._meta.db_table} o WHERE o.id = %s")


def load(order_id: UUID) -> Order | None:
    """The order, its related sets filled as by prefetch_related; None when there is none."""
    text = db.value(_sql(), [order_id])
    if text is None:
        return None
    found = json.loads(text, parse_float=Decimal)
    order: Order = _made(Order, found["order"])
    made = {name: [_made(model, row) for row in found[name]] for name, model in _PARTS}
    for part, name, model, key in _WITHIN:
        inner = [_made(model, row) for row in found[f"{part}.{name}"]]
        for owner in made[part]:
            _fill(owner, name, [i for i in inner if getattr(i, key) == owner.pk])
    for name, rows in made.items():
        for row in rows:
            row.order = order
        _fill(order, name, sorted(rows, key=lambda line: line.position) if name == "lines" else rows)
    return order


def _made(model: type[models.Model], row: dict[str, Any]) -> Any:
    fields = [(f, row[str(f.column)]) for f in model._meta.concrete_fields]
    values = [_plain(value) if isinstance(f, models.JSONField) else f.to_python(value) for f, value in fields]
    return model.from_db("default", [f.attname for f, _value in fields], values)


def _plain(value: Any) -> Any:
    """JSON inside the JSON has floats, as it has when Django reads it."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return {k: _plain(v) for k, v in value.items()} if isinstance(value, dict) else value


def _fill(owner: models.Model, name: str, made: list[Any]) -> None:
    """As Django keeps what was prefetched."""
    related = getattr(owner, name).get_queryset()
    related._result_cache, related._prefetch_done = made, True
    cache_of = owner.__dict__.setdefault("_prefetched_objects_cache", {})
    cache_of[name] = related
