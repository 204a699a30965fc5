from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models.signals import post_migrate

from tenure.audit import guards
from tenure.audit.checks import check_guards
from tenure.audit.models import AuditEvent, AuditSeal, AuditText
from tenure.audit.sealing import seal_once
from tenure.audit.tests.trail import leave

pytestmark = pytest.mark.django_db

EVENT, TEXT, SEAL = (model._meta.db_table for model in (AuditEvent, AuditText, AuditSeal))
EVERYWHERE = [
    "UPDATE audit_auditevent SET verb = 'x.y'",
    "UPDATE audit_auditevent SET id = id + 1000",
    "DELETE FROM audit_auditevent",
    "UPDATE audit_auditseal SET hash = prev",
    "UPDATE audit_auditseal SET seq = seq + 1000",
    "DELETE FROM audit_auditseal",
    "UPDATE audit_audittext SET text = 'someone else'",
    "UPDATE audit_audittext SET text = NULL",
    "UPDATE audit_audittext SET salt = NULL",
    "UPDATE audit_audittext SET text = NULL, salt = NULL, field = 'other'",
    "UPDATE audit_audittext SET text = NULL, salt = NULL, id = id + 1000",
    "DELETE FROM audit_audittext",
    """INSERT INTO audit_auditseal SELECT * FROM audit_auditseal WHERE true
       ON CONFLICT (seq) DO UPDATE SET hash = excluded.prev""",
]
POSTGRESQL = [
    "TRUNCATE audit_auditevent CASCADE",
    "TRUNCATE audit_audittext",
    "TRUNCATE audit_auditseal",
    "SET LOCAL session_replication_role = replica; DELETE FROM audit_auditseal",
    "SET LOCAL session_replication_role = replica; TRUNCATE audit_auditseal",
]
SQLITE = [
    "REPLACE INTO audit_auditseal SELECT seq, 'p', 'h', sealed_at, event_id FROM audit_auditseal",
    """INSERT OR REPLACE INTO audit_auditseal
       SELECT 99, 'p', 'h', sealed_at, event_id FROM audit_auditseal""",
    """REPLACE INTO audit_audittext
       SELECT 99, field, salt, 'someone else', event_id FROM audit_audittext""",
    "REPLACE INTO audit_auditevent SELECT * FROM audit_auditevent",
    "UPDATE OR REPLACE audit_auditseal SET hash = prev",
    "UPDATE OR IGNORE audit_auditseal SET hash = prev",
    "UPDATE OR IGNORE audit_auditevent SET verb = 'x.y'",
    "DELETE FROM audit_auditevent WHERE id IN (SELECT max(id) FROM audit_auditevent)",
]


def rows() -> list[object]:
    return [
        list(model.objects.order_by("pk").values()) for model in (AuditEvent, AuditText, AuditSeal)
    ]


def assert_refused(statement: str) -> None:
    before = rows()
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert rows() == before


@pytest.fixture
def chain() -> None:
    leave(2)
    assert seal_once() == 2
    # PostgreSQL truncates nothing while foreign keys wait to be checked.
    connection.check_constraints()


@pytest.mark.parametrize("statement", EVERYWHERE)
def test_raw_sql_cannot_change_what_was_recorded(chain, statement):
    assert_refused(statement)


@pytest.mark.parametrize("statement", SQLITE)
def test_sqlite_cannot_replace_what_was_recorded(chain, statement):
    if connection.vendor != "sqlite":
        pytest.skip("says REPLACE")
    assert_refused(statement)


@pytest.mark.parametrize("statement", POSTGRESQL)
def test_postgresql_cannot_truncate_or_silence_the_guards(chain, statement):
    if connection.vendor != "postgresql":
        pytest.skip("says TRUNCATE")
    assert_refused(statement)


def test_a_text_may_be_erased_and_only_that(chain):
    text = AuditText.objects.first()
    AuditText.objects.filter(pk=text.pk).update(text=None, salt=None)
    text.refresh_from_db()
    assert (text.text, text.salt, text.field) == (None, None, "actor")


def test_new_rows_are_still_welcome(chain):
    leave(1)
    assert seal_once() == 1


