"""Reading keys from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from entrepot.kit.money import Money


class Misconfigured(Exception):
    """A provider has some of its keys and lacks others."""


def keys(env: Mapping[str, str], prefix: str, names: tuple[str, ...]) -> dict[str, str] | None:
    """All named keys, None when there is none of them; some but not all is an error."""
    found = {name: env.get(prefix + name, "") for name in names}
    if not any(found.values()):
        return None
    if missing := [prefix + name for name, value in found.items() if not value]:
        raise Misconfigured(f"missing {', '.join(missing)}")
    return found


def pem(value: str) -> str:
    """A key given as text or as the path of its file."""
    if "\n" in value or "BEGIN" in value or len(value) > 400:
        return value.replace("\\n", "\n")
    try:
        return Path(value).read_text()
    except OSError as error:
        raise Misconfigured(f"the key file cannot be read: {error.strerror}") from error


def major(amount_minor: int, currency: str) -> str:
    """An amount as the Chinese gateways write it: 12.50."""
    return f"{Money(amount_minor, currency).amount:f}"


def minor(amount: str, currency: str) -> int:
    return Money.of(Decimal(amount), currency).amount_minor
