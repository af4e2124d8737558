"""An order as its reader speaks: what was sold is named in the reader's language, not in the buyer's.

Papers and mails to the buyer keep the words of the day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import VariantFacts
from entrepot.checkout import public as checkout
from entrepot.orders import public as orders
from entrepot.orders.contracts import LineView, OrderView


def read(order: OrderView) -> OrderView:
    """The order with its lines in the reader's language, where the catalogue has it: one statement, and none where the
    buyer speaks it and the lines know their options."""
    language = get_language() or "en"
    strange = order.language != language
    wanted = {line.variant_id for line in order.lines if line.variant_id and (strange or _lacks_words(line))}
    facts = catalog.variant_facts(wanted)
    lines = [_line(line, facts.get(line.variant_id) if line.variant_id else None, language, strange=strange)
             for line in order.lines]
    return replace(order, lines=lines, delivery=_delivery(order.delivery, language) if strange else order.delivery)


def _delivery(chosen: dict[str, Any], language: str) -> dict[str, Any]:
    method = checkout.delivery_methods().get(chosen.get("method_id") or 0)
    name = method.name.get(language) if method and method.code == chosen.get("method") else None
    return {**chosen, "name": name} if name else chosen


def _lacks_words(line: LineView) -> bool:
    """Sold when lines kept the codes of their options alone."""
    return bool(line.facts.get("options")) and not line.options


def _line(line: LineView, fact: VariantFacts | None, language: str, *, strange: bool) -> LineView:
    name = fact.name.get(language) if fact and strange else None
    kept = line.facts if line.options or fact is None else orders.kept_options(fact)
    return replace(line, name=name or line.name, options=orders.options_of(kept, language))


def read_rows(rows: Iterable[dict[str, Any]], order: OrderView) -> list[dict[str, Any]]:
    """The lines of a preview, those that a change adds among them; `order` was read already."""
    known = {str(line.id): line for line in order.lines}
    told = list(rows)
    fresh = {UUID(row["variant_id"]) for row in told if row["variant_id"] and row["line_id"] not in known}
    language = get_language() or "en"
    facts = catalog.variant_facts(fresh)
    return [{**row, **_goods(row, known, facts, language)} for row in told]


def _goods(row: dict[str, Any], known: dict[str, LineView], facts: dict[UUID, VariantFacts],
           language: str) -> dict[str, Any]:
    if row["line_id"] in known:
        line = known[row["line_id"]]
        return {"name": line.name, "options": line.options}
    fact = facts.get(UUID(row["variant_id"])) if row["variant_id"] else None
    if fact is None:
        return {}
    return {"name": fact.name.get(language) or row["name"],
            "options": orders.options_of(orders.kept_options(fact), language)}
