"""What Django cannot say: the ledger is append-only, and stock is reserved in one round trip."""

from django.db import migrations

from entrepot.inventory.functions import RESERVE

LEDGER = """
CREATE TRIGGER inventory_movement_append_only BEFORE UPDATE OR DELETE ON inventory_movement
    FOR EACH ROW EXECUTE FUNCTION kit_append_only();
CREATE TRIGGER inventory_movement_no_truncate BEFORE TRUNCATE ON inventory_movement
    FOR EACH STATEMENT EXECUTE FUNCTION kit_append_only();
CREATE SEQUENCE inventory_transfer_number;
-- reserved changes with every order: leave room for the new version on the same page
ALTER TABLE inventory_balance SET (fillfactor = 70);
"""
LEDGER_BACK = """
DROP TRIGGER inventory_movement_append_only ON inventory_movement;
DROP TRIGGER inventory_movement_no_truncate ON inventory_movement;
DROP SEQUENCE inventory_transfer_number;
"""

# Whether a balance began or ceased to be sellable in a channel that its warehouse serves.
# `free` is on hand - reserved - safety + backorder, before and after.
CROSSED = """
CREATE FUNCTION inventory_crossed(p_warehouse smallint, p_old_free numeric, p_new_free numeric) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT p_old_free <> p_new_free AND EXISTS (
        SELECT FROM inventory_channelwarehouse cw WHERE cw.warehouse_id = p_warehouse
           AND (p_old_free > cw.buffer_qty) <> (p_new_free > cw.buffer_qty))
$$;
"""

# Frees expired holds of balances that the caller has locked; returns the variants that became sellable.
SWEEP = """
CREATE FUNCTION inventory_sweep(p_balances bigint[], p_now timestamptz, OUT freed bigint, OUT crossed uuid[])
LANGUAGE plpgsql AS $$
BEGIN
    WITH gone AS (
        DELETE FROM inventory_reservation r USING inventory_balance b
         WHERE b.id = ANY(p_balances) AND r.variant_id = b.variant_id AND r.warehouse_id = b.warehouse_id
           AND r.kind = 'hold' AND r.expires_at <= p_now
        RETURNING b.id, r.quantity
    ), total AS (
        SELECT id, sum(quantity) AS quantity, count(*) AS holds FROM gone GROUP BY id
    ), changed AS (
        UPDATE inventory_balance b SET reserved = b.reserved - t.quantity FROM total t WHERE b.id = t.id
        RETURNING b.variant_id, t.holds, inventory_crossed(b.warehouse_id,
            old.on_hand - old.reserved - old.safety + old.backorder,
            new.on_hand - new.reserved - new.safety + new.backorder) AS crossed
    )
    SELECT coalesce(sum(holds), 0), coalesce(array_agg(DISTINCT variant_id) FILTER (WHERE changed.crossed), '{}')
      INTO freed, crossed FROM changed;
END $$;
"""

class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]

    operations = [
        migrations.RunSQL(LEDGER, LEDGER_BACK),
        migrations.RunSQL(CROSSED, "DROP FUNCTION inventory_crossed"),
        migrations.RunSQL(SWEEP, "DROP FUNCTION inventory_sweep"),
        migrations.RunSQL(RESERVE, "DROP FUNCTION inventory_reserve"),
    ]
