"""A guest's address was kept in clear with every use of a promotion: from now on a keyed digest stands there."""

from collections.abc import Iterable

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from entrepot.pricing.keys import kept_key

BATCH = 10_000


def hash_guests(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """The ledger is append-only: its guard steps aside for this one statement's table."""
    with editor.connection.cursor() as cursor:
        cursor.execute("ALTER TABLE pricing_redemption DISABLE TRIGGER pricing_redemption_append_only")
        for table in ("pricing_redemption", "pricing_customeruse"):
            cursor.execute(f"SELECT DISTINCT customer_key FROM {table} WHERE customer_key LIKE '%@%'")  # noqa: S608
            for plain in _batches([key for (key,) in cursor.fetchall()]):
                cursor.execute(
                    f"UPDATE {table} t SET customer_key = n.kept"  # noqa: S608  our own names of tables
                    " FROM unnest(%s::text[], %s::text[]) AS n(plain, kept) WHERE t.customer_key = n.plain",
                    [plain, [kept_key(key) for key in plain]])
        cursor.execute("ALTER TABLE pricing_redemption ENABLE TRIGGER pricing_redemption_append_only")


def _batches(keys: list[str]) -> Iterable[list[str]]:
    return (keys[n:n + BATCH] for n in range(0, len(keys), BATCH))


class Migration(migrations.Migration):
    dependencies = [("pricing", "0002_sql")]

    operations = [migrations.RunPython(hash_guests, migrations.RunPython.noop)]
