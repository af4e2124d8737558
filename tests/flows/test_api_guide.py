"""The integrator's guide, executed; its Chinese twin shows the same code."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from tests.flows.shopfront import BIN, ROOT, installation, run
from tests.flows.test_walkthrough import TRAP

GUIDE = ROOT / "docs" / "guide" / "api.md"
TWIN = ROOT / "docs" / "guide" / "api.zh-CN.md"
BODY = b'{"type":"orders.order_placed","data":{"number":"\xc2\xa31"}}'


def blocks(guide: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", guide.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("bash")), reason="needs curl and bash")
def test_what_the_guide_shows_works(tmp_path: Path) -> None:
    shown = blocks(GUIDE, "sh")
    script = TRAP + "\n".join(shown).replace(".venv/bin/entrepot", str(BIN / "entrepot"))
    with installation(tmp_path) as env:
        said = run(["bash", "-c", script], env)
    assert len(shown) >= 8
    assert "tracking_secret" in said


@pytest.fixture
def is_ours() -> Callable[..., bool]:
    shown: dict[str, Any] = {}
    exec("\n".join(blocks(GUIDE, "python")), shown)  # noqa: S102 our own guide
    check: Callable[..., bool] = shown["is_ours"]
    return check


def test_the_check_of_a_webhook_lets_in_what_we_sign_and_nothing_else(is_ours: Callable[..., bool]) -> None:
    secret, older = "whsec_" + "c2VjcmV0" * 4, "whsec_" + "b2xkZXI0" * 4
    now = datetime.now(UTC)
    signed = " ".join(Webhook(s).sign("event-1", now, BODY.decode()) for s in (secret, older))
    headers = {"webhook-id": "event-1", "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signed}
    assert is_ours(secret, headers, BODY)
    assert is_ours(older, headers, BODY)  # for a day after a rotation
    assert not is_ours(secret, headers, BODY + b" ")
    assert not is_ours("whsec_" + "AAAA" * 8, headers, BODY)
    assert not is_ours(secret, headers | {"webhook-id": "event-2"}, BODY)
    assert not is_ours(secret, headers | {"webhook-timestamp": str(int(time.time()) - 400)}, BODY)


def test_both_languages_show_the_same_code() -> None:
    assert [blocks(GUIDE, kind) for kind in ("sh", "python")] == [blocks(TWIN, kind) for kind in ("sh", "python")]
