import django.db.models.deletion
import django.db.models.functions.text
import tenure.lib.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('people', '0001_initial'),
        ('people', '0002_merge_people_and_keep_their_changes'),
        ('people', '0003_keep_the_day_somebody_left'),
        ('people', '0004_find_people_by_state'),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PeopleSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=tenure.lib.ids.uuid7, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('csv', 'CSV import'), ('scim', 'SCIM'), ('manual', 'By hand')], max_length=8)),
                ('name', models.CharField(max_length=100, unique=True)),
                ('precedence', models.PositiveSmallIntegerField()),
                ('expected_days', models.PositiveSmallIntegerField()),
                ('is_authoritative', models.BooleanField(default=False)),
                ('last_read_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='PeopleImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=tenure.lib.ids.uuid7, editable=False, unique=True)),
                ('at', models.DateTimeField()),
                ('is_full', models.BooleanField(default=False)),
                ('created', models.PositiveIntegerField(default=0)),
                ('updated', models.PositiveIntegerField(default=0)),
                ('unchanged', models.PositiveIntegerField(default=0)),
                ('no_longer_listed', models.PositiveIntegerField(default=0)),
                ('ended', models.PositiveIntegerField(default=0)),
                ('rejected', models.JSONField(default=list)),
                ('notes', models.JSONField(default=list)),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='imports', to='people.peoplesource')),
            ],
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=tenure.lib.ids.uuid7, editable=False, unique=True)),
                ('email', models.CharField(blank=True, max_length=320)),
                ('email_key', models.CharField(blank=True, max_length=320)),
                ('external_id', models.CharField(blank=True, max_length=200)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('kind', models.CharField(choices=[('employee', 'Employee'), ('contractor', 'Contractor'), ('other', 'Other')], default='employee', max_length=12)),
                ('title', models.CharField(blank=True, max_length=200)),
                ('department', models.CharField(blank=True, max_length=200)),
                ('manager_email_key', models.CharField(blank=True, max_length=320)),
                ('starts_on', models.DateField(null=True)),
                ('ends_on', models.DateField(null=True)),
                ('end_at', models.DateTimeField(null=True)),
                ('time_zone', models.CharField(blank=True, max_length=64)),
                ('is_on_leave', models.BooleanField(default=False)),
                ('is_disabled', models.BooleanField(default=False)),
                ('is_listed', models.BooleanField(default=True)),
                ('begins_at', models.DateTimeField(null=True)),
                ('ends_at', models.DateTimeField(null=True)),
                ('left_on', models.DateField(null=True)),
                ('left_at', models.DateTimeField(null=True)),
                ('left_reason', models.CharField(blank=True, max_length=500)),
                ('left_by', models.CharField(blank=True, max_length=100)),
                ('left_said_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('merged_into', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='absorbed', to='people.person')),
                ('user', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='person', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['begins_at'], name='person_begins_at'), models.Index(django.db.models.functions.text.Upper('department'), models.F('id'), name='person_department'), models.Index(condition=models.Q(('is_disabled', True), ('is_listed', False), _connector='OR'), fields=['name', 'id'], name='person_inactive'), models.Index(fields=['manager_email_key', 'id'], name='person_manager'), models.Index(fields=['name', 'id'], name='person_name'), models.Index(condition=models.Q(('is_on_leave', True)), fields=['name', 'id'], name='person_on_leave'), models.Index(fields=['ends_at', 'begins_at', 'is_disabled', 'is_listed', 'is_on_leave', 'merged_into'], name='person_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(('left_at', None), models.Q(('left_reason', ''), _negated=True), _connector='OR'), name='leaving_has_a_reason'), models.CheckConstraint(condition=models.Q(('merged_into', None), models.Q(('email_key', ''), ('external_id', '')), _connector='OR'), name='merged_person_holds_no_address'), models.CheckConstraint(condition=models.Q(models.Q(('email_key', ''), ('external_id', ''), _negated=True), ('merged_into__isnull', False), _connector='OR'), name='person_can_be_recognised'), models.UniqueConstraint(condition=models.Q(('email_key', ''), _negated=True), fields=('email_key',), name='person_email_once'), models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('external_id',), name='person_external_id_once')],
            },
        ),
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=tenure.lib.ids.uuid7, editable=False, unique=True)),
                ('from_day', models.DateField()),
                ('until_day', models.DateField()),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('decided_at', models.DateTimeField()),
                ('decided_by', models.CharField(max_length=100)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='delegations', to='people.person')),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='delegated', to='people.person')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('until_day__gte', models.F('from_day'))), name='delegation_has_days'), models.CheckConstraint(condition=models.Q(('person', models.F('to')), _negated=True), name='delegation_is_to_another')],
            },
        ),
        migrations.CreateModel(
            name='PersonChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(max_length=40)),
                ('before', models.CharField(blank=True, max_length=500)),
                ('after', models.CharField(blank=True, max_length=500)),
                ('source', models.CharField(max_length=120)),
                ('at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='people.person')),
            ],
        ),
        migrations.CreateModel(
            name='PersonEmail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.CharField(max_length=320)),
                ('email_key', models.CharField(max_length=320, unique=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='other_emails', to='people.person')),
            ],
        ),
        migrations.CreateModel(
            name='PersonMerge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=tenure.lib.ids.uuid7, editable=False, unique=True)),
                ('counts', models.CharField(choices=[('both', 'Both'), ('kept', 'The one that is kept'), ('merged', 'The one that becomes part of it')], max_length=6)),
                ('before', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=100)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('undone_at', models.DateTimeField(null=True)),
                ('undone_by', models.CharField(blank=True, max_length=100)),
                ('kept', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merges', to='people.person')),
                ('merged', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merged_by', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('merged',), name='merged_once')],
            },
        ),
        migrations.CreateModel(
            name='PersonRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('values', models.JSONField(default=dict)),
                ('said_at', models.JSONField(default=dict)),
                ('is_listed', models.BooleanField(default=True)),
                ('read_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='records', to='people.person')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='records', to='people.peoplesource')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'source'), name='one_record_per_source')],
            },
        ),
    ]
