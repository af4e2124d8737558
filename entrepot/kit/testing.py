"""A pytest plugin, loaded before settings are read: a real PostgreSQL of the tests' own."""

import os

from entrepot.kit import embedded

SERVER = "postgres-test"

if not os.environ.get("DATABASE_URL"):
    # Durability of the server is the subject of bench/ and the crash tests, which run their own; here speed matters.
    embedded.start(SERVER, settings={"fsync": "off", "full_page_writes": "off", "max_connections": "300"})
    os.environ["DATABASE_URL"] = embedded.url(SERVER)
