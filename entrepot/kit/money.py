"""Money as whole minor units and an ISO 4217 currency; the one rounding rule of the house.

Rounding is half away from zero (commercial rounding), once per line. `docs/algorithms/pricing.md` has worked examples.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import cast

# ISO 4217 currencies whose minor unit is not 1/100.
_EXPONENTS = {
    **dict.fromkeys(["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV",
                     "XAF", "XOF", "XPF"], 0),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
}


def exponent(currency: str) -> int:
    """Decimal places of the currency's minor unit (ISO 4217)."""
    return _EXPONENTS.get(currency, 2)


def round_minor(value: Decimal) -> int:
    """The one rounding function: half away from zero to whole minor units."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def ratio_minor(amount_minor: int, numerator: int, denominator: int) -> int:
    """`round_minor(amount * numerator / denominator)` in whole numbers: the same rule, without a decimal in between."""
    product = amount_minor * numerator
    half_up = (2 * abs(product) + denominator) // (2 * denominator)
    return half_up if product >= 0 else -half_up


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An exact amount: `amount_minor` whole minor units of `currency`. Mixing currencies raises ValueError."""

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount_minor, int) or isinstance(self.amount_minor, bool):
            raise TypeError("amount_minor must be an int")
        if len(self.currency) != 3 or not self.currency.isupper():
            raise ValueError(f"not an ISO 4217 code: {self.currency!r}")

    @classmethod
    def of(cls, amount: Decimal | str | int, currency: str) -> Money:
        """Money from a major-unit amount such as "12.50"; rounds half away from zero."""
        return cls(round_minor(Decimal(amount).scaleb(exponent(currency))), currency)

    @property
    def amount(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.amount_minor).scaleb(-exponent(self.currency))

    def _same(self, other: Money) -> None:
        if other.currency != self.currency:
            raise ValueError(f"cannot mix {self.currency} and {other.currency}")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount_minor - other.amount_minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount_minor, self.currency)

    def __mul__(self, factor: int | Decimal) -> Money:
        return Money(round_minor(self.amount_minor * Decimal(factor)), self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount_minor < other.amount_minor

    def __bool__(self) -> bool:
        return self.amount_minor != 0

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"


def _split_whole(total: int, parts: list[int], weight_sum: int) -> list[int]:
    pairs = [divmod(total * p, weight_sum) for p in parts]
    shares = [whole for whole, _ in pairs]
    if short := total - sum(shares):
        for i in sorted(range(len(parts)), key=lambda i: -pairs[i][1])[:short]:  # a stable sort: ties to the first
            shares[i] += 1
    return shares


def split_minor(total_minor: int, weights: Iterable[int | Decimal]) -> list[int]:
    """Divide an amount in proportion to `weights` so that the parts sum exactly (largest remainder, ties to the first).

    All-zero weights share equally. An empty list of weights gives an empty list.
    """
    parts = list(weights)
    if not parts:
        return []
    weight_sum = sum(parts)
    if weight_sum == 0:
        parts, weight_sum = [1] * len(parts), len(parts)
    sign = -1 if total_minor < 0 else 1
    if all(type(p) is int for p in parts):
        return [sign * n for n in _split_whole(abs(total_minor), cast("list[int]", parts), int(weight_sum))]
    exact = [abs(total_minor) * Decimal(p) / weight_sum for p in parts]
    floors = [int(e) for e in exact]
    short = abs(total_minor) - sum(floors)
    order = sorted(range(len(parts)), key=lambda i: (floors[i] - exact[i], i))
    for i in order[:short]:
        floors[i] += 1
    return [sign * f for f in floors]
