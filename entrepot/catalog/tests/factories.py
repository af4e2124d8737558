"""Plain functions that make a small catalogue; other contexts' tests use them too."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from entrepot.catalog import public
from entrepot.catalog.contracts import (
    ChannelInfo,
    ChannelInput,
    Option,
    OptionValue,
    ProductInput,
    PublicationInput,
    VariantInput,
)
from entrepot.catalog.queries import channels
from entrepot.kit.actor import Actor, ActorKind, system

BOB = system("bob")  # runs the shop
ALICE = Actor(ActorKind.CUSTOMER, id="alice", label="Alice")
CHARLIE = Actor(ActorKind.CUSTOMER, id="charlie", label="Charlie")

_number = count(1)


def a_channel(code: str = "web", **changes: Any) -> ChannelInfo:
    """A channel, the default one when it is the first."""
    channels.forget()
    if known := next((c for c in public.channels() if c.code == code), None):
        return known
    values = {"name": {"en": "Web shop", "zh-hans": "网店"}, "currency": "EUR", "country": "DE",
              "languages": ("en", "zh-hans"), "is_default": not public.channels(), **changes}
    return public.create_channel(ChannelInput(code, **values), actor=BOB)


def a_type(code: str = "general") -> str:
    if not public.list_product_types(code=code):
        public.create_product_type(code, {"en": code.title()}, actor=BOB)
    return code


def product_input(name: str = "", *, skus: tuple[str, ...] = (), type: str = "", **changes: Any) -> ProductInput:
    """A simple active product; several SKUs make a choice of sizes."""
    n = next(_number)
    skus = skus or (f"SKU-{n}",)
    options: tuple[Option, ...] = ()
    variants = tuple(VariantInput(sku, weight_g=200) for sku in skus)
    if len(skus) > 1:
        values = tuple(OptionValue(f"s{i}", {"en": f"Size {i}"}) for i in range(len(skus)))
        options = (Option("size", {"en": "Size", "zh-hans": "尺码"}, values),)
        variants = tuple(VariantInput(sku, {"size": f"s{i}"}, weight_g=200) for i, sku in enumerate(skus))
    values = {"options": options, "variants": variants, **changes}
    return ProductInput(type or a_type(), {"en": name or f"Product {n}"}, **values)


def a_product(name: str = "", *, channel: str | None = "web", skus: tuple[str, ...] = (), **changes: Any) -> UUID:
    """A product, published in `channel` (None: nowhere)."""
    if channel is not None:
        a_channel(channel)
        changes.setdefault("publications", (PublicationInput(channel),))
    return public.create_product(product_input(name, skus=skus, **changes), actor=BOB)


def variants_of(product_id: UUID) -> list[UUID]:
    return public.variants_of([product_id])[product_id]


def a_variant(name: str = "", *, channel: str | None = "web", **changes: Any) -> UUID:
    """The variant of a new product with a single one."""
    return variants_of(a_product(name, channel=channel, **changes))[0]


def a_bundle(name: str, parts: dict[str, int | str], *, sku: str = "", channel: str | None = "web") -> UUID:
    """The variant of a new bundle of these SKUs with their quantities."""
    from entrepot.catalog.contracts import Component

    components = tuple(Component(part, Decimal(quantity)) for part, quantity in parts.items())
    n = next(_number)
    return a_variant(name, channel=channel, variants=(VariantInput(sku or f"BUNDLE-{n}", components=components),))
