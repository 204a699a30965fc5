import django.db.models.deletion
import tenure.compliance.calendar_models
import tenure.lib.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('compliance', '0001_initial'),
        ('compliance', '0002_exemptions_calendar_owners'),
        ('compliance', '0003_keep_fingerprints_of_findings'),
        ('compliance', '0004_keep_how_a_test_was_asked_and_what_was_accepted'),
        ('compliance', '0005_count_findings_by_their_test'),
        ('compliance', '0006_find_findings_of_their_owner'),
        ('compliance', '0007_name_the_key_of_a_finding'),
        ('compliance', '0008_keep_what_findings_said'),
        ('compliance', '0009_find_live_findings_of_a_test'),
    ]

    dependencies = [
        ('connections', '0004_choose_how_far_removals_go'),
        ('inventory', '0020_order_keys_by_last_use'),
        ('people', '0004_find_people_by_state'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Holiday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=tenure.lib.ids.uuid7, editable=False, unique=True)),
                ('on', models.DateField(unique=True)),
                ('name', models.CharField(max_length=200)),
                ('origin', models.CharField(choices=[('hand', 'By hand'), ('file', 'From a file')], max_length=4)),
            ],
        ),
        migrations.CreateModel(
            name='ComplianceTest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(max_length=60, unique=True)),
                ('state', models.CharField(choices=[('ok', 'OK'), ('needs_attention', 'Needs attention'), ('invalid', 'Invalid'), ('deactivated', 'Deactivated'), ('not_applicable', 'Not applicable')], default='invalid', max_length=16)),
                ('state_reason', models.CharField(blank=True, max_length=500)),
                ('is_deactivated', models.BooleanField(default=False)),
                ('deactivated_reason', models.CharField(blank=True, max_length=500)),
                ('deactivated_by', models.CharField(blank=True, max_length=100)),
                ('deactivated_until', models.DateField(null=True)),
                ('sla_days', models.PositiveSmallIntegerField(null=True)),
                ('sla_unit', models.CharField(blank=True, choices=[('business', 'business days'), ('calendar', 'calendar days')], max_length=8)),
                ('thresholds', models.JSONField(default=dict)),
                ('coverage', models.JSONField(default=dict)),
                ('ran_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('sla_days', None), ('sla_unit', '')), models.Q(('sla_days__gte', 1), ('sla_days__isnull', False), ('sla_days__lte', 365), models.Q(('sla_unit', ''), _negated=True)), _connector='OR'), name='an_sla_has_days_and_a_unit'), models.CheckConstraint(condition=models.Q(('is_deactivated', False), models.Q(('deactivated_reason', ''), _negated=True), _connector='OR'), name='deactivated_for_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=tenure.lib.ids.uuid7, editable=False, unique=True)),
                ('subject', models.CharField(max_length=80)),
                ('state', models.CharField(choices=[('open', 'Open'), ('exempted', 'Exempted'), ('resolved', 'Resolved')], default='open', max_length=8)),
                ('why', models.JSONField(default=dict)),
                ('fingerprint', models.BigIntegerField(null=True)),
                ('since', models.DateTimeField()),
                ('sla_days', models.PositiveSmallIntegerField()),
                ('sla_unit', models.CharField(choices=[('business', 'business days'), ('calendar', 'calendar days')], default='calendar', max_length=8)),
                ('opened_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('reopened_at', models.DateTimeField(null=True)),
                ('resolved_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='inventory.account')),
                ('connection', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='connections.connection')),
                ('credential', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='inventory.credential')),
                ('owner', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='findings', to='people.person')),
                ('test', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='compliance.compliancetest')),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'due_at', 'id'], name='finding_by_due_date'), models.Index(fields=['-resolved_at', '-id'], name='finding_by_resolution'), models.Index(condition=models.Q(('owner__isnull', False)), fields=['owner', 'state', 'due_at', 'id'], name='finding_of_owner'), models.Index(condition=models.Q(('state', 'resolved'), _negated=True), fields=['test', 'due_at', 'id'], name='finding_of_test_alive'), models.Index(fields=['test', 'state', 'due_at', 'id'], name='finding_of_test_by_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'resolved'), _negated=True), fields=('test', 'subject'), name='one_live_finding'), models.CheckConstraint(condition=models.Q(models.Q(('resolved_at__isnull', False), ('state', 'resolved')), models.Q(models.Q(('state', 'resolved'), _negated=True), ('resolved_at__isnull', True)), _connector='OR'), name='resolved_findings_have_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Exemption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=tenure.lib.ids.uuid7, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('accepted', 'Accepted'), ('break_glass', 'Break-glass'), ('sponsored', 'Sponsored'), ('workload', 'Workload')], max_length=12)),
                ('reason', models.CharField(max_length=500)),
                ('until', models.DateField()),
                ('ends_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('active', 'Active'), ('expired', 'Expired'), ('withdrawn', 'Withdrawn'), ('lapsed', 'Lapsed')], default='active', max_length=9)),
                ('exempted_at', models.DateTimeField()),
                ('exempted_by', models.CharField(max_length=100)),
                ('ended_at', models.DateTimeField(null=True)),
                ('withdrawn_by', models.CharField(blank=True, max_length=100)),
                ('withdrawn_reason', models.CharField(blank=True, max_length=500)),
                ('accepted', models.JSONField(default=dict)),
                ('lapsed_because', models.CharField(blank=True, max_length=500)),
                ('finding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exemptions', to='compliance.finding')),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'ends_at'], name='exemption_by_end')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'active')), models.Q(models.Q(('state', 'active'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='ended_exemptions_have_a_time'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='exempted_for_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'lapsed'), models.Q(('lapsed_because', ''), _negated=True)), models.Q(models.Q(('state', 'lapsed'), _negated=True), ('lapsed_because', '')), _connector='OR'), name='lapsed_for_a_reason'), models.UniqueConstraint(condition=models.Q(('state', 'active')), fields=('finding',), name='one_active_exemption'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), models.Q(('withdrawn_reason', ''), _negated=True)), models.Q(models.Q(('state', 'withdrawn'), _negated=True), ('withdrawn_reason', '')), _connector='OR'), name='withdrawn_for_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='FindingBefore',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateTimeField()),
                ('why', models.JSONField()),
                ('since', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('finding', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='before', to='compliance.finding')),
                ('person', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'indexes': [models.Index(fields=['finding', 'until', 'id'], name='finding_said_until')],
            },
        ),
        migrations.CreateModel(
            name='FindingNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=tenure.lib.ids.uuid7, editable=False, unique=True)),
                ('text', models.TextField()),
                ('noted_at', models.DateTimeField()),
                ('noted_by', models.CharField(max_length=100)),
                ('finding', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='compliance.finding')),
            ],
        ),
        migrations.CreateModel(
            name='OrganizationCalendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=tenure.lib.ids.uuid7, editable=False, unique=True)),
                ('zone', models.CharField(max_length=64)),
                ('working_days', models.JSONField(default=tenure.compliance.calendar_models.monday_to_friday)),
                ('holidays_file', models.CharField(blank=True, max_length=200)),
                ('holidays_until', models.DateField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='one_organization_calendar')],
            },
        ),
        migrations.CreateModel(
            name='TestResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('state', models.CharField(choices=[('ok', 'OK'), ('needs_attention', 'Needs attention'), ('invalid', 'Invalid'), ('deactivated', 'Deactivated'), ('not_applicable', 'Not applicable')], max_length=16)),
                ('state_reason', models.CharField(blank=True, max_length=500)),
                ('open', models.PositiveIntegerField(default=0)),
                ('overdue', models.PositiveIntegerField(default=0)),
                ('coverage', models.JSONField(default=dict)),
                ('terms', models.JSONField(default=dict)),
                ('test', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='results', to='compliance.compliancetest')),
            ],
            options={
                'indexes': [models.Index(fields=['test', '-at'], name='test_result_newest')],
            },
        ),
        migrations.CreateModel(
            name='TestSubscriber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subscribed_at', models.DateTimeField()),
                ('test', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='subscribers', to='compliance.compliancetest')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('test', 'user'), name='subscribed_once_per_test')],
            },
        ),
    ]
