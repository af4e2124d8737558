"""Whatever a test does to orders, the invariants hold after it."""

from collections.abc import Iterator

import pytest

from entrepot.kit import invariants, outbox


@pytest.fixture
def invariants_hold() -> Iterator[None]:
    yield
    outbox.drain()
    assert [v for v in invariants.violations() if v.code.startswith("orders.")] == []
