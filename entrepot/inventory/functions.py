"""Functions that live in the database: the newest text of each, which migrations lay down."""

# Reserves any number of demands in one round trip: lock the balances in the order of their ids, read them as they are
# under the lock, then write all or nothing. (A row that FOR UPDATE had to wait for comes back as it is then; what one
# plain statement would compute and write comes from the snapshot taken before it had to wait.)
#
# The steps are many and small on purpose, with sets handed on as arrays: none leaves the planner a choice, so that a
# session that planned them on an empty table still uses the right index a thousand orders later.
#
# Rows that come back, by `outcome`:
#   taken      line, variant, warehouse, quantity: done
#   crossed    variant: it went out of stock, or came back, in some place
#   short      line, variant, quantity = what is there of the variant: nothing was changed
#   candidate  variant, warehouse, quantity on the shelf, later = as backorder: no single place can serve all and
#              `p_together` was asked; the balances are locked, the caller narrows the places and calls again
RESERVE = """
CREATE OR REPLACE FUNCTION inventory_reserve(
    p_lines uuid[], p_variants uuid[], p_quantities numeric[],
    p_channel smallint, p_ranking smallint[], p_only boolean, p_pickup boolean, p_together boolean,
    p_kind text, p_owner uuid, p_replaces uuid, p_expires timestamptz, p_now timestamptz
) RETURNS TABLE (outcome text, line_id uuid, variant_id uuid, warehouse_id smallint, quantity numeric, later numeric)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    v_held bigint[] := '{}';  -- balances that these holds lie on
    v_balances bigint[];
    v_swept uuid[] := '{}';
    v_single smallint;
    v_enough boolean;
    own_ids bigint[] := '{}'; own_variants uuid[]; own_places smallint[]; own_qty numeric[];  -- holds to be used up
    f_variants uuid[]; f_places smallint[]; f_now numeric[]; f_later numeric[];  -- what is free, in rank order
BEGIN
    -- 1. Holds to be used up occupy balances too: lock these with the others, in the order of their ids.
    IF p_replaces IS NOT NULL THEN
        v_held := ARRAY(SELECT (SELECT b.id FROM inventory_balance b
                                 WHERE b.variant_id = r.variant_id AND b.warehouse_id = r.warehouse_id)
                          FROM inventory_reservation r WHERE r.owner_id = p_replaces);
        PERFORM 1 FROM inventory_balance b WHERE b.id = ANY(v_held || ARRAY(
            SELECT o.id FROM inventory_balance o WHERE o.variant_id = ANY(p_variants) AND o.warehouse_id = ANY(ARRAY(
                SELECT cw.warehouse_id FROM inventory_channelwarehouse cw WHERE cw.channel_id = p_channel))))
          ORDER BY b.id FOR UPDATE;
    END IF;

    FOR attempt IN 1..2 LOOP
        IF p_replaces IS NOT NULL THEN
            SELECT coalesce(array_agg(r.id), '{}'), array_agg(r.variant_id), array_agg(r.warehouse_id),
                   array_agg(r.quantity)
              INTO own_ids, own_variants, own_places, own_qty
              FROM inventory_reservation r WHERE r.owner_id = p_replaces AND r.kind || '' = 'hold';
        END IF;
        -- 2. Lock what may give, and read it.
        SELECT array_agg(s.id), array_agg(s.variant_id ORDER BY s.rank, s.warehouse_id) FILTER (WHERE s.usable),
               array_agg(s.warehouse_id ORDER BY s.rank, s.warehouse_id) FILTER (WHERE s.usable),
               array_agg(greatest(s.free, 0) ORDER BY s.rank, s.warehouse_id) FILTER (WHERE s.usable),
               array_agg(greatest(s.free + s.backorder, 0) - greatest(s.free, 0) ORDER BY s.rank, s.warehouse_id)
                   FILTER (WHERE s.usable)
          INTO v_balances, f_variants, f_places, f_now, f_later
          FROM (SELECT b.id, b.variant_id, b.warehouse_id, b.backorder,
                       coalesce(array_position(p_ranking, b.warehouse_id), 32767) AS rank,
                       w.is_active AND CASE WHEN p_pickup THEN w.pickup ELSE w.ships END
                           AND (NOT p_only OR b.warehouse_id = ANY(p_ranking)) AS usable,
                       b.on_hand - b.reserved - b.safety - cw.buffer_qty
                           + CASE WHEN own_ids = '{}' THEN 0 ELSE coalesce((
                               SELECT sum(o.q) FROM unnest(own_variants, own_places, own_qty) o(v, w, q)
                                WHERE o.v = b.variant_id AND o.w = b.warehouse_id), 0) END AS free
                  FROM inventory_balance b
                  JOIN inventory_channelwarehouse cw ON cw.warehouse_id = b.warehouse_id AND cw.channel_id = p_channel
                  JOIN inventory_warehouse w ON w.id = b.warehouse_id
                 WHERE b.variant_id = ANY(p_variants) ORDER BY b.id FOR UPDATE OF b) s;
        v_balances := v_held || v_balances;

        -- 3. Is there enough of everything? In one place, if that was asked?
        SELECT coalesce(bool_and(coalesce(t.quantity, 0) >= n.quantity), true) INTO v_enough
          FROM (SELECT d.v, sum(d.q) AS quantity FROM unnest(p_variants, p_quantities) d(v, q) GROUP BY 1) n
          LEFT JOIN (SELECT f.v, sum(f.now + f.later) AS quantity
                       FROM unnest(f_variants, f_now, f_later) f(v, now, later) GROUP BY 1) t ON t.v = n.v;
        IF v_enough AND p_together THEN  -- without backorder if possible, then by rank
            SELECT f.w INTO v_single
              FROM unnest(f_variants, f_places, f_now, f_later) WITH ORDINALITY f(v, w, now, later, n)
              JOIN (SELECT d.v, sum(d.q) AS quantity FROM unnest(p_variants, p_quantities) d(v, q) GROUP BY 1) need
                ON need.v = f.v AND f.now + f.later >= need.quantity
             GROUP BY f.w HAVING count(*) = (SELECT count(DISTINCT v) FROM unnest(p_variants) v)
             ORDER BY bool_and(f.now >= need.quantity) DESC,
                      coalesce(array_position(p_ranking, f.w), 32767), f.w LIMIT 1;
            IF v_single IS NULL THEN
                RETURN QUERY SELECT 'candidate', NULL::uuid, f.v, f.w, f.now, f.later
                               FROM unnest(f_variants, f_places, f_now, f_later) f(v, w, now, later);
                RETURN;
            END IF;
        END IF;
        EXIT WHEN v_enough;
        IF attempt = 1 THEN  -- expired holds may be all that is in the way
            SELECT s.crossed INTO v_swept FROM inventory_sweep(v_balances, p_now) s WHERE s.freed > 0;
            EXIT WHEN NOT FOUND;
        END IF;
    END LOOP;

    IF NOT v_enough THEN
        RETURN QUERY
        SELECT 'short', d.line_id, d.variant_id, NULL::smallint, coalesce(t.quantity, 0), NULL::numeric
          FROM unnest(p_lines, p_variants) WITH ORDINALITY d(line_id, variant_id, n)
          JOIN (SELECT q.v, sum(q.q) AS quantity FROM unnest(p_variants, p_quantities) q(v, q) GROUP BY 1) need
            ON need.v = d.variant_id
          LEFT JOIN (SELECT f.v, sum(f.now + f.later) AS quantity
                       FROM unnest(f_variants, f_now, f_later) f(v, now, later) GROUP BY 1) t ON t.v = d.variant_id
         WHERE coalesce(t.quantity, 0) < need.quantity ORDER BY d.n;
        RETURN;
    END IF;

    -- 4. Write. Demands and slots (shelves of all places before backorders of any) are laid side by side; each overlap
    --    is a reservation.
    IF own_ids <> '{}' THEN
        DELETE FROM inventory_reservation r WHERE r.id = ANY(own_ids);
    END IF;
    RETURN QUERY
    WITH demand AS (
        SELECT d.n, d.line_id, d.variant_id, d.quantity,
               sum(d.quantity) OVER (PARTITION BY d.variant_id ORDER BY d.n) AS upto
          FROM unnest(p_lines, p_variants, p_quantities) WITH ORDINALITY AS d(line_id, variant_id, quantity, n)
    ), slot AS (
        SELECT f.v AS variant_id, f.w AS warehouse_id, t.quantity,
               sum(t.quantity) OVER (PARTITION BY f.v ORDER BY t.tier, f.n) AS upto
          FROM unnest(f_variants, f_places, f_now, f_later) WITH ORDINALITY f(v, w, now, later, n),
               LATERAL (VALUES (0, f.now), (1, f.later)) AS t(tier, quantity)
         WHERE t.quantity > 0 AND (v_single IS NULL OR f.w = v_single)
    ), made AS (
        INSERT INTO inventory_reservation
               (variant_id, warehouse_id, kind, owner_id, line_id, quantity, expires_at, created_at)
        SELECT d.variant_id, s.warehouse_id, p_kind, p_owner, d.line_id,
               sum(least(d.upto, s.upto) - greatest(d.upto - d.quantity, s.upto - s.quantity)), p_expires, p_now
          FROM demand d JOIN slot s ON s.variant_id = d.variant_id
           AND s.upto > d.upto - d.quantity AND s.upto - s.quantity < d.upto
         GROUP BY d.variant_id, s.warehouse_id, d.line_id ORDER BY min(d.n), min(s.upto)
        RETURNING line_id, variant_id, warehouse_id, quantity
    ), delta AS (
        SELECT c.v, c.w, sum(c.q) AS quantity
          FROM (SELECT m.variant_id, m.warehouse_id, m.quantity FROM made m
                UNION ALL SELECT o.v, o.w, -o.q FROM unnest(own_variants, own_places, own_qty) o(v, w, q)) c(v, w, q)
         GROUP BY 1, 2 HAVING sum(c.q) <> 0
    ), changed AS (
        UPDATE inventory_balance b SET reserved = b.reserved + d.quantity FROM delta d
         WHERE b.id = ANY(v_balances) AND b.variant_id = d.v AND b.warehouse_id = d.w
        RETURNING b.variant_id, inventory_crossed(b.warehouse_id,
            old.on_hand - old.reserved - old.safety + old.backorder,
            new.on_hand - new.reserved - new.safety + new.backorder) AS crossed
    )
    SELECT 'taken', m.line_id, m.variant_id, m.warehouse_id, m.quantity, NULL::numeric FROM made m
    UNION ALL
    SELECT 'crossed', NULL, c.variant_id, NULL, NULL, NULL FROM changed c WHERE c.crossed
    UNION ALL
    SELECT 'crossed', NULL, s, NULL, NULL, NULL FROM unnest(v_swept) s;
END $$;
"""
