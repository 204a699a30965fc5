from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
import time_machine

from tenure.audit.models import AuditEvent
from tenure.compliance.models import ComplianceTest, Exemption, Finding, TestSubscriber
from tenure.compliance.notice_rules import days_to_warn
from tenure.compliance.operations.run_tests import run_tests
from tenure.compliance.operations.tell_findings import tell_findings
from tenure.compliance.tasks import tell_of_findings
from tenure.jobs.models import Job
from tenure.lib.errors import NotAllowed
from tenure.notifications.models import Notice
from tenure.notifications.tasks import send_due_notices
from tenure.testing.cast import actor_of, email_of, user_of
from tenure.testing.factories import make_account, make_connection, make_people_source, make_person
from tenure.testing.jobs import run_jobs
from tenure.users.models import RoleAssignment, User

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SLUG = "leavers-deprovisioned"


@pytest.fixture(autouse=True)
def monday_noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def connection():
    make_people_source()
    make_person("Somebody current")
    for name in ("ada", "mara", "hugo", "aud"):
        user_of(name)
    return make_connection(name="OpenAI", owner=user_of("sid"))


@pytest.fixture
def told(monday_noon, mailbox):
    """`told()`: tell, let the window pass, and read what has come since."""
    seen = 0

    def read() -> list[EmailMessage]:
        nonlocal seen
        tell_findings(actor=actor_of("mara"))
        monday_noon.shift(timedelta(minutes=16))
        send_due_notices.func()
        mails = mailbox()
        new, seen = mails[seen:], len(mails)
        return new

    return read


def leaver(connection, name: str = "Noor el-Amin", *, days: int = 5) -> Finding:
    make_account(connection, person=make_person(name, ends_on=NOON.date() - days * DAY))
    run_tests(slugs=[SLUG], actor=actor_of("mara"))
    return Finding.objects.latest("id")


def only(topic: str) -> None:
    """Forget what waits of other topics."""
    Notice.objects.exclude(topic=topic).delete()


def receivers(mails: list[EmailMessage]) -> list[str]:
    return sorted(mail["To"] for mail in mails)


def text_of(mail: EmailMessage) -> str:
    return mail.get_body(("plain",)).get_content()


def test_a_new_leaver_with_access_is_told_once_to_who_can_end_it(connection, told):
    finding = leaver(connection, days=1)
    Finding.objects.update(due_at=NOON + DAY)
    user_of("sid")
    mails = told()
    assert receivers(mails) == [email_of("ada"), email_of("mara")]
    assert mails[0]["Subject"] == "Noor el-Amin has left and still has access"
    text = text_of(mails[0])
    assert f"account {finding.account.email} in OpenAI" in text
    assert "It is to be gone by 24 November 2026 12:00 UTC." in text
    assert f"/findings/{finding.ref}\n" in text
    assert told() == []
    # A system owner has it in the digest of the next morning.
    assert Notice.objects.get().to == email_of("sid")
    assert AuditEvent.objects.get(verb="findings.told").detail == {
        "leavers": 3,
        "overdue": 0,
        "ending": 0,
    }


def test_three_hundred_leavers_are_one_mail_to_each(connection, told):
    for number in range(300):
        person = make_person(f"Leaver {number}", ends_on=NOON.date() - 5 * DAY)
        make_account(connection, person=person)
    run_tests(slugs=[SLUG], actor=actor_of("mara"))
    Finding.objects.update(due_at=NOON + DAY)
    mails = told()
    assert receivers(mails) == [email_of("ada"), email_of("mara")]
    assert mails[0]["Subject"] == "300 accounts or invitations of leavers are still there"
    assert "/tests/leavers\n" in text_of(mails[0])


def test_what_is_late_is_told_to_its_owner_and_who_follows_its_test(connection, told):
    finding = leaver(connection)
    finding.owner = user_of("sid")
    finding.save(update_fields=["owner"])
    TestSubscriber.objects.create(
        test=ComplianceTest.objects.get(slug=SLUG), user=user_of("ada"), subscribed_at=NOON
    )
    tell_findings(actor=actor_of("mara"))
    only("finding_overdue")
    mails = told()
    assert receivers(mails) == [email_of("ada"), email_of("sid")]
    assert mails[0]["Subject"].startswith("Overdue: Noor el-Amin, account")
    assert told() == []


