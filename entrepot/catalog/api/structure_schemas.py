"""Shapes of channels, attributes, types, brands, categories and collections over HTTP."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Schema

from entrepot.catalog.api.schemas import BIG, INT, Code, Kind, Slug, Texts
from entrepot.kit.rest import Strict


class ChannelFields(Strict):
    name: Texts
    languages: list[str] = Field(["en"], max_length=50)
    country: str = Field(pattern=r"^[A-Z]{2}$")
    time_zone: str = Field("UTC", max_length=40)
    prices_include_tax: bool = True
    guest_hold_minutes: int = Field(15, ge=1, le=32_767)
    member_hold_minutes: int = Field(60, ge=1, le=32_767)
    unpaid_expiry_minutes: int = Field(60, ge=1, le=INT)
    approve_above_minor: int | None = Field(None, ge=0, le=BIG)
    allocation: str = Field("priority", max_length=20)
    is_default: bool = False
    is_active: bool = True


class ChannelBody(ChannelFields):
    code: Code
    currency: str = Field(pattern=r"^[A-Z]{3}$")


class ChannelPatch(ChannelFields):
    name: Texts = {}
    country: str = Field("", pattern=r"^[A-Z]{2}$")


class ChannelOut(Schema):
    id: int
    code: str
    name: Texts
    currency: str
    country: str
    languages: list[str]
    time_zone: str
    prices_include_tax: bool
    guest_hold_minutes: int
    member_hold_minutes: int
    unpaid_expiry_minutes: int
    approve_above_minor: int | None
    allocation: str
    is_default: bool
    is_active: bool


class AttributeBody(Strict):
    code: Code
    name: Texts
    kind: Kind
    unit: str = Field("", max_length=20)
    choices: dict[str, Texts] = {}
    is_facet: bool = False


class AttributePatch(Strict):
    name: Texts | None = None
    unit: str | None = Field(None, max_length=20)
    choices: dict[str, Texts] | None = None
    is_facet: bool | None = None


class AttributeOut(Schema):
    code: str
    name: Texts
    kind: str
    unit: str
    choices: dict[str, Texts]
    is_facet: bool


class TypeBody(Strict):
    code: Code
    name: Texts
    attributes: list[Code] = Field([], max_length=200)
    required: list[Code] = Field([], max_length=200)
    per_variant: list[Code] = Field([], max_length=200)


class TypePatch(Strict):
    name: Texts | None = None
    attributes: list[Code] | None = Field(None, max_length=200)
    required: list[Code] | None = Field(None, max_length=200)
    per_variant: list[Code] | None = Field(None, max_length=200)


class TypeOut(Schema):
    code: str
    name: Texts
    attributes: list[str]
    required: list[str]
    per_variant: list[str]


class BrandBody(Strict):
    slug: Annotated[str, Field(min_length=1, max_length=120)]
    name: Texts


class BrandPatch(Strict):
    slug: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    name: Texts | None = None


class BrandOut(Schema):
    id: int
    slug: str
    name: Texts


class CategoryBody(Strict):
    slug: Annotated[str, Field(min_length=1, max_length=120)]
    name: Texts
    parent: Slug | None = None
    description: Texts = {}


class CategoryPatch(Strict):
    slug: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    name: Texts | None = None
    description: Texts | None = None
    position: int | None = Field(None, ge=-INT, le=INT)


class MoveBody(Strict):
    parent: Slug | None
    position: int = Field(0, ge=-INT, le=INT)


class CategoryOut(Schema):
    id: int
    slug: str
    name: Texts
    description: Texts
    parent_id: int | None
    position: int
    depth: int
    path: str
    products: int


class CollectionBody(Strict):
    slug: Annotated[str, Field(min_length=1, max_length=120)]
    name: Texts
    description: Texts = {}
    rule: dict[str, Any] | None = None
    product_ids: list[UUID] = Field([], max_length=10_000)
    is_visible: bool = True


class CollectionPatch(Strict):
    slug: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    name: Texts | None = None
    description: Texts | None = None
    rule: dict[str, Any] | None = None
    is_visible: bool | None = None


class CollectionOut(Schema):
    id: int
    slug: str
    name: Texts
    description: Texts
    rule: dict[str, Any] | None
    is_visible: bool
    products: int


class RuleBody(Strict):
    rule: dict[str, Any]


class RulePreview(Schema):
    products: int


class MembersBody(Strict):
    product_ids: list[UUID] = Field(max_length=10_000)


class MemberOut(Schema):
    id: UUID
    slug: str
    name: Texts


class MemberPage(Schema):
    items: list[MemberOut]
    next: str | None
