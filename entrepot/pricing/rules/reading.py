"""Reading promotion JSON: every mistake names its place (`benefit.steps[1].percent`) and says what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from entrepot.kit.errors import N_, InvalidInput

Amounts = Mapping[str, int]  # currency -> minor units

PPM = 1_000_000  # shares are kept as parts per million: 12.5 % is 125,000


class Reader:
    """A JSON object at a path; `done()` refuses keys that nobody asked for."""

    def __init__(self, value: Any, path: str) -> None:
        if not isinstance(value, Mapping):
            raise InvalidInput(path, N_("expected an object"))
        self._value, self.path, self._asked = value, path, set[str]()

    def get(self, key: str) -> Any:
        self._asked.add(key)
        return self._value.get(key)

    def at(self, key: str) -> str:
        return f"{self.path}.{key}"

    def done(self) -> None:
        if unknown := sorted(set(self._value) - self._asked):
            raise InvalidInput(self.at(unknown[0]), N_("unknown field"))

    def flag(self, key: str, default: bool = False) -> bool:
        value = self.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise InvalidInput(self.at(key), N_("expected true or false"))
        return value

    def whole(self, key: str, default: int | None = None) -> int:
        """A positive whole number, as number or text."""
        value = self.get(key)
        if value is None and default is not None:
            return default
        number = _decimal(value, self.at(key))
        if number != number.to_integral_value() or not 1 <= number <= 1_000_000:
            raise InvalidInput(self.at(key), N_("expected a whole number from 1 to 1000000"))
        return int(number)

    def quantity(self, key: str) -> int:
        """A quantity in thousandths; 0 when it is not given."""
        value = self.get(key)
        if value is None:
            return 0
        return milli(_decimal(value, self.at(key)), self.at(key))

    def share(self, key: str, default: str | None = None) -> int:
        """A percentage above 0 and up to 100, with up to four decimals, in parts per million."""
        value = self.get(key)
        if value is None:
            if default is None:
                raise InvalidInput(self.at(key), N_("a percentage is needed"))
            value = default
        number = _decimal(value, self.at(key)) * (PPM // 100)
        if not 0 < number <= PPM or number != number.to_integral_value():
            raise InvalidInput(self.at(key), N_("expected a percentage above 0, up to 100, with at most four decimals"))
        return int(number)

    def amounts(self, key: str, *, needed: bool = False, zero: bool = False) -> dict[str, int]:
        """Amounts by currency, e.g. {"EUR": 500} for five euros."""
        value = self.get(key)
        if value is None and not needed:
            return {}
        if not isinstance(value, Mapping) or not value:
            raise InvalidInput(self.at(key), N_('expected amounts in minor units by currency, such as {"EUR": 500}'))
        for currency, amount in value.items():
            if not isinstance(currency, str) or len(currency) != 3 or not currency.isalpha() or not currency.isupper():
                raise InvalidInput(self.at(key), N_("expected a currency of three capital letters"))
            if not isinstance(amount, int) or isinstance(amount, bool) or not (0 if zero else 1) <= amount <= 10**15:
                raise InvalidInput(f"{self.at(key)}.{currency}", N_("expected a whole number of minor units"))
        return dict(value)

    def items(self, key: str) -> list[Any]:
        value = self.get(key)
        if value is None:
            return []
        if not isinstance(value, (list, tuple)):
            raise InvalidInput(self.at(key), N_("expected a list"))
        if len(value) > 10_000:
            raise InvalidInput(self.at(key), N_("the list is too long"))
        return list(value)

    def uuids(self, key: str) -> frozenset[UUID]:
        return frozenset(self.uuid_list(key))

    def uuid_list(self, key: str) -> tuple[UUID, ...]:
        try:
            return tuple(v if isinstance(v, UUID) else UUID(v) for v in self.items(key))
        except (ValueError, AttributeError, TypeError):
            raise InvalidInput(self.at(key), N_("expected ids (UUID)")) from None

    def ints(self, key: str) -> frozenset[int]:
        found = self.items(key)
        if any(not isinstance(v, int) or isinstance(v, bool) for v in found):
            raise InvalidInput(self.at(key), N_("expected ids (whole numbers)"))
        return frozenset(found)

    def texts(self, key: str) -> frozenset[str]:
        found = self.items(key)
        if any(not isinstance(v, str) or not v for v in found):
            raise InvalidInput(self.at(key), N_("expected texts"))
        return frozenset(found)


def _decimal(value: Any, path: str) -> Decimal:
    """Numbers of JSON may arrive as int, text or (from a lenient client) float, whose shortest text is meant."""
    if isinstance(value, bool) or not isinstance(value, (int, str, float, Decimal)):
        raise InvalidInput(path, N_("expected a number"))
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise InvalidInput(path, N_("expected a number")) from None
    if not number.is_finite() or abs(number) > 10**11:
        raise InvalidInput(path, N_("expected a number"))
    return number


def milli(quantity: Decimal | int, path: str = "quantity") -> int:
    """A positive quantity in thousandths, exactly."""
    scaled = quantity * 1000
    whole = int(scaled)
    if whole != scaled or not 0 < whole <= 10**14:
        raise InvalidInput(path, N_("expected a quantity above zero with at most three decimals"))
    return whole
