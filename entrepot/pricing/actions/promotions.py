"""Promotions: planned as drafts, started, ended. What people were promised does not change while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from entrepot.kit import audit, clock, db
from entrepot.kit.actor import Actor
from entrepot.kit.errors import NotFound
from entrepot.kit.json import dumps, loads
from entrepot.pricing.contracts import PromotionInput
from entrepot.pricing.errors import CodeTaken, LimitBelowUsed, PromotionIsFixed, PromotionNotActive, PromotionNotDraft
from entrepot.pricing.inputs import LIMITS, checked, columns, read_input
from entrepot.pricing.models import ListingMark, Promotion
from entrepot.pricing.permissions import MANAGE_PROMOTIONS

_WHILE_ACTIVE = {"name", "until_at", "usage_limit", "customer_limit", "budget_minor"}


def create_promotion(given: PromotionInput, *, actor: Actor) -> UUID:
    """A draft: it does nothing until it is activated."""
    actor.require(MANAGE_PROMOTIONS)
    rule, fields = read_input(given), columns(given)
    with transaction.atomic():
        row, created = Promotion.objects.get_or_create(
            code=given.code, defaults={**fields, "id": rule.id, "updated_at": clock.now()})
        if not created:
            raise CodeTaken(taken=given.code)
        audit.record(actor, "pricing.create_promotion", "promotion", row.id, new=fields)
    return row.id


def update_promotion(code: str, changes: Mapping[str, Any], *, actor: Actor) -> None:
    """Change a draft freely; of an active one the name, the end, and limits that it had from the start."""
    actor.require(MANAGE_PROMOTIONS)
    with transaction.atomic():
        row = _locked(code)
        new = {("channels" if k == "channel_ids" else k): v for k, v in loads(dumps(
            {k: v for k, v in changes.items() if k not in ("from_at", "until_at")})).items()}
        new.update({k: changes[k] for k in ("from_at", "until_at") if k in changes})
        if row.status != "draft":
            _check_promised(row, new)
        old = {name: getattr(row, name) for name in new}
        for name, value in new.items():
            setattr(row, name, value)
        checked(_fields(row))
        row.updated_at = clock.now()
        row.save(update_fields=[*new, "updated_at"])
        if row.scope == Promotion.Scope.CATALOGUE and row.status == "active":
            ListingMark.objects.create(promotion_id=row.id)
        audit.record(actor, "pricing.update_promotion", "promotion", row.id, old=old, new=new)


def _check_promised(row: Promotion, new: Mapping[str, Any]) -> None:
    """Counting starts with the first order, so a limit cannot be given to, or taken from, what already runs."""
    if row.status == "ended":
        raise PromotionNotActive(code=row.code)
    for name, value in new.items():
        if name not in _WHILE_ACTIVE or (name in LIMITS and (value is None) != (getattr(row, name) is None)):
            raise PromotionIsFixed(field=name)
    for name, used in (("usage_limit", row.used_count), ("budget_minor", row.used_minor)):
        if new.get(name) is not None and new[name] < used:
            raise LimitBelowUsed(used=used)


def _fields(row: Promotion) -> dict[str, Any]:
    return {f.attname: getattr(row, f.attname) for f in Promotion._meta.concrete_fields}


def _locked(code: str) -> Promotion:
    row = Promotion.objects.select_for_update(no_key=True).filter(code=code).first()
    if row is None:
        raise NotFound("promotion")
    return row


def activate_promotion(code: str, *, actor: Actor) -> None:
    """From now on (or from its start date) it holds."""
    actor.require(MANAGE_PROMOTIONS)
    with transaction.atomic():
        row = _locked(code)
        if row.status != "draft":
            raise PromotionNotDraft(code=code)
        checked(_fields(row))
        _set_status(row, "active", actor)


def end_promotion(code: str, *, reason: str = "", actor: Actor) -> None:
    """It no longer holds, for good; orders that had it keep it."""
    actor.require(MANAGE_PROMOTIONS)
    with transaction.atomic():
        row = _locked(code)
        if row.status != "active":
            raise PromotionNotActive(code=code)
        _set_status(row, "ended", actor, reason)


def _set_status(row: Promotion, status: str, actor: Actor, reason: str = "") -> None:
    old, row.status, row.updated_at = row.status, status, clock.now()
    row.save(update_fields=["status", "updated_at"])
    if row.scope == Promotion.Scope.CATALOGUE:
        ListingMark.objects.create(promotion_id=row.id)
    audit.record(actor, f"pricing.{'activate' if status == 'active' else 'end'}_promotion", "promotion", row.id,
                 old={"status": old}, new={"status": status}, reason=reason)


def delete_promotion(code: str, *, actor: Actor) -> None:
    """Take a draft away; what ever ran is kept."""
    actor.require(MANAGE_PROMOTIONS)
    with transaction.atomic():
        row = _locked(code)
        if row.status != "draft":
            raise PromotionNotDraft(code=code)
        audit.record(actor, "pricing.delete_promotion", "promotion", row.id, old=_columns_of(row))
        db.execute("DELETE FROM pricing_coupon WHERE promotion_id = %s", [row.id])
        row.delete()


def _columns_of(row: Promotion) -> dict[str, Any]:
    """What was planned, without counters."""
    skipped = {"id", "status", "used_count", "used_minor", "updated_at"}
    return {name: value for name, value in _fields(row).items() if name not in skipped}
