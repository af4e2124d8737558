"""What Django cannot say of the catalogue."""

from django.db import migrations

# A part of a bundle is a stocked variant and no bundle; a bundle is one. Said by foreign keys to (id, is_bundle,
# is_stocked), so that neither end can change its nature and no bundle can ever be part of another.
BUNDLE = """
ALTER TABLE catalog_bundleitem
    ADD COLUMN yes boolean GENERATED ALWAYS AS (true) STORED,
    ADD COLUMN no boolean GENERATED ALWAYS AS (false) STORED,
    ADD CONSTRAINT catalog_bundle_of_bundle FOREIGN KEY (bundle_id, yes, yes)
        REFERENCES catalog_variant (id, is_bundle, is_stocked) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT catalog_bundle_part_is_stocked FOREIGN KEY (component_id, no, yes)
        REFERENCES catalog_variant (id, is_bundle, is_stocked) DEFERRABLE INITIALLY DEFERRED;
"""
UNDO_BUNDLE = """
ALTER TABLE catalog_bundleitem DROP CONSTRAINT catalog_bundle_of_bundle, DROP CONSTRAINT catalog_bundle_part_is_stocked,
    DROP COLUMN yes, DROP COLUMN no;
"""

# A category's path ends in itself, and its parent stands before it.
PATH = """
ALTER TABLE catalog_category
    ADD CONSTRAINT catalog_category_path_ends CHECK (subpath(path, -1)::text = id::text),
    ADD CONSTRAINT catalog_category_path_parent CHECK (
        CASE WHEN parent_id IS NULL THEN nlevel(path) = 1
             ELSE nlevel(path) > 1 AND subpath(path, -2, 1)::text = parent_id::text END);
"""
UNDO_PATH = """
ALTER TABLE catalog_category DROP CONSTRAINT catalog_category_path_ends, DROP CONSTRAINT catalog_category_path_parent;
"""

# Office search: a part of a name in any language, or of the slug.
SEARCH = """
CREATE INDEX catalog_product_search ON catalog_product USING gin ((name::text || ' ' || slug) gin_trgm_ops);
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [
        migrations.RunSQL(BUNDLE, UNDO_BUNDLE),
        migrations.RunSQL(PATH, UNDO_PATH),
        migrations.RunSQL(SEARCH, "DROP INDEX catalog_product_search"),
    ]
