"""The category tree. Its shape changes under one lock, so that no two moves can make a circle together."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from entrepot.catalog.contracts import Texts
from entrepot.catalog.errors import CategoryCycle, SlugTaken, StillInUse
from entrepot.catalog.events import CategoryChanged
from entrepot.catalog.permissions import STRUCTURE
from entrepot.catalog.queries import membership
from entrepot.catalog.rules.membership import Listed, leaves
from entrepot.catalog.rules.texts import check_html, check_slug
from entrepot.catalog.saving import announce, lock_structure, stored_rules
from entrepot.catalog.writing import keep_redirects
from entrepot.kit import audit, clock, db, outbox
from entrepot.kit.actor import Actor
from entrepot.kit.bylanguage import check_texts
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.kit.json import dumps_text

MAX_DEPTH = 20

_INSERT = """
WITH fresh AS (SELECT nextval(pg_get_serial_sequence('catalog_category', 'id')) AS id)
INSERT INTO catalog_category (id, slug, name, description, parent_id, path, position)
SELECT fresh.id, %(slug)s, %(name)s::jsonb, %(description)s::jsonb, %(parent)s,
       coalesce((SELECT path FROM catalog_category WHERE id = %(parent)s), '') || fresh.id::text,
       (SELECT count(*) FROM catalog_category WHERE parent_id IS NOT DISTINCT FROM %(parent)s)
FROM fresh RETURNING id
"""


def create_category(slug: str, name: Texts, parent_slug: str | None = None, *, description: Texts | None = None,
                    actor: Actor) -> int:
    """A category, last among its siblings."""
    actor.require(STRUCTURE)
    values = {"slug": check_slug(slug, 120), "name": check_texts("name", name, required=True, limit=200),
              "description": check_html("description", description or {})}
    try:
        with transaction.atomic():
            lock_structure()
            parent = _find(slug=parent_slug) if parent_slug else None
            if parent and parent.depth >= MAX_DEPTH:
                raise InvalidInput("parent", N_("is too deep in the tree"))
            id_ = int(db.value(_INSERT, {
                "slug": slug, "name": dumps_text(values["name"]), "description": dumps_text(values["description"]),
                "parent": parent.id if parent else None}))
            keep_redirects("category", [], [slug], clock.now())
            audit.record(actor, "catalog.create_category", "catalog.category", id_,
                         new={**values, "parent": parent_slug})
            outbox.publish(CategoryChanged(id_))
    except IntegrityError as error:
        raise SlugTaken(slug=slug) from error
    return id_


def update_category(category_id: int, *, slug: str | None = None, name: Texts | None = None,
                    description: Texts | None = None, position: int | None = None, actor: Actor) -> None:
    """Words, address and place among the siblings. An old address keeps leading here."""
    actor.require(STRUCTURE)
    try:
        with transaction.atomic():
            lock_structure()
            row = _find(id=category_id)
            old = {"slug": row.slug, "name": row.name, "description": row.description, "position": row.position}
            new = {**old, **{k: v for k, v in (
                ("slug", None if slug is None else check_slug(slug, 120)), ("position", position),
                ("name", None if name is None else check_texts("name", name, required=True, limit=200)),
                ("description", None if description is None else check_html("description", description)),
            ) if v is not None}}
            db.execute("UPDATE catalog_category SET slug = %s, name = %s::jsonb, description = %s::jsonb, position = %s"
                       " WHERE id = %s", [new["slug"], dumps_text(new["name"]), dumps_text(new["description"]),
                                          new["position"], category_id])
            if new["slug"] != row.slug:
                keep_redirects("category", [(row.slug, str(category_id))], [new["slug"]], clock.now())
            audit.record(actor, "catalog.update_category", "catalog.category", category_id, old=old, new=new)
            outbox.publish(CategoryChanged(category_id))
    except IntegrityError as error:
        raise SlugTaken(slug=slug) from error


_MOVE = """
UPDATE catalog_category c
SET path = coalesce((SELECT path FROM catalog_category WHERE id = %(parent)s), '')
           || subpath(c.path, nlevel(moved.path) - 1),
    parent_id = CASE WHEN c.id = %(id)s THEN %(parent)s ELSE c.parent_id END,
    position = CASE WHEN c.id = %(id)s THEN %(position)s ELSE c.position END
