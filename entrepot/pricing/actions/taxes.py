"""Tax rates: set from a date on, so that the past keeps its own."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from django.db import transaction

from entrepot.kit import audit, db
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.pricing.permissions import SET_TAX

_SET = """
INSERT INTO pricing_taxrate AS t (country, region, tax_class, rate, name, from_on)
VALUES (%(country)s, %(region)s, %(tax_class)s, %(rate)s, %(name)s, %(from_on)s)
ON CONFLICT (country, region, tax_class, from_on) DO UPDATE SET rate = excluded.rate, name = excluded.name
RETURNING t.id, old.rate AS before
"""


def set_tax_rate(country: str, tax_class: str, rate: Decimal, from_on: date, region: str = "", name: str = "", *,
                 actor: Actor) -> int:
    """The rate (0.2 is 20 %) of a class of goods in a country, or one of its regions, from a day on."""
    actor.require(SET_TAX)
    if not re.fullmatch(r"[A-Z]{2}", country):
        raise InvalidInput("country", N_("expected a country code of two capital letters"))
    if not re.fullmatch(r"[a-z0-9_-]{1,20}", tax_class):
        raise InvalidInput("tax_class", N_("expected at most 20 small letters, digits, - or _"))
    if not rate.is_finite() or not 0 <= rate < 1 or rate != round(rate, 4):
        raise InvalidInput("rate", N_("expected a rate from 0 to below 1 with at most four decimals"))
    if len(region) > 40 or len(name) > 40:
        raise InvalidInput("region" if len(region) > 40 else "name", N_("expected at most 40 characters"))
    with transaction.atomic():
        row = db.row(_SET, {"country": country, "region": region, "tax_class": tax_class, "rate": rate, "name": name,
                            "from_on": from_on})
        audit.record(actor, "pricing.set_tax_rate", "tax_rate", row.id, old={"rate": row.before},
                     new={"country": country, "region": region, "tax_class": tax_class, "rate": rate,
                          "from_on": from_on})
    return int(row.id)


def remove_tax_rate(rate_id: int, *, actor: Actor) -> None:
    """Take a rate away that should never have been; the one before it holds again."""
    actor.require(SET_TAX)
    with transaction.atomic():
        row = db.row("DELETE FROM pricing_taxrate WHERE id = %s RETURNING country, region, tax_class, rate, from_on",
                     [rate_id])
        if row is None:
            raise NotFound("tax rate")
        audit.record(actor, "pricing.remove_tax_rate", "tax_rate", rate_id, old=row._asdict())
