"""The methods that tests pay with are switched on here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from entrepot.payments import queries


@pytest.fixture(autouse=True)
def _methods(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("ENTREPOT_TEST_PAYMENTS", "1")
    monkeypatch.setenv("ENTREPOT_PAYMENT_SIMULATOR", "1")
    queries.forget_settings()
    yield
    queries.forget_settings()