FROM catalog_category moved WHERE moved.id = %(id)s AND c.path <@ moved.path
"""


def move_category(category_id: int, parent_slug: str | None, position: int = 0, *, actor: Actor) -> None:
    """Hang the category with all below it under another parent (None: the top), in one statement."""
    actor.require(STRUCTURE)
    with transaction.atomic():
        lock_structure()
        row = _find(id=category_id)
        parent = _find(slug=parent_slug) if parent_slug else None
        if parent and str(category_id) in parent.path.split("."):
            raise CategoryCycle
        if (parent.depth if parent else 0) + row.height > MAX_DEPTH:
            raise InvalidInput("parent", N_("is too deep in the tree"))
        db.execute(_MOVE, {"id": category_id, "parent": parent.id if parent else None, "position": position})
        rules = {key: rule for key, rule in stored_rules().items()
                 if any(isinstance(leaf, Listed) and leaf.field == "category" for leaf in leaves(rule))}
        announce(membership.refresh(rules, _products_below(category_id)))
        audit.record(actor, "catalog.move_category", "catalog.category", category_id,
                     old={"path": row.path}, new={"parent": parent_slug, "position": position})
        outbox.publish(CategoryChanged(category_id))


_RANK = """
UPDATE catalog_category c SET position = placed.rank FROM (
    SELECT id, row_number() OVER (ORDER BY CASE WHEN id = %(id)s THEN %(index)s - 0.5 ELSE place END) - 1 AS rank
    FROM (SELECT id, row_number() OVER (ORDER BY id = %(id)s, position, id) - 1 AS place FROM catalog_category
          WHERE parent_id IS NOT DISTINCT FROM (SELECT parent_id FROM catalog_category WHERE id = %(id)s)) siblings
) placed WHERE c.id = placed.id AND c.position <> placed.rank
"""


def place_category(category_id: int, parent_slug: str | None, index: int, *, actor: Actor) -> None:
    """Under this parent (None: the top), before what is now its child number `index`; all its children are numbered."""
    actor.require(STRUCTURE)
    with transaction.atomic():
        move_category(category_id, parent_slug, actor=actor)
        db.execute(_RANK, {"id": category_id, "index": index})


def delete_category(category_id: int, *, actor: Actor) -> None:
    """Only one without subcategories and products."""
    actor.require(STRUCTURE)
    with transaction.atomic():
        lock_structure()
        row = _find(id=category_id)
        if row.height > 1 or db.row("SELECT 1 FROM catalog_product_categories WHERE category_id = %s LIMIT 1",
                                    [category_id]):
            raise StillInUse
        db.execute("DELETE FROM catalog_redirect WHERE kind = 'category' AND target_id = %s", [str(category_id)])
        db.execute("DELETE FROM catalog_category WHERE id = %s", [category_id])
        audit.record(actor, "catalog.delete_category", "catalog.category", category_id, old={"slug": row.slug})
        outbox.publish(CategoryChanged(category_id))


_FIND = """
SELECT id, slug, name, description, position, path::text AS path, nlevel(path) AS depth,
       (SELECT max(nlevel(b.path)) FROM catalog_category b WHERE b.path <@ c.path) - nlevel(path) + 1 AS height
FROM catalog_category c WHERE
"""


def _find(*, id: int | None = None, slug: str | None = None) -> Any:
    row = db.row(_FIND + ("id = %s" if slug is None else "slug = %s"), [id if slug is None else slug])
    if row is None:
        raise NotFound("category")
    return row


def _products_below(category_id: int) -> list[Any]:
    return [r.product_id for r in db.rows(
        "SELECT DISTINCT pc.product_id FROM catalog_category top JOIN catalog_category c ON c.path <@ top.path"
        " JOIN catalog_product_categories pc ON pc.category_id = c.id WHERE top.id = %s", [category_id])]
