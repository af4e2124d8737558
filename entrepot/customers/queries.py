"""Reads of customers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from entrepot.customers.contracts import (
    AddressInfo,
    BalanceInfo,
    BuyerInfo,
    CompanyInfo,
    ConsentInfo,
    CustomerInfo,
    EntryInfo,
    GroupInfo,
    HoldingsInfo,
    PostalAddress,
    WishInfo,
)
from entrepot.kit import db, paging
from entrepot.kit.errors import NotFound

_COLUMNS = """id, name, email, phone, language, group_id, company_id, user_id, country, external_id, created_at,
closed_at"""
_CUSTOMER = f"SELECT {_COLUMNS} FROM customers_customer "  # noqa: S608 own names
BUYER_WIDTH = 14  # columns of `buyer_statement`
_BUYER = f"""SELECT {_COLUMNS},
  (SELECT coalesce(jsonb_agg(jsonb_build_array(id, data, is_default) ORDER BY is_default DESC, id), '[]')
   FROM customers_address WHERE customer_id = c.id) AS addresses,
  (SELECT coalesce(jsonb_agg(jsonb_build_array(kind, currency, balance) ORDER BY kind, currency), '[]')
   FROM customers_account WHERE customer_id = c.id) AS balances
FROM customers_customer c WHERE c.id = """  # noqa: S608 own names


def buyer_statement(customer_id: str) -> str:
    """The statement for those who join it to their own: `customer_id` is SQL for whose."""
    return _BUYER + customer_id


_BUYER_BY_ID = buyer_statement("%s")

# The text that migration 0003 indexes by trigrams.
_SEARCHED = "lower(name || ' ' || email || ' ' || phone)"


def get_customer(customer_id: UUID) -> CustomerInfo:
    """Raises NotFound. A closed customer is found, without what was personal."""
    found = db.row(_CUSTOMER + "WHERE id = %s", [customer_id])
    if found is None:
        raise NotFound("customer")
    return CustomerInfo(*found)


def get_buyer(customer_id: UUID) -> BuyerInfo:
    """What a checkout needs to know of a member, in one statement."""
    found = db.row(_BUYER_BY_ID, [customer_id])
    if found is None:
        raise NotFound("customer")
    return buyer_of_row(found)


def buyer_of_row(found: Sequence[Any]) -> BuyerInfo:
    """A buyer from the columns of `buyer_statement`."""
    *person, addresses, balances = found
    return BuyerInfo(CustomerInfo(*person),
                     tuple(AddressInfo(UUID(id_), PostalAddress(**data), is_default)
                           for id_, data, is_default in addresses),
                     tuple(BalanceInfo(*b) for b in balances))


def customer_of_user(user_id: int) -> CustomerInfo | None:
    """The customer who signs in as this user."""
    found = db.row(_CUSTOMER + "WHERE user_id = %s", [user_id])
    return CustomerInfo(*found) if found else None


def find_customers(query: str = "", limit: int = paging.DEFAULT_LIMIT,
                   cursor: str | None = None) -> tuple[list[CustomerInfo], str | None]:
    """Newest first, those whose name, e-mail or phone contain every word of `query`; and the next cursor."""
    limit = max(1, min(limit, paging.MAX_LIMIT))
    words = ["%" + w.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%" for w in query.lower().split()]
    after = paging.uuid(cursor)
    where = " AND ".join([f"{_SEARCHED} LIKE %s"] * len(words) + ["id < %s"] * bool(after)) or "true"
    sql = f"{_CUSTOMER} WHERE {where} ORDER BY id DESC LIMIT %s"
    found = [CustomerInfo(*r) for r in db.rows(sql, [*words, *([after] if after else []), limit + 1])]
    return found[:limit], paging.encode([found[limit - 1].id]) if len(found) > limit else None


def group_id_of(code: str) -> int:
    found = db.value("SELECT id FROM customers_customergroup WHERE code = %s", [code])
    if found is None:
        raise NotFound("customer group")
    return int(found)


def list_groups() -> list[GroupInfo]:
    """All groups by code."""
    return [GroupInfo(*r) for r in db.rows("SELECT id, code, name FROM customers_customergroup ORDER BY code")]


def get_company(company_id: UUID) -> CompanyInfo:
    found = db.row("SELECT id, name, tax_number, external_id FROM customers_company WHERE id = %s", [company_id])
    if found is None:
        raise NotFound("company")
    return CompanyInfo(*found)


def find_companies(query: str = "", limit: int = paging.DEFAULT_LIMIT,
                   cursor: str | None = None) -> tuple[list[CompanyInfo], str | None]:
    """A page of companies whose name holds `query`, newest first, and the cursor of the next."""
    limit = max(1, min(limit, paging.MAX_LIMIT))
    after = paging.uuid(cursor)
    found = [CompanyInfo(*r) for r in db.rows(
        "SELECT id, name, tax_number, external_id FROM customers_company"
        " WHERE (%(q)s::text = '' OR name ILIKE '%%' || %(q)s || '%%') AND (%(after)s::uuid IS NULL OR id < %(after)s)"
        " ORDER BY id DESC LIMIT %(limit)s", {"q": query, "after": after, "limit": limit + 1})]
    return found[:limit], paging.encode([found[limit - 1].id]) if len(found) > limit else None


def list_addresses(customer_id: UUID) -> list[AddressInfo]:
    """The address book, the default first."""
    found = db.rows("SELECT id, data, is_default FROM customers_address WHERE customer_id = %s"
                    " ORDER BY is_default DESC, id", [customer_id])
    return [AddressInfo(r.id, PostalAddress(**r.data), r.is_default) for r in found]


def list_consents(customer_id: UUID) -> list[ConsentInfo]:
    """The newest word per purpose."""
    return [ConsentInfo(*r) for r in db.rows(
        "SELECT DISTINCT ON (purpose) purpose, granted, notice_version, channel, at FROM customers_consentrecord"
        " WHERE customer_id = %s ORDER BY purpose, id DESC", [customer_id])]


def consent_history(customer_id: UUID) -> list[ConsentInfo]:
    """Every answer that the person ever gave, the oldest first."""
    return [ConsentInfo(*r) for r in db.rows(
        "SELECT purpose, granted, notice_version, channel, at FROM customers_consentrecord"
        " WHERE customer_id = %s ORDER BY id", [customer_id])]


def has_consent(customer_id: UUID, purpose: str) -> bool:
    """Whether the newest word on the purpose is yes; silence is no."""
    return bool(db.value("SELECT granted FROM customers_consentrecord WHERE customer_id = %s AND purpose = %s"
                         " ORDER BY id DESC LIMIT 1", [customer_id, purpose]))


def list_balances(customer_id: UUID) -> list[BalanceInfo]:
    """Points and store credit, one balance for each currency."""
    return [BalanceInfo(*r) for r in db.rows(
        "SELECT kind, currency, balance FROM customers_account WHERE customer_id = %s ORDER BY kind, currency",
        [customer_id])]


def list_entries(customer_id: UUID, limit: int | None = None) -> list[EntryInfo]:
    """The ledger entries of a customer, newest first."""
    return [EntryInfo(*r) for r in db.rows(
        "SELECT a.kind, a.currency, e.delta, e.reason, e.reference, e.at FROM customers_accountentry e"
        " JOIN customers_account a ON a.id = e.account_id WHERE a.customer_id = %s ORDER BY e.id DESC LIMIT %s",
        [customer_id, limit])]


def list_wishes(customer_id: UUID) -> list[WishInfo]:
    """The wish list, newest first."""
    return [WishInfo(*r) for r in db.rows("SELECT variant_id, added_at FROM customers_wish WHERE customer_id = %s"
                                          " ORDER BY id DESC", [customer_id])]


_HOLDINGS = """
SELECT coalesce((SELECT sum(balance) FROM customers_account WHERE customer_id = %(c)s AND kind = 'points'),
                0)::bigint AS points,
       coalesce((SELECT sum(balance) FROM customers_account WHERE customer_id = %(c)s AND kind = 'credit'
                 AND currency = %(currency)s), 0)::bigint AS credit,
       (SELECT count(*) FROM customers_wish WHERE customer_id = %(c)s)::int AS wishes,
       (SELECT count(*) FROM customers_savedcode WHERE customer_id = %(c)s)::int AS codes
"""


def holdings(customer_id: UUID, currency: str) -> HoldingsInfo:
    """What a customer has with us, at a glance (one statement)."""
    return HoldingsInfo(*db.row(_HOLDINGS, {"c": customer_id, "currency": currency}))


def list_codes(customer_id: UUID) -> list[str]:
    """Coupon codes that a customer keeps, newest first."""
    return [r.code for r in db.rows("SELECT code FROM customers_savedcode WHERE customer_id = %s ORDER BY id DESC",
                                    [customer_id])]


def export_own(customer_id: UUID) -> dict[str, Any]:
    """Everything this context holds about a person, in plain data."""
    return {
        "profile": get_customer(customer_id),
        "addresses": list_addresses(customer_id),
        "consents": consent_history(customer_id),
        "balances": list_balances(customer_id),
        "balance_entries": list_entries(customer_id),
        "wishes": list_wishes(customer_id),
        "coupon_codes": list_codes(customer_id),
    }


def closed_since(moment: datetime) -> list[UUID]:
    """Who has left since then."""
    return [r.id for r in db.rows("SELECT id FROM customers_customer WHERE closed_at >= %s", [moment])]
