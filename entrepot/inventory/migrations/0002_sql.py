"""What Django cannot say: the ledger is append-only, and stock is reserved in one round trip."""

from django.db import migrations

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

# Reserves any number of demands in one round trip. Two inner statements in the normal case, each with its own
# snapshot: lock the balances in the order of their ids, then re-read and write all at once, or nothing. (One
# statement alone could not do it: READ COMMITTED would compute from the snapshot taken before the lock was granted.)
#
# Rows that come back, by `outcome`:
#   taken      line, variant, warehouse, quantity: done
#   crossed    variant: it went out of stock, or came back, in some place
#   short      line, variant, quantity = what is there of the variant: nothing was changed
#   candidate  variant, warehouse, quantity on the shelf, later = as backorder: no single place can serve all and
#              `p_together` was asked; the balances are locked, the caller narrows the places and calls again
RESERVE = """
CREATE FUNCTION inventory_reserve(
    p_lines uuid[], p_variants uuid[], p_quantities numeric[],
    p_channel smallint, p_ranking smallint[], p_only boolean, p_pickup boolean, p_together boolean,
    p_kind text, p_owner uuid, p_replaces uuid, p_expires timestamptz, p_now timestamptz
) RETURNS TABLE (outcome text, line_id uuid, variant_id uuid, warehouse_id smallint, quantity numeric, later numeric)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    v_balances bigint[];
    v_swept uuid[] := '{}';
    v_enough boolean;
BEGIN
    -- 1. Lock, in key order, what may give and what this owner's holds occupy.
    SELECT array_agg(l.id) INTO v_balances FROM (
        SELECT b.id FROM inventory_balance b WHERE b.id IN (
            SELECT o.id FROM inventory_balance o
              JOIN inventory_channelwarehouse cw ON cw.warehouse_id = o.warehouse_id AND cw.channel_id = p_channel
             WHERE o.variant_id = ANY(p_variants)
            UNION
            SELECT o.id FROM inventory_reservation r
              JOIN inventory_balance o ON o.variant_id = r.variant_id AND o.warehouse_id = r.warehouse_id
             WHERE r.owner_id = p_replaces AND r.kind = 'hold')
        ORDER BY b.id FOR UPDATE) l;

    FOR attempt IN 1..2 LOOP
        -- 2. Re-read under the lock; choose; write if every demand can be met.
        RETURN QUERY
        WITH demand AS (
            SELECT d.n, d.line_id, d.variant_id, d.quantity,
                   sum(d.quantity) OVER (PARTITION BY d.variant_id ORDER BY d.n) AS upto
              FROM unnest(p_lines, p_variants, p_quantities) WITH ORDINALITY AS d(line_id, variant_id, quantity, n)
        ), own AS (
            SELECT r.variant_id, r.warehouse_id, sum(r.quantity) AS quantity FROM inventory_reservation r
             WHERE r.owner_id = p_replaces AND r.kind = 'hold' GROUP BY 1, 2
        ), stock AS (
            SELECT b.variant_id, b.warehouse_id, b.backorder,
                   coalesce(array_position(p_ranking, b.warehouse_id), 32767) AS rank,
                   b.on_hand - b.reserved + coalesce(own.quantity, 0) - b.safety - cw.buffer_qty AS free
              FROM inventory_balance b
              JOIN inventory_channelwarehouse cw ON cw.warehouse_id = b.warehouse_id AND cw.channel_id = p_channel
              JOIN inventory_warehouse w ON w.id = b.warehouse_id
              LEFT JOIN own ON own.variant_id = b.variant_id AND own.warehouse_id = b.warehouse_id
             WHERE b.id = ANY(v_balances) AND b.variant_id = ANY(p_variants) AND w.is_active
               AND CASE WHEN p_pickup THEN w.pickup ELSE w.ships END
               AND (NOT p_only OR b.warehouse_id = ANY(p_ranking))
        ), need AS (
            SELECT d.variant_id, sum(d.quantity) AS quantity FROM demand d GROUP BY 1
        ), single AS (  -- the place that can serve all: without backorder if possible, then by rank
            SELECT s.warehouse_id FROM stock s JOIN need n ON n.variant_id = s.variant_id
             WHERE p_together AND s.free + s.backorder >= n.quantity
             GROUP BY s.warehouse_id, s.rank HAVING count(*) = (SELECT count(*) FROM need)
             ORDER BY bool_and(s.free >= n.quantity) DESC, s.rank, s.warehouse_id LIMIT 1
        ), slot AS (  -- shelves of all places before backorders of any
            SELECT s.variant_id, s.warehouse_id, t.quantity,
                   sum(t.quantity) OVER (PARTITION BY s.variant_id ORDER BY t.tier, s.rank, s.warehouse_id) AS upto
              FROM stock s, LATERAL (VALUES (0, greatest(s.free, 0)),
                   (1, greatest(s.free + s.backorder, 0) - greatest(s.free, 0))) AS t(tier, quantity)
             WHERE t.quantity > 0 AND (NOT p_together OR s.warehouse_id = (SELECT single.warehouse_id FROM single))
        ), pick AS (  -- demands and slots laid side by side; each overlap is an allocation
            SELECT d.line_id, d.variant_id, s.warehouse_id, min(d.n) AS n, min(s.upto) AS upto,
                   sum(least(d.upto, s.upto) - greatest(d.upto - d.quantity, s.upto - s.quantity)) AS quantity
              FROM demand d JOIN slot s ON s.variant_id = d.variant_id
               AND s.upto > d.upto - d.quantity AND s.upto - s.quantity < d.upto
             GROUP BY 1, 2, 3
        ), fine AS (
            SELECT (SELECT sum(quantity) FROM demand) = (SELECT sum(quantity) FROM pick) AS yes
        ), gone AS (
            DELETE FROM inventory_reservation r USING fine WHERE fine.yes AND r.owner_id = p_replaces AND r.kind = 'hold'
        ), delta AS (
            SELECT c.variant_id, c.warehouse_id, sum(c.quantity) AS quantity FROM (
                SELECT p.variant_id, p.warehouse_id, p.quantity FROM pick p
                UNION ALL SELECT o.variant_id, o.warehouse_id, -o.quantity FROM own o) c
             GROUP BY 1, 2 HAVING sum(c.quantity) <> 0
        ), changed AS (
            UPDATE inventory_balance b SET reserved = b.reserved + d.quantity FROM delta d, fine
             WHERE fine.yes AND b.variant_id = d.variant_id AND b.warehouse_id = d.warehouse_id
            RETURNING b.variant_id, inventory_crossed(b.warehouse_id,
                old.on_hand - old.reserved - old.safety + old.backorder,
                new.on_hand - new.reserved - new.safety + new.backorder) AS crossed
        ), made AS (
            INSERT INTO inventory_reservation
                   (variant_id, warehouse_id, kind, owner_id, line_id, quantity, expires_at, created_at)
            SELECT p.variant_id, p.warehouse_id, p_kind, p_owner, p.line_id, p.quantity, p_expires, p_now
              FROM pick p, fine WHERE fine.yes ORDER BY p.n, p.upto
            RETURNING line_id, variant_id, warehouse_id, quantity
        )
        SELECT 'taken', m.line_id, m.variant_id, m.warehouse_id, m.quantity, NULL::numeric FROM made m
        UNION ALL
        SELECT 'crossed', NULL, c.variant_id, NULL, NULL, NULL FROM changed c WHERE c.crossed;
        IF FOUND THEN
            RETURN QUERY SELECT 'crossed', NULL::uuid, s, NULL::smallint, NULL::numeric, NULL::numeric
                           FROM unnest(v_swept) s;
            RETURN;
        END IF;

        -- 3. Not done: enough in sum (then the caller narrows), or short.
        SELECT bool_and(coalesce(t.quantity, 0) >= n.quantity) INTO v_enough
          FROM (SELECT d.v, sum(d.q) AS quantity FROM unnest(p_variants, p_quantities) d(v, q) GROUP BY 1) n
          LEFT JOIN (SELECT f.variant_id, sum(f.quantity + f.later) AS quantity
                       FROM inventory_free(v_balances, p_channel, p_ranking, p_only, p_pickup, p_replaces) f GROUP BY 1) t
            ON t.variant_id = n.v;
        IF v_enough THEN
            RETURN QUERY SELECT 'candidate', NULL::uuid, f.variant_id, f.warehouse_id, f.quantity, f.later
                FROM inventory_free(v_balances, p_channel, p_ranking, p_only, p_pickup, p_replaces) f
               WHERE f.variant_id = ANY(p_variants);
            RETURN;
        END IF;
        IF attempt = 1 THEN
            SELECT s.crossed INTO v_swept FROM inventory_sweep(v_balances, p_now) s WHERE s.freed > 0;
            EXIT WHEN NOT FOUND;
            v_swept := coalesce(v_swept, '{}');
        END IF;
    END LOOP;

    RETURN QUERY
    SELECT 'short', d.line_id, d.variant_id, NULL::smallint, coalesce(t.quantity, 0), NULL::numeric
      FROM unnest(p_lines, p_variants) WITH ORDINALITY d(line_id, variant_id, n)
      JOIN (SELECT q.v, sum(q.q) AS quantity FROM unnest(p_variants, p_quantities) q(v, q) GROUP BY 1) n ON n.v = d.variant_id
      LEFT JOIN (SELECT f.variant_id, sum(f.quantity + f.later) AS quantity
                   FROM inventory_free(v_balances, p_channel, p_ranking, p_only, p_pickup, p_replaces) f GROUP BY 1) t
        ON t.variant_id = d.variant_id
     WHERE coalesce(t.quantity, 0) < n.quantity ORDER BY d.n;
END $$;
"""

