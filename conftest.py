"""Test set-up: a real PostgreSQL of our own. Alice buys, Bob runs the shop, Charlie is a stranger."""

from collections.abc import Iterator
from importlib import import_module

import pytest

# Whole folders of long files, in the order in which two processes begin with them: one that came last would keep the
# other waiting for minutes.
_LONG_FIRST = ("tests/browser/test_every_page.py", "tests/flows/", "tests/browser/", "tests/api/", "entrepot/web/")


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False  # pytest-xdist would begin with the files that have most tests


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        ranks = {folder: rank for rank, folder in enumerate(_LONG_FIRST)}
        items.sort(key=lambda item: next((r for f, r in ranks.items() if item.nodeid.startswith(f)), len(ranks)))


# Empties what a test filled. Django's own flush truncates every table and recreates permissions, which takes a second;
# and the append-only triggers, rightly, refuse it. Truncating writes new files for the table, for its indexes and for
# all that point to it, so only what grew large is truncated; the few rows of others are deleted.
_EMPTY = """
DO $$
DECLARE t record; found boolean; large text[] := '{}';
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR t IN SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c
               JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
              WHERE c.relkind = 'r' AND c.relname NOT IN
                    ('django_migrations', 'django_content_type', 'auth_permission', 'procrastinate_periodic_defers')
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %s)', t.name) INTO found;
        IF pg_relation_size(t.oid) > 1000000 THEN
            large := large || t.name;
        ELSIF found THEN
            EXECUTE 'DELETE FROM ' || t.name;
        END IF;
    END LOOP;
    IF cardinality(large) > 0 THEN
        EXECUTE 'TRUNCATE ' || array_to_string(large, ', ') || ' CASCADE';
    END IF;
    PERFORM setval(s.seqrelid, s.seqstart, false) FROM pg_sequence s JOIN pg_depend d ON d.objid = s.seqrelid
       AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
     WHERE pg_sequence_last_value(s.seqrelid) IS NOT NULL;
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
