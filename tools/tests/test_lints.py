"""Each house rule finds what it forbids and lets pass what it allows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.lints import RULES, findings

CASES = [
    ("foreign-model", "entrepot/orders/models.py",
     'x = models.ForeignKey("catalog.Channel", models.PROTECT)',
     'x = models.ForeignKey("catalog.Channel", models.PROTECT, related_name="+")'),
    ("foreign-model", "entrepot/orders/queries.py", 'm = apps.get_model("catalog", "Product")', "m = Product"),
    ("lock-place", "entrepot/orders/queries.py", "q.select_for_update()", "q.filter()"),
    ("network-in-atomic", "entrepot/payments/actions.py",
     "with transaction.atomic():\n    requests.post('x')", "requests.post('x')"),
    ("float-money", "entrepot/pricing/rules.py", "total_minor: float = 0", "total_minor: int = 0"),
    ("float-money", "entrepot/pricing/rules.py", "x = float(price)", "x = float(weight)"),
    ("action-actor", "entrepot/orders/actions/cancel.py", "def cancel_order(id): ...",
     "def cancel_order(id, *, actor): ..."),
    ("secret", "entrepot/kit/x.py", "k = 'sk_live_" + "a1b2c3d4e5'", "k = 'sk_test'"),
    ("untold", "entrepot/orders/contracts/told.py", "class LineView:\n    id: int",
     'class LineView:\n    """A line."""'),
    ("untold", "entrepot/orders/public.py", "def place(): ...", "def _place(): ..."),
    ("size", "entrepot/kit/x.py", "def f():\n" + "    x = 1\n" * 101, "def f():\n    x = 1\n"),
]


@pytest.mark.parametrize(("rule", "path", "bad", "good"), CASES)
def test_rule_finds_the_bad_and_passes_the_good(rule: str, path: str, bad: str, good: str) -> None:
    assert rule in {f.rule for f in findings(bad, Path(path))}
    assert rule not in {f.rule for f in findings(good, Path(path))}


def test_an_excused_line_passes() -> None:
    line = "q.select_for_update()  # lint: allow lock-place"
    assert not list(findings(line, Path("entrepot/orders/queries.py")))


def test_every_rule_has_a_case() -> None:
    assert {c[0] for c in CASES} == set(RULES)
