"""The part of a customer that prices depend on, for statements of other contexts that must not cost one more."""

from django.db import migrations

TERMS = """
CREATE FUNCTION customers_terms(customer uuid) RETURNS TABLE (group_id bigint, company_id uuid)
LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT c.group_id, c.company_id FROM customers_customer c WHERE c.id = customer $$;
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_sql")]

    operations = [migrations.RunSQL(TERMS, "DROP FUNCTION customers_terms(uuid)")]
