import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('api', '0001_remember_answers'),
        ('api', '0002_remember_where_it_was_allowed'),
    ]

    dependencies = [
        ('users', '0002_add_api_tokens'),
    ]

    operations = [
        migrations.CreateModel(
            name='RememberedAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=255)),
                ('digest', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('status', models.PositiveSmallIntegerField(default=0)),
                ('body', models.TextField(blank=True)),
                ('covered', models.JSONField(null=True)),
                ('token', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='users.apitoken')),
            ],
            options={
                'indexes': [models.Index(fields=['at'], name='remembered_answer_at')],
                'constraints': [models.UniqueConstraint(fields=('token', 'key'), name='remembered_answer_once_per_key')],
            },
        ),
    ]
