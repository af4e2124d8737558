"""Answers of the API that a whole page of a shop is made of."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from ninja import Query, Schema

from entrepot.checkout.shapes import CartOut, OptionOut


class ParcelItemOut(Schema):
    line_id: UUID
    quantity: Decimal


class ParcelOut(Schema):
    warehouse_id: int
    items: list[ParcelItemOut]


class AdoptedOut(Schema):
    order_id: UUID


class PayMethodOut(Schema):
    code: str
    flow: str
    name: str
    instructions: str


class WalletOut(Schema):
    points: int
    points_minor: int
    minor_per_100: int
    credit_minor: int


class OverviewOut(Schema):
    cart: CartOut
    delivery_options: list[OptionOut]
    parcels: list[ParcelOut]
    payment_methods: list[PayMethodOut]
    wallet: WalletOut | None


class ChoiceOut(Schema):
    value: str
    label: str


class AddressFieldOut(Schema):
    name: str
    kind: str
    required: bool
    choices: list[ChoiceOut]
    example: str


class AddressFormOut(Schema):
    country: str
    fields: list[AddressFieldOut]


Country = Annotated[str, Query(pattern="^[A-Za-z]{2}$")]
PlaceName = Annotated[str, Query(max_length=80)]
