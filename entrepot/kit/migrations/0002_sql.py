"""What Django cannot say: extensions, the event table partitioned by month, append-only guards."""

from django.contrib.postgres.operations import BtreeGistExtension, CreateExtension, TrigramExtension
from django.db import migrations

EVENTS = """
CREATE TABLE kit_event (
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    name varchar(80) NOT NULL,
    version smallint NOT NULL,
    subject varchar(80) NOT NULL,
    payload jsonb NOT NULL,
    request_id varchar(64) NOT NULL,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE kit_event_other PARTITION OF kit_event DEFAULT;
CREATE INDEX kit_event_name_at ON kit_event (name, at);
CREATE INDEX kit_event_subject ON kit_event (subject, at);
"""

# Rows of these tables are facts: nobody changes or removes one.
GUARD = """
CREATE FUNCTION kit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""

AUDIT = """
ALTER TABLE kit_audit ALTER COLUMN xid SET DEFAULT pg_current_xact_id()::text::bigint;
CREATE TRIGGER kit_audit_append_only BEFORE UPDATE OR DELETE ON kit_audit
    FOR EACH ROW EXECUTE FUNCTION kit_append_only();
CREATE TRIGGER kit_audit_no_truncate BEFORE TRUNCATE ON kit_audit
    FOR EACH STATEMENT EXECUTE FUNCTION kit_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("kit", "0001_initial"), ("procrastinate", "__latest__")]

    operations = [
        CreateExtension("ltree"),
        TrigramExtension(),
        BtreeGistExtension(),
        migrations.RunSQL(EVENTS, "DROP TABLE kit_event"),
        migrations.RunSQL(GUARD, "DROP FUNCTION kit_append_only"),
        migrations.RunSQL(AUDIT, "DROP TRIGGER kit_audit_append_only ON kit_audit;"
                                 "DROP TRIGGER kit_audit_no_truncate ON kit_audit"),
    ]
