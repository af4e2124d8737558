"""The verbs of customers. A person acts on their own account by `OWN`, staff on anyone's by `MANAGE`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from django.db import transaction

from entrepot.customers.contracts import AddressInfo, ConsentInfo, CustomerInfo, PostalAddress
from entrepot.customers.errors import AccountHasCredit, AlreadyClosed, CodeTaken
from entrepot.customers.events import ConsentChanged, CustomerClosed, CustomerCreated
from entrepot.customers.ledger import book
from entrepot.customers.models import Address, ConsentRecord, Customer
from entrepot.customers.permissions import MANAGE, OWN, REGISTER
from entrepot.customers.queries import get_company, get_customer, group_id_of, list_balances
from entrepot.customers.rules import COUNTRIES, normalise_address
from entrepot.kit import audit, clock, db, outbox
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.kit.ids import uuid7

MAX_ADDRESSES = 50
_PURPOSE = re.compile(r"[a-z][a-z0-9_]{1,39}")
_CHANGEABLE_BY_SELF = frozenset({"name", "phone", "language", "country"})
_CHANGEABLE = _CHANGEABLE_BY_SELF | {"email", "group_code", "company_id", "external_id", "note"}


def create_customer(*, email: str, name: str, phone: str = "", language: str = "en", country: str = "",
                    user_id: int | None = None, group_code: str | None = None, external_id: str | None = None,
                    actor: Actor) -> CustomerInfo:
    """A new customer; with `user_id`, one who can sign in."""
    actor.require(MANAGE if user_id is None or group_code else REGISTER)
    info = CustomerInfo(uuid7(), name.strip(), email.strip().lower(), phone.strip(), language,
                        group_id_of(group_code) if group_code else None, None, user_id, _country(country), external_id,
                        clock.now())
    with transaction.atomic():
        inserted = db.execute(
            "INSERT INTO customers_customer (id, name, email, phone, language, group_id, company_id, user_id, country,"
            " external_id, created_at, closed_at, note) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, NULL, '')"
            " ON CONFLICT DO NOTHING",
            [info.id, info.name, info.email, info.phone, language, info.group_id, None, user_id, info.country,
             external_id, info.created_at])
        if not inserted:
            raise CodeTaken(value=external_id or info.email)
        audit.record(actor, "customers.create", "customer", info.id, new={"has_account": user_id is not None})
        outbox.publish(CustomerCreated(info.id, user_id is not None))
    return info


def update_customer(customer_id: UUID, changes: Mapping[str, Any], *, actor: Actor) -> CustomerInfo:
    """Change what `changes` names. The person may change name, phone, language, country; staff may change the rest."""
    may = _require_self_or_manage(customer_id, actor)
    for field in sorted(set(changes) - may):
        raise InvalidInput(field, N_("This field cannot be changed here."))
    with transaction.atomic():
        customer = _locked(customer_id)
        old = {}
        for field, value in _columns(changes).items():
            old[field] = getattr(customer, field)
            setattr(customer, field, value)
        customer.save(update_fields=list(old) or ["name"])
        audit.record(actor, "customers.update", "customer", customer_id, new=sorted(old))
    return get_customer(customer_id)


def _require_self_or_manage(customer_id: UUID, actor: Actor) -> frozenset[str]:
    """The fields that the actor may change on this customer."""
    if actor.customer_id == customer_id:
        actor.require(OWN)
        return _CHANGEABLE_BY_SELF
    actor.require(MANAGE)
    return _CHANGEABLE


def _columns(changes: Mapping[str, Any]) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for field, value in changes.items():
        if field == "group_code":
            columns["group_id"] = group_id_of(value) if value else None
        elif field == "company_id":
            columns["company_id"] = get_company(value).id if value else None
        elif field == "country":
            columns[field] = _country(value)
        elif field == "external_id":
            columns[field] = value or None
        else:
            columns[field] = value.strip().lower() if field == "email" else value.strip()
    return columns


def _country(code: str) -> str:
    if code and code.upper() not in COUNTRIES:
        raise InvalidInput("country", N_("This is not a country code."))
    return code.upper()


def _locked(customer_id: UUID) -> Customer:
    customer = Customer.objects.select_for_update(of=("self",)).filter(pk=customer_id).first()
    if customer is None:
        raise NotFound("customer")
    if customer.closed_at:
        raise AlreadyClosed
    return customer


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


def record_consent(customer_id: UUID, purpose: str, granted: bool, notice_version: str, channel: str, *,
                   actor: Actor) -> ConsentInfo:
    """Write down a yes or a no to one purpose, with the notice the person saw and where they said it."""
    _require_self_or_manage(customer_id, actor)
    if not _PURPOSE.fullmatch(purpose):
        raise InvalidInput("purpose", N_("Use lower-case letters, digits and underscores."))
    if not notice_version.strip():
        raise InvalidInput("notice_version", N_("This field is required."))
    info = ConsentInfo(purpose, granted, notice_version, channel, clock.now())
    with transaction.atomic():
        _locked(customer_id)
        ConsentRecord.objects.create(customer_id=customer_id, **asdict(info))
        audit.record(actor, "customers.record_consent", "customer", customer_id,
                     new={"purpose": purpose, "granted": granted, "notice_version": notice_version})
        outbox.publish(ConsentChanged(customer_id, purpose, granted))
    return info


def close_account(customer_id: UUID, *, actor: Actor) -> CustomerInfo:
    """The person leaves: personal data is erased here, points lapse, consents end. Orders keep what the law requires.

    Store credit is money: while there is some, closing is refused.
    """
    _require_self_or_manage(customer_id, actor)
    now = clock.now()
    with transaction.atomic():
        customer = _locked(customer_id)
        balances = list_balances(customer_id)
        if any(b.balance for b in balances if b.kind == "credit"):
            raise AccountHasCredit
        for b in balances:
            if b.balance:
                book(customer_id, b.kind, -b.balance, reason="closed", reference=str(customer_id), currency=b.currency)
        _withdraw_consents(customer_id)
        _erase(customer)
        customer.closed_at = now
        customer.save(update_fields=["name", "email", "phone", "note", "user", "company", "group", "closed_at"])
        audit.record(actor, "customers.close", "customer", customer_id)
        outbox.publish(CustomerClosed(customer_id))
    return replace(get_customer(customer_id), closed_at=now)


def _withdraw_consents(customer_id: UUID) -> None:
    db.execute(
        "INSERT INTO customers_consentrecord (customer_id, purpose, granted, notice_version, channel, at)"
        " SELECT %(c)s, purpose, false, notice_version, 'account_closed', %(at)s FROM"
        " (SELECT DISTINCT ON (purpose) purpose, granted, notice_version FROM customers_consentrecord"
        "  WHERE customer_id = %(c)s ORDER BY purpose, id DESC) AS latest WHERE granted",
        {"c": customer_id, "at": clock.now()})


def _erase(customer: Customer) -> None:
    customer.name = customer.email = customer.phone = customer.note = ""
    customer.user_id = customer.company_id = customer.group_id = None
    Address.objects.filter(customer_id=customer.pk).delete()
