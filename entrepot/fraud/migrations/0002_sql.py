"""What Django cannot say: versions of rules and decisions are facts that nobody changes."""

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


class Migration(migrations.Migration):
    dependencies = [("fraud", "0001_initial")]

    operations = [migrations.RunSQL(GUARD, BACK)]
