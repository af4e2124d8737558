"""What the verbs on one customer share: who may, and the lock."""

from __future__ import annotations

from uuid import UUID

from entrepot.customers.errors import AlreadyClosed
from entrepot.customers.models import Customer
from entrepot.customers.permissions import MANAGE, OWN
from entrepot.kit.actor import Actor
from entrepot.kit.errors import NotFound

CHANGEABLE_BY_SELF = frozenset({"name", "phone", "language", "country"})
CHANGEABLE = CHANGEABLE_BY_SELF | {"email", "group_code", "company_id", "external_id", "note"}


def _require_self_or_manage(customer_id: UUID, actor: Actor) -> frozenset[str]:
    """The fields that the actor may change on this customer."""
    if actor.customer_id == customer_id:
        actor.require(OWN)
        return CHANGEABLE_BY_SELF
    actor.require(MANAGE)
    return CHANGEABLE


def _locked(customer_id: UUID) -> Customer:
    customer = Customer.objects.select_for_update(of=("self",)).filter(pk=customer_id).first()
    if customer is None:
        raise NotFound("customer")
    if customer.closed_at:
        raise AlreadyClosed
    return customer
