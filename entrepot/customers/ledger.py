"""Points and store credit: an append-only ledger with a cached balance that is never negative."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from entrepot.customers.errors import InsufficientBalance
from entrepot.kit import clock, db

# One statement: lock the account, write the entry unless it was written before or the balance is too small, move the
# balance. `balance` is the locked row's, read after any wait, so the guard cannot be passed by two at once.
_BOOK = """
WITH account AS MATERIALIZED (
    SELECT id, balance FROM customers_account
    WHERE customer_id = %(customer)s AND kind = %(kind)s AND currency = %(currency)s FOR UPDATE
), entry AS (
    INSERT INTO customers_accountentry (account_id, delta, reason, reference, at)
    SELECT id, %(delta)s, %(reason)s, %(reference)s, %(at)s FROM account WHERE balance + %(delta)s >= 0
    ON CONFLICT (account_id, reason, reference) DO NOTHING RETURNING account_id
), moved AS (
    UPDATE customers_account a SET balance = a.balance + %(delta)s FROM entry WHERE a.id = entry.account_id
    RETURNING a.balance
)
SELECT account.balance AS before, (SELECT balance FROM moved) AS after FROM account
"""

_OPEN = """
INSERT INTO customers_account (customer_id, kind, currency, balance) VALUES (%(customer)s, %(kind)s, %(currency)s, 0)
ON CONFLICT (customer_id, kind, currency) DO NOTHING
"""

_IS_BOOKED = """
SELECT EXISTS (SELECT 1 FROM customers_accountentry e JOIN customers_account a ON a.id = e.account_id
               WHERE a.customer_id = %(customer)s AND a.kind = %(kind)s AND a.currency = %(currency)s
                 AND e.reason = %(reason)s AND e.reference = %(reference)s)
"""


def book(customer_id: UUID, kind: str, delta: int, *, reason: str, reference: str, currency: str = "") -> int:
    """Add `delta` (negative: take) to points or credit inside the caller's transaction; returns the new balance.

    The same reason and reference books once: again, it returns the balance as it is. Raises InsufficientBalance.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a booking belongs in the transaction of what it pays or rewards")
    facts = {"customer": customer_id, "kind": kind, "currency": currency, "delta": delta, "reason": reason,
             "reference": reference, "at": clock.now()}
    found = db.row(_BOOK, facts)
    if found is None and delta >= 0:
        db.execute(_OPEN, facts)
        found = db.row(_BOOK, facts)
    if found is not None and found.after is not None:
        return int(found.after)
    if found is not None and db.value(_IS_BOOKED, facts):
        return int(found.before)
    raise InsufficientBalance(available=int(found.before) if found else 0)


def balance(customer_id: UUID, kind: str, currency: str = "") -> int:
    """Points, or store credit in a currency, that the customer has now."""
    return int(db.value("SELECT balance FROM customers_account WHERE customer_id = %s AND kind = %s AND currency = %s",
                        [customer_id, kind, currency]) or 0)
