"""How much one person may give back alone, and refunds that come back."""

from django.db import migrations, models

# As in 0002, less the refunds that came back: a provider said "done" and later "failed".
SUMS = """
CREATE OR REPLACE FUNCTION payments_sum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE of_payment uuid; sums record;
BEGIN
    FOR of_payment IN SELECT DISTINCT payment_id FROM fresh ORDER BY payment_id LOOP
        PERFORM 1 FROM payments_payment WHERE id = of_payment AND xmin <> pg_current_xact_id()::xid FOR NO KEY UPDATE;
        SELECT greatest(coalesce(max(amount_minor) FILTER (WHERE kind = 'authorisation'), 0),
                        coalesce(sum(amount_minor) FILTER (WHERE kind = 'capture'), 0)) AS authorised,
               coalesce(sum(amount_minor) FILTER (WHERE kind = 'capture'), 0) AS captured,
               coalesce(sum(CASE kind WHEN 'refund' THEN amount_minor WHEN 'reversal' THEN -amount_minor END), 0)
                   AS refunded
        INTO sums FROM payments_transaction WHERE payment_id = of_payment;
        UPDATE payments_payment
        SET authorised_minor = sums.authorised, captured_minor = sums.captured, refunded_minor = sums.refunded
        WHERE id = of_payment
          AND (authorised_minor <> sums.authorised OR captured_minor <> sums.captured OR refunded_minor <> sums.refunded);
    END LOOP;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_sql")]

    operations = [
        migrations.CreateModel(
            name="RefundLimit",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("role", models.CharField(blank=True, max_length=40, verbose_name="role")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("limit_minor", models.BigIntegerField(verbose_name="limit")),
            ],
            options={
                "verbose_name": "refund limit", "verbose_name_plural": "refund limits",
                "constraints": [
                    models.UniqueConstraint(fields=["currency", "role"], name="payments_refund_limit_once"),
                    models.CheckConstraint(condition=models.Q(("limit_minor__gte", 0)),
                                           name="payments_refund_limit_not_negative"),
                ],
            },
        ),
        migrations.AlterField(
            model_name="transaction", name="kind",
            field=models.CharField(
                choices=[("authorisation", "authorisation"), ("capture", "capture"), ("void", "void"),
                         ("refund", "refund"), ("reversal", "refund that came back")],
                max_length=13, verbose_name="kind"),
        ),
        migrations.RunSQL(SUMS, migrations.RunSQL.noop),
    ]
