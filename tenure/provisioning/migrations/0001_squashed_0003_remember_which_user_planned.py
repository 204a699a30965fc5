import django.db.models.deletion
import tenure.lib.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('provisioning', '0001_initial'),
        ('provisioning', '0002_count_refusals_of_the_key'),
        ('provisioning', '0003_remember_which_user_planned'),
    ]

    dependencies = [
        ('connections', '0004_choose_how_far_removals_go'),
        ('inventory', '0019_follow_members_of_groups'),
        ('people', '0004_find_people_by_state'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BrakeRelease',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=tenure.lib.ids.uuid7, editable=False, unique=True)),
                ('batch', models.UUIDField(null=True)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=100)),
                ('by_person', models.CharField(blank=True, max_length=64)),
                ('count', models.PositiveIntegerField()),
                ('connection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='brake_releases', to='connections.connection')),
            ],
        ),
        migrations.CreateModel(
            name='ProvisioningOperation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=tenure.lib.ids.uuid7, editable=False, unique=True)),
                ('mode', models.CharField(choices=[('connector', 'By Tenure'), ('manual', 'By hand')], default='connector', max_length=9)),
                ('action', models.CharField(choices=[('remove', 'Remove'), ('add', 'Add')], default='remove', max_length=6)),
                ('target_kind', models.CharField(choices=[('member', 'Member'), ('admin_key', 'Admin key'), ('project_key', 'Project key'), ('invitation', 'Invitation'), ('project_member', 'Project member'), ('group_member', 'Group member'), ('service_account', 'Service account'), ('other', 'Something else')], max_length=15)),
                ('target_id', models.CharField(blank=True, max_length=200)),
                ('parent_id', models.CharField(blank=True, max_length=200)),
                ('role', models.CharField(blank=True, max_length=120)),
                ('identity', models.JSONField(default=dict)),
                ('seen', models.JSONField(default=dict)),
                ('email_key', models.CharField(blank=True, max_length=320)),
                ('label', models.CharField(max_length=320)),
                ('place', models.CharField(blank=True, max_length=300)),
                ('of_leaver', models.BooleanField(default=False)),
                ('cause_kind', models.CharField(blank=True, max_length=32)),
                ('cause_ref', models.CharField(blank=True, max_length=64)),
                ('why', models.CharField(blank=True, max_length=500)),
                ('batch', models.UUIDField(default=tenure.lib.ids.uuid7)),
                ('rank', models.PositiveSmallIntegerField(default=0)),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('awaiting_approval', 'Needs a second person'), ('queued', 'Waiting'), ('blocked', 'Blocked'), ('running', 'Running'), ('done', 'Done, reading back'), ('verified', 'Verified'), ('failed', 'Failed'), ('cancelled', 'Cancelled'), ('overridden', 'Overridden')], default='planned', max_length=17)),
                ('block', models.CharField(blank=True, choices=[('asleep', 'The connection is paused or disconnected'), ('removal_off', 'Removal is off'), ('no_permission', 'The key may not do this'), ('wrong_organization', 'Another organization answers'), ('not_provable', 'The organization is not provable'), ('identity_changed', 'It is not what was planned'), ('last_owner', 'The last owner'), ('key_owner', 'The owner of a key that Tenure uses'), ('service', 'A service account'), ('break_glass', 'A break-glass account'), ('default_account', 'A default account'), ('brake', 'The brake'), ('archived', 'The project is archived'), ('not_visible', 'Not visible yet'), ('came_back', 'It came back')], max_length=18)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('is_in_doubt', models.BooleanField(default=False)),
                ('not_before', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('pauses', models.PositiveSmallIntegerField(default=0)),
                ('refusals', models.PositiveSmallIntegerField(default=0)),
                ('needs_second_person', models.BooleanField(default=False)),
                ('planned_at', models.DateTimeField()),
                ('planned_by', models.CharField(max_length=100)),
                ('planned_by_user', models.CharField(blank=True, max_length=64)),
                ('planned_by_person', models.CharField(blank=True, max_length=64)),
                ('started_by_person', models.CharField(blank=True, max_length=64)),
                ('approved_at', models.DateTimeField(null=True)),
                ('approved_by', models.CharField(blank=True, max_length=100)),
                ('approved_by_person', models.CharField(blank=True, max_length=64)),
                ('sent_at', models.DateTimeField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('verified_at', models.DateTimeField(null=True)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('reappeared_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('instructions', models.TextField(blank=True)),
                ('account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='operations', to='inventory.account')),
                ('assignee', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('connection', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='operations', to='connections.connection')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='operations', to='people.person')),
                ('release', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='operations', to='provisioning.brakerelease')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('mode', 'manual'), ('state__in', ['queued', 'done'])), fields=['assignee', 'due_at'], name='operation_by_hand'), models.Index(fields=['state', '-id'], name='operation_by_state'), models.Index(fields=['cause_kind', 'cause_ref', 'rank', 'id'], name='operation_cause'), models.Index(condition=models.Q(('state__in', ['queued', 'running', 'done'])), fields=['batch', 'rank', 'id'], name='operation_live'), models.Index(fields=['connection', '-sent_at'], name='operation_sent'), models.Index(condition=models.Q(('confirmed_at', None), ('state', 'verified')), fields=['verified_at'], name='operation_to_confirm')],
                'constraints': [models.CheckConstraint(condition=models.Q(('mode', 'manual'), models.Q(('connection__isnull', False), models.Q(('target_id', ''), _negated=True)), _connector='OR'), name='a_connector_needs_a_target'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['blocked', 'failed', 'overridden']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='blocked_failed_and_overridden_say_why'), models.CheckConstraint(condition=models.Q(('is_in_doubt', False), models.Q(('sent_at__isnull', False), ('state', 'running')), _connector='OR'), name='in_doubt_only_while_running'), models.UniqueConstraint(condition=models.Q(('state__in', ['planned', 'awaiting_approval', 'queued', 'running', 'done', 'blocked', 'failed']), models.Q(('target_id', ''), _negated=True)), fields=('connection', 'action', 'target_kind', 'target_id', 'parent_id'), name='one_open_operation_per_target'), models.CheckConstraint(condition=models.Q(('state', 'blocked'), ('block', ''), _connector='OR'), name='only_the_blocked_have_a_block')],
            },
        ),
        migrations.CreateModel(
            name='OperationStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(choices=[('planned', 'Planned'), ('approved', 'Approved'), ('read_before', 'Read before'), ('rehearsed', 'Rehearsed'), ('about_to_send', 'About to send'), ('answered', 'Answered'), ('read_after', 'Read after'), ('read_in_list', 'Read in the list'), ('confirmed', 'Confirmed by a sync'), ('came_back', 'Came back'), ('blocked', 'Blocked'), ('failed', 'Failed'), ('released', 'Released'), ('retried', 'Tried again'), ('proven', 'Proven by hand'), ('cancelled', 'Cancelled'), ('overridden', 'Overridden'), ('noted', 'Noted')], max_length=14)),
                ('by', models.CharField(max_length=100)),
                ('text', models.CharField(blank=True, max_length=500)),
                ('request', models.CharField(blank=True, max_length=300)),
                ('request_id', models.CharField(blank=True, max_length=100)),
                ('detail', models.JSONField(default=dict)),
                ('operation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='provisioning.provisioningoperation')),
            ],
            options={
                'indexes': [models.Index(fields=['operation', 'id'], name='step_in_order')],
            },
        ),
        migrations.CreateModel(
            name='OperationProof',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=tenure.lib.ids.uuid7, editable=False, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('content_type', models.CharField(max_length=100)),
                ('content', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('added_by', models.CharField(max_length=100)),
                ('added_at', models.DateTimeField()),
                ('operation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proofs', to='provisioning.provisioningoperation')),
            ],
        ),
    ]
