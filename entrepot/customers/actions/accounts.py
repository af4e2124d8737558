"""The verbs of customers. A person acts on their own account by `OWN`, staff on anyone's by `MANAGE`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction

from entrepot.customers.actions._common import _locked, _require_self_or_manage
from entrepot.customers.contracts import CustomerInfo
from entrepot.customers.errors import AccountHasCredit, CodeTaken
from entrepot.customers.events import CustomerClosed, CustomerCreated
from entrepot.customers.ledger import book
from entrepot.customers.models import Address, Customer, SavedCode, Wish
from entrepot.customers.permissions import MANAGE, REGISTER
from entrepot.customers.queries import get_company, get_customer, group_id_of, list_balances
from entrepot.customers.rules import COUNTRIES
from entrepot.identity import public as identity
from entrepot.kit import audit, clock, db, outbox
from entrepot.kit.actor import Actor, system
from entrepot.kit.errors import N_, InvalidInput
from entrepot.kit.ids import uuid7
from entrepot.kit.mailbox import is_mailbox


def create_customer(*, email: str, name: str, phone: str = "", language: str = "en", country: str = "",
                    user_id: int | None = None, group_code: str | None = None, external_id: str | None = None,
                    actor: Actor) -> CustomerInfo:
    """A new customer; with `user_id`, one who can sign in."""
    actor.require(MANAGE if user_id is None or group_code else REGISTER)
    info = CustomerInfo(uuid7(), _line(name), _email(email), _line(phone), language,
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


def register(*, email: str, password: str, name: str, phone: str = "", language: str = "en", country: str = "",
             actor: Actor) -> None:
    """A person opens an account: a sign-in and the customer that it belongs to, usable once the mailed link was
    followed. Nothing tells whether there was an account with this address before."""
    actor.require(REGISTER)
    email, country = _email(email), _country(country)
    with transaction.atomic():
        user_id = identity.sign_up(email, password, name, language)
        if user_id is not None:
            create_customer(email=email, name=name, phone=phone, language=language, country=country, user_id=user_id,
                            actor=actor)


def update_customer(customer_id: UUID, changes: Mapping[str, Any], *, actor: Actor) -> CustomerInfo:
    """Change what `changes` names. The person may change name, phone, language, country; staff may change the rest."""
    may = _require_self_or_manage(customer_id, actor)
    for field in sorted(set(changes) - may):
        raise InvalidInput(field, N_("This field cannot be changed here."))
    columns = _columns(changes)
    with transaction.atomic():
        customer = _locked(customer_id)
        if (taken := columns.get("external_id")) and Customer.objects.filter(external_id=taken).exclude(
                pk=customer_id).exists():
            raise CodeTaken(value=taken)
        for field, value in columns.items():
            setattr(customer, field, value)
        if columns:
            customer.save(update_fields=list(columns))
            audit.record(actor, "customers.update", "customer", customer_id, new=sorted(columns))
    return get_customer(customer_id)


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
        elif field == "email":
            columns[field] = _email(value)
        else:
            columns[field] = value.strip() if field == "note" else _line(value)
    return columns


def _line(text: str) -> str:
    """Names stand in subjects of mails, on labels and in lists: they have no lines."""
    return " ".join(text.split())


def _email(address: str) -> str:
    address = address.strip().lower()
    if address and not is_mailbox(address):
        raise InvalidInput("email", N_("This is not an e-mail address."))
    return address


def _country(code: str) -> str:
    if code and code.upper() not in COUNTRIES:
        raise InvalidInput("country", N_("This is not a country code."))
    return code.upper()


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
        if customer.user_id:
            identity.close_login(customer.user_id, actor=system("customers.close"))
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
    for kept in (Address, Wish, SavedCode):
        kept.objects.filter(customer_id=customer.pk).delete()
