"""The ledgers are append-only, the cached sums follow them, and the reporting views."""

from django.db import migrations

GUARDS = """
CREATE TRIGGER payments_transaction_append_only BEFORE UPDATE OR DELETE ON payments_transaction
    FOR EACH ROW EXECUTE FUNCTION kit_append_only();
CREATE TRIGGER payments_giftcardentry_append_only BEFORE UPDATE OR DELETE ON payments_giftcardentry
    FOR EACH ROW EXECUTE FUNCTION kit_append_only();
CREATE TRIGGER payments_gatewayentry_append_only BEFORE UPDATE OR DELETE ON payments_gatewayentry
    FOR EACH ROW EXECUTE FUNCTION kit_append_only();
"""
UNGUARD = """
DROP TRIGGER payments_transaction_append_only ON payments_transaction;
DROP TRIGGER payments_giftcardentry_append_only ON payments_giftcardentry;
DROP TRIGGER payments_gatewayentry_append_only ON payments_gatewayentry;
"""

# A later authorisation replaces an earlier one, and a capture implies its own, so the order of hearing never matters. A payment that the same
# statement inserts with the right sums needs no update. Others are locked before their ledger is read, so that two
# writers at once cannot each count without the other.
SUMS = """
CREATE FUNCTION payments_sum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE of_payment uuid; sums record;
BEGIN
    FOR of_payment IN SELECT DISTINCT payment_id FROM fresh ORDER BY payment_id LOOP
        PERFORM 1 FROM payments_payment WHERE id = of_payment AND xmin <> pg_current_xact_id()::xid FOR NO KEY UPDATE;
        SELECT greatest(coalesce(max(amount_minor) FILTER (WHERE kind = 'authorisation'), 0),
                        coalesce(sum(amount_minor) FILTER (WHERE kind = 'capture'), 0)) AS authorised,
               coalesce(sum(amount_minor) FILTER (WHERE kind = 'capture'), 0) AS captured,
               coalesce(sum(amount_minor) FILTER (WHERE kind = 'refund'), 0) AS refunded
        INTO sums FROM payments_transaction WHERE payment_id = of_payment;
        UPDATE payments_payment
        SET authorised_minor = sums.authorised, captured_minor = sums.captured, refunded_minor = sums.refunded
        WHERE id = of_payment
          AND (authorised_minor <> sums.authorised OR captured_minor <> sums.captured OR refunded_minor <> sums.refunded);
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER payments_transaction_sum AFTER INSERT ON payments_transaction
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION payments_sum();

CREATE FUNCTION payments_gift_card_sum() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE payments_giftcard SET balance_minor = balance_minor + NEW.delta_minor WHERE id = NEW.gift_card_id;
    RETURN NULL;
END $$;
CREATE TRIGGER payments_giftcardentry_sum AFTER INSERT ON payments_giftcardentry
    FOR EACH ROW EXECUTE FUNCTION payments_gift_card_sum();
"""
UNSUM = """
DROP TRIGGER payments_transaction_sum ON payments_transaction;
DROP FUNCTION payments_sum;
DROP TRIGGER payments_giftcardentry_sum ON payments_giftcardentry;
DROP FUNCTION payments_gift_card_sum;
"""

REPORTING = """
CREATE SCHEMA IF NOT EXISTS reporting;
CREATE VIEW reporting.payments_v1 AS
    SELECT id AS payment_id, order_id, provider, method, state, currency, amount_minor, authorised_minor,
           captured_minor, refunded_minor, created_at
    FROM payments_payment;
CREATE VIEW reporting.payment_transactions_v1 AS
    SELECT t.id AS transaction_id, t.payment_id, p.order_id, p.provider, t.kind, t.amount_minor, t.currency, t.at
    FROM payments_transaction t JOIN payments_payment p ON p.id = t.payment_id;
"""
UNREPORTING = "DROP VIEW reporting.payment_transactions_v1; DROP VIEW reporting.payments_v1"


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]

    operations = [
        migrations.RunSQL(GUARDS, UNGUARD),
        migrations.RunSQL(SUMS, UNSUM),
        migrations.RunSQL(REPORTING, UNREPORTING),
    ]
