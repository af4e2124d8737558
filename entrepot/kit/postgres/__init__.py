"""Django's PostgreSQL, with one thing more: what must be done in every transaction just before it commits."""
