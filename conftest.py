"""Test set-up: a real PostgreSQL of our own. Alice buys, Bob runs the shop, Charlie is a stranger."""

from collections.abc import Iterator
from importlib import import_module

import pytest

# Empties what a test filled. Django's own flush truncates every table and recreates permissions, which takes a second;
# and the append-only triggers, rightly, refuse it.
_EMPTY = """
DO $$
DECLARE t record; found boolean; filled text[] := '{}';
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR t IN SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
             WHERE schemaname = 'public' AND tablename NOT IN
                   ('django_migrations', 'django_content_type', 'auth_permission', 'procrastinate_periodic_defers')
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %s)', t.name) INTO found;
        IF found THEN filled := filled || t.name; END IF;
    END LOOP;
    IF cardinality(filled) > 0 THEN
        EXECUTE 'TRUNCATE ' || array_to_string(filled, ', ') || ' RESTART IDENTITY CASCADE';
    END IF;
END $$
"""


@pytest.fixture(autouse=True, scope="session")
def _fast_teardown() -> None:
    from django.db import connection
    from django.test import TransactionTestCase

    def teardown(self: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_EMPTY)

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[method-assign]


@pytest.fixture(autouse=True, scope="session")
def _todays_static_files(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Under their plain names, as they lie in the folders; not as this installation last collected them."""
    from django.conf import settings

    settings.STATIC_ROOT = tmp_path_factory.mktemp("static")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _own_checkpoints(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test starts with an empty database, so the checkpoints of another one would contradict its audit trail."""
    import tempfile
    from functools import cache
    from pathlib import Path

    monkeypatch.setattr("entrepot.kit.seal.home", cache(lambda: Path(tempfile.mkdtemp(prefix="entrepot-seal-"))))


@pytest.fixture
def patient_sealing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Transactions of tests beside this one, in other databases of the server, hold sealing up until they end."""
    import time

    from entrepot.kit import db, seal

    real = seal.seal

    def patient(**options: int) -> int:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and db.value(
                "SELECT coalesce(max(xid), 0) >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint FROM kit_audit"):
            time.sleep(0.02)
        return real(**options)

    patient.__wrapped__ = real  # type: ignore[attr-defined]
    monkeypatch.setattr(seal, "seal", patient)


@pytest.fixture(autouse=True)
def _fresh_caches() -> None:
    """What processes remember for a few seconds (channels, rules, offers) must not outlive a test's data."""
    for name in _FORGETTERS:
        module, _, function = name.partition(":")
        getattr(import_module(module), function)()


_FORGETTERS = (
    "entrepot.catalog.queries.channels:forget", "entrepot.fraud.queries:forget_rules",
    "entrepot.checkout.offers:forget", "entrepot.inventory.queries:forget_sites",
    "entrepot.experiments.queries:forget_flags", "entrepot.growth.queries:forget",
    "entrepot.orders.policies:forget", "entrepot.payments.queries:forget_settings",
    "entrepot.showcase.merchandising:forget", "entrepot.web.storefront.kept:forget",
)
