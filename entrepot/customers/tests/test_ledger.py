"""Points and credit: booked once, never negative, whoever comes at the same time."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from entrepot.customers import public
from entrepot.customers.errors import InsufficientBalance
from entrepot.customers.tests.factories import acting, make_customer
from entrepot.kit import db, invariants
from entrepot.kit.actor import ANONYMOUS, system
from entrepot.kit.errors import InvalidInput, PermissionDenied, Unauthenticated

pytestmark = pytest.mark.django_db(transaction=True)


def _book(customer_id: UUID, delta: int, reference: str, kind: str = "points", currency: str = "") -> int:
    with transaction.atomic():
        return public.book(customer_id, kind, delta, reason="test", reference=reference, currency=currency)


def test_books_and_takes() -> None:
    alice = make_customer()
    assert _book(alice.id, 100, "a") == 100
    assert _book(alice.id, -30, "b") == 70
    assert public.balance(alice.id, "points") == 70
    assert public.balance(alice.id, "credit", "EUR") == 0


def test_same_reference_books_once_even_when_the_rest_would_not_suffice() -> None:
    alice = make_customer()
    _book(alice.id, 100, "a")
    assert _book(alice.id, -100, "b") == 0
    assert _book(alice.id, -100, "b") == 0
    assert _book(alice.id, 100, "a") == 0
    assert db.value("SELECT count(*) FROM customers_accountentry") == 2


def test_refusal_leaves_the_transaction_usable_and_nothing_changed() -> None:
    alice = make_customer()
    with transaction.atomic():
        public.book(alice.id, "credit", 500, reason="test", reference="a", currency="EUR")
        with pytest.raises(InsufficientBalance) as refused:
            public.book(alice.id, "credit", -501, reason="test", reference="b", currency="EUR")
        assert public.balance(alice.id, "credit", "EUR") == 500
    assert refused.value.params == {"available": 500}
    with pytest.raises(InsufficientBalance):
        _book(alice.id, -1, "none")


def test_booking_needs_a_transaction() -> None:
    alice = make_customer()
    with pytest.raises(RuntimeError, match="transaction"):
        public.book(alice.id, "points", 1, reason="test", reference="a")


def test_database_refuses_a_negative_balance_and_a_changed_entry() -> None:
    alice = make_customer()
    _book(alice.id, 5, "a")
    for statement in ("UPDATE customers_account SET balance = -1", "UPDATE customers_accountentry SET delta = 7",
                      "DELETE FROM customers_accountentry"):
        with pytest.raises(DatabaseError):
            db.execute(statement)


def _race(customer_id: UUID, book: object, buyers: int = 12) -> list[object]:
    results: list[object] = []
    gate = threading.Barrier(buyers)

    def buy(number: int) -> None:
        gate.wait()
        try:
            results.append(book(customer_id, number))  # type: ignore[operator]
        except InsufficientBalance:
            results.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=buy, args=(n,)) for n in range(buyers)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    return results


def test_check_then_write_loses_the_race() -> None:
    """Without the lock the balance that each one read lets them all through: the ledger sells what is not there."""
    alice = make_customer()
    _book(alice.id, 50, "start")
    gate = threading.Barrier(12)

    def unguarded(customer_id: UUID, number: int) -> int:
        before = public.balance(customer_id, "points")
        gate.wait()
        if before < 10:
            raise InsufficientBalance(available=before)
        db.execute("INSERT INTO customers_accountentry (account_id, delta, reason, reference, at)"
                   " SELECT id, -10, 'race', %s, now() FROM customers_account", [str(number)])
        return before - 10

    results = _race(alice.id, unguarded)
    assert results.count("refused") == 0
    assert db.value("SELECT sum(delta) FROM customers_accountentry") == -70


def test_twelve_take_ten_of_fifty_five_succeed() -> None:
    alice = make_customer()
    _book(alice.id, 50, "start")
    results = _race(alice.id, lambda c, n: _book(c, -10, str(n)))
    assert results.count("refused") == 7
    assert public.balance(alice.id, "points") == 0
    assert invariants.violations() == []


def test_same_reference_at_the_same_time_books_once() -> None:
    alice = make_customer()
    _book(alice.id, 50, "start")
    assert set(_race(alice.id, lambda c, n: _book(c, -50, "one order"))) == {0}
    assert public.balance(alice.id, "points") == 0


def test_adjustment_needs_permission_reason_and_is_audited() -> None:
    alice = make_customer()
    for actor, error in ((ANONYMOUS, Unauthenticated), (acting(alice), PermissionDenied)):
        with pytest.raises(error):
            public.adjust_balance(alice.id, "points", 5, reason="kind", actor=actor)
    with pytest.raises(InvalidInput):
        public.adjust_balance(alice.id, "points", 5, reason=" ", actor=system("test"))
    assert public.balance(alice.id, "points") == 0
    assert public.adjust_balance(alice.id, "points", 5, reason="apology", actor=system("test")) == 5
    assert db.value("SELECT reason FROM kit_audit WHERE action = 'customers.adjust_balance'") == "apology"


def test_planted_difference_is_found() -> None:
    alice = make_customer()
    _book(alice.id, 50, "start")
    assert invariants.violations() == []
    db.execute("UPDATE customers_account SET balance = 49")
    assert [v.code for v in invariants.violations()] == ["customers.balance_is_sum"]
