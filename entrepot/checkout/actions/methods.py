"""Setting up the ways of delivery and the value of points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from entrepot.catalog import public as catalog
from entrepot.checkout import offers
from entrepot.checkout.contracts import DeliveryKind, DeliveryMethodInfo
from entrepot.checkout.errors import CodeTaken
from entrepot.checkout.models import DeliveryMethod, PointsRate
from entrepot.checkout.permissions import DELIVERY
from entrepot.checkout.rules.delivery import checked_rates, checked_zones
from entrepot.kit import audit
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput, NotFound

FIELDS = frozenset({"name", "kind", "channels", "zones", "rates", "currency", "tax_class", "cut_off", "days_min",
                    "days_max", "working_days", "closed_on", "position", "is_active"})


def create_delivery_method(code: str, name: Mapping[str, str], *, currency: str, rates: list[dict[str, Any]],
                           actor: Actor, **more: Any) -> DeliveryMethodInfo:
    """A new way of delivery; `channels` are codes, none means all. See `DeliveryMethodInfo` for the rest."""
    actor.require(DELIVERY)
    method = DeliveryMethod(code=code)
    _fill(method, {"name": name, "currency": currency, "rates": rates, **more})
    try:
        with transaction.atomic():
            method.save(force_insert=True)
            audit.record(actor, "checkout.create_delivery_method", "delivery_method", method.pk, new={"code": code})
    except IntegrityError as error:
        raise CodeTaken(value=code) from error
    offers.forget()
    return offers.method_by_code(code)


def update_delivery_method(code: str, changes: Mapping[str, Any], *, actor: Actor) -> DeliveryMethodInfo:
    """Change the fields that are named. Raises NotFound, InvalidInput."""
    actor.require(DELIVERY)
    with transaction.atomic():
        method = DeliveryMethod.objects.select_for_update().filter(code=code).first()
        if method is None:
            raise NotFound("delivery method")
        old = {f: getattr(method, f) for f in changes if f in FIELDS}
        _fill(method, changes)
        method.save(update_fields=[*old])
        audit.record(actor, "checkout.update_delivery_method", "delivery_method", method.pk, old=old,
                     new={f: getattr(method, f) for f in old})
    offers.forget()
    return offers.method_by_code(code)


def _fill(method: DeliveryMethod, values: Mapping[str, Any]) -> None:
    for field, value in values.items():
        if field not in FIELDS:
            raise InvalidInput(field, N_("This field is not known."))
        setattr(method, field, _CHECKS.get(field, lambda v: v)(value))
    if method.days_max < method.days_min:
        raise InvalidInput("days_max", N_("This must not be less than the days at least."))


def _channels(codes: list[str | int]) -> list[int]:
    return [catalog.channel(code).id for code in codes]


def _kind(value: str) -> str:
    try:
        return DeliveryKind(value).value
    except ValueError as error:
        raise InvalidInput("kind", N_("Choose “shipping” or “pickup”.")) from error


def _working_days(days: list[int]) -> list[int]:
    if not days or not set(days) <= set(range(1, 8)):
        raise InvalidInput("working_days", N_("Days are numbers from 1, Monday, to 7, Sunday."))
    return sorted(set(days))


def _currency(code: str) -> str:
    if len(code) != 3 or not code.isalpha():
        raise InvalidInput("currency", N_("This is not a currency code."))
    return code.upper()


_CHECKS: dict[str, Any] = {
    "channels": _channels, "kind": _kind, "zones": checked_zones, "rates": checked_rates, "name": dict,
    "working_days": _working_days, "currency": _currency,
}


def set_points_rate(channel: str, minor_per_100: int | None, *, actor: Actor) -> None:
    """What 100 points are worth in a channel; None or 0: points are not taken there."""
    actor.require(DELIVERY)
    where = catalog.channel(channel)
    with transaction.atomic():
        PointsRate.objects.filter(channel_id=where.id).delete()
        if minor_per_100:
            PointsRate.objects.create(channel_id=where.id, minor_per_100=minor_per_100)
        audit.record(actor, "checkout.set_points_rate", "channel", where.id, new={"minor_per_100": minor_per_100})
    offers.forget()
