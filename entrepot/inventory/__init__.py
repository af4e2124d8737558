"""Where and how many: warehouses, the append-only stock ledger, cached balances, reservations, transfers.

Always true: a balance equals its movements, open reservations and goods on their way; it is never negative; reserved
never exceeds what is on hand plus the backorder limit. Locks: balance rows in the order of their ids, and a
reservation only under the lock of its balance. Checkout, orders and what lies above them call `public`.
"""
