"""The walk-through of the guide, executed: what a newcomer types is what is tested."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.flows.shopfront import BIN, ROOT, installation, run

pytestmark = [
    pytest.mark.django_db(transaction=True), pytest.mark.slow,
    pytest.mark.skipif(not (shutil.which("curl") and shutil.which("bash")), reason="needs curl and bash"),
]
GUIDE = ROOT / "docs" / "guide" / "walkthrough.md"

# Two small mugs at 12.00 and two large ones at 16.00, less 10 %, delivered for 3.95; the small ones go back.
GOODS, DELIVERY, RETURNED = 5040, 395, 2160

# What fails inside $(...) is told, too.
TRAP = """set -euo pipefail
trap 'test $? = 0 || echo "stopped at $BASH_COMMAND: ${CART:-} ${PLACED:-} ${PARCEL:-} ${CHANGE:-}" >&2' EXIT
"""


def script() -> str:
    """The guide's shell blocks as one script, with this Python's `entrepot`."""
    blocks = re.findall(r"^```sh\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return TRAP + "\n".join(blocks).replace(".venv/bin/entrepot", str(BIN / "entrepot"))


def test_the_walkthrough_works_and_the_books_agree_to_the_penny(tmp_path: Path) -> None:
    with installation(tmp_path) as env:
        said = run(["bash", "-c", script()], env)
        figures = json.loads(run([str(BIN / "entrepot"), "figures", "--json"], env))
        checked = json.loads(run([str(BIN / "entrepot"), "check", "--json"], env))
    assert "0 violations" in said
    assert checked["violations"] == []
    assert checked["checked"] > 30
    shop, = figures["figures"]
    sold = GOODS + DELIVERY
    assert {name: shop[name] for name in ("channel", "currency", "orders", "sold_minor", "credited_minor", "net_minor",
                                          "paid_minor", "refunded_minor")} == {
        "channel": "shop", "currency": "GBP", "orders": 1, "sold_minor": sold, "credited_minor": RETURNED,
        "net_minor": sold - RETURNED, "paid_minor": sold - RETURNED, "refunded_minor": RETURNED}
    assert float(shop["units"]) == 2
