"""Every line of a cart has a positive quantity; the reporting view."""

from django.db import migrations

LINES = """
ALTER TABLE checkout_checkout ADD CONSTRAINT checkout_lines_positive
    CHECK (jsonb_typeof(lines) = 'array' AND NOT jsonb_path_exists(lines, '$[*] ? (!(@.quantity.double() > 0))'));
"""

REPORTING = """
CREATE SCHEMA IF NOT EXISTS reporting;
CREATE VIEW reporting.checkouts_v1 AS
    SELECT id AS checkout_id, channel_id, customer_id, state, language, jsonb_array_length(lines) AS lines,
           email <> '' AS has_contact, delivery IS NOT NULL AS has_delivery, order_id, created_at, updated_at
    FROM checkout_checkout;
"""


class Migration(migrations.Migration):
    dependencies = [("checkout", "0001_initial")]

    operations = [
        migrations.RunSQL(LINES, "ALTER TABLE checkout_checkout DROP CONSTRAINT checkout_lines_positive"),
        migrations.RunSQL(REPORTING, "DROP VIEW reporting.checkouts_v1"),
    ]
