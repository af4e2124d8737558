"""A decision stays as it was made, but by what the person was recognised may be forgotten, and nothing else."""

from django.db import migrations

FORWARD = """
DROP TRIGGER fraud_assessment_append_only ON fraud_assessment;
CREATE TRIGGER fraud_assessment_append_only BEFORE UPDATE ON fraud_assessment FOR EACH ROW
    WHEN ((NEW.id, NEW.order_id, NEW.score, NEW.verdict, NEW.reasons, NEW.at)
              IS DISTINCT FROM (OLD.id, OLD.order_id, OLD.score, OLD.verdict, OLD.reasons, OLD.at)
          OR NEW.inputs IS DISTINCT FROM jsonb_set(OLD.inputs, '{facts,keys}', '{}') - 'customer_id')
    EXECUTE FUNCTION kit_append_only();
CREATE INDEX fraud_assessment_unforgotten ON fraud_assessment (at) WHERE inputs -> 'facts' -> 'keys' <> '{}';
CREATE INDEX fraud_attempt_network ON fraud_attempt (at) WHERE key LIKE 'ip:%';
"""
BACK = """
DROP INDEX fraud_attempt_network;
DROP INDEX fraud_assessment_unforgotten;
DROP TRIGGER fraud_assessment_append_only ON fraud_assessment;
CREATE TRIGGER fraud_assessment_append_only BEFORE UPDATE ON fraud_assessment
    FOR EACH ROW EXECUTE FUNCTION kit_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("fraud", "0002_sql")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