def test_without_owner_and_followers_it_is_told_to_who_may_exempt_it(connection, told):
    leaver(connection)
    tell_findings(actor=actor_of("mara"))
    only("finding_overdue")
    assert receivers(told()) == [email_of("ada"), email_of("mara")]


def test_many_late_ones_lead_to_the_work_list_of_them(connection, told):
    for _ in range(3):
        make_account(connection)
    run_tests(slugs=["accounts-linked"], actor=actor_of("mara"))
    Finding.objects.update(due_at=NOON - DAY)
    mail = told()[0]
    assert mail["Subject"].startswith("3 findings are overdue: ")
    assert "/findings?show=overdue&test=accounts-linked\n" in text_of(mail)
    assert "- account " in text_of(mail)


def test_what_was_opened_again_and_is_late_again_is_told_again(connection, told, monday_noon):
    finding = leaver(connection)
    told()
    Notice.objects.all().delete()
    monday_noon.shift(DAY)
    Finding.objects.update(reopened_at=NOON + DAY, due_at=NOON + DAY)
    mails = told()
    assert receivers(mails) == [email_of("ada"), email_of("mara")]
    assert f"/findings/{finding.ref}" in text_of(mails[0])
    assert told() == []


def test_nobody_hears_of_what_they_may_not_see(connection, told):
    finding = leaver(connection)
    finding.owner = user_of("hugo")
    finding.save(update_fields=["owner"])
    other = make_connection()
    RoleAssignment.objects.filter(user=user_of("sid")).update(connection_ref=str(other.ref))
    User.objects.filter(pk=user_of("ada").pk).update(is_active=False)
    tell_findings(actor=actor_of("mara"))
    assert set(Notice.objects.values_list("to", flat=True)) == {email_of("mara")}


def exempt(finding: Finding, *, ends_at: datetime, exempted_at: datetime = NOON) -> None:
    Finding.objects.update(state="exempted", due_at=NOON + 99 * DAY)
    Exemption.objects.create(
        finding=finding,
        kind="accepted",
        reason="Handing over until the new year",
        until=(ends_at - DAY).date(),
        ends_at=ends_at,
        exempted_at=exempted_at,
        exempted_by="Mara",
    )


def test_an_exemption_about_to_end_is_told_twice(connection, told, monday_noon):
    ends_at = datetime(2026, 12, 8, tzinfo=UTC)
    exempt(leaver(connection), ends_at=ends_at)
    assert told() == []
    monday_noon.move_to(ends_at - 7 * DAY)
    mails = told()
    assert receivers(mails) == [email_of("ada"), email_of("mara")]
    assert mails[0]["Subject"].endswith("ends within 7 days")
    assert "until 7 December 2026, because: Handing over until the new year" in text_of(mails[0])
    assert told() == []
    monday_noon.move_to(ends_at - DAY)
    mails = told()
    assert len(mails) == 2
    assert mails[0]["Subject"].endswith("ends within a day")
    assert told() == []


def test_a_withdrawn_exemption_is_not_told(connection, told, monday_noon):
    exempt(leaver(connection), ends_at=NOON + 10 * DAY)
    Exemption.objects.update(state="withdrawn", ended_at=NOON, withdrawn_reason="A mistake")
    monday_noon.shift(5 * DAY)
    assert told() == []


@pytest.mark.parametrize(
    ("left", "lasts", "days"),
    [
        (8 * DAY, 30 * DAY, None),
        (7 * DAY, 30 * DAY, 7),
        (1.5 * DAY, 30 * DAY, 7),
        (DAY, 30 * DAY, 1),
        (timedelta(hours=1), 30 * DAY, 1),
        (timedelta(0), 30 * DAY, None),
        (-DAY, 30 * DAY, None),
        (7 * DAY, 7 * DAY, None),
        (3 * DAY, 4 * DAY, None),
        (DAY, 4 * DAY, 1),
        (DAY, DAY, None),
    ],
)
def test_the_truth_table_of_warnings(left, lasts, days):
    found = days_to_warn(ends_at=NOON + left, exempted_at=NOON + left - lasts, at=NOON)
    assert found == days


def test_it_comes_round_by_itself(connection):
    leaver(connection)
    tell_of_findings.enqueue()
    run_jobs()
    assert Job.objects.get(task__endswith="tell_of_findings").state == "done"
    assert Notice.objects.filter(topic="leaver_with_access").count() == 3


def test_who_may_not_run_tests_tells_nobody(connection):
    leaver(connection)
    with pytest.raises(NotAllowed):
        tell_findings(actor=actor_of("sid"))
