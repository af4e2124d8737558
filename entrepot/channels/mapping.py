"""From what a file says to what the catalogue takes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Iterator, Mapping
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any
from zoneinfo import ZoneInfo

from entrepot.catalog.contracts import (
    ChannelInfo,
    Component,
    MediaInput,
    Option,
    OptionValue,
    ProductInput,
    PublicationInput,
    RowError,
    VariantInput,
)
from entrepot.channels.contracts import ImportedProduct, ImportedVariant, Issue, OptionNames, Settings
from entrepot.channels.formats.values import slugify, split, truth
from entrepot.kit.codes import CODE
from entrepot.kit.errors import N_

_NO_END = 9999


def base_list(channel: ChannelInfo) -> str:
    """The code of the price list that holds a channel's regular prices."""
    return f"base-{channel.code}"


def window(first: date | None, last: date | None, time_zone: str) -> tuple[datetime | None, datetime | None]:
    """Whole days in the channel's time zone, the last one included; year 9999 is how files say that it has no end."""
    zone = ZoneInfo(time_zone)
    after = last + timedelta(days=1) if last and last.year < _NO_END else None
    return (datetime.combine(first, clock_time.min, zone) if first else None,
            datetime.combine(after, clock_time.min, zone) if after else None)


def code_of(text: str) -> str:
    """A code of words in any script; a mark stands for what a code cannot hold, so that 红色 and 蓝色 stay apart."""
    slug = slugify(text)
    if CODE.fullmatch(slug):
        return slug
    plain = re.sub(r"[^a-z0-9]+", "-", slug).strip("-")[:38].rstrip("-")
    return f"{plain or 'x'}-{hashlib.sha256((slug or text).encode()).hexdigest()[:10]}"


def attribute_code(name: str, known: Container[str] = ()) -> str:
    """The attribute of that very code, or the code that its name gives."""
    short = slugify(name)[:50]
    return name if name in known else short if CODE.fullmatch(short) else code_of(name)


def _attribute_value(text: Any, kind: str | None) -> Any:
    """What `text` says as a value of this kind; what it does not is left as it is, to be refused."""
    if kind == "boolean" and isinstance(text, str):
        known = truth(text)
        return text if known is None else known
    return split(text, "|") if kind == "choices" and isinstance(text, str) else text


def row_issues(product: ImportedProduct, error: RowError) -> Iterator[Issue]:
    for line, row in product.rows:
        yield Issue(line, error.field, error.code, error.reason, True, row)


def _is_address(image: str) -> bool:
    return image.startswith(("http://", "https://", "/"))


def bare_images(product: ImportedProduct) -> Iterator[Issue]:
    """Images that the file names without saying where they are: kept in the account of the run, to be uploaded."""
    line, row = product.rows[0]
    for image in [*product.images, *(v.image for v in product.variants if v.image)]:
        if not _is_address(image):
            yield Issue(line, "images", "image_without_address", N_("The file names this image but not its address."),
                        False, {**row, "image": image})


def product_input(product: ImportedProduct, brands: dict[str, str], categories: dict[tuple[str, ...], str],
                  channel: ChannelInfo, settings: Settings, kinds: Mapping[str, str]) -> ProductInput:
    """The catalogue's own shape of a read product; `kinds` of the attributes that there are, by code."""
    attributes = {attribute_code(name, kinds): value for name, value in product.attributes.items()}
    options = _options(product, settings.language)
    shelves = tuple(categories[path] for path in product.categories if path in categories)
    channels = product.channels if product.channels is not None else ((channel.code,) if product.is_active else ())
    named = dict.fromkeys([*product.images, *(v.image for v in product.variants if v.image)])
    images = [image for image in named if _is_address(image)]
    by_image = {v.image: v.sku for v in product.variants if v.image and len(product.variants) > 1}
    return ProductInput(
        type=product.type_code, name=product.name, slug=product.slug,
        status="active" if product.is_active else "draft", description=product.description, seo=product.seo,
        brand=brands.get(product.brand, ""), category=shelves[0] if shelves else "", categories=shelves[1:],
        tax_class=product.tax_class, tags=tuple(product.tags), external_ids=product.external_ids,
        attributes={code: _attribute_value(value, kinds.get(code)) for code, value in attributes.items()},
        options=options,
        variants=tuple(_variant_input(v, options, settings.currency) for v in product.variants),
        media=tuple(MediaInput(url, variant_sku=by_image.get(url, "")) for url in images),
        publications=tuple(PublicationInput(code) for code in channels),
    )


def _options(product: ImportedProduct, language: str) -> tuple[Option, ...]:
    if product.option_names:
        return tuple(_declared(option) for option in product.option_names)
    found: dict[str, dict[str, str]] = {}
    for variant in product.variants:
        for name, value in variant.options.items():
            found.setdefault(name, {}).setdefault(code_of(value), value)
    return tuple(
        Option(code_of(name), {language: name}, tuple(OptionValue(code, {language: v}) for code, v in values.items()))
        for name, values in found.items())


def _declared(option: OptionNames) -> Option:
    values = tuple(OptionValue(code, words) for code, words in option.values.items())
    return Option(option.code, option.name, values)


def _variant_input(variant: ImportedVariant, options: tuple[Option, ...], currency: str) -> VariantInput:
    declared = {o.code for o in options}
    chosen = {code_of(k) if code_of(k) in declared else k: v for k, v in variant.options.items()}
    codes = {o.code: {c.code for c in o.values} for o in options}
    return VariantInput(
        sku=variant.sku, barcode=variant.barcode, is_stocked=variant.is_stocked, needs_shipping=variant.needs_shipping,
        options={k: v if v in codes.get(k, ()) else code_of(v) for k, v in chosen.items()},
        weight_g=variant.weight_g, dimensions_mm=variant.dimensions_mm, unit=variant.unit, qty_step=variant.qty_step,
        cost=variant.cost, cost_currency=currency if variant.cost is not None else "",
        components=tuple(Component(sku, count) for sku, count in variant.components),
    )
