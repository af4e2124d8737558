"""The web server alone, as several machines before one database run it."""

from pathlib import Path

import pytest

from tests.flows.shopfront import environment, free_port, serving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_serve_answers_until_it_is_told_to_stop(tmp_path: Path) -> None:
    base = f"http://127.0.0.1:{free_port()}"
    with serving("serve", tmp_path, base, environment(tmp_path, base)) as server:
        assert server.poll() is None
    assert server.returncode in (0, -15)
    assert f"{base}/office/" in (tmp_path / "server.log").read_text()
