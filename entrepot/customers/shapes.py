"""Bodies and answers of the HTTP interface of customers."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

from entrepot.kit.rest import Strict


class AddressIn(Strict):
    name: str
    line1: str
    city: str = ""
    country: str = Field(min_length=2, max_length=2)
    line2: str = ""
    district: str = ""
    region: str = ""
    postcode: str = ""
    phone: str = ""
    company: str = ""


class AddressEntryIn(Strict):
    address: AddressIn
    is_default: bool = False


class AddressPatch(Strict):
    address: AddressIn | None = None
    is_default: bool | None = None


class AddressShape(Schema):
    name: str
    line1: str
    city: str
    country: str
    line2: str
    district: str
    region: str
    postcode: str
    phone: str
    company: str


class AddressOut(Schema):
    id: UUID
    address: AddressShape
    is_default: bool


class CustomerOut(Schema):
    id: UUID
    name: str
    email: str
    phone: str
    language: str
    country: str
    group_id: int | None
    company_id: UUID | None
    user_id: int | None
    external_id: str | None
    created_at: datetime | None
    closed_at: datetime | None


class ConsentIn(Strict):
    purpose: str = Field(max_length=40)
    granted: bool
    notice_version: str = Field(max_length=40)
    channel: str = Field("web", max_length=40)


class ConsentOut(Schema):
    purpose: str
    granted: bool
    notice_version: str
    channel: str
    at: datetime


class BalanceOut(Schema):
    kind: str
    currency: str
    balance: int


class EntryOut(Schema):
    kind: str
    currency: str
    delta: int
    reason: str
    reference: str
    at: datetime


class BalancesOut(Schema):
    balances: list[BalanceOut]
    entries: list[EntryOut]


class WishIn(Strict):
    variant_id: UUID


class WishOut(Schema):
    variant_id: UUID
    added_at: datetime


class CodeIn(Strict):
    code: str = Field(min_length=1, max_length=40)


class RegisterIn(Strict):
    email: str = Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
    password: str = Field(max_length=200)
    name: str = Field(max_length=120)
    phone: str = Field("", max_length=40)
    language: str = Field("en", max_length=10)
    country: str = Field("", max_length=2)


class RegisteredOut(Schema):
    email: str


class ProfilePatch(Strict):
    name: str | None = Field(None, max_length=120)
    phone: str | None = Field(None, max_length=40)
    language: str | None = Field(None, max_length=10)
    country: str | None = Field(None, max_length=2)


class CustomerIn(Strict):
    email: str = Field("", max_length=254)
    name: str = Field(max_length=120)
    phone: str = Field("", max_length=40)
    language: str = Field("en", max_length=10)
    country: str = Field("", max_length=2)
    group_code: str | None = None
    external_id: str | None = Field(None, max_length=80)


class CustomerPatch(ProfilePatch):
    email: str | None = Field(None, max_length=254)
    group_code: str | None = None
    company_id: UUID | None = None
    external_id: str | None = Field(None, max_length=80)
    note: str | None = Field(None, max_length=4000)


class GroupIn(Strict):
    code: str = Field(max_length=50, pattern=r"^[-a-zA-Z0-9_]+$")
    name: str = Field(max_length=120)


class GroupPatch(Strict):
    name: str = Field(max_length=120)


class GroupOut(Schema):
    id: int
    code: str
    name: str


class CompanyIn(Strict):
    name: str = Field(max_length=200)
    tax_number: str = Field("", max_length=40)
    external_id: str | None = Field(None, max_length=80)


class CompanyPatch(Strict):
    name: str | None = Field(None, max_length=200)
    tax_number: str | None = Field(None, max_length=40)


class CompanyOut(Schema):
    id: UUID
    name: str
    tax_number: str
    external_id: str | None


class AdjustIn(Strict):
    kind: Literal["points", "credit"]
    delta: int = Field(ge=-(10**15), le=10**15)
    currency: str = Field("", max_length=3, pattern=r"^([A-Z]{3})?$")
    reason: str = Field(max_length=500)


class CompanyPage(Schema):
    items: list[CompanyOut]
    next: str | None


class CustomerPage(Schema):
    items: list[dict[str, Any]]
    next: str | None
