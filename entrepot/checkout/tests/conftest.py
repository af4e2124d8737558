"""Caches of a process outlive the tables of a test."""

import pytest


@pytest.fixture(autouse=True)
def _forget(monkeypatch: pytest.MonkeyPatch) -> None:
    from entrepot.catalog.queries import channels
    from entrepot.checkout import offers
    from entrepot.inventory import queries as inventory
    from entrepot.payments import queries as payments

    monkeypatch.setenv("ENTREPOT_TEST_PAYMENTS", "1")
    for forget in (channels.forget, offers.forget, inventory.forget_sites, payments.forget_settings):
        forget()
