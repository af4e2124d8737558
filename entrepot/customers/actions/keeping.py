"""What customers keep for later: wishes and coupon codes."""

from __future__ import annotations

import re
from uuid import UUID

from django.db import transaction

from entrepot.customers.actions._common import _locked, _require_self_or_manage
from entrepot.customers.models import SavedCode, Wish
from entrepot.kit import audit, clock
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput

MAX_WISHES, MAX_CODES = 500, 100
_CODE = re.compile(r"[0-9A-Z][0-9A-Z_-]{2,39}")


def add_wish(customer_id: UUID, variant_id: UUID, *, actor: Actor) -> bool:
    """Put an article on the wish list; False when it was there."""
    _require_self_or_manage(customer_id, actor)
    with transaction.atomic():
        _locked(customer_id)
        wishes = Wish.objects.filter(customer_id=customer_id)
        if wishes.filter(variant_id=variant_id).exists():
            return False
        if wishes.count() >= MAX_WISHES:
            raise InvalidInput("variant_id", N_("The wish list is full."))
        Wish.objects.create(customer_id=customer_id, variant_id=variant_id, added_at=clock.now())
        audit.record(actor, "customers.add_wish", "customer", customer_id, new={"variant_id": variant_id})
    return True


def remove_wish(customer_id: UUID, variant_id: UUID, *, actor: Actor) -> bool:
    """Take an article off the list; False when it was not on it."""
    _require_self_or_manage(customer_id, actor)
    with transaction.atomic():
        _locked(customer_id)
        gone = Wish.objects.filter(customer_id=customer_id, variant_id=variant_id).delete()[0]
        if gone:
            audit.record(actor, "customers.remove_wish", "customer", customer_id, old={"variant_id": variant_id})
    return bool(gone)


def save_code(customer_id: UUID, code: str, *, actor: Actor) -> str:
    """Keep a coupon code, or give one to a customer. Whether it holds is looked up whenever it is shown."""
    _require_self_or_manage(customer_id, actor)
    code = code.strip().upper()
    if not _CODE.fullmatch(code):
        raise InvalidInput("code", N_("A code has 3 to 40 letters, digits, - or _."))
    with transaction.atomic():
        _locked(customer_id)
        if SavedCode.objects.filter(customer_id=customer_id).count() >= MAX_CODES:
            raise InvalidInput("code", N_("So many codes cannot be kept."))
        _, is_new = SavedCode.objects.get_or_create(customer_id=customer_id, code=code,
                                                    defaults={"saved_at": clock.now()})
        if is_new:
            audit.record(actor, "customers.save_code", "customer", customer_id)
    return code


def drop_code(customer_id: UUID, code: str, *, actor: Actor) -> bool:
    """Forget a kept code; False when there was none."""
    _require_self_or_manage(customer_id, actor)
    with transaction.atomic():
        _locked(customer_id)
        gone = SavedCode.objects.filter(customer_id=customer_id, code=code.strip().upper()).delete()[0]
        if gone:
            audit.record(actor, "customers.drop_code", "customer", customer_id)
    return bool(gone)
