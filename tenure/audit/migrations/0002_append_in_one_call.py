from django.db import migrations

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
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
