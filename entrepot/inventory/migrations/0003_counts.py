"""Stock counts with their append-only tallies, and where orders have goods reserved, for those above."""

import django.db.models.deletion
from django.db import migrations, models

import entrepot.kit.ids

GUARDS = """
CREATE TRIGGER inventory_tally_append_only BEFORE UPDATE OR DELETE ON inventory_tally
    FOR EACH ROW EXECUTE FUNCTION kit_append_only();
CREATE TRIGGER inventory_tally_no_truncate BEFORE TRUNCATE ON inventory_tally
    FOR EACH STATEMENT EXECUTE FUNCTION kit_append_only();
CREATE SEQUENCE inventory_count_number;
"""
UNGUARD = """
DROP TRIGGER inventory_tally_append_only ON inventory_tally;
DROP TRIGGER inventory_tally_no_truncate ON inventory_tally;
DROP SEQUENCE inventory_count_number;
"""
REPORTING = """
CREATE SCHEMA IF NOT EXISTS reporting;
CREATE VIEW reporting.reserved_places_v1 AS
    SELECT owner_id, line_id, variant_id, warehouse_id, quantity FROM inventory_reservation WHERE kind = 'firm';
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_sql"), ("inventory", "0002_sql")]

    operations = [
        migrations.CreateModel(
            name="Count",
            fields=[
                ("id", models.UUIDField(default=entrepot.kit.ids.uuid7, editable=False, primary_key=True,
                                        serialize=False)),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                ("state", models.CharField(
                    choices=[("counting", "counting"), ("review", "differences to look at"), ("posted", "posted"),
                             ("cancelled", "cancelled")], default="counting", max_length=9, verbose_name="state")),
                ("is_blind", models.BooleanField(default=True, verbose_name="blind")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("opened_by", models.CharField(max_length=200, verbose_name="opened by")),
                ("opened_at", models.DateTimeField(verbose_name="opened")),
                ("closed_by", models.CharField(blank=True, max_length=200, verbose_name="closed by")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
                ("warehouse", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+",
                                                to="inventory.warehouse", verbose_name="warehouse")),
            ],
            options={"verbose_name": "stock count", "verbose_name_plural": "stock counts"},
        ),
        migrations.CreateModel(
            name="CountLine",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("count", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="lines",
                                            to="inventory.count")),
                ("variant", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+",
                                              to="catalog.variant")),
            ],
            options={"constraints": [models.UniqueConstraint(fields=["count", "variant"],
                                                             name="inventory_count_line_once")]},
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("counted_qty", models.DecimalField(decimal_places=3, max_digits=14, verbose_name="counted")),
                ("expected_qty", models.DecimalField(decimal_places=3, max_digits=14, verbose_name="expected")),
                ("at", models.DateTimeField(verbose_name="at")),
                ("actor", models.CharField(blank=True, max_length=200, verbose_name="by")),
                ("line", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="tallies",
                                           to="inventory.countline")),
            ],
            options={"verbose_name": "tally", "verbose_name_plural": "tallies",
                     "constraints": [models.CheckConstraint(condition=models.Q(("counted_qty__gte", 0)),
                                                            name="inventory_tally_not_negative")]},
        ),
        migrations.RunSQL(GUARDS, UNGUARD),
        migrations.RunSQL(REPORTING, "DROP VIEW reporting.reserved_places_v1"),
    ]
