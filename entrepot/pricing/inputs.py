"""Promotions as they are handed in: checked, and turned into columns and rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from entrepot.kit.codes import check_code
from entrepot.kit.errors import N_, InvalidInput
from entrepot.kit.ids import uuid7
from entrepot.kit.json import dumps, loads
from entrepot.pricing.contracts import PromotionInput
from entrepot.pricing.models import Promotion
from entrepot.pricing.rules.promotions import Promotion as Rule
from entrepot.pricing.rules.promotions import read_promotion

LIMITS = ("usage_limit", "customer_limit", "budget_minor")


def columns(given: PromotionInput) -> dict[str, Any]:
    """The input as the columns it is stored in, JSON as it comes back from the database."""
    fields = asdict(given)
    fields["channels"] = list(fields.pop("channel_ids"))
    fields["conditions"], fields["benefit"] = loads(dumps(fields["conditions"])), loads(dumps(fields["benefit"]))
    return fields


def read_input(given: PromotionInput) -> Rule:
    """The input as a rule; raises InvalidInput with the place of the mistake."""
    check_code("code", given.code)  # it stands in addresses
    return checked({**columns(given), "id": uuid7()})


def checked(fields: Mapping[str, Any]) -> Rule:
    """The rule that these columns are; raises InvalidInput with the place of the mistake."""
    if fields["scope"] not in Promotion.Scope.values:
        raise InvalidInput("scope", N_("expected “catalogue” or “cart”"))
    for name in LIMITS:
        if fields[name] is not None and not 1 <= fields[name] <= 2**31 - 1:
            raise InvalidInput(name, N_("expected a whole number above zero"))
    for name in ("lane", "priority"):
        if not -32_768 <= fields[name] <= 32_767:
            raise InvalidInput(name, N_("expected a number from -32768 to 32767"))
    return read_promotion(fields)
