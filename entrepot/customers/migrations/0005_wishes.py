import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("customers", "0004_terms"),
    ]

    operations = [
        migrations.CreateModel(
            name="Wish",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("variant_id", models.UUIDField(verbose_name="article")),
                ("added_at", models.DateTimeField(verbose_name="added")),
                ("customer", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+",
                                               to="customers.customer")),
            ],
            options={
                "verbose_name": "wish",
                "verbose_name_plural": "wishes",
                "constraints": [models.UniqueConstraint(fields=("customer", "variant_id"), name="customers_wish_once")],
            },
        ),
        migrations.CreateModel(
            name="SavedCode",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("saved_at", models.DateTimeField(verbose_name="added")),
                ("customer", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+",
                                               to="customers.customer")),
            ],
            options={
                "verbose_name": "saved coupon",
                "verbose_name_plural": "saved coupons",
                "constraints": [models.UniqueConstraint(fields=("customer", "code"), name="customers_code_once")],
            },
        ),
    ]
