"""Shopify's product CSV: rows of one handle are one product; later rows add variants or only images."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby

from entrepot.channels.contracts import ImportedProduct, ImportedVariant, Item, Row, Settings
from entrepot.channels.formats.values import BadCell, amount, cell, number, required, slugify, split, yes
from entrepot.kit.errors import N_

COLUMNS = frozenset({"Handle", "Title", "Body (HTML)", "Variant Price"})


def read(rows: Iterator[tuple[int, Row]], settings: Settings) -> Iterator[Item]:
    for handle, group in groupby(rows, key=lambda numbered: cell(numbered[1], "Handle")):
        lines = list(group)
        first_line, first = lines[0]
        try:
            if not handle:
                raise BadCell("Handle", "missing", N_("This must not be empty."))
            product = _product(handle, first_line, first, settings)
        except BadCell as bad:
            for line, row in lines:
                yield bad.issue(line, row)
            continue
        for line, row in lines:
            try:
                _add_row(product, line, row, settings)
                product.rows.append((line, row))
            except BadCell as bad:
                yield bad.issue(line, row)
        if product.variants:
            yield product
        else:
            for line, row in product.rows:
                yield BadCell("Variant Price", "no_variant", N_("The product has no sellable row.")).issue(line, row)


def _product(handle: str, line: int, row: Row, settings: Settings) -> ImportedProduct:
    language = settings.language
    product = ImportedProduct(line, slugify(handle), {language: required(row, "Title")})
    product.description = {language: cell(row, "Body (HTML)")}
    product.brand, product.tags = cell(row, "Vendor"), split(cell(row, "Tags"))
    product.categories = [(kind,)] if (kind := cell(row, "Type")) else []
    product.is_active = yes(row, "Published")
    product.external_ids = {"shopify": handle}
    product.tax_class = "standard" if yes(row, "Variant Taxable") or not cell(row, "Variant Taxable") else "zero"
    if title := cell(row, "SEO Title"):
        product.seo = {language: {"title": title, "description": cell(row, "SEO Description")}}
    return product


def _add_row(product: ImportedProduct, line: int, row: Row, settings: Settings) -> None:
    image = cell(row, "Image Src")
    if image and image not in product.images:
        product.images.append(image)
    if not (cell(row, "Option1 Value") or cell(row, "Variant Price")):
        if not image:
            raise BadCell("Variant Price", "empty_row", N_("This row has neither a variant nor an image."))
        return
    product.variants.append(_variant(product, line, row, settings))


def _option_names(product: ImportedProduct, row: Row) -> list[str]:
    # names stand in the first row only
    source = product.variants[0].row if product.variants else row
    return [cell(source, f"Option{n} Name") for n in (1, 2, 3)]


def _variant(product: ImportedProduct, line: int, row: Row, settings: Settings) -> ImportedVariant:
    variant = ImportedVariant(line, row=row)
    for n, name in enumerate(_option_names(product, row), 1):
        value = cell(row, f"Option{n} Value")
        if name and value and not (name == "Title" and value == "Default Title"):
            variant.options[name] = value
    price = amount(row, "Variant Price", settings.currency)
    before = amount(row, "Variant Compare At Price", settings.currency)
    if price is None:
        raise BadCell("Variant Price", "missing", N_("This must not be empty."))
    # a higher "compare at" price is the regular one, and the price a reduction of it
    variant.price_minor, variant.sale_minor = (before, price) if before and before > price else (price, None)
    # Shopify allows stock below zero; what is not there is not there
    if cell(row, "Variant Inventory Qty"):  # shops with several places leave it out: nothing is said of the stock
        variant.stock = {"": max(Decimal(0), number(row, "Variant Inventory Qty"))}
    variant.backorder = cell(row, "Variant Inventory Policy") == "continue"
    variant.needs_shipping = not cell(row, "Variant Requires Shipping") or yes(row, "Variant Requires Shipping")
    variant.barcode, variant.image = cell(row, "Variant Barcode"), cell(row, "Variant Image")
    variant.weight_g = int(number(row, "Variant Grams"))
    variant.sku = cell(row, "Variant SKU") or "-".join([product.slug, *map(slugify, variant.options.values())])
    return variant
