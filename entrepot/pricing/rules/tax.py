"""Tax: the rate of a class in a place on a day, and the tax in or on top of an amount."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from entrepot.kit.money import ratio_minor

UNIT = 10_000  # rates are kept in ten-thousandths: 20 % is 2,000


@dataclass(frozen=True, slots=True)
class TaxTable:
    """Rates by (country, region, class), the newest first. A region's rate replaces its country's."""

    rates: dict[tuple[str, str, str], tuple[tuple[date, int], ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, str, Decimal, date]]) -> TaxTable:
        found: dict[tuple[str, str, str], list[tuple[date, int]]] = {}
        for country, region, tax_class, rate, from_on in rows:
            found.setdefault((country, region, tax_class), []).append((from_on, int(rate * UNIT)))
        return cls({key: tuple(sorted(values, reverse=True)) for key, values in found.items()})

    def rate(self, country: str, region: str, tax_class: str, on: date) -> int:
        """The rate in ten-thousandths; 0 where none is set (a country that we sell to without tax)."""
        for place in (region, "") if region else ("",):
            for from_on, rate in self.rates.get((country, place, tax_class), ()):
                if from_on <= on:
                    return rate
        return 0


def tax_of(amount_minor: int, rate: int, included: bool) -> int:
    """Tax inside (or on top of) a line's amount after discounts, rounded once."""
    if not rate:
        return 0
    return ratio_minor(amount_minor, rate, UNIT + rate if included else UNIT)
