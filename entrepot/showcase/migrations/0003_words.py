from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('showcase', '0002_affinity'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='document',
            options={'verbose_name': 'shop page of a product', 'verbose_name_plural': 'shop pages of products'},
        ),
        migrations.AlterField(
            model_name='document',
            name='body',
            field=models.BinaryField(verbose_name='content'),
        ),
        migrations.AlterField(
            model_name='document',
            name='card',
            field=models.BinaryField(verbose_name='card'),
        ),
        migrations.AlterField(
            model_name='document',
            name='channel_id',
            field=models.SmallIntegerField(verbose_name='channel'),
        ),
        migrations.AlterField(
            model_name='document',
            name='etag',
            field=models.CharField(max_length=32, verbose_name='mark of the version'),
        ),
        migrations.AlterField(
            model_name='document',
            name='language',
            field=models.CharField(max_length=10, verbose_name='language'),
        ),
        migrations.AlterField(
            model_name='document',
            name='product_id',
            field=models.UUIDField(verbose_name='product'),
        ),
        migrations.AlterField(
            model_name='document',
            name='slug',
            field=models.CharField(max_length=200, verbose_name='web address'),
        ),
        migrations.AlterField(
            model_name='document',
            name='updated_at',
            field=models.DateTimeField(verbose_name='last changed'),
        ),
    ]