# What each of these (locked) balances can give to a channel, the owner's own holds counted as free.
FREE = """
CREATE FUNCTION inventory_free(p_balances bigint[], p_channel smallint, p_ranking smallint[], p_only boolean,
                               p_pickup boolean, p_replaces uuid)
RETURNS TABLE (variant_id uuid, warehouse_id smallint, quantity numeric, later numeric)
LANGUAGE sql VOLATILE AS $$
    SELECT s.variant_id, s.warehouse_id, greatest(s.free, 0), greatest(s.free + s.backorder, 0) - greatest(s.free, 0)
      FROM (SELECT b.variant_id, b.warehouse_id, b.backorder,
                   b.on_hand - b.reserved - b.safety - cw.buffer_qty + coalesce((
                       SELECT sum(r.quantity) FROM inventory_reservation r
                        WHERE r.owner_id = p_replaces AND r.kind = 'hold'
                          AND r.variant_id = b.variant_id AND r.warehouse_id = b.warehouse_id), 0) AS free
              FROM inventory_balance b
              JOIN inventory_channelwarehouse cw ON cw.warehouse_id = b.warehouse_id AND cw.channel_id = p_channel
              JOIN inventory_warehouse w ON w.id = b.warehouse_id
             WHERE b.id = ANY(p_balances) AND w.is_active AND CASE WHEN p_pickup THEN w.pickup ELSE w.ships END
               AND (NOT p_only OR b.warehouse_id = ANY(p_ranking))) s
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]

    operations = [
        migrations.RunSQL(LEDGER, LEDGER_BACK),
        migrations.RunSQL(CROSSED, "DROP FUNCTION inventory_crossed"),
        migrations.RunSQL(SWEEP, "DROP FUNCTION inventory_sweep"),
        migrations.RunSQL(FREE, "DROP FUNCTION inventory_free"),
        migrations.RunSQL(RESERVE, "DROP FUNCTION inventory_reserve"),
    ]
