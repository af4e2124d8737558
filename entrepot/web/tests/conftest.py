"""The shop that the tests of pages walk through, and who is there."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client

from entrepot.kit import private
from entrepot.web.tests.walks import sign_in
from tests.shop import ALICE, CHARLIE, Shop, forget, open_shop, person


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Shop]:
    monkeypatch.setenv("ENTREPOT_TEST_PAYMENTS", "1")
    monkeypatch.setenv("ENTREPOT_PAYMENT_SIMULATOR", "1")
    monkeypatch.setattr(private, "home", lambda: tmp_path)
    yield open_shop()
    forget()


@pytest.fixture
def alice(shop: Shop, client: Client) -> UUID:
    """Signed in at `client`."""
    customer_id = person(ALICE)
    sign_in(client, ALICE)
    return customer_id


@pytest.fixture
def charlie(shop: Shop) -> Client:
    person(CHARLIE)
    client = Client()
    sign_in(client, CHARLIE)
    return client
