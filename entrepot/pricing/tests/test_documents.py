"""The worked examples of docs/algorithms/pricing.md are run as they are written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from entrepot.kit.json import loads
from entrepot.pricing.rules.promotions import KINDS, Promotion
from entrepot.pricing.tests.carts import adds_up, facts, price, promotion, uid

DOCUMENT = Path(__file__).parents[3] / "docs" / "algorithms" / "pricing.md"
EXAMPLES = [loads(block) for block in re.findall(r"```json example\n(.*?)```", DOCUMENT.read_text(), re.S)]


def _goods(line: dict[str, Any]) -> tuple[Any, str, int]:
    return facts(line["sku"], **line.get("facts", {})), line["quantity"], line["unit_minor"]


def _uuids(value: Any) -> Any:
    """Names of variants in the document stand for their ids."""
    if isinstance(value, dict):
        return {k: [str(uid(n)) for n in v] if k == "variants" else _uuids(v) for k, v in value.items()}
    return [_uuids(v) for v in value] if isinstance(value, list) else value


def _promotion(fields: dict[str, Any]) -> Promotion:
    rest = {k: v for k, v in fields.items() if k not in ("code", "benefit", "conditions")}
    return promotion(fields["code"], _uuids(fields["benefit"]), _uuids(fields.get("conditions", {})), **rest)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e["example"])
def test_worked_example(example: dict[str, Any]) -> None:
    rules = [_promotion(fields) for fields in example.get("promotions", [])]
    quote = price([_goods(line) for line in example["lines"]], [p for p in rules if not p.needs_coupon],
                  coupons={p.code.upper(): p for p in rules if p.needs_coupon}, rates=example.get("rates"),
                  tax_included=example.get("tax_included", True), currency=example.get("currency", "EUR"),
                  delivery_minor=example.get("delivery_minor", 0))
    adds_up(quote)
    told = {"goods": quote.goods_minor, "discount": quote.discount_minor, "tax": quote.tax_minor,
            "total": quote.total_minor, "line_discounts": [line.discount_minor for line in quote.lines],
            "line_taxes": [line.tax_minor for line in quote.lines],
            "unit": [line.unit_minor for line in quote.lines], "lines": len(quote.lines)}
    assert {key: told[key] for key in example["gives"]} == example["gives"]


def test_every_kind_of_benefit_has_an_example() -> None:
    shown = {p["benefit"]["kind"] for e in EXAMPLES for p in e.get("promotions", [])}
    assert shown == set(KINDS)
    assert len(EXAMPLES) >= 12
