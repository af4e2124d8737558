"""WooCommerce's product CSV: simple, variable with variations, grouped, external, virtual and downloadable products."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from entrepot.channels.contracts import Grouping, ImportedProduct, ImportedVariant, Issue, Item, Row, Settings
from entrepot.channels.formats.values import BadCell, amount, cell, day, number, quantity, required, slugify, split, yes
from entrepot.kit.errors import N_

COLUMNS = frozenset({"Type", "SKU", "Name", "Regular price", "Categories"})
_GRAMS = {"kg": Decimal(1000), "g": Decimal(1), "lbs": Decimal("453.59237"), "oz": Decimal("28.349523125")}
_MILLIMETRES = {"mm": Decimal(1), "cm": Decimal(10), "m": Decimal(1000), "in": Decimal("25.4"), "yd": Decimal("914.4")}


def read(rows: Iterator[tuple[int, Row]], settings: Settings) -> Iterator[Item]:
    products: dict[str, ImportedProduct] = {}
    variations: list[tuple[int, Row]] = []
    groupings: list[Grouping] = []
    for line, row in rows:
        kinds = set(split(cell(row, "Type")))
        try:
            if "variation" in kinds:
                variations.append((line, row))
            elif "grouped" in kinds:
                groupings.append(Grouping(line, slugify(required(row, "Name")), {settings.language: cell(row, "Name")},
                                          tuple(split(cell(row, "Grouped products"))), row))
            else:
                product = _product(line, row, kinds, settings)
                products[cell(row, "SKU") or f"id:{cell(row, 'ID')}"] = product
                products.setdefault(f"id:{cell(row, 'ID')}", product)
                if "external" in kinds:
                    yield Issue(line, "Type", "sold_elsewhere",
                                N_("This product is sold on another site: imported as a draft."), False, row)
        except BadCell as bad:
            yield bad.issue(line, row)
    for line, row in variations:
        try:
            parent = products.get(required(row, "Parent"))
            if parent is None:
                raise BadCell("Parent", "no_parent", N_("There is no such parent product in this file."))
            parent.variants.append(_variant(line, row, settings))
            parent.rows.append((line, row))
        except BadCell as bad:
            yield bad.issue(line, row)
    for product in {id(p): p for p in products.values()}.values():
        if product.variants:
            yield product
        else:
            yield BadCell("Type", "no_variant", N_("The product has no sellable row.")).issue(*product.rows[0])
    yield from groupings  # once all that they name is there


def _product(line: int, row: Row, kinds: set[str], settings: Settings) -> ImportedProduct:
    language = settings.language
    name = required(row, "Name")
    product = ImportedProduct(line, slugify(name), {language: name}, rows=[(line, row)])
    product.description = {language: cell(row, "Short description") + cell(row, "Description")}
    product.categories = [tuple(split(path, ">")) for path in split(cell(row, "Categories"))]
    product.tags, product.images = split(cell(row, "Tags")), split(cell(row, "Images"))
    hidden = cell(row, "Visibility in catalog") == "hidden"
    product.is_active = yes(row, "Published") and "external" not in kinds
    product.channels = () if hidden else None
    product.external_ids = {"woocommerce": cell(row, "ID")}
    product.tax_class = "zero" if cell(row, "Tax status") == "none" else (cell(row, "Tax class") or "standard")
    if "variable" not in kinds:
        product.attributes = {name: values for name, values in _attributes(row).items() if values}
        product.variants = [_variant(line, row, settings, own_attributes=True)]
    return product


def _attributes(row: Row) -> dict[str, str]:
    names = {n: cell(row, f"Attribute {n} name") for n in range(1, 10)}
    return {name: cell(row, f"Attribute {n} value(s)") for n, name in names.items() if name}


def _unit_column(row: Row, stem: str) -> tuple[str, str]:
    """The column of a measure with its unit in brackets, e.g. "Weight (lbs)"."""
    for column in row:
        if column.startswith(f"{stem} ("):
            return column, column[len(stem) + 2 : -1]
    return stem, ""


def _variant(line: int, row: Row, settings: Settings, *, own_attributes: bool = False) -> ImportedVariant:
    variant = ImportedVariant(line, sku=required(row, "SKU"), row=row)
    if not own_attributes:
        variant.options = {name: value for name, value in _attributes(row).items() if value}
    variant.price_minor = amount(row, "Regular price", settings.currency)
    if variant.price_minor is None:
        raise BadCell("Regular price", "missing", N_("This must not be empty."))
    variant.sale_minor = amount(row, "Sale price", settings.currency)
    variant.sale_from, variant.sale_until = day(row, "Date sale price starts"), day(row, "Date sale price ends")
    stock = quantity(row, "Stock")
    variant.stock = {} if stock is None else {"": stock}
    variant.is_stocked = stock is not None  # WooCommerce leaves the cell empty where it does not manage stock
    variant.backorder = cell(row, "Backorders allowed?") in ("1", "notify")
    kinds = split(cell(row, "Type"))
    variant.needs_shipping = not {"virtual", "downloadable"} & set(kinds)
    column, unit = _unit_column(row, "Weight")
    variant.weight_g = int(number(row, column) * _GRAMS.get(unit, Decimal(1)))
    sides = [_unit_column(row, side) for side in ("Length", "Width", "Height")]
    lengths = [int(number(row, c) * _MILLIMETRES.get(u, Decimal(1))) for c, u in sides]
    variant.dimensions_mm = (lengths[0], lengths[1], lengths[2]) if all(lengths) else None
    images = split(cell(row, "Images"))
    variant.image = images[0] if images else ""
    return variant
