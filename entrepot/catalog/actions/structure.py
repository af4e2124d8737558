"""Attributes, product types and brands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from entrepot.catalog.contracts import Texts
from entrepot.catalog.errors import CodeTaken, SlugTaken, StillInUse
from entrepot.catalog.models import Attribute, Brand, ProductType
from entrepot.catalog.permissions import STRUCTURE
from entrepot.catalog.rules.attributes import check_definition
from entrepot.catalog.rules.texts import check_line, check_slug, slugify
from entrepot.catalog.saving import announce, lock_structure
from entrepot.catalog.writing import keep_redirects
from entrepot.kit import audit, clock, db
from entrepot.kit.actor import Actor
from entrepot.kit.bylanguage import check_texts
from entrepot.kit.codes import check_code
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.kit.json import dumps_text

_TYPES_WITH = "SELECT producttype_id FROM catalog_producttype_attributes WHERE attribute_id = %s"


def create_attribute(code: str, name: Texts, kind: str, *, unit: str = "", choices: dict[str, Texts] | None = None,
                     is_facet: bool = False, actor: Actor) -> int:
    """Add a typed attribute and return its id; `choices` are names by code. Raises CodeTaken, InvalidInput."""
    actor.require(STRUCTURE)
    values = {"code": check_code("code", code), "name": check_texts("name", name, required=True, limit=200),
              "kind": kind, "unit": check_line("unit", unit, 20), "choices": check_definition(kind, choices or {}),
              "is_facet": is_facet}
    with _unique(CodeTaken(value=code)), transaction.atomic():
        row = Attribute.objects.create(**values)
        audit.record(actor, "catalog.create_attribute", "catalog.attribute", row.pk, new=values)
    return int(row.pk)


def update_attribute(code: str, *, name: Texts | None = None, unit: str | None = None,
                     choices: dict[str, Texts] | None = None, is_facet: bool | None = None, actor: Actor) -> None:
    """Words, choices and the filter flag; code and kind stay. A choice that products have cannot be taken away."""
    actor.require(STRUCTURE)
    with transaction.atomic():
        lock_structure()
        row = Attribute.objects.select_for_update().filter(code=code).first()
        if row is None:
            raise NotFound("attribute")
        given = {"name": None if name is None else check_texts("name", name, required=True, limit=200),
                 "is_facet": is_facet,
                 "unit": None if unit is None else check_line("unit", unit, 20),
                 "choices": None if choices is None else check_definition(row.kind, choices)}
        new = {key: value for key, value in given.items() if value is not None}
        if choices is not None and (lost := set(row.choices) - set(choices)):
            _refuse_lost_choices(row, lost)
        old = {key: getattr(row, key) for key in new}
        Attribute.objects.filter(pk=row.pk).update(**new)
        audit.record(actor, "catalog.update_attribute", "catalog.attribute", row.pk, old=old, new=new)
        announce(_products("p.type_id IN (" + _TYPES_WITH + ")", [row.pk]))


def _refuse_lost_choices(row: Attribute, lost: set[str]) -> None:
    lists = [dumps_text({row.code: [choice] if row.kind == "choices" else choice}) for choice in lost]
    used = db.value("SELECT EXISTS (SELECT 1 FROM catalog_product WHERE attributes @> ANY(%(c)s::jsonb[])) OR"
                    " EXISTS (SELECT 1 FROM catalog_variant WHERE attributes @> ANY(%(c)s::jsonb[]))", {"c": lists})
    if used:
        raise StillInUse


def delete_attribute(code: str, *, actor: Actor) -> None:
    """Only one that no product type has."""
    actor.require(STRUCTURE)
    with transaction.atomic():
        row = Attribute.objects.select_for_update().filter(code=code).first()
        if row is None:
            raise NotFound("attribute")
        if db.row(_TYPES_WITH, [row.pk]):
            raise StillInUse
        audit.record(actor, "catalog.delete_attribute", "catalog.attribute", row.pk, old={"code": code})
        row.delete()


def create_product_type(code: str, name: Texts, *, attributes: Sequence[str] = (), required: Sequence[str] = (),
                        per_variant: Sequence[str] = (), actor: Actor) -> int:
    """`required` and `per_variant` name attributes out of `attributes`."""
    actor.require(STRUCTURE)
    values = {"code": check_code("code", code), "name": check_texts("name", name, required=True, limit=200),
              "required": list(required), "per_variant": list(per_variant)}
    with _unique(CodeTaken(value=code)), transaction.atomic():
        ids = _attribute_ids(attributes, (*required, *per_variant))
        row = ProductType.objects.create(**values)
        row.attributes.set(ids)
        audit.record(actor, "catalog.create_product_type", "catalog.product_type", row.pk,
                     new={**values, "attributes": list(attributes)})
    return int(row.pk)


def update_product_type(code: str, *, name: Texts | None = None, attributes: Sequence[str] | None = None,
                        required: Sequence[str] | None = None, per_variant: Sequence[str] | None = None,
                        actor: Actor) -> None:
    """An attribute that products of the type have a value of stays, and stays where it is (product or variant).

    A newly required attribute is asked for when a product is next changed or activated.
    """
    actor.require(STRUCTURE)
    with transaction.atomic():
        lock_structure()
        row = ProductType.objects.select_for_update().filter(code=code).first()
        if row is None:
            raise NotFound("product type")
        have = list(row.attributes.values_list("code", flat=True))
        old = {"name": row.name, "attributes": have, "required": row.required, "per_variant": row.per_variant}
        given = {"attributes": attributes, "required": required, "per_variant": per_variant}
        new = {**old, **{k: list(v) for k, v in given.items() if v is not None}}
        if name is not None:
            new["name"] = check_texts("name", name, required=True, limit=200)
        ids = _attribute_ids(new["attributes"], (*new["required"], *new["per_variant"]))
        _refuse_lost_values(row, set(have) - set(new["attributes"]) | set(row.per_variant) ^ set(new["per_variant"]))
        ProductType.objects.filter(pk=row.pk).update(name=new["name"], required=new["required"],
                                                     per_variant=new["per_variant"])
        row.attributes.set(ids)
        audit.record(actor, "catalog.update_product_type", "catalog.product_type", row.pk, old=old, new=new)
        announce(_products("p.type_id = %s", [row.pk]))


def _refuse_lost_values(row: ProductType, codes: set[str]) -> None:
    used = codes and db.value(
        "SELECT EXISTS (SELECT 1 FROM catalog_product p LEFT JOIN catalog_variant v ON v.product_id = p.id"
        " WHERE p.type_id = %s AND (p.attributes ?| %s OR v.attributes ?| %s))", [row.pk, list(codes), list(codes)])
    if used:
        raise StillInUse


def delete_product_type(code: str, *, actor: Actor) -> None:
    """Only one that no product has."""
    actor.require(STRUCTURE)
    with transaction.atomic():
        row = ProductType.objects.select_for_update().filter(code=code).first()
        if row is None:
            raise NotFound("product type")
        audit.record(actor, "catalog.delete_product_type", "catalog.product_type", row.pk, old={"code": code})
        try:
            row.delete()
        except ProtectedError as error:
            raise StillInUse from error


def _attribute_ids(codes: Sequence[str], named: Iterable[str]) -> list[int]:
    if len(set(codes)) < len(codes) or not set(named) <= set(codes):
        raise InvalidInput("attributes", N_("names an attribute twice, or not all that are required or per variant"))
    known = dict(Attribute.objects.filter(code__in=codes).values_list("code", "id"))
    if missing := set(codes) - set(known):
        raise InvalidInput("attributes", N_("names an attribute that does not exist")) from KeyError(min(missing))
    return [known[code] for code in codes]


def create_brand(slug: str, name: Texts, *, actor: Actor) -> int:
    """Add a brand and return its id. Raises SlugTaken, InvalidInput."""
    actor.require(STRUCTURE)
    values = {"slug": check_slug(slug, 120), "name": check_texts("name", name, required=True, limit=200)}
    with _unique(SlugTaken(slug=slug)), transaction.atomic():
        row = Brand.objects.create(**values)
        keep_redirects("brand", [], [slug], clock.now())
        audit.record(actor, "catalog.create_brand", "catalog.brand", row.pk, new=values)
    return int(row.pk)


def update_brand(brand_id: int, *, slug: str | None = None, name: Texts | None = None, actor: Actor) -> None:
    """Rename a brand; its former slug leads to the new one. Raises NotFound, SlugTaken, InvalidInput."""
    actor.require(STRUCTURE)
    with _unique(SlugTaken(slug=slug)), transaction.atomic():
        row = Brand.objects.select_for_update().filter(pk=brand_id).first()
        if row is None:
            raise NotFound("brand")
        old = {"slug": row.slug, "name": row.name}
        new = {"slug": row.slug if slug is None else check_slug(slug, 120),
               "name": row.name if name is None else check_texts("name", name, required=True, limit=200)}
        Brand.objects.filter(pk=brand_id).update(**new)
        if new["slug"] != row.slug:
            keep_redirects("brand", [(row.slug, str(brand_id))], [str(new["slug"])], clock.now())
        audit.record(actor, "catalog.update_brand", "catalog.brand", brand_id, old=old, new=new)
        announce(_products("p.brand_id = %s", [brand_id]))


def delete_brand(brand_id: int, *, actor: Actor) -> None:
    """Only one that no product has."""
    actor.require(STRUCTURE)
    with transaction.atomic():
        row = Brand.objects.select_for_update().filter(pk=brand_id).first()
        if row is None:
            raise NotFound("brand")
        if _products("p.brand_id = %s LIMIT 1", [brand_id]):
            raise StillInUse
        audit.record(actor, "catalog.delete_brand", "catalog.brand", brand_id, old={"slug": row.slug})
        db.execute("DELETE FROM catalog_redirect WHERE kind = 'brand' AND target_id = %s", [str(brand_id)])
        row.delete()


_ENSURE_BRANDS = """
INSERT INTO catalog_brand (slug, name) SELECT slug, name FROM jsonb_to_recordset(%s::jsonb) AS n(slug text, name jsonb)
ON CONFLICT (slug) DO NOTHING RETURNING id, slug, name
"""


def ensure_brands(names: Iterable[str], *, actor: Actor) -> dict[str, str]:
    """The slug of a brand for each name, made where it is missing (imports)."""
    actor.require(STRUCTURE)
    slugs = {name: slugify(name) for name in names if slugify(name)}
    there = {r.slug for r in db.rows("SELECT slug FROM catalog_brand WHERE slug = ANY(%s)", [list(slugs)])}
    slugs |= {slug: slug for slug in there}  # a file may name brands by their slugs, whatever these look like
    wanted = {slug: {"slug": slug, "name": {"en": check_line("name", name, 200)}} for name, slug in slugs.items()
              if slug not in there}
    with transaction.atomic():
        made = db.rows(_ENSURE_BRANDS, [dumps_text(list(wanted.values()))]) if wanted else []
        audit.record_many(actor, "catalog.create_brand", "catalog.brand",
                          ((r.id, None, {"slug": r.slug, "name": r.name}) for r in made))
    return slugs


def _products(where: str, params: Sequence[Any]) -> list[Any]:
    return [r.id for r in db.rows(f"SELECT p.id FROM catalog_product p WHERE {where}", params)]  # noqa: S608 own SQL


@contextmanager
def _unique(error: Exception) -> Iterator[None]:
    """The only constraint that these statements can meet is the unique key."""
    try:
        yield
    except IntegrityError as cause:
        raise error from cause
