"""What every walk needs: ways to pay that settle here and now."""

from collections.abc import Iterator

import pytest

from entrepot.payments import queries as payment_queries


@pytest.fixture
def ways_to_pay(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("TEST_PAYMENTS", "PAYMENT_SIMULATOR", "CASH_ON_DELIVERY"):
        monkeypatch.setenv(f"ENTREPOT_{name}", "1")
    payment_queries.forget_settings()
    yield
    payment_queries.forget_settings()