class TestAfterMigrating:
    pytestmark = pytest.mark.django_db(transaction=True)

    @pytest.fixture
    def next_migration(self, tmp_path, settings, monkeypatch) -> None:
        """A later migration of this slice that alters a guarded table."""
        package = tmp_path / "later_audit_migrations"
        shutil.copytree(Path(guards.__file__).with_name("migrations"), package)
        (package / "9999_widen_the_verb.py").write_text(
            "from django.db import migrations, models\n"
            "class Migration(migrations.Migration):\n"
            "    dependencies = [('audit', '0001_squashed_0002_append_in_one_call')]\n"
            "    operations = [migrations.AlterField('auditevent', 'verb',"
            " models.CharField(max_length=99))]\n"
        )
        monkeypatch.syspath_prepend(str(tmp_path))
        settings.MIGRATION_MODULES = {"audit": package.name}
        yield
        call_command("migrate", "audit", "0001_squashed", verbosity=0)
        for name in [name for name in sys.modules if name.startswith(package.name)]:
            del sys.modules[name]

    @pytest.mark.usefixtures("next_migration")
    def test_the_guards_stand_although_the_table_was_made_anew(self):
        leave(2)
        seal_once()
        call_command("migrate", "audit", verbosity=0)
        assert guards.missing(connection) == []
        for statement in EVERYWHERE:
            assert_refused(statement)

    @pytest.mark.usefixtures("next_migration")
    def test_without_us_sqlite_would_lose_them(self):
        if connection.vendor != "sqlite":
            pytest.skip("alters in place")
        post_migrate.disconnect(guards.install_after_migrate, sender=apps.get_app_config("audit"))
        try:
            call_command("migrate", "audit", verbosity=0)
            assert guards.missing(connection) == [EVENT]
        finally:
            post_migrate.connect(guards.install_after_migrate, sender=apps.get_app_config("audit"))

    def test_a_migrate_of_another_slice_brings_them_back(self):
        guards.lift(connection)
        call_command("migrate", "contenttypes", verbosity=0)
        assert guards.missing(connection) == []


class TestWatching:
    @pytest.mark.usefixtures("guards_lifted")
    def test_the_check_names_each_unguarded_table_and_what_to_do(self):
        problems = check_guards(databases=["default"])
        named = {p.msg.split()[5].rstrip(":") for p in problems}
        assert {EVENT, TEXT, SEAL} < named, "and those of other slices"
        assert named == set(guards.missing(connection))
        assert all(p.is_serious() and "tenure migrate" in p.hint for p in problems)

    def test_the_check_is_content_with_guards_and_without_a_database(self):
        assert check_guards(databases=["default"]) == check_guards(databases=None) == []

    @pytest.mark.usefixtures("guards_lifted")
    def test_start_up_refuses_in_one_sentence(self):
        with pytest.raises(
            guards.GuardsMissing, match=r"^Run tenure migrate: .*audit_auditseal.*\.$"
        ):
            guards.require()

    def test_start_up_is_content_with_guards(self):
        guards.require()

    def test_one_missing_trigger_is_noticed(self):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP TRIGGER tenure_guard_delete ON {SEAL}")
            else:
                cursor.execute(f"DROP TRIGGER tenure_guard_delete_{SEAL}")
        assert guards.missing(connection) == [SEAL]

    def test_a_guard_that_no_longer_refuses_is_noticed(self):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(
                    "CREATE OR REPLACE FUNCTION tenure_guard_refuse() RETURNS trigger "
                    "LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
                )
            else:
                name = f"tenure_guard_update_{SEAL}"
                cursor.execute(f"DROP TRIGGER {name}")
                cursor.execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON {SEAL} BEGIN SELECT 1; END")
        assert SEAL in guards.missing(connection)

    @pytest.mark.parametrize("how", ["DISABLE", "ENABLE REPLICA", "ENABLE"])
    def test_a_disabled_guard_is_noticed(self, how):
        if connection.vendor != "postgresql":
            pytest.skip("cannot disable a trigger")
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {TEXT} {how} TRIGGER tenure_guard_update")
        assert guards.missing(connection) == [TEXT]


class TestLifting:
    """In this order: what one test takes away is back for the next."""

    @pytest.mark.usefixtures("guards_lifted")
    def test_lifted_guards_let_anything_pass(self):
        leave(1)
        AuditEvent.objects.update(verb="x.y")
        assert guards.missing(connection) != []

    def test_they_are_back_after_a_rollback(self):
        assert guards.missing(connection) == []

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.usefixtures("guards_lifted")
    def test_lifted_in_a_transactional_test_too(self):
        leave(1)
        AuditEvent.objects.update(verb="x.y")

    def test_they_are_back_after_the_tables_were_emptied(self):
        assert guards.missing(connection) == []
        assert not AuditEvent.objects.exists()
