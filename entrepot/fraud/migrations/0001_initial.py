import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("kit", "0002_sql"),
    ]

    operations = [
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('order_id', models.UUIDField(unique=True)),
                ('score', models.SmallIntegerField(verbose_name='score')),
                ('verdict', models.CharField(max_length=8, verbose_name='verdict')),
                ('reasons', models.JSONField(verbose_name='reasons')),
                ('inputs', models.JSONField()),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': 'fraud assessment',
                'verbose_name_plural': 'fraud assessments',
                'indexes': [models.Index(condition=models.Q(('verdict', 'review')), fields=['-id'], name='fraud_assessment_review')],
                'constraints': [models.CheckConstraint(condition=models.Q(('verdict__in', ['accept', 'review'])), name='fraud_verdict_known')],
            },
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=20)),
                ('key', models.CharField(max_length=80)),
                ('email', models.CharField(default='', max_length=80)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['key', 'kind', '-at'], name='fraud_attempt_key'), models.Index(fields=['at'], name='fraud_attempt_age')],
            },
        ),
        migrations.CreateModel(
            name='Rule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(unique=True, verbose_name='code')),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('params', models.JSONField(default=dict, verbose_name='parameters')),
                ('score', models.SmallIntegerField(default=50, verbose_name='score')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('dry_run', models.BooleanField(default=False, verbose_name='dry run')),
                ('version', models.IntegerField(default=1)),
            ],
            options={
                'verbose_name': 'fraud rule',
                'verbose_name_plural': 'fraud rules',
                'constraints': [models.CheckConstraint(condition=models.Q(('score__gte', 1), ('score__lte', 100)), name='fraud_rule_score')],
            },
        ),
        migrations.CreateModel(
            name='RuleVersion',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('version', models.IntegerField(verbose_name='version')),
                ('kind', models.CharField(max_length=40)),
                ('params', models.JSONField(verbose_name='parameters')),
                ('score', models.SmallIntegerField(verbose_name='score')),
                ('is_active', models.BooleanField(verbose_name='active')),
                ('dry_run', models.BooleanField(verbose_name='dry run')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='fraud.rule')),
            ],
            options={
                'verbose_name': 'version of a fraud rule',
                'verbose_name_plural': 'versions of fraud rules',
                'constraints': [models.UniqueConstraint(fields=('rule', 'version'), name='fraud_rule_version_once')],
            },
        ),
    ]

