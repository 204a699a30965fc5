import django.db.models.deletion
import tenure.lib.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('connections', '0001_initial'),
        ('connections', '0002_keep_health_and_notices'),
        ('connections', '0003_request_budget'),
        ('connections', '0004_choose_how_far_removals_go'),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Connection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=tenure.lib.ids.uuid7, editable=False, unique=True)),
                ('kind', models.CharField(max_length=32)),
                ('name', models.CharField(max_length=100, unique=True)),
                ('organization_id', models.CharField(max_length=100)),
                ('organization_name', models.CharField(blank=True, max_length=200)),
                ('base_url', models.CharField(blank=True, max_length=300)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('active', 'Active'), ('degraded', 'Degraded'), ('failing', 'Failing'), ('paused', 'Paused'), ('disconnected', 'Disconnected')], default='draft', max_length=12)),
                ('state_reason', models.CharField(blank=True, max_length=500)),
                ('state_changed_at', models.DateTimeField()),
                ('strikes', models.PositiveIntegerField(default=0)),
                ('first_strike_at', models.DateTimeField(null=True)),
                ('failure_kind', models.CharField(blank=True, max_length=24)),
                ('failure_told_at', models.DateTimeField(null=True)),
                ('owner_absence_told_at', models.DateTimeField(null=True)),
                ('removal_is_on', models.BooleanField(default=False)),
                ('removal_policy', models.CharField(choices=[('automatic', 'Automatic'), ('approve', 'After approval'), ('manual', 'By hand')], default='approve', max_length=9)),
                ('brake_per_hour', models.PositiveSmallIntegerField(null=True)),
                ('organization_accepted_at', models.DateTimeField(null=True)),
                ('organization_accepted_by', models.CharField(blank=True, max_length=100)),
                ('interval_minutes', models.PositiveSmallIntegerField(default=30)),
                ('requests_per_minute', models.PositiveIntegerField(default=50, null=True)),
                ('validation', models.JSONField(default=dict)),
                ('validated_at', models.DateTimeField(null=True)),
                ('connected_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('paused_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('brake_per_hour', None), ('brake_per_hour__gte', 1), _connector='OR'), name='at_least_one_removal_an_hour'), models.CheckConstraint(condition=models.Q(('interval_minutes__gte', 5), ('interval_minutes__lte', 1440)), name='interval_between_5_minutes_and_a_day'), models.CheckConstraint(condition=models.Q(('removal_is_on', True), ('state', 'disconnected'), _negated=True), name='nothing_is_removed_through_a_disconnected_connection'), models.UniqueConstraint(fields=('kind', 'organization_id'), name='one_connection_per_organization'), models.CheckConstraint(condition=models.Q(models.Q(('failure_kind', ''), ('first_strike_at', None), ('strikes', 0)), models.Q(('first_strike_at__isnull', False), ('strikes__gt', 0), models.Q(('failure_kind', ''), _negated=True)), _connector='OR'), name='strikes_have_a_beginning_and_a_kind')],
            },
        ),
        migrations.CreateModel(
            name='BudgetMinute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('family', models.CharField(blank=True, max_length=40)),
                ('minute', models.DateTimeField()),
                ('requests', models.PositiveIntegerField(default=0)),
                ('refused', models.PositiveIntegerField(default=0)),
                ('connection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='connections.connection')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('connection', 'minute', 'family'), name='one_row_per_minute_and_family')],
            },
        ),
        migrations.CreateModel(
            name='ConnectionKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('everyday', 'Everyday key'), ('removal', 'Removal key')], max_length=8)),
                ('key_id', models.CharField(max_length=12)),
                ('wrapped_key', models.BinaryField()),
                ('ciphertext', models.BinaryField()),
                ('hint', models.CharField(max_length=4)),
                ('kind', models.CharField(max_length=12)),
                ('may_write', models.BooleanField(null=True)),
                ('owner_id', models.CharField(blank=True, max_length=100)),
                ('owner_name', models.CharField(blank=True, max_length=200)),
                ('expires_at', models.DateTimeField(null=True)),
                ('expiry_told', models.CharField(blank=True, choices=[('', 'Far'), ('soon', 'Within 14 days'), ('near', 'Within 3 days'), ('expired', 'Expired')], max_length=7)),
                ('stored_at', models.DateTimeField()),
                ('connection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='keys', to='connections.connection')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('connection', 'purpose'), name='one_key_per_purpose')],
            },
        ),
        migrations.CreateModel(
            name='RequestBudget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('family', models.CharField(blank=True, max_length=40)),
                ('per_minute', models.FloatField(null=True)),
                ('due', models.FloatField(default=0)),
                ('due_for_reading', models.FloatField(default=0)),
                ('blocked_until', models.DateTimeField(null=True)),
                ('limited_at', models.DateTimeField(null=True)),
                ('waiting_since', models.FloatField(null=True)),
                ('waiting_until', models.FloatField(default=0)),
                ('connection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='budgets', to='connections.connection')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('per_minute', None), ('per_minute__gte', 1), _connector='OR'), name='at_least_one_request_a_minute'), models.UniqueConstraint(fields=('connection', 'family'), name='one_request_budget_per_family')],
            },
        ),
    ]
