import django.db.models.deletion
import tenure.lib.clock
import tenure.lib.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('notifications', '0001_initial'),
        ('notifications', '0002_tell_topics_to_people_and_targets'),
    ]

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user_ref', models.UUIDField(unique=True)),
                ('deliveries', models.JSONField(default=dict)),
                ('hour', models.PositiveSmallIntegerField(default=9)),
                ('zone', models.CharField(max_length=64)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('hour__lte', 23)), name='preference_hour_of_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=tenure.lib.ids.uuid7, editable=False, unique=True)),
                ('key_id', models.CharField(blank=True, max_length=12)),
                ('wrapped_key', models.BinaryField(null=True)),
                ('ciphertext', models.BinaryField(null=True)),
                ('name', models.CharField(max_length=80)),
                ('service', models.CharField(max_length=20)),
                ('tail', models.CharField(max_length=80)),
                ('topics', models.JSONField(default=list)),
                ('created_at', models.DateTimeField(default=tenure.lib.clock.now)),
                ('removed_at', models.DateTimeField(null=True)),
                ('delivered_at', models.DateTimeField(null=True)),
                ('failed_at', models.DateTimeField(null=True)),
                ('last_error', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('removed_at', None), ('ciphertext__isnull', False), ('wrapped_key__isnull', False)), models.Q(('removed_at__isnull', False), ('ciphertext__isnull', True), ('key_id', ''), ('wrapped_key__isnull', True)), _connector='OR'), name='target_address_kept_until_removed'), models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('name',), name='target_name_once')],
            },
        ),
        migrations.CreateModel(
            name='Told',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(max_length=40)),
                ('about', models.UUIDField()),
                ('occasion', models.CharField(blank=True, max_length=40)),
                ('at', models.DateTimeField(default=tenure.lib.clock.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('topic', 'about', 'occasion'), name='told_once')],
            },
        ),
        migrations.CreateModel(
            name='OutboxMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=tenure.lib.ids.uuid7, editable=False, unique=True)),
                ('key_id', models.CharField(blank=True, max_length=12)),
                ('wrapped_key', models.BinaryField(null=True)),
                ('ciphertext', models.BinaryField(null=True)),
                ('to', models.EmailField(blank=True, max_length=254)),
                ('kind', models.CharField(max_length=40)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('sent', 'Sent'), ('failed', 'Failed')], default='queued', max_length=6)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('last_error', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField(default=tenure.lib.clock.now)),
                ('finished_at', models.DateTimeField(null=True)),
                ('target', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='notifications.target')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['created_at'], name='outbox_message_queued')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('target', None), models.Q(('to', ''), _negated=True)), models.Q(('target__isnull', False), ('to', '')), _connector='OR'), name='outbox_message_has_one_receiver'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'queued'), ('ciphertext__isnull', False), ('wrapped_key__isnull', False)), models.Q(models.Q(('state', 'queued'), _negated=True), ('ciphertext__isnull', True), ('key_id', ''), ('wrapped_key__isnull', True)), _connector='OR'), name='outbox_message_kept_only_while_queued')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('to', models.EmailField(blank=True, max_length=254)),
                ('topic', models.CharField(max_length=40)),
                ('subject', models.CharField(blank=True, max_length=80)),
                ('is_daily', models.BooleanField(default=False)),
                ('fields', models.JSONField(default=dict)),
                ('url', models.CharField(max_length=300)),
                ('list_url', models.CharField(blank=True, max_length=300)),
                ('told_at', models.DateTimeField(default=tenure.lib.clock.now)),
                ('due_at', models.DateTimeField()),
                ('target', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='notifications.target')),
            ],
            options={
                'indexes': [models.Index(fields=['due_at'], name='notice_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('target', None), models.Q(('to', ''), _negated=True)), models.Q(('target__isnull', False), ('to', '')), _connector='OR'), name='notice_has_one_receiver')],
            },
        ),
    ]
