"""Where and how many: warehouses, the append-only stock ledger, cached balances, reservations, transfers."""
