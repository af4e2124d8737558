"""What a buyer tells us, made canonical or refused: the checks that the steps and a purchase in one request share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from entrepot.catalog import public as catalog
from entrepot.checkout import offers
from entrepot.checkout.contracts import CartLine, DeliveryKind, DeliveryMethodInfo
from entrepot.checkout.errors import DeliveryNotOffered, NotSoldHere, QuantityStep
from entrepot.checkout.permissions import MANAGE
from entrepot.checkout.rules import lines as line_rules
from entrepot.checkout.rules.contact import checked_email, checked_phone, checked_text
from entrepot.checkout.rules.invoice import normalise_invoice_data
from entrepot.checkout.together import Facts
from entrepot.customers import public as customers
from entrepot.inventory import public as inventory
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput, NotFound, Unauthenticated
from entrepot.payments import public as payments

MAX_COUPONS = 10
MAX_GIFT_CARDS = 5
MAX_NAME = 120
MOST = 10**12


def customer_of(customer_id: UUID | None, *, actor: Actor) -> UUID | None:
    """Whose cart it will be: one's own, or as staff anybody's."""
    if customer_id is None or customer_id == actor.customer_id:
        return actor.customer_id
    actor.require(MANAGE)
    return customers.get_customer(customer_id).id


def language_of(asked: str, offered: Sequence[str]) -> str:
    return asked if asked in offered else (offered[0] if offered else "en")


def refuse_unsellable(lines: Iterable[CartLine], facts: Facts, channel_id: int) -> None:
    for line in lines:
        fact = facts.get(line.variant_id)
        if fact is None or not line_rules.is_sold_in(fact, channel_id):
            raise NotSoldHere
        if not line_rules.fits_step(line.quantity, fact.qty_step):
            raise QuantityStep(step=format(fact.qty_step.normalize(), "f"))


def checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The columns to set, each value validated and in its canonical form."""
    return {field: _CHECKS[field](value) for field, value in changes.items()}


def _address(data: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return asdict(customers.normalise_address(data)) if data is not None else None


def _language(value: str) -> str:
    if value not in {language for c in catalog.channels() for language in c.languages}:
        raise InvalidInput("language", N_("This language is not offered here."))
    return value


_CHECKS: dict[str, Any] = {
    "email": checked_email, "phone": checked_phone, "language": _language,
    "shipping_address": _address, "billing_address": _address,
    "invoice_data": lambda data: normalise_invoice_data(data) if data is not None else None,
    "gift_message": lambda text: checked_text("gift_message", text, 1000),
    "note": lambda text: checked_text("note", text, 2000),
    "gifts": lambda ids: list(dict.fromkeys(ids)),
}


def method_of(method: int | str) -> DeliveryMethodInfo:
    if isinstance(method, str):
        return offers.method_by_code(method)
    found = offers.all_methods().get(method)
    if found is None:
        raise NotFound("delivery method")
    return found


def choice_of(method: DeliveryMethodInfo, pickup_warehouse_id: int | None, split: bool,
              channel_id: int, collected_by: str = "") -> dict[str, int | bool | str | None]:
    """The choice as the cart keeps it. A pick-up names one of the channel's stores and who comes, shipping neither."""
    if method.kind == DeliveryKind.PICKUP:
        if pickup_warehouse_id not in {w.id for w in inventory.pickup_stores(channel_id)}:
            raise DeliveryNotOffered
    elif pickup_warehouse_id is not None:
        raise DeliveryNotOffered
    kept: dict[str, int | bool | str | None] = {"method_id": method.id, "pickup_warehouse_id": pickup_warehouse_id,
                                                "split": split}
    if method.kind == DeliveryKind.PICKUP and (name := checked_text("collected_by", collected_by, MAX_NAME)):
        kept["collected_by"] = name
    return kept


def checked_parts(gift_card_codes: Sequence[str], points: int, credit_minor: int) -> dict[str, object]:
    codes = list({payments.normal_code(c): checked_text("gift_card_codes", c, 40)
                  for c in reversed(gift_card_codes) if c.strip()}.values())[::-1]  # a card is one however it is spelt
    if len(codes) > MAX_GIFT_CARDS:
        raise InvalidInput("gift_card_codes", N_("No more gift cards can be used at once."))
    for field, value in (("points", points), ("credit_minor", credit_minor)):
        if not 0 <= value <= MOST:
            raise InvalidInput(field, N_("This must be a whole number, and not negative."))
    return {"gift_card_codes": codes, "points": points, "credit_minor": credit_minor}


def refuse_strangers_balance(customer_id: UUID | None, points: int, credit_minor: int) -> None:
    """Points and credit belong to a member."""
    if (points or credit_minor) and customer_id is None:
        raise Unauthenticated
