import django.contrib.postgres.fields
import django.db.models.deletion
import entrepot.kit.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("kit", "0002_sql"),
    ]

    operations = [
        migrations.CreateModel(
            name='Menu',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('title', models.JSONField(verbose_name='title')),
                ('items', models.JSONField(default=list, verbose_name='entries')),
                ('version', models.IntegerField(default=1)),
                ('changed_at', models.DateTimeField(verbose_name='changed')),
            ],
            options={
                'verbose_name': 'menu',
                'verbose_name_plural': 'menus',
            },
        ),
        migrations.CreateModel(
            name='Asset',
            fields=[
                ('id', models.UUIDField(default=entrepot.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('alt', models.JSONField(blank=True, default=dict, verbose_name='alternative text')),
                ('file', models.CharField(max_length=200, verbose_name='file')),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('size', models.PositiveIntegerField()),
                ('renditions', models.JSONField(default=list)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('created_by', models.CharField(max_length=200)),
            ],
            options={
                'verbose_name': 'picture',
                'verbose_name_plural': 'pictures',
                'indexes': [models.Index(fields=['-created_at', '-id'], name='growth_asset_newest')],
            },
        ),
        migrations.CreateModel(
            name='Door',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('until', models.DateTimeField()),
                ('message', models.JSONField(default=dict)),
                ('closed_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='growth_one_door')],
            },
        ),
        migrations.CreateModel(
            name='Page',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('slug', models.CharField(max_length=120, unique=True, verbose_name='slug')),
                ('kind', models.CharField(choices=[('home', 'home'), ('page', 'page'), ('article', 'article'), ('landing', 'landing')], max_length=8, verbose_name='kind')),
                ('channels', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), blank=True, default=list, size=None, verbose_name='channels')),
                ('title', models.JSONField(verbose_name='title')),
                ('latest', models.IntegerField(default=1, verbose_name='latest version')),
                ('live', models.IntegerField(blank=True, null=True, verbose_name='published version')),
                ('live_from', models.DateTimeField(blank=True, null=True, verbose_name='from')),
                ('live_until', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('changed_at', models.DateTimeField(verbose_name='changed')),
            ],
            options={
                'verbose_name': 'page',
                'verbose_name_plural': 'pages',
                'indexes': [models.Index(fields=['-changed_at', '-id'], name='growth_page_changed'), models.Index(fields=['kind'], name='growth_page_kind')],
                'constraints': [models.CheckConstraint(condition=models.Q(('live__isnull', True), ('live__lte', models.F('latest')), _connector='OR'), name='growth_live_is_a_version'), models.CheckConstraint(condition=models.Q(('live__isnull', True), ('live_from__isnull', False), _connector='OR'), name='growth_live_since'), models.CheckConstraint(condition=models.Q(('live_until__isnull', True), ('live_until__gt', models.F('live_from')), _connector='OR'), name='growth_live_ends_after')],
            },
        ),
        migrations.CreateModel(
            name='PageVersion',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.IntegerField()),
                ('title', models.JSONField()),
                ('seo', models.JSONField(default=dict)),
                ('blocks', models.JSONField(default=list)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=200)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='growth.page')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('page', 'number'), name='growth_version_once')],
            },
        ),
    ]
