"""Stock is reserved with fewer steps."""

from django.db import migrations

from entrepot.inventory.functions import RESERVE


class Migration(migrations.Migration):
    dependencies = [("inventory", "0003_counts")]

    operations = [migrations.RunSQL(RESERVE, migrations.RunSQL.noop)]
