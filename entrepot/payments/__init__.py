"""Money in and out: payments, captures, refunds, provider adapters, the webhook inbox, reconciliation."""
