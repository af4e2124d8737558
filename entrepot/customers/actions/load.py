"""Bulk import of customers known elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from entrepot.customers.permissions import MANAGE
from entrepot.kit import audit, clock, db
from entrepot.kit.actor import Actor

_LOAD = """
WITH given AS (
    SELECT * FROM unnest(%(ids)s::text[], %(names)s::text[], %(countries)s::text[]) AS g(external_id, name, country)
)
INSERT INTO customers_customer (id, name, email, phone, language, country, external_id, created_at, note)
SELECT uuidv7(), name, '', '', %(language)s, country, external_id, %(now)s, '' FROM given
ON CONFLICT (external_id) DO NOTHING
RETURNING id
"""


def import_customers(people: Iterable[tuple[str, str, str]], *, language: str = "en",
                     actor: Actor) -> tuple[dict[str, UUID], int]:
    """Customers from (external id, name, country): their ids by external id, and how many are new.

    A known external id is left as it is. One statement for any number; no events, since nobody signed up.
    """
    actor.require(MANAGE)
    rows = list(people)
    ids = [r[0] for r in rows]
    with transaction.atomic():
        made = db.rows(_LOAD, {"ids": ids, "names": [r[1] for r in rows], "countries": [r[2] for r in rows],
                               "language": language, "now": clock.now()})
        if made:
            audit.record(actor, "customers.import", "import", "customers", new={"customers": len(made)})
        found = db.rows("SELECT external_id, id FROM customers_customer WHERE external_id = ANY(%s)", [ids])
    return {r.external_id: r.id for r in found}, len(made)
