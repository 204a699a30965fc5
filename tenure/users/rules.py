"""Who may do what, and which changes to users are acceptable. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from uuid import UUID

from tenure.lib.errors import Conflict, Invalid, NotAllowed

ADMIN = "admin"
ACCESS_MANAGER = "access_manager"
SYSTEM_OWNER = "system_owner"
REVIEWER = "reviewer"
EMPLOYEE = "employee"
AUDITOR = "auditor"

_MANAGE_ACCESS = frozenset(
    {
        "me.view",
        "overview.view",
        "connections.view",
        "accounts.view",
        "accounts.link",
        "accounts.mark",
        "accounts.sync",
        "sync.release",
        "people.view",
        "people.manage",
        "resources.scope",
        "tests.view",
        "tests.run",
        "tests.deactivate",
        "tests.subscribe",
        "findings.view",
        "findings.assign",
        "findings.note",
        "findings.exempt",
        "provisioning.view",
        "provisioning.run",
        "provisioning.approve",
        "offboarding.view",
        "offboarding.manage",
        "reviews.view",
        "reviews.manage",
        "reviews.decide",
        "requests.ask",
        "requests.decide",
        "requests.view",
        "requests.manage",
        "audit.view",
        "evidence.view",
        "evidence.create",
        "settings.view",
    }
)
# Credentials, settings and other people's permissions are an admin's alone.
_ADMINISTER = frozenset(
    {"connections.manage", "users.view", "users.manage", "settings.manage", "evidence.manage"}
)
# Whoever manages somebody may be asked to review what they have, and to approve what they ask for;
# nobody sees more by this than what is theirs to answer, and their own requests.
_EVERYBODY = frozenset({"me.view", "reviews.decide", "requests.ask", "requests.decide"})

PERMISSION_SETS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        ADMIN: _MANAGE_ACCESS | _ADMINISTER,
        ACCESS_MANAGER: _MANAGE_ACCESS,
        SYSTEM_OWNER: frozenset(
            {
                "me.view",
                "overview.view",
                "connections.view",
                "accounts.view",
                "tests.view",
                "tests.subscribe",
                "findings.view",
                "findings.assign",
                "findings.note",
                "provisioning.view",
                "offboarding.view",
                "reviews.decide",
                "requests.ask",
                "requests.decide",
                "requests.view",
            }
        ),
        REVIEWER: _EVERYBODY,
        EMPLOYEE: _EVERYBODY,
        AUDITOR: frozenset(
            {
                "overview.view",
                "connections.view",
                "tests.view",
                "findings.view",
                "provisioning.view",
                "offboarding.view",
                "reviews.view",
                "requests.view",
                "audit.view",
                "evidence.view",
                "evidence.create",
            }
        ),
    }
)
ALL_PERMISSIONS: frozenset[str] = frozenset().union(*PERMISSION_SETS.values())
# What anyone signed in may do, assignment or not.
BASELINE = PERMISSION_SETS[EMPLOYEE]


def permissions_of(
    assignments: Iterable[tuple[str, str]],
) -> tuple[frozenset[str], dict[str, frozenset[str]]]:
    """(permission set, connection ref or "") pairs -> permissions everywhere, and per connection.

    permission set   connection   -> held
    any              ""              everywhere
    any              a ref           for that connection only
    unknown          any             nothing
    (none)                           the baseline of anyone signed in
    """
    everywhere, scoped = BASELINE, dict[str, frozenset[str]]()
    for name, connection in assignments:
        held = PERMISSION_SETS.get(name, frozenset())
        if connection:
            scoped[connection] = scoped.get(connection, frozenset()) | held
        else:
            everywhere |= held
    return everywhere, scoped


def window_of(
    assignments: Iterable[tuple[str, date | None, date | None]],
) -> tuple[datetime, datetime] | None:
    """(permission set, first day, last day) -> the instants an auditor may learn of, half-open.

    permission sets that may read the audit log     -> window
    none                                               None
    any that is no auditor's                           None: they see what is now
    auditor, once                                      its days, in UTC, the last included
    auditor, several times                             from the first to the last of them

    Sets that may not read it, such as a system owner's, do not lift an auditor's window.
    """
    bounds = [
        (first, last)
        for name, first, last in assignments
        if "audit.view" in PERMISSION_SETS.get(name, frozenset())
    ]
    days = [(first, last) for first, last in bounds if first and last]
    if not days or len(days) < len(bounds):
        return None
    first, last = min(first for first, _ in days), max(last for _, last in days)
    begins = datetime.combine(first, time(), UTC)
    if last == date.max:
        return begins, datetime.max.replace(tzinfo=UTC)
    return begins, datetime.combine(last + timedelta(days=1), time(), UTC)


def check_decides_in_person(*, actor_kind: str, an_admin_exists: bool) -> None:
    """A decision needs somebody who signed in; the local operator may stand in before there is one.

    actor           an admin exists   -> outcome
    user, token     any                  accept
    system, job     no                   accept
    system, job     yes                  NotAllowed
    """
    if actor_kind not in ("user", "token") and an_admin_exists:
        raise NotAllowed(
            "This is a person's decision: sign in and do it on its page, or give a token of your "
            "own in TENURE_TOKEN."
        )


def browser_of(user_agent: str) -> str:
    """What somebody would call their browser: "Firefox on Windows".

    Browsers claim to be each other; the rarer claim is the true one, so it is looked for first.
    """
    named = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome"}
    named |= {"Safari": "Safari"}
    systems = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows"}
    systems |= {"Mac OS X": "macOS", "Linux": "Linux"}
    browser = next((name for claim, name in named.items() if f"{claim}/" in user_agent), "")
    system = next((name for claim, name in systems.items() if claim in user_agent), "")
    return " on ".join(filter(None, (browser, system))) or "Unknown browser"


def check_assignment(
    *,
    permission_set: str,
    connection_ref: str,
    begins_at: datetime,
    ends_at: datetime | None,
    window_from: date | None,
    window_until: date | None,
) -> None:
    """Refuse a role assignment that makes no sense.

    permission set   window              ends                  -> outcome
    unknown          any                 any                      Invalid
    any              any                 any, no such ref         Invalid
    auditor          missing or turned   any                      Invalid
    auditor          from <= until       none or after begin      accept
    another          any day given       any                      Invalid
    another          none                before begin             Invalid
    another          none                none or after begin      accept
    """
    if permission_set not in PERMISSION_SETS:
        raise Invalid(
            f"Choose one of {', '.join(PERMISSION_SETS)} as permission set.", field="permission_set"
        )
    if connection_ref and not _is_ref(connection_ref):
        raise Invalid("Choose the connection from the list.", field="connection_ref")
    if permission_set == AUDITOR:
        if window_from is None or window_until is None:
            raise Invalid(
                "Give the first and last day the auditor may look at.", field="window_from"
            )
        if window_until < window_from:
            raise Invalid(
                "Let the auditor's last day be no earlier than the first.", field="window_until"
            )
    elif window_from is not None or window_until is not None:
        raise Invalid(
            "Only an auditor has an observation window; leave it out.", field="window_from"
        )
    if ends_at is not None and ends_at <= begins_at:
        raise Invalid("Let the assignment end after it begins.", field="ends_at")


def _is_ref(written: str) -> bool:
    try:
        return str(UUID(written)) == written
    except ValueError:
        return False


def check_admin_remains(*, is_admin_everywhere: bool, other_admins: int) -> None:
    """Nobody locks everyone out.

    takes an admin away   lasting admins besides   -> outcome
    no                    any                         accept
    yes                   1 or more                   accept
    yes                   0                           Conflict
    """
    if is_admin_everywhere and other_admins == 0:
        raise Conflict("This is the last admin; make somebody else an admin first.")
