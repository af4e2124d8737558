"""Ledgers and consents are append-only; the search index of the office; the reporting view."""

from django.db import migrations

GUARDS = """
CREATE TRIGGER customers_accountentry_append_only BEFORE UPDATE OR DELETE ON customers_accountentry
    FOR EACH ROW EXECUTE FUNCTION kit_append_only();
CREATE TRIGGER customers_consentrecord_append_only BEFORE UPDATE OR DELETE ON customers_consentrecord
    FOR EACH ROW EXECUTE FUNCTION kit_append_only();
"""
UNGUARD = """
DROP TRIGGER customers_accountentry_append_only ON customers_accountentry;
DROP TRIGGER customers_consentrecord_append_only ON customers_consentrecord;
"""

# serves customers.queries.find_customers
SEARCH = """
CREATE INDEX customers_search ON customers_customer
    USING gin (lower(name || ' ' || email || ' ' || phone) gin_trgm_ops);
"""

REPORTING = """
CREATE SCHEMA IF NOT EXISTS reporting;
CREATE VIEW reporting.customers_v1 AS
    SELECT c.id AS customer_id, c.created_at, c.closed_at, c.country, c.language, g.code AS group_code, c.company_id,
           c.user_id IS NOT NULL AS has_account
    FROM customers_customer c LEFT JOIN customers_customergroup g ON g.id = c.group_id;
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_initial")]

    operations = [
        migrations.RunSQL(GUARDS, UNGUARD),
        migrations.RunSQL(SEARCH, "DROP INDEX customers_search"),
        migrations.RunSQL(REPORTING, "DROP VIEW reporting.customers_v1"),
    ]
