"""The life of an order: states, timeline, holds, changes, fulfilments, returns, invoices, guest tracking."""
