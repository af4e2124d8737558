"""The demo's catalogue: categories, attributes, products with variants, pictures, prices and stock."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from itertools import product as combinations
from uuid import UUID

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import Component, Option, OptionValue, ProductInput, PublicationInput, VariantInput
from entrepot.demo.art import in_place, picture
from entrepot.demo.company import Company, texts
from entrepot.demo.goods import AXES, COLOURS, DEPARTMENTS, Goods, goods
from entrepot.inventory import public as inventory
from entrepot.inventory.contracts import StockRow
from entrepot.kit.actor import Actor
from entrepot.pricing import public as pricing

YUAN_PER_POUND = Decimal("9.2")
Advance = Callable[[int], None]


def build_structure(*, actor: Actor) -> None:
    """A type, a facet, brands and the shelves of each department."""
    catalog.create_attribute("colour", texts(("Colour", "颜色")), "choice",
                             choices={code: texts(name) for code, (name, _) in COLOURS.items()}, is_facet=True,
                             actor=actor)
    brands: dict[str, tuple[str, str]] = {}
    for department in DEPARTMENTS:
        code, name, choices = department.attribute
        catalog.create_attribute(code, texts(name), "choice", choices={c: texts(n) for c, n in choices}, is_facet=True,
                                 actor=actor)
        catalog.create_product_type(department.code, texts(department.name), attributes=["colour", code], actor=actor)
        catalog.create_category(department.code, texts(department.name), actor=actor)
        for slug, shelf in department.shelves:
            catalog.create_category(slug, texts(shelf), department.code, actor=actor)
        brands |= {_brand_slug(b): b for b in department.brands}
    for slug, words in brands.items():
        catalog.create_brand(slug, texts(words), actor=actor)


def _brand_slug(words: tuple[str, str]) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in words[0].lower().replace("'", "")).split())


def build_products(company: Company, *, advance: Advance, actor: Actor) -> list[UUID]:
    """All products with pictures, prices in both channels and opening stock; returns the ids in order."""
    made = list(goods())
    inputs = [_input(g, number) for number, g in enumerate(made)]
    result = catalog.bulk_import_products([*inputs, *_bundles(inputs)], actor=actor)
    if result.errors:
        raise RuntimeError(f"the demo's own goods were refused: {result.errors[0]}")
    ids = [id_ for id_ in result.ids if id_ is not None]
    advance(len(ids))
    facts = catalog.facts_by_sku([v.sku for p in [*inputs, *_bundles(inputs)] for v in p.variants])
    drawings = {id_: _pictures(item, {v.options.get("colour", ""): facts[v.sku].id for v in reversed(given.variants)})
                for id_, item, given in zip(ids, made, inputs, strict=False)}
    catalog.add_generated_svgs(drawings, size=800, actor=actor)
    _price(company, inputs, {sku: f.id for sku, f in facts.items()}, actor)
    _stock([facts[v.sku].id for p in inputs for v in p.variants], actor)
    return ids


def _axes(item: Goods) -> list[Option]:
    options = []
    for axis in item.family.options:
        if axis == "colour":
            values = tuple(OptionValue(c, texts(COLOURS[c][0])) for c in item.colours)
            options.append(Option("colour", texts(("Colour", "颜色")), values))
        else:
            name, choices = AXES[axis]
            options.append(Option(axis, texts(name), tuple(OptionValue(c, texts(w)) for c, w, _ in choices)))
    return options


def _input(item: Goods, number: int) -> ProductInput:
    options = _axes(item)
    prefix = f"{item.department.code[:2].upper()}{number + 100:04d}"
    variants = [
        VariantInput("-".join([prefix, *(v.code.upper() for v in chosen)]), barcode=f"50{number:06d}{n:04d}",
                     options={o.code: v.code for o, v in zip(options, chosen, strict=True)},
                     weight_g=item.family.weight_g, cost=Decimal(item.price_minor * 52 // 100) / 100,
                     cost_currency="GBP", customs={"origin": "CN" if number % 3 else "GB"})
        for n, chosen in enumerate(combinations(*(o.values for o in options)))]
    attribute = item.department.attribute[0]
    return ProductInput(
        type=item.department.code, slug=item.slug, name=texts(item.name), description=texts(item.description),
        brand=_brand_slug(item.brand), category=item.family.shelf, tax_class=item.department.tax_class,
        attributes={attribute: item.choices[0], "colour": item.colours[0]}, options=tuple(options),
        variants=tuple(variants), external_ids={"demo": item.slug},
        publications=(PublicationInput("shop"), PublicationInput("china")))


def _bundles(inputs: list[ProductInput]) -> list[ProductInput]:
    """Two gift sets made of goods of the shop."""
    by_slug = {p.slug: p for p in inputs}

    def bundle(slug: str, name: tuple[str, str], type_code: str, shelf: str, parts: dict[str, int]) -> ProductInput:
        components = tuple(Component(by_slug[s].variants[0].sku, Decimal(n)) for s, n in parts.items())
        return ProductInput(type=type_code, slug=slug, name=texts(name), category=shelf, external_ids={"demo": slug},
                            variants=(VariantInput(slug.upper(), components=components),),
                            publications=(PublicationInput("shop"), PublicationInput("china")))

    return [
        bundle("tea-for-two", ("Tea for Two", "双人茶礼盒"), "kitchen", "tea-coffee",
               {"porcelain-teapot": 1, "stoneware-mug": 2, "longjing-green-tea": 1}),
        bundle("quiet-evening", ("Quiet Evening Set", "静夜套装"), "home", "decor",
               {"cedar-scented-candle": 2, "wool-throw-blanket": 1})]


Drawn = tuple[str, dict[str, str], UUID | None]


def _pictures(item: Goods, shown: dict[str, UUID]) -> list[Drawn]:
    """The thing in its first colour, where it will be used, and in its other colours; `shown` has a variant of each."""
    art, drawing = item.department.art, item.family.drawing
    plain: list[Drawn] = []
    for colour in item.colours:
        words, code = COLOURS[colour]
        alt = {"en": f"{item.name[0]}, {words[0].lower()}", "zh-hans": f"{item.name[1]}，{words[1]}"}
        plain.append((picture(art, drawing, code), alt, shown.get(colour)))
    used = {"en": f"{item.name[0]} in use", "zh-hans": f"使用中的{item.name[1]}"}
    return [plain[0], (in_place(art, drawing, COLOURS[item.colours[0]][1]), used, None), *plain[1:]]


def _factor(options: dict[str, str]) -> Decimal:
    factor = Decimal(1)
    for axis, value in options.items():
        if axis in AXES:
            factor *= next(Decimal(str(f)) for c, _, f in AXES[axis][1] if c == value)
    return factor


def _price(company: Company, inputs: list[ProductInput], ids: dict[str, UUID], actor: Actor) -> None:
    pounds: dict[UUID, int] = {}
    for item, made in zip(inputs, goods(), strict=True):
        for variant in item.variants:
            pounds[ids[variant.sku]] = int(made.price_minor * _factor(variant.options))
    pounds[ids["TEA-FOR-TWO"]], pounds[ids["QUIET-EVENING"]] = 7900, 7400
    one, ten = Decimal(1), Decimal(10)
    pricing.set_prices("base-shop", [(v, one, minor) for v, minor in pounds.items()], actor=actor)
    pricing.set_prices("base-shop", [(v, ten, minor * 92 // 100) for v, minor in pounds.items() if minor < 3000],
                       actor=actor)
    pricing.set_prices("members-shop", [(v, one, minor * 95 // 100) for v, minor in pounds.items()], actor=actor)
    pricing.set_prices("base-china", [(v, one, int(minor * YUAN_PER_POUND) // 100 * 100 - 100)
                                      for v, minor in pounds.items()], actor=actor)


def _stock(variant_ids: list[UUID], actor: Actor) -> None:
    draw = random.Random(7)  # noqa: S311 a demo, not a secret
    rows = []
    for variant_id in variant_ids:
        rows.append(StockRow(variant_id, "midlands", Decimal(draw.randint(60, 400)), Decimal(2)))
        rows.append(StockRow(variant_id, "hangzhou", Decimal(draw.randint(40, 300)), Decimal(2)))
        if draw.random() < 0.6:
            rows.append(StockRow(variant_id, "london-store", Decimal(draw.randint(0, 30))))
    inventory.bulk_receive(rows, reason="opening stock", reference="opening", actor=actor)
