"""What Django cannot say: versions and decisions are facts that nobody changes; an order is assessed in one round trip."""

from django.db import migrations

GUARD = """
CREATE TRIGGER fraud_ruleversion_append_only BEFORE UPDATE OR DELETE ON fraud_ruleversion
    FOR EACH ROW EXECUTE FUNCTION kit_append_only();
CREATE TRIGGER fraud_assessment_append_only BEFORE UPDATE ON fraud_assessment
    FOR EACH ROW EXECUTE FUNCTION kit_append_only();
"""
BACK = """
DROP TRIGGER fraud_ruleversion_append_only ON fraud_ruleversion;
DROP TRIGGER fraud_assessment_append_only ON fraud_assessment;
"""

# Counts what every probe asks, decides (as `rules.judge` does), records the decision and notes the attempt for those to
# come. A count looks at what happened before, so this order itself is not seen. The settings pin the index: a session
# that planned this on an empty table must not scan it a million attempts later.
ASSESS = """
CREATE FUNCTION fraud_assess(p_order uuid, p_probes jsonb, p_inputs jsonb, p_keys text[], p_email text, p_review_from int,
                             p_max int, p_now timestamptz)
RETURNS TABLE (score smallint, verdict varchar, reasons jsonb)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH probe AS (
        SELECT * FROM jsonb_to_recordset(p_probes) AS p(
            n int, code text, version int, score int, dry_run boolean, attempt text, key text, minutes int,
            "distinct" boolean, least int, most int)
    ), counted AS (
        SELECT p.*, CASE WHEN p.key = '' THEN 0 ELSE (
                   SELECT CASE WHEN p."distinct" THEN count(DISTINCT a.email) ELSE count(*) END
                     FROM fraud_attempt a WHERE a.key = p.key AND a.kind = p.attempt
                      AND a.at > p_now - make_interval(mins => p.minutes)
                      AND (NOT p."distinct" OR a.email NOT IN ('', p_email))) END AS count
          FROM probe p
    ), fired AS (
        SELECT * FROM counted c WHERE c.count >= c.least OR c.count <= c.most
    ), decided AS (
        SELECT least(p_max, coalesce((SELECT sum(f.score) FROM fired f WHERE NOT f.dry_run), 0)) AS score,
               (SELECT coalesce(jsonb_agg(jsonb_build_object('code', f.code, 'version', f.version, 'score', f.score,
                       'count', f.count, 'dry_run', f.dry_run) ORDER BY f.n), '[]') FROM fired f) AS reasons,
               (SELECT coalesce(jsonb_agg(c.count ORDER BY c.n), '[]') FROM counted c) AS counts
    ), noted AS (
        INSERT INTO fraud_attempt (kind, key, email, at) SELECT 'order', k, p_email, p_now FROM unnest(p_keys) k
    )
    INSERT INTO fraud_assessment (order_id, score, verdict, reasons, inputs, at)
    SELECT p_order, d.score, CASE WHEN d.score >= p_review_from THEN 'review' ELSE 'accept' END, d.reasons,
           p_inputs || jsonb_build_object('counts', d.counts), p_now FROM decided d
    RETURNING score, verdict, reasons;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("fraud", "0001_initial")]

    operations = [
        migrations.RunSQL(GUARD, BACK),
        migrations.RunSQL(ASSESS, "DROP FUNCTION fraud_assess"),
    ]
