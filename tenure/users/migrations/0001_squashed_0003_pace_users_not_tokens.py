import django.db.models.deletion
import tenure.lib.clock
import tenure.lib.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('users', '0001_initial'),
        ('users', '0002_add_api_tokens'),
        ('users', '0003_pace_users_not_tokens'),
    ]

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('ref', models.UUIDField(default=tenure.lib.ids.uuid7, editable=False, unique=True)),
                ('email', models.EmailField(max_length=254)),
                ('email_key', models.CharField(editable=False, max_length=320)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('is_active', models.BooleanField(default=True)),
                ('theme', models.CharField(choices=[('auto', 'Like my system'), ('light', 'Light'), ('dark', 'Dark')], default='auto', max_length=5)),
                ('created_at', models.DateTimeField(default=tenure.lib.clock.now, editable=False)),
                ('minute', models.DateTimeField(editable=False, null=True)),
                ('leased', models.PositiveIntegerField(default=0, editable=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('email_key',), name='user_email_once'), models.CheckConstraint(condition=models.Q(('email_key', ''), _negated=True), name='user_has_email')],
            },
        ),
        migrations.CreateModel(
            name='CacheEntry',
            fields=[
                ('cache_key', models.CharField(max_length=255, primary_key=True, serialize=False)),
                ('value', models.TextField()),
                ('expires', models.DateTimeField()),
            ],
            options={
                'db_table': 'users_cache',
                'indexes': [models.Index(fields=['expires'], name='users_cache_expires')],
            },
        ),
        migrations.CreateModel(
            name='UserInvitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=tenure.lib.ids.uuid7, editable=False, unique=True)),
                ('email', models.EmailField(max_length=254)),
                ('email_key', models.CharField(max_length=320)),
                ('permission_set', models.CharField(choices=[('admin', 'Admin'), ('access_manager', 'Access manager'), ('system_owner', 'System owner'), ('reviewer', 'Reviewer'), ('employee', 'Employee'), ('auditor', 'Auditor')], max_length=20)),
                ('connection_ref', models.CharField(blank=True, max_length=36)),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('window_from', models.DateField(blank=True, null=True)),
                ('window_until', models.DateField(blank=True, null=True)),
                ('invited_by', models.CharField(max_length=128)),
                ('invited_at', models.DateTimeField(default=tenure.lib.clock.now)),
                ('expires_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('pending', 'Pending'), ('accepted', 'Accepted'), ('withdrawn', 'Withdrawn')], default='pending', max_length=9)),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'accepted'), ('user__isnull', False)), models.Q(models.Q(('state', 'accepted'), _negated=True), ('user__isnull', True)), _connector='OR'), name='user_invitation_accepted_by_a_user'), models.UniqueConstraint(condition=models.Q(('state', 'pending')), fields=('email_key',), name='user_invitation_pending_once')],
            },
        ),
        migrations.CreateModel(
            name='OneTimeLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('first_admin', 'Create the first admin'), ('sign_in', 'Sign in'), ('invitation', 'Accept an invitation')], max_length=11)),
                ('digest', models.BinaryField(max_length=32, unique=True)),
                ('created_at', models.DateTimeField(default=tenure.lib.clock.now)),
                ('expires_at', models.DateTimeField()),
                ('spent_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invitation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='users.userinvitation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'first_admin'), ('spent_at', None)), fields=('kind',), name='one_time_link_first_admin_once'), models.UniqueConstraint(condition=models.Q(('kind', 'invitation'), ('spent_at', None)), fields=('invitation',), name='one_time_link_invitation_once'), models.UniqueConstraint(condition=models.Q(('kind', 'sign_in'), ('spent_at', None)), fields=('user',), name='one_time_link_sign_in_once'), models.CheckConstraint(condition=models.Q(models.Q(('invitation__isnull', True), ('kind', 'first_admin'), ('user__isnull', True)), models.Q(('invitation__isnull', True), ('kind', 'sign_in'), ('user__isnull', False)), models.Q(('invitation__isnull', False), ('kind', 'invitation'), ('user__isnull', True)), _connector='OR'), name='one_time_link_subject')],
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=tenure.lib.ids.uuid7, editable=False, unique=True)),
                ('name', models.CharField(max_length=100)),
                ('scopes', models.JSONField(default=list)),
                ('digest', models.BinaryField(max_length=32, unique=True)),
                ('created_at', models.DateTimeField(default=tenure.lib.clock.now)),
                ('expires_at', models.DateTimeField(null=True)),
                ('last_used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='api_tokens', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at', None), ('expires_at__gt', models.F('created_at')), _connector='OR'), name='api_token_expires_after_it_is_made'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='api_token_has_a_name')],
            },
        ),
        migrations.CreateModel(
            name='RoleAssignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=tenure.lib.ids.uuid7, editable=False, unique=True)),
                ('permission_set', models.CharField(choices=[('admin', 'Admin'), ('access_manager', 'Access manager'), ('system_owner', 'System owner'), ('reviewer', 'Reviewer'), ('employee', 'Employee'), ('auditor', 'Auditor')], max_length=20)),
                ('connection_ref', models.CharField(blank=True, max_length=36)),
                ('begins_at', models.DateTimeField(default=tenure.lib.clock.now)),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('window_from', models.DateField(blank=True, null=True)),
                ('window_until', models.DateField(blank=True, null=True)),
                ('granted_by', models.CharField(max_length=128)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='role_assignments', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at', None), ('ends_at__gte', models.F('begins_at')), _connector='OR'), name='role_assignment_ends_after_it_begins'), models.UniqueConstraint(condition=models.Q(('ends_at', None)), fields=('user', 'permission_set', 'connection_ref'), name='role_assignment_open_once'), models.CheckConstraint(condition=models.Q(models.Q(('permission_set', 'auditor'), ('window_from__isnull', False), ('window_from__lte', models.F('window_until')), ('window_until__isnull', False)), models.Q(models.Q(('permission_set', 'auditor'), _negated=True), ('window_from__isnull', True), ('window_until__isnull', True)), _connector='OR'), name='role_assignment_window_is_an_auditors')],
            },
        ),
    ]
