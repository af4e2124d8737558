"""Shapes of people and addresses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """A postal address anywhere, country by ISO 3166-1 alpha-2. China: region 省, city 市, district 区县."""

    name: str
    line1: str
    city: str
    country: str
    line2: str = ""
    district: str = ""
    region: str = ""
    postcode: str = ""
    phone: str = ""
    company: str = ""


@dataclass(frozen=True, slots=True)
class CustomerInfo:
    """A person as others may know them; a closed one has no name and no address left."""

    id: UUID
    name: str
    email: str
    phone: str
    language: str
    group_id: int | None
    company_id: UUID | None
    user_id: int | None
    country: str = ""
    external_id: str | None = None
    created_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AddressInfo:
    """An entry of the address book."""

    id: UUID
    address: PostalAddress
    is_default: bool


@dataclass(frozen=True, slots=True)
class ConsentInfo:
    """The newest word of a person on one purpose."""

    purpose: str
    granted: bool
    notice_version: str
    channel: str
    at: datetime


@dataclass(frozen=True, slots=True)
class BalanceInfo:
    """Points, without a currency, or store credit in minor units of one."""

    kind: str
    currency: str
    balance: int


@dataclass(frozen=True, slots=True)
class BuyerInfo:
    """A person with what they can buy with and where to: the address book (the default first) and the balances."""

    person: CustomerInfo
    addresses: tuple[AddressInfo, ...]
    balances: tuple[BalanceInfo, ...]


@dataclass(frozen=True, slots=True)
class EntryInfo:
    """One entry of a customer's ledger: what came (positive) or went."""

    kind: str
    currency: str
    delta: int
    reason: str
    reference: str
    at: datetime


@dataclass(frozen=True, slots=True)
class GroupInfo:
    """Customers whom prices may be for."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class CompanyInfo:
    """A company whose people buy for it."""

    id: UUID
    name: str
    tax_number: str
    external_id: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values that a field takes."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class AddressField:
    """A field of an address as its country has it. `kind` says what the country calls it: state, zip, post_town..."""

    name: str
    kind: str
    required: bool
    choices: tuple[Choice, ...] = ()
    example: str = ""


@dataclass(frozen=True, slots=True)
class AddressForm:
    """What an address has in a country, in order."""

    country: str
    fields: tuple[AddressField, ...]


@dataclass(frozen=True, slots=True)
class WishInfo:
    """Something that is wished for."""

    variant_id: UUID
    added_at: datetime


@dataclass(frozen=True, slots=True)
class HoldingsInfo:
    """Points, store credit in one currency, how many wishes and kept coupon codes."""

    points: int
    credit_minor: int
    wishes: int
    codes: int
