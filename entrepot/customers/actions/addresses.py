"""The verbs of the address book."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import transaction

from entrepot.customers.actions._common import _locked, _require_self_or_manage
from entrepot.customers.contracts import AddressInfo, PostalAddress
from entrepot.customers.models import Address
from entrepot.customers.rules import normalise_address
from entrepot.kit import audit
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput, NotFound

MAX_ADDRESSES = 50


def add_address(customer_id: UUID, data: Mapping[str, Any] | PostalAddress, *, is_default: bool = False,
                actor: Actor) -> AddressInfo:
    """A new entry of the address book; the first one becomes the default."""
    _require_self_or_manage(customer_id, actor)
    address = normalise_address(data if isinstance(data, Mapping) else asdict(data))
    with transaction.atomic():
        _locked(customer_id)
        existing = Address.objects.filter(customer_id=customer_id).count()
        if existing >= MAX_ADDRESSES:
            raise InvalidInput("address", N_("The address book is full."))
        is_default = is_default or not existing
        if is_default:
            _clear_default(customer_id)
        entry = Address.objects.create(customer_id=customer_id, data=asdict(address), is_default=is_default)
        audit.record(actor, "customers.add_address", "customer", customer_id, new={"address_id": entry.pk})
    return AddressInfo(entry.pk, address, is_default)


def update_address(customer_id: UUID, address_id: UUID, data: Mapping[str, Any] | PostalAddress | None = None, *,
                   is_default: bool | None = None, actor: Actor) -> AddressInfo:
    """Change an address, or make it the default one. Raises NotFound, InvalidInput."""
    _require_self_or_manage(customer_id, actor)
    given = asdict(data) if isinstance(data, PostalAddress) else data
    address = normalise_address(given) if given is not None else None
    with transaction.atomic():
        _locked(customer_id)
        entry = _entry(customer_id, address_id)
        if is_default:
            _clear_default(customer_id)
        entry.is_default = entry.is_default if is_default is None else is_default
        entry.data = asdict(address) if address else entry.data
        entry.save(update_fields=["data", "is_default"])
        audit.record(actor, "customers.update_address", "customer", customer_id, new={"address_id": entry.pk})
    return AddressInfo(entry.pk, PostalAddress(**entry.data), entry.is_default)


def delete_address(customer_id: UUID, address_id: UUID, *, actor: Actor) -> None:
    """Take an address out of the book; orders keep their own. Raises NotFound."""
    _require_self_or_manage(customer_id, actor)
    with transaction.atomic():
        _locked(customer_id)
        _entry(customer_id, address_id).delete()
        audit.record(actor, "customers.delete_address", "customer", customer_id, old={"address_id": address_id})


def _entry(customer_id: UUID, address_id: UUID) -> Address:
    entry = Address.objects.filter(pk=address_id, customer_id=customer_id).first()
    if entry is None:
        raise NotFound("address")
    return entry


def _clear_default(customer_id: UUID) -> None:
    Address.objects.filter(customer_id=customer_id, is_default=True).update(is_default=False)
