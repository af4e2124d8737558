"""What Django cannot say: append-only ledgers, and the stamp that tells processes to read the rules anew."""

from django.db import migrations

APPEND_ONLY = """
CREATE TRIGGER pricing_redemption_append_only BEFORE UPDATE OR DELETE ON pricing_redemption
    FOR EACH ROW EXECUTE FUNCTION kit_append_only();
CREATE TRIGGER pricing_redemption_no_truncate BEFORE TRUNCATE ON pricing_redemption
    FOR EACH STATEMENT EXECUTE FUNCTION kit_append_only();
CREATE TRIGGER pricing_pricehistory_append_only BEFORE UPDATE OR DELETE ON pricing_pricehistory
    FOR EACH ROW EXECUTE FUNCTION kit_append_only();
CREATE TRIGGER pricing_pricehistory_no_truncate BEFORE TRUNCATE ON pricing_pricehistory
    FOR EACH STATEMENT EXECUTE FUNCTION kit_append_only();
"""

APPEND_ONLY_UNDO = """
DROP TRIGGER pricing_redemption_append_only ON pricing_redemption;
DROP TRIGGER pricing_redemption_no_truncate ON pricing_redemption;
DROP TRIGGER pricing_pricehistory_append_only ON pricing_pricehistory;
DROP TRIGGER pricing_pricehistory_no_truncate ON pricing_pricehistory;
"""

# A random stamp rather than a counter: one that was rolled back never returns, so nobody takes the undone for the done.
# Uses and spending are not rules: orders do not touch the stamp.
STAMP = """
CREATE FUNCTION pricing_new_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO pricing_rulestate (key, stamp) VALUES ('rules', gen_random_uuid())
    ON CONFLICT (key) DO UPDATE SET stamp = excluded.stamp;
    RETURN NULL;
END $$;
CREATE TRIGGER pricing_promotion_stamp AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE OF code, name, scope, conditions,
    benefit, lane, priority, is_exclusive, needs_coupon, channels, from_at, until_at, status, usage_limit,
    customer_limit, budget_minor, budget_currency ON pricing_promotion
    FOR EACH STATEMENT EXECUTE FUNCTION pricing_new_stamp();
CREATE TRIGGER pricing_taxrate_stamp AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON pricing_taxrate
    FOR EACH STATEMENT EXECUTE FUNCTION pricing_new_stamp();
"""

STAMP_UNDO = """
DROP TRIGGER pricing_promotion_stamp ON pricing_promotion;
DROP TRIGGER pricing_taxrate_stamp ON pricing_taxrate;
DROP FUNCTION pricing_new_stamp;
"""


class Migration(migrations.Migration):
    dependencies = [("pricing", "0001_initial")]

    operations = [migrations.RunSQL(APPEND_ONLY, APPEND_ONLY_UNDO), migrations.RunSQL(STAMP, STAMP_UNDO)]
