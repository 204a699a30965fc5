"""What the admin of Halden Optics has said by hand: about people, accounts and findings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tenure.compliance import queries as compliance
from tenure.compliance.operations.assign_findings import assign_findings
from tenure.compliance.operations.exempt_findings import exempt_findings
from tenure.compliance.operations.import_holidays import import_holidays
from tenure.compliance.operations.note_finding import note_finding
from tenure.compliance.operations.run_tests import run_tests
from tenure.compliance.operations.subscribe_to_test import subscribe_to_test
from tenure.demo.company import BREAK_GLASS, DOMAIN, OUTSIDERS, SERVICE, SHARED
from tenure.demo.machines import NIGHTLY, TRIAGE
from tenure.inventory import queries as inventory
from tenure.inventory.marking_rules import Mark
from tenure.inventory.operations.link_accounts import link_accounts
from tenure.inventory.operations.mark_account import mark_account
from tenure.inventory.operations.set_linking_domain import set_linking_domain
from tenure.lib.actor import Actor
from tenure.people import queries as people
from tenure.people.operations.mark_person_left import mark_person_left
from tenure.people.operations.merge_people import merge_people
from tenure.users import queries as users
from tenure.users.actors import actor_of_user, local_operator

_LEAVERS = "leavers-deprovisioned"
_MEI, _JONAS = f"mei.tanaka@{DOMAIN}", f"jonas.weber@{DOMAIN}"
_SPONSOR_WHO_LEFT = f"benedikt.vogel@{DOMAIN}"
_DAYS_OFF = (
    ("0101", "New Year's Day"),
    ("0501", "Labour Day"),
    ("0517", "Constitution Day"),
    ("1225", "Christmas Day"),
    ("1226", "Boxing Day"),
)


def decide_about_people(*, by: str) -> None:
    """Before anything is read: one human of two entries, the calendar, and a domain's addresses."""
    actor = _actor(by)
    kept, merged = (
        people.person_by_email(f"{name}@{DOMAIN}", actor=actor).ref
        for name in ("marit.bakken.holm", "marit.bakken")
    )
    reason = "She married; HR made a second entry"
    merge_people(kept_ref=kept, merged_ref=merged, reason=reason, actor=actor)
    set_linking_domain(name=DOMAIN, ignores_tags=True, ignores_dots=False, actor=actor)
    import_holidays(content=_calendar(), file_name="norway.ics", actor=actor)
    subscribe_to_test(slug=_LEAVERS, email=by, actor=actor)


def decide_about_accounts(*, by: str) -> None:
    """After the first sync: what kinds accounts are, who has left since, and what is accepted."""
    actor, today = _actor(by), datetime.now(UTC).date()
    link_accounts(actor=local_operator())
    for email, said in _marks(by).items():
        found = inventory.present_accounts(actor=actor).get(email_key=email)
        mark_account(account_ref=found.ref, said=said, actor=actor)
    for name, said in _services().items():
        found = inventory.present_accounts(actor=actor).get(name=name)
        mark_account(account_ref=found.ref, said=said, actor=actor)
    mark_person_left(
        person_ref=people.person_by_email(_SPONSOR_WHO_LEFT, actor=actor).ref,
        at=today - timedelta(days=2),
        reason="Went to a competitor; HR will enter it at the end of the month",
        actor=actor,
    )
    run_tests(actor=local_operator())
    _decide_about_findings(by, actor)


def _marks(admin: str) -> dict[str, Mark]:
    today = datetime.now(UTC).date()
    known, gone = OUTSIDERS
    return {
        known: Mark(kind="external", sponsor=_MEI, until=today + timedelta(days=45)),
        gone: Mark(kind="external", sponsor=_SPONSOR_WHO_LEFT, until=today + timedelta(days=90)),
        SERVICE: Mark(
            kind="service",
            owner=_JONAS,
            backup_owner=_MEI,
            purpose="Runs the nightly evaluation batches",
        ),
        SHARED: Mark(
            kind="shared", owner=_MEI, reason="The lab's instruments share one account until May"
        ),
        BREAK_GLASS: Mark(
            kind="shared",
            is_break_glass=True,
            owner=admin,
            reason="For the day single sign-on is down; its password lies in the safe",
        ),
    }


def _services() -> dict[str, Mark]:
    """Who answers for what machines do; of one, nobody said it yet."""
    soon = datetime.now(UTC).date() + timedelta(days=60)
    ingest = "Reads the measurements of the day into the search index"
    return {
        NIGHTLY: Mark(
            kind="service", owner=_JONAS, backup_owner=_MEI, purpose=ingest, review_on=soon
        ),
        TRIAGE: Mark(
            kind="service",
            owner=_SPONSOR_WHO_LEFT,
            backup_owner=_JONAS,
            purpose="Sorts what customers write by urgency",
        ),
    }


def _decide_about_findings(by: str, actor: Actor) -> None:
    """One leaver is somebody's work; one outsider is accepted for a month."""
    found = compliance.open_findings(actor=actor)
    hugo = found.get(test__slug=_LEAVERS, account__email_key=f"hugo.castellanos@{DOMAIN}")
    assign_findings(finding_refs=[hugo.ref], owner_email=by, actor=actor)
    note_finding(
        finding_ref=hugo.ref,
        text="His team still uses two of his keys. Mei moves them by Thursday.",
        actor=actor,
    )
    outsider = found.get(test__slug="accounts-linked", account__email_key=OUTSIDERS[0])
    exempt_findings(
        finding_refs=[outsider.ref],
        reason="She is in the directory of Partner Lab; Mei answers for her here",
        until=datetime.now(UTC).date() + timedelta(days=30),
        actor=actor,
    )


def _calendar() -> bytes:
    """The days off that are the same every year, as a calendar file."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Halden Optics//Days off//EN"]
    for day, name in _DAYS_OFF:
        lines += ["BEGIN:VEVENT", f"UID:{day}@{DOMAIN}", f"DTSTART;VALUE=DATE:2020{day}"]
        lines += ["RRULE:FREQ=YEARLY", f"SUMMARY:{name}", "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def _actor(email: str) -> Actor:
    return actor_of_user(users.user_of_email(email, actor=local_operator()))
