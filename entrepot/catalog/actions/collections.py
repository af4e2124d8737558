"""Collections: sets of products by rule or by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from entrepot.catalog.contracts import UNSET, Texts, Unset
from entrepot.catalog.errors import RuleCollection, SlugTaken
from entrepot.catalog.models import Collection
from entrepot.catalog.permissions import READ, STRUCTURE
from entrepot.catalog.queries import membership, references
from entrepot.catalog.rules.membership import Rule, as_json, parse
from entrepot.catalog.rules.texts import check_html, check_slug
from entrepot.catalog.saving import announce, lock_structure
from entrepot.catalog.writing import keep_redirects
from entrepot.kit import audit, clock, db
from entrepot.kit.actor import Actor
from entrepot.kit.bylanguage import check_texts
from entrepot.kit.errors import N_, InvalidInput, NotFound

MAX_ITEMS = 10_000


def create_collection(slug: str, name: Texts, *, description: Texts | None = None, rule: dict[str, Any] | None = None,
                      product_ids: Sequence[UUID] = (), is_visible: bool = True, actor: Actor) -> int:
    """By a rule (brands and categories in it by slug or id), or by hand with these products in this order."""
    actor.require(STRUCTURE)
    if rule is not None and product_ids:
        raise RuleCollection
    try:
        with transaction.atomic():
            lock_structure()
            parsed = None if rule is None else _parse(rule)
            values = {"slug": check_slug(slug, 120), "name": check_texts("name", name, required=True, limit=200),
                      "description": check_html("description", description or {}), "is_visible": is_visible,
                      "rule": None if parsed is None else as_json(parsed)}
            row = Collection.objects.create(**values)
            keep_redirects("collection", [], [slug], clock.now())
            touched = _fill(row.pk, product_ids) if parsed is None else membership.refresh({row.pk: parsed}, None)
            audit.record(actor, "catalog.create_collection", "catalog.collection", row.pk,
                         new={**values, "products": len(touched)})
            announce(touched)
    except IntegrityError as error:
        raise SlugTaken(slug=slug) from error
    return int(row.pk)


def update_collection(collection_id: int, *, slug: str | None = None, name: Texts | None = None,
                      description: Texts | None = None, rule: dict[str, Any] | Unset | None = UNSET,
                      is_visible: bool | None = None, actor: Actor) -> None:
    """Words, address, rule. Taking the rule away leaves its products as chosen by hand."""
    actor.require(STRUCTURE)
    try:
        with transaction.atomic():
            lock_structure()
            row = _find(collection_id)
            old = {k: getattr(row, k) for k in ("slug", "name", "description", "rule", "is_visible")}
            new = {**old, **{k: v for k, v in (
                ("slug", None if slug is None else check_slug(slug, 120)), ("is_visible", is_visible),
                ("name", None if name is None else check_texts("name", name, required=True, limit=200)),
                ("description", None if description is None else check_html("description", description)),
            ) if v is not None}}
            parsed = _parse(rule) if isinstance(rule, dict) else None
            if rule is not UNSET:
                new["rule"] = None if parsed is None else as_json(parsed)
            Collection.objects.filter(pk=collection_id).update(**new)
            if new["slug"] != old["slug"]:
                keep_redirects("collection", [(old["slug"], str(collection_id))], [new["slug"]], clock.now())
            audit.record(actor, "catalog.update_collection", "catalog.collection", collection_id, old=old, new=new)
            if parsed is not None:
                announce(membership.refresh({collection_id: parsed}, None))
    except IntegrityError as error:
        raise SlugTaken(slug=slug) from error


def set_collection_products(collection_id: int, product_ids: Sequence[UUID], *, actor: Actor) -> None:
    """Choose the products of a collection made by hand, in this order."""
    actor.require(STRUCTURE)
    with transaction.atomic():
        lock_structure()
        if _find(collection_id).rule is not None:
            raise RuleCollection
        touched = _fill(collection_id, product_ids)
        audit.record(actor, "catalog.set_collection_products", "catalog.collection", collection_id,
                     new={"products": len(product_ids)})
        announce(touched)


_CHOOSE = """
WITH own AS (SELECT id FROM catalog_collection WHERE rule IS NULL ORDER BY id), gone AS (
    DELETE FROM catalog_collectionitem i USING own WHERE i.collection_id = own.id AND i.product_id = %(product)s
       AND own.id <> ALL(%(wanted)s) RETURNING i.collection_id
), added AS (
    INSERT INTO catalog_collectionitem (collection_id, product_id, position)
    SELECT own.id, %(product)s, (SELECT coalesce(max(position), 0) + 1 FROM catalog_collectionitem i
                                 WHERE i.collection_id = own.id)
    FROM own WHERE own.id = ANY(%(wanted)s)
    ON CONFLICT (collection_id, product_id) DO NOTHING RETURNING collection_id
)
SELECT (SELECT array_agg(collection_id) FROM gone) AS gone, (SELECT array_agg(collection_id) FROM added) AS added
"""


def choose_collections(product_id: UUID, collection_ids: Sequence[int], *, actor: Actor) -> None:
    """The product is in these of the collections made by hand, last in those that are new to it, and in no other."""
    actor.require(STRUCTURE)
    with transaction.atomic():
        lock_structure()
        if not db.value("SELECT 1 FROM catalog_product WHERE id = %s", [product_id]):
            raise NotFound("product")
        changed = db.row(_CHOOSE, {"product": product_id, "wanted": list(collection_ids)})
        if changed.gone or changed.added:
            audit.record(actor, "catalog.choose_collections", "catalog.product", product_id,
                         old={"collections": changed.gone or []}, new={"collections": changed.added or []})
            announce([product_id])


def delete_collection(collection_id: int, *, actor: Actor) -> None:
    """Take a collection away; its products stay. Raises NotFound."""
    actor.require(STRUCTURE)
    with transaction.atomic():
        lock_structure()
        row = _find(collection_id)
        members = [r.product_id for r in db.rows("DELETE FROM catalog_collectionitem WHERE collection_id = %s"
                                                 " RETURNING product_id", [collection_id])]
        db.execute("DELETE FROM catalog_redirect WHERE kind = 'collection' AND target_id = %s", [str(collection_id)])
        Collection.objects.filter(pk=collection_id).delete()
        audit.record(actor, "catalog.delete_collection", "catalog.collection", collection_id,
                     old={"slug": row.slug, "rule": row.rule, "products": len(members)})
        announce(members)


def preview_rule(rule: dict[str, Any], *, actor: Actor) -> int:
    """How many products a rule would choose."""
    actor.require(READ)
    return membership.count(_parse(rule))


def sample_rule(rule: dict[str, Any], limit: int = 12, *, actor: Actor) -> list[UUID]:
    """The newest products that a rule would choose."""
    actor.require(READ)
    return membership.newest(_parse(rule), limit)


def _find(collection_id: int) -> Collection:
    row = Collection.objects.select_for_update().filter(pk=collection_id).first()
    if row is None:
        raise NotFound("collection")
    return row


_FILL = """
WITH wanted AS (
    SELECT product_id, position FROM unnest(%(ids)s::uuid[]) WITH ORDINALITY AS w(product_id, position)
), gone AS (
    DELETE FROM catalog_collectionitem i WHERE collection_id = %(id)s
       AND NOT EXISTS (SELECT 1 FROM wanted w WHERE w.product_id = i.product_id) RETURNING product_id
), kept AS (
    INSERT INTO catalog_collectionitem (collection_id, product_id, position)
    SELECT %(id)s, product_id, position FROM wanted
    ON CONFLICT (collection_id, product_id) DO UPDATE SET position = excluded.position
    RETURNING product_id
)
SELECT product_id FROM gone UNION SELECT product_id FROM kept
"""


def _fill(collection_id: int, product_ids: Sequence[UUID]) -> list[UUID]:
    ids = list(dict.fromkeys(product_ids))
    if len(ids) > MAX_ITEMS:
        raise InvalidInput("product_ids", N_("has too many entries"))
    if ids and db.value("SELECT count(*) FROM catalog_product WHERE id = ANY(%s)", [ids]) != len(ids):
        raise NotFound("product")
    return [r.product_id for r in db.rows(_FILL, {"ids": ids, "id": collection_id})]


def _parse(rule: dict[str, Any]) -> Rule:
    """The rule with slugs of brands and categories turned into ids, which renames do not touch."""
    names: dict[str, set[str]] = {"brand": set(), "category": set(), "attribute": set()}
    _named(rule, names)
    refs = references.load(brands=names["brand"], categories=names["category"])
    known = {"brand": refs.brands, "category": refs.categories}
    return parse(_resolved(rule, known), references.attributes(names["attribute"]))


def _named(rule: Any, names: dict[str, set[str]], depth: int = 0) -> None:
    if depth > 50:
        return  # far deeper than `parse` lets in
    if isinstance(rule, dict):
        field = rule.get("field")
        if field in ("brand", "category") and isinstance(rule.get("in"), list):
            names[field].update(v for v in rule["in"] if isinstance(v, str))
        elif field == "attribute" and isinstance(rule.get("code"), str):
            names[field].add(rule["code"])
        for part in rule.values():
            _named(part, names, depth + 1)
    elif isinstance(rule, list):
        for part in rule:
            _named(part, names, depth + 1)


def _resolved(rule: Any, known: dict[str, dict[str, int]], depth: int = 0) -> Any:
    if depth > 50:
        return None
    if isinstance(rule, list):
        return [_resolved(part, known, depth + 1) for part in rule]
    if not isinstance(rule, dict):
        return rule
    if rule.get("field") in known and isinstance(rule.get("in"), list):
        ids = known[rule["field"]]
        if any(isinstance(v, str) and v not in ids for v in rule["in"]):
            raise InvalidInput("rule", N_("names a brand or category that does not exist"))
        return {**rule, "in": [ids[v] if isinstance(v, str) else v for v in rule["in"]]}
    return {key: _resolved(part, known, depth + 1) for key, part in rule.items()}
