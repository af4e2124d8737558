"""The shop that the tests of pages walk through."""

from collections.abc import Iterator

import pytest

from tests.shop import Shop, forget, open_shop


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setenv("ENTREPOT_TEST_PAYMENTS", "1")
    monkeypatch.setenv("ENTREPOT_PAYMENT_SIMULATOR", "1")
    yield open_shop()
    forget()
