"""Fraud rules as pure decisions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.fraud import rules
from entrepot.fraud.contracts import Decision, RuleInfo
from entrepot.fraud.rules import Facts, Probe
from entrepot.kit.errors import InvalidInput

FACTS = Facts({"email": "email:a", "ip": "ip:b", "address": ""}, 50_000, "EUR", "DE", "FR")


def rule(kind: str, params: dict[str, Any], **more: Any) -> RuleInfo:
    return RuleInfo(
        kind, kind, params, more.get("score", 50), more.get("is_active", True), more.get("dry_run", False), 1
    )


def test_a_rule_without_its_key_asks_nothing() -> None:
    by_address = rule("velocity", {"of": "order", "by": "address", "limit": 1, "minutes": 60})
    assert rules.probes([by_address], FACTS) == []


def test_inactive_rules_ask_nothing() -> None:
    assert rules.probes([rule("country_mismatch", {}, is_active=False)], FACTS) == []


@pytest.mark.parametrize(("shipping", "billing", "fired"), [("DE", "FR", True), ("DE", "DE", False), ("DE", "", False)])
def test_country_mismatch(shipping: str, billing: str, fired: bool) -> None:
    facts = Facts({}, 1, "EUR", shipping, billing)
    asked = rules.probes([rule("country_mismatch", {})], facts)
    assert bool(rules.judge(asked, [0] * len(asked)).findings) is fired


@pytest.mark.parametrize(("total", "currency", "earlier", "fired"), [
    (50_000, "EUR", 0, True), (50_000, "EUR", 1, False), (49_999, "EUR", 0, False), (50_000, "USD", 0, False)])
def test_a_first_order_of_high_value(total: int, currency: str, earlier: int, fired: bool) -> None:
    facts = Facts({"email": "email:a"}, total, currency, "DE", "DE")
    asked = rules.probes([rule("high_value_first_order", {"amounts": {"EUR": 50_000}})], facts)
    assert bool(rules.judge(asked, [earlier] * len(asked)).findings) is fired


@given(st.lists(st.tuples(st.integers(1, 100), st.booleans(), st.integers(0, 9), st.integers(1, 9)), max_size=8))
def test_the_score_is_capped_and_dry_runs_add_nothing(cases: list[tuple[int, bool, int, int]]) -> None:
    asked = [Probe(f"r{n}", 1, score, dry, least=least) for n, (score, dry, _, least) in enumerate(cases)]
    verdict = rules.judge(asked, [count for _, _, count, _ in cases])
    counted = [score for score, dry, count, least in cases if count >= least and not dry]
    assert verdict.score == min(100, sum(counted))
    assert (verdict.verdict is Decision.REVIEW) == (verdict.score >= rules.REVIEW_FROM)
    assert len(verdict.reasons) == len(counted)


@pytest.mark.parametrize(("kind", "params", "score"), [
    ("velocity", {}, 50), ("velocity", {"of": "order", "by": "email", "limit": 0, "minutes": 5}, 50),
    ("velocity", {"of": "order", "by": "email", "limit": True, "minutes": 5}, 50),
    ("velocity", {"of": "sneeze", "by": "email", "limit": 1, "minutes": 5}, 50),
    ("velocity", {"of": "order", "by": "email", "limit": 1, "minutes": 5, "x": 1}, 50),
    ("many_emails", {"by": "email", "limit": 1, "minutes": 5}, 50), ("high_value", {"amounts": {}}, 50),
    ("high_value", {"amounts": {"eur": 1}}, 50), ("high_value", {"amounts": {"EUR": "1"}}, 50),
    ("country_mismatch", {}, 0), ("country_mismatch", {}, 101), ("horoscope", {}, 50)])
def test_a_rule_that_cannot_be_asked_is_refused(kind: str, params: dict[str, Any], score: int) -> None:
    with pytest.raises(InvalidInput):
        rules.check(kind, params, score)


def test_the_defaults_are_sound() -> None:
    for _, kind, params, score in rules.DEFAULTS:
        rules.check(kind, params, score)
    assert len({code for code, *_ in rules.DEFAULTS}) == len(rules.DEFAULTS)
