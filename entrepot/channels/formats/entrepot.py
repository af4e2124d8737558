"""Our own catalogue table (CSV or XLSX): one row per variant; cells of the product stand in its first row only.

Texts have a column per language (`name:en`), attributes `attr:<code>`, stock `stock:<warehouse>`, ids of other systems
`external:<system>`. Lists are separated by `; ` (a semicolon of an entry itself is written `\\;`). `write` and `read`
are inverse: what is exported comes back unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby

from entrepot.channels.contracts import ImportedProduct, ImportedVariant, Item, OptionNames, Row, Settings
from entrepot.channels.formats.values import BadCell, amount, cell, number, quantity, required, split, yes
from entrepot.kit.errors import N_
from entrepot.kit.money import Money

COLUMNS = frozenset({"product", "sku", "price"})
_PRODUCT = ("type", "status", "brand", "categories", "tags", "tax_class", "channels", "images")
_VARIANT = ("sku", "options", "barcode", "unit", "qty_step", "weight_g", "dimensions_mm", "stocked", "ships",
            "components", "cost", "price", "sale_price")


def read(rows: Iterator[tuple[int, Row]], settings: Settings) -> Iterator[Item]:
    for slug, group in groupby(rows, key=lambda numbered: cell(numbered[1], "product")):
        lines = list(group)
        try:
            product = _product(slug, *lines[0])
        except BadCell as bad:
            for line, row in lines:
                yield bad.issue(line, row)
            continue
        for line, row in lines:
            try:
                product.variants.append(_variant(line, row, settings))
                product.rows.append((line, row))
            except BadCell as bad:
                yield bad.issue(line, row)
        if product.variants:
            yield product


def _listed(text: str) -> list[str]:
    """The entries of a list; a backslash before a semicolon or a backslash says that it is one."""
    found = re.findall(r"(?:\\[\\;]|[^;])+", text)
    return [entry for part in found if (entry := re.sub(r"\\([\\;])", r"\1", part).strip())]


def _joined(entries: Iterable[str]) -> str:
    return "; ".join(re.sub(r"[\\;]", r"\\\g<0>", entry) for entry in entries)


def _texts(row: Row, stem: str) -> dict[str, str]:
    prefix = f"{stem}:"
    return {column[len(prefix):]: text for column in row if column.startswith(prefix) and (text := cell(row, column))}


def _product(slug: str, line: int, row: Row) -> ImportedProduct:
    if not slug:
        raise BadCell("product", "missing", N_("This must not be empty."))
    product = ImportedProduct(line, slug, _texts(row, "name"), _texts(row, "description"))
    if not product.name:
        raise BadCell("name", "missing", N_("The product needs a name in at least one language."))
    titles, descriptions = _texts(row, "seo_title"), _texts(row, "seo_description")
    product.seo = {
        language: {k: v for k, v in (("title", titles.get(language)), ("description", descriptions.get(language))) if v}
        for language in {**titles, **descriptions}
    }
    product.type_code = cell(row, "type") or "general"
    product.is_active = _status(row)
    product.brand, product.tax_class = cell(row, "brand"), cell(row, "tax_class") or "standard"
    product.categories = [tuple(split(path, ">")) for path in _listed(cell(row, "categories"))]
    product.tags, product.images = _listed(cell(row, "tags")), _listed(cell(row, "images"))
    product.channels = tuple(split(cell(row, "channels"), ";")) if "channels" in row else None
    product.attributes = dict(_texts(row, "attr"))
    product.external_ids = _texts(row, "external")
    product.option_names = _option_names(row)
    return product


def _status(row: Row) -> bool:
    status = cell(row, "status") or "active"
    if status not in ("active", "draft"):
        raise BadCell("status", "unknown_status", N_("This must be active or draft."))
    return status == "active"


def _pairs(text: str, column: str) -> dict[str, str]:
    pairs = {}
    for part in _listed(text):
        key, sign, value = part.partition("=")
        if not sign or not key.strip() or not value.strip():
            raise BadCell(column, "not_pairs", N_("This must be pairs like colour=navy, separated by semicolons."))
        pairs[key.strip()] = value.strip()
    return pairs


def _option_names(row: Row) -> tuple[OptionNames, ...]:
    """From `option_names:en` = "size=Size; size/s=Small"."""
    words: dict[str, OptionNames] = {}
    for language, text in _texts(row, "option_names").items():
        for key, word in _pairs(text, f"option_names:{language}").items():
            code, slash, value = key.partition("/")
            option = words.setdefault(code, OptionNames(code, {}, {}))
            target = option.values.setdefault(value, {}) if slash else option.name
            target[language] = word
    return tuple(words.values())


def _variant(line: int, row: Row, settings: Settings) -> ImportedVariant:
    variant = ImportedVariant(line, sku=required(row, "sku"), row=row)
    variant.options = _pairs(cell(row, "options"), "options")
    variant.barcode, variant.unit = cell(row, "barcode"), cell(row, "unit")
    variant.qty_step = number(row, "qty_step", "1")
    if variant.qty_step <= 0:
        raise BadCell("qty_step", "quantity_range", N_("The quantity step must be more than zero."))
    variant.weight_g = int(number(row, "weight_g"))
    variant.dimensions_mm = _dimensions(row)
    variant.is_stocked = yes(row, "stocked") if cell(row, "stocked") else True
    variant.needs_shipping = yes(row, "ships") if cell(row, "ships") else True
    variant.cost = number(row, "cost") if cell(row, "cost") else None
    variant.components = tuple(_component(part) for part in _listed(cell(row, "components")))
    variant.price_minor = amount(row, "price", settings.currency)
    variant.sale_minor = amount(row, "sale_price", settings.currency)
    for warehouse in _texts(row, "stock"):
        if (held := quantity(row, f"stock:{warehouse}")) is not None:
            variant.stock[warehouse] = held
    return variant


def _dimensions(row: Row) -> tuple[int, int, int] | None:
    text = cell(row, "dimensions_mm")
    if not text:
        return None
    sides = text.lower().split("x")
    if len(sides) != 3 or not all(s.strip().isdecimal() for s in sides):
        raise BadCell("dimensions_mm", "not_dimensions", N_("This must be length x width x height in millimetres."))
    return int(sides[0]), int(sides[1]), int(sides[2])


def _component(part: str) -> tuple[str, Decimal]:
    sku, _, count = part.rpartition("*")
    if not sku or not count.strip().replace(".", "", 1).isdecimal():
        raise BadCell("components", "not_components", N_("This must be SKUs with quantities like MUG-1*2."))
    return sku.strip(), Decimal(count.strip())


# ---- writing


def _number(value: Decimal | int | None) -> str:
    if value is None:
        return ""
    text = format(Decimal(value), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def header(products: Iterable[ImportedProduct]) -> list[str]:
    """The columns that these products need, in a fixed order."""
    found: dict[str, set[str]] = {stem: set() for stem in
                                  ("name", "description", "seo_title", "seo_description", "option_names", "attr",
                                   "external", "stock")}
    for product in products:
        for column in _product_cells(product):
            stem, colon, rest = column.partition(":")
            if colon:
                found[stem].add(rest)
        for variant in product.variants:
            found["stock"] |= set(variant.stock)
    columns = ["product", *(f"name:{x}" for x in sorted(found["name"])), *_PRODUCT]
    for stem in ("description", "seo_title", "seo_description", "option_names", "attr", "external"):
        columns += [f"{stem}:{x}" for x in sorted(found[stem])]
    return [*columns, *_VARIANT, *(f"stock:{x}" for x in sorted(found["stock"]))]


def rows_of(product: ImportedProduct, settings: Settings) -> Iterator[Row]:
    """The table rows of a product: its own cells in the first one."""
    own = _product_cells(product)
    for index, variant in enumerate(product.variants):
        yield {"product": product.slug, **(own if index == 0 else {}), **_variant_cells(variant, settings)}


def _product_cells(product: ImportedProduct) -> Row:
    cells = {
        "type": product.type_code, "status": "active" if product.is_active else "draft", "brand": product.brand,
        "categories": "; ".join(" > ".join(path) for path in product.categories), "tags": _joined(product.tags),
        "tax_class": product.tax_class, "channels": "; ".join(product.channels or ()),
        "images": _joined(product.images),
    }
    for stem, texts in (("name", product.name), ("description", product.description), ("attr", product.attributes),
                        ("external", product.external_ids)):
        cells |= {f"{stem}:{key}": text for key, text in texts.items()}
    for language, seo in product.seo.items():
        cells |= {f"seo_{part}:{language}": text for part, text in seo.items()}
    for language in sorted({lang for option in product.option_names for lang in option.name}):
        pairs = []
        for option in product.option_names:
            pairs.append(f"{option.code}={option.name.get(language, option.code)}")
            pairs += [f"{option.code}/{value}={words[language]}" for value, words in option.values.items()
                      if language in words]
        cells[f"option_names:{language}"] = _joined(pairs)
    return cells


def _variant_cells(variant: ImportedVariant, settings: Settings) -> Row:
    def money(minor: int | None) -> str:
        return "" if minor is None else f"{Money(minor, settings.currency).amount:f}"

    return {
        "sku": variant.sku, "options": "; ".join(f"{k}={v}" for k, v in variant.options.items()),
        "barcode": variant.barcode, "unit": variant.unit, "qty_step": _number(variant.qty_step),
        "weight_g": str(variant.weight_g),
        "dimensions_mm": "x".join(map(str, variant.dimensions_mm)) if variant.dimensions_mm else "",
        "stocked": "yes" if variant.is_stocked else "no", "ships": "yes" if variant.needs_shipping else "no",
        "components": _joined(f"{sku}*{_number(count)}" for sku, count in variant.components),
        "cost": _number(variant.cost), "price": money(variant.price_minor), "sale_price": money(variant.sale_minor),
        **{f"stock:{warehouse}": _number(held) for warehouse, held in variant.stock.items()},
    }
