import django.db.models.deletion
import tenure.lib.ids
from django.db import migrations, models

# Three inserts in one round trip, with plans the session keeps: writers of small changes feel it.
_CREATE = """
CREATE FUNCTION tenure_audit_append(
  ref uuid, at timestamptz, verb varchar, actor_kind varchar, actor_id varchar, person_id varchar,
  subject_kind varchar, subject_ref varchar, connection_ref varchar, detail jsonb, digests jsonb,
  fields text[], salts text[], texts text[]
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE event bigint;
BEGIN
  INSERT INTO audit_auditevent (ref, at, verb, actor_kind, actor_id, person_id, subject_kind,
      subject_ref, connection_ref, detail, digests)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id INTO event;
  INSERT INTO audit_audittext (event_id, field, salt, text)
    SELECT event, given.* FROM unnest($12, $13, $14) AS given;
  INSERT INTO audit_unsealedevent (event_id) VALUES (event);
  RETURN event;
END $$
"""
_DROP = """
DROP FUNCTION tenure_audit_append(
  uuid, timestamptz, varchar, varchar, varchar, varchar, varchar, varchar, varchar, jsonb, jsonb,
  text[], text[], text[]
)
"""


def create(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_CREATE)


def drop(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_DROP)


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('audit', '0001_initial'),
        ('audit', '0002_append_in_one_call'),
    ]

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=tenure.lib.ids.uuid7, editable=False, unique=True)),
                ('at', models.DateTimeField()),
                ('verb', models.CharField(max_length=64)),
                ('actor_kind', models.CharField(max_length=8)),
                ('actor_id', models.CharField(max_length=64)),
                ('person_id', models.CharField(max_length=64, null=True)),
                ('subject_kind', models.CharField(max_length=32)),
                ('subject_ref', models.CharField(max_length=64)),
                ('connection_ref', models.CharField(max_length=64, null=True)),
                ('detail', models.JSONField()),
                ('digests', models.JSONField()),
            ],
            options={
                'indexes': [models.Index(fields=['at'], name='audit_event_at'), models.Index(condition=models.Q(('connection_ref__isnull', False)), fields=['connection_ref', 'id'], name='audit_event_connection'), models.Index(fields=['subject_ref'], name='audit_event_subject')],
            },
        ),
        migrations.CreateModel(
            name='AuditSeal',
            fields=[
                ('seq', models.BigIntegerField(primary_key=True, serialize=False)),
                ('prev', models.CharField(max_length=64)),
                ('hash', models.CharField(max_length=64)),
                ('sealed_at', models.DateTimeField()),
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='seal', to='audit.auditevent')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('seq__gte', 1)), name='audit_seal_starts_at_1')],
            },
        ),
        migrations.CreateModel(
            name='AuditText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(max_length=32)),
                ('salt', models.CharField(max_length=32, null=True)),
                ('text', models.TextField(null=True)),
                ('event', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='texts', to='audit.auditevent')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('event', 'field'), name='audit_text_once_per_field')],
            },
        ),
        migrations.CreateModel(
            name='UnsealedEvent',
            fields=[
                ('event', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='unsealed', serialize=False, to='audit.auditevent')),
            ],
        ),
        migrations.RunPython(create, drop),
    ]
