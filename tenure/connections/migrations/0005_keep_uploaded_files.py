
import django.db.models.deletion
import tenure.lib.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connections', '0004_choose_how_far_removals_go'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='UploadedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=tenure.lib.ids.uuid7, editable=False, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('packed', models.BinaryField()),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('columns', models.JSONField()),
                ('accounts', models.PositiveIntegerField()),
                ('rejected', models.PositiveIntegerField()),
                ('aside', models.PositiveIntegerField()),
                ('uploaded_at', models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='connection',
            name='interval_between_5_minutes_and_a_day',
        ),
        migrations.AlterField(
            model_name='connection',
            name='interval_minutes',
            field=models.PositiveIntegerField(default=30),
        ),
        migrations.AddConstraint(
            model_name='connection',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('interval_minutes__gte', 5), ('interval_minutes__lte', 1440)), models.Q(('interval_minutes__gte', 1440), ('interval_minutes__lte', 525600), ('kind', 'file')), _connector='OR'), name='interval_between_5_minutes_and_a_day_or_of_files_a_year'),
        ),
        migrations.AddField(
            model_name='uploadedfile',
            name='connection',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uploads', to='connections.connection'),
        ),
        migrations.AddField(
            model_name='uploadedfile',
            name='uploaded_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='uploadedfile',
            index=models.Index(fields=['connection', '-id'], name='uploads_newest_first'),
        ),
        migrations.AddConstraint(
            model_name='uploadedfile',
            constraint=models.CheckConstraint(condition=models.Q(('sha256', ''), _negated=True), name='uploaded_files_have_a_hash'),
        ),
        migrations.AddConstraint(
            model_name='uploadedfile',
            constraint=models.CheckConstraint(condition=models.Q(('accounts__gte', 1)), name='uploaded_files_name_somebody'),
        ),
    ]
