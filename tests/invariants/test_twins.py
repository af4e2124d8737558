"""Every registered invariant has a twin test somewhere that plants a violation, and every one finds nothing in a shop
where all went well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from entrepot.kit import invariants, outbox
from entrepot.web.commands import check
from tests.api.world import build

ROOT = Path(__file__).resolve().parents[2]


def _tests_about_invariants() -> str:
    """All tests that plant violations, in one text: those that look for them by `violations()` or by their SQL."""
    folders = [*(ROOT / "entrepot").glob("*/tests"), ROOT / "tests"]
    texts = [path.read_text(encoding="utf-8") for folder in folders for path in folder.rglob("*.py")
             if path != Path(__file__)]
    return "\n".join(text for text in texts if "invariants" in text)


def test_every_invariant_has_a_twin_that_plants_a_violation() -> None:
    text = _tests_about_invariants()
    codes = [i.code for i in invariants.registered()]
    assert len(codes) > 30
    assert [code for code in codes if code not in text] == []


def test_a_code_is_declared_once() -> None:
    known = invariants.registered()[0]
    with pytest.raises(ValueError, match="declared twice"):
        invariants.register(known.code, known.text, known.sql)


@pytest.mark.django_db(transaction=True)
def test_a_shop_where_all_went_well_breaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTREPOT_TEST_PAYMENTS", "1")
    monkeypatch.setenv("ENTREPOT_BANK_ACCOUNT", "DE00 0000")
    build()
    outbox.drain()
    done = CliRunner().invoke(check, ["--json"])
    said = json.loads(done.stdout)
    assert said["violations"] == []
    assert said["checked"] == len(invariants.registered())
    assert done.exit_code == 0


@pytest.mark.django_db(transaction=True)
def test_the_check_says_no_when_one_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    from entrepot.kit import db

    monkeypatch.setenv("ENTREPOT_TEST_PAYMENTS", "1")
    monkeypatch.setenv("ENTREPOT_BANK_ACCOUNT", "DE00 0000")
    build()
    db.execute("UPDATE inventory_balance SET on_hand = on_hand + 1 WHERE id = (SELECT min(id) FROM inventory_balance)")
    done = CliRunner().invoke(check, ["invariants", "--json"])
    assert {v["code"] for v in json.loads(done.stdout)["violations"]} == {"inventory.on_hand_is_ledger"}
    assert done.exit_code == 1
