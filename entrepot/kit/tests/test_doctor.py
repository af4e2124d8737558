"""What `entrepot doctor` says of the way requests come in."""

import pytest
from django.conf import LazySettings

from entrepot.kit import health


@pytest.mark.parametrize(("address", "proxies", "ok"), [
    ("http://localhost:8000", "", True),
    ("https://shop.example.com", "", False),
    ("https://shop.example.com", "127.0.0.1,::1", True),
])
def test_an_https_address_without_a_named_proxy_has_no_limits(
        address: str, proxies: str, ok: bool, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.BASE_URL = address
    monkeypatch.setenv("ENTREPOT_TRUSTED_PROXIES", proxies)
    told = health._proxies()
    assert told["ok"] is ok
    assert ok or "ENTREPOT_TRUSTED_PROXIES" in told["detail"]
