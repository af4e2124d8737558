"""A shop of its own for each test: no index left from another, nothing remembered in the process."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator

import pytest
from django.core.cache import cache

from entrepot.catalog.queries import channels
from entrepot.showcase import asked, merchandising
from entrepot.showcase.actions import rebuild
from entrepot.showcase.engine import store
from entrepot.showcase.tests.factories import Prices, Shop, open_shop


@pytest.fixture
def prices(monkeypatch: pytest.MonkeyPatch) -> Prices:
    """Prices that a test sets as it likes; the pricing context has its own tests."""
    made = Prices()
    monkeypatch.setattr(rebuild, "pricing", made)
    return made


@pytest.fixture(autouse=True)
def questions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing asked before, and no thread that writes what is asked: a test does that itself."""
    asked._counts.clear()
    monkeypatch.setattr(asked, "_flushed_at", time.monotonic() + 3600)


@pytest.fixture
def shop(transactional_db: None, prices: Prices) -> Iterator[Shop]:
    shutil.rmtree(store.folder(), ignore_errors=True)
    channels.forget()
    merchandising.forget()
    cache.clear()
    yield open_shop(prices)
    shutil.rmtree(store.folder(), ignore_errors=True)
    channels.forget()
