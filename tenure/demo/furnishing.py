"""What an operator does by hand on the first day, done for the demo through the same operations."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tenure.connections import queries as connections
from tenure.connections.connecting import Credentials, judge
from tenure.connections.operations.add_removal_key import add_removal_key
from tenure.connections.operations.connect_organization import connect_organization
from tenure.demo.company import ADMIN, AUDITOR, EMPLOYEE, NEWCOMER, REVIEWER, SECOND
from tenure.demo.deciding import decide_about_accounts, decide_about_people
from tenure.demo.leaving import let_leave
from tenure.demo.projects import SANDBOX, WHY_OUT_OF_SCOPE
from tenure.demo.proving import prove
from tenure.demo.remembering import remember
from tenure.demo.requesting import request
from tenure.demo.reviewing import review
from tenure.inventory import queries as inventory
from tenure.inventory.operations.exclude_resource import exclude_resource
from tenure.lib.errors import Conflict
from tenure.people import queries as people
from tenure.people.operations.import_people import import_people
from tenure.users import queries as users
from tenure.users import rules
from tenure.users.actors import local_operator as operator
from tenure.users.first_admin import sign_in_link
from tenure.users.models import User
from tenure.users.operations.assign_role import assign_role
from tenure.users.operations.create_user import create_user

_CAST = {
    ADMIN: ("Ada Lindqvist", rules.ADMIN),
    REVIEWER: ("Jonas Weber", rules.REVIEWER),
    EMPLOYEE: ("Priya Raman", rules.EMPLOYEE),
    # Began this week: has no account, and the reviewer is their manager.
    NEWCOMER: ("Nora Lie", rules.EMPLOYEE),
    AUDITOR: ("Aud Nilsen", rules.AUDITOR),
    # Whom a second person's approval waits for.
    SECOND: ("Mei Tanaka", rules.ACCESS_MANAGER),
}
_WINDOW = timedelta(days=90)


def furnish_people(file: Path, *, password: str) -> None:
    """Users who may sign in, and the company's people from its CSV; only on the first start."""
    if people.people(actor=operator()).exists():
        return
    for email, (name, permission_set) in _CAST.items():
        _user(email, name, permission_set, password)
    import_people(content=file.read_bytes(), is_full=True, is_confirmed=True, actor=operator())
    decide_about_people(by=ADMIN)


def _user(email: str, name: str, permission_set: str, password: str) -> None:
    user = create_user(email=email, name=name, password=password, actor=operator())
    today = datetime.now(UTC).date()
    is_auditor = permission_set == rules.AUDITOR
    assign_role(
        user_ref=user.ref,
        permission_set=permission_set,
        window_from=today - _WINDOW if is_auditor else None,
        window_until=today + _WINDOW if is_auditor else None,
        actor=operator(),
    )


def connect(openai: dict[str, str]) -> bool:
    """Connect the organization with a key that only reads, and one for removals.

    False when that was done on an earlier start.
    """
    if connections.connections(actor=operator()).exists():
        return False
    reads, removes = (
        Credentials(
            organization_id=openai["organization_id"], api_key=openai[key], base_url=openai["url"]
        )
        for key in ("read_only_key", "admin_key")
    )
    connection = connect_organization(
        judged=judge(kind="openai", credentials=reads, actor=operator()),
        name="OpenAI Production",
        owner_ref=users.user_of_email(ADMIN, actor=operator()).ref,
        requests_per_minute=None,
        actor=operator(),
    )
    judged = judge(kind="openai", credentials=removes, actor=operator())
    add_removal_key(ref=connection.ref, judged=judged, actor=operator())
    return True


def wait_for_sync(patience_s: float) -> None:
    """Until the worker has read the organization for the first time."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        run = inventory.runs(actor=operator()).first()
        if run is not None and run.finished_at is not None:
            return
        time.sleep(0.1)
    raise Conflict("The first sync has not finished; look at the lines above, then start again.")


def decide_what_was_read() -> None:
    """The one project that does not count, whose accounts are whose, and how it was before."""
    sandbox = inventory.project_by_name(SANDBOX, actor=operator())
    exclude_resource(resource_ref=sandbox.ref, reason=WHY_OUT_OF_SCOPE, actor=operator())
    decide_about_accounts(by=ADMIN)
    remember(actor=operator())
    let_leave(by=ADMIN)
    review(by=ADMIN)
    request(by=ADMIN)
    prove(by=AUDITOR)


def sign_in_links(cast: dict[str, str], *, minutes: int) -> dict[str, str]:
    """A one-time link for each of the cast."""
    return {role: sign_in_link(_known(email), minutes=minutes) for role, email in cast.items()}


def _known(email: str) -> User:
    return users.user_of_email(email, actor=operator())
