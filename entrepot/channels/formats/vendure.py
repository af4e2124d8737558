"""Vendure's product CSV: padded cells, a blank name continues the product above, facets as `group:value|...`."""

from __future__ import annotations

from collections.abc import Iterator

from entrepot.channels.contracts import ImportedProduct, ImportedVariant, Item, Row, Settings
from entrepot.channels.formats.values import BadCell, amount, cell, quantity, required, slugify, split
from entrepot.kit.errors import N_

COLUMNS = frozenset({"name", "slug", "optionGroups", "optionValues", "sku", "stockOnHand"})


def read(rows: Iterator[tuple[int, Row]], settings: Settings) -> Iterator[Item]:
    product: ImportedProduct | None = None
    groups: list[str] = []
    for line, row in rows:
        try:
            if cell(row, "name"):
                if product:
                    yield product
                product = None
                product, groups = _product(line, row, settings), split(cell(row, "optionGroups"), "|")
            if product is None:
                raise BadCell("name", "no_parent", N_("There is no product above this row."))
            product.variants.append(_variant(line, row, groups, settings))
            product.rows.append((line, row))
        except BadCell as bad:
            yield bad.issue(line, row)
            if product and not product.variants:
                product = None
    if product:
        yield product


def _product(line: int, row: Row, settings: Settings) -> ImportedProduct:
    language, name = settings.language, required(row, "name")
    product = ImportedProduct(line, slugify(cell(row, "slug") or name), {language: name})
    product.description = {language: cell(row, "description")}
    product.images = split(cell(row, "assets"), "|")
    product.external_ids = {"vendure": product.slug}
    path: list[str] = []
    for facet in split(cell(row, "facets"), "|"):
        group, _, value = facet.partition(":")
        if group.strip() == "category":
            path.append(value.strip())
        elif group.strip() == "brand":
            product.brand = value.strip()
        elif value.strip():
            product.attributes[group.strip()] = value.strip()
    product.categories = [tuple(path)] if path else []
    return product


def _variant(line: int, row: Row, groups: list[str], settings: Settings) -> ImportedVariant:
    variant = ImportedVariant(line, sku=required(row, "sku"), row=row)
    values = split(cell(row, "optionValues"), "|")
    if len(values) != len(groups):
        raise BadCell("optionValues", "option_count", N_("There must be one value for each option."))
    variant.options = dict(zip(groups, values, strict=True))
    variant.price_minor = amount(row, "price", settings.currency)
    if variant.price_minor is None:
        raise BadCell("price", "missing", N_("This must not be empty."))
    stock = quantity(row, "stockOnHand")
    variant.stock = {} if stock is None else {"": stock}
    variant.is_stocked = cell(row, "trackInventory").lower() != "false"
    images = split(cell(row, "variantAssets"), "|")
    variant.image = images[0] if images else ""
    return variant
