"""What happened: server-side commerce events and the figures computed from the ledgers."""
