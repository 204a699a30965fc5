"""What was held at an instant, row by row, from what is known of accounts and grants.

No queries here: whoever asks them hands their rows in, as mappings by column.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from tenure.inventory.access_rules import (
    NO_ROLE,
    OWNER,
    Interval,
    Moment,
    Path,
    Step,
    held_at,
    later,
    least_certain,
    role_intervals,
)
from tenure.inventory.event_rules import Coverage, Said
from tenure.inventory.models import Resource

Row = Mapping[str, Any]
# The list that says which groups are in a project, not what they hold there.
_PRESENCE = "project_groups"
_A_MOMENT = timedelta(seconds=1)
_READ_AT = "collection__completed_at"
_LIFE = ("began_at", "began_not_before", "began_known_by")
_END = ("ended_at", "ended_not_before", "ended_known_by")
# Of an account, once for each of its steps; the step is empty where there is none.
ACCOUNT_COLUMNS = (
    *("pk", "ref", "connection_id", "external_id", "email", "name", "role", *_LIFE, *_END),
    *("link__person__email", "link__person__external_id"),
    *("step__kind", "step__before", "step__after"),
    *("step__at", "step__not_before", "step__known_by", "step__run__finished_at"),
)
GRANT_COLUMNS = (
    *("account_id", "group_id", "principal_id"),
    *("collection__kind", "collection__connection_id", _READ_AT),
    *("entitlement__external_id", "entitlement__name", "entitlement__resource_id"),
    *("entitlement__resource__kind", "entitlement__resource__name"),
    *(*_LIFE, *_END),
)


@dataclass(frozen=True, slots=True)
class Held:
    """A role that an account held at an instant: of the organization, or of a project.

    `via` is the group through which it was held, if it was. `projects` is set where a role of the
    organization implies one of that many projects. `between` is the time in which it began or
    ended, where the instant lies in it; `read_at` is when the list that has it was last read
    completely, where that was before the instant. Accounts are called what they are called today,
    and belong to whom they belong today; a stranger's has no ref.
    """

    connection: str
    account_ref: UUID | None
    external_id: str
    email: str
    name: str
    person: str
    role: str
    path: Path
    since: datetime
    resource_ref: UUID | None = None
    resource: str = ""
    via: str = ""
    projects: int = 0
    between: Moment | None = None
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Holder:
    """What a row says of whose role it is, and whether its grants counted.

    Those of an account that is gone do not. One that was not there yet was a stranger to the list
    of users, whose grants count.
    """

    told: Row
    may_reach: Moment | bool


@dataclass(frozen=True, slots=True)
class Told:
    """What the log of a connection tells of roles of the organization, by account, oldest first."""

    coverage: Coverage | None
    roles: Mapping[str, Sequence[Said]]

    def taken(self, who: str, role: str, since: datetime, until: datetime) -> datetime | None:
        """When somebody who was there since then took the role they had by the end of that time;
        None where the log cannot tell."""
        if self.coverage is None or not self.coverage.covers(since, until):
            return None
        inside = [one for one in self.roles.get(who, ()) if since <= one.at <= until]
        if not inside:
            return since
        return inside[-1].at if inside[-1].value == role else None


@dataclass(slots=True)
class Reconstruction:
    """One instant. `users` are the lists of users, `projects` what there was of projects then,
    `logs` what the logs tell."""

    at: datetime
    users: Mapping[int, Any]
    projects: Mapping[int, Any]
    logs: Mapping[int, Told]
    _accounts: dict[int, _Holder] = field(default_factory=dict)

    def organization_roles(self, rows: Iterable[Row]) -> Iterator[Held]:
        """From the steps of each account, the accounts one after the other."""
        projects = Counter(one.connection_id for one in self.projects.values())
        for pk, same in groupby(rows, key=lambda row: row["pk"]):
            steps = list(same)
            users = self.users[steps[0]["connection_id"]]
            account, intervals = self._account(steps, users.connection.name)
            self._accounts[pk] = account
            read_at = self._if_before(users.completed_at)
            for interval in intervals:
                implied = projects[users.connection_id]
                yield from self._implying(account, interval, implied, read_at)

    def granted(self, rows: Iterable[Row]) -> Iterator[Held]:
        """From the intervals of grants, when the accounts are through: first what accounts held
        themselves, then what they held by being in groups."""
        members: dict[int, list[Row]] = defaultdict(list)
        of_groups: list[Row] = []
        for row in rows:
            if row["group_id"] is not None:
                of_groups.append(row)
            elif row["entitlement__resource__kind"] == Resource.Kind.GROUP:
                members[row["entitlement__resource_id"]].append(row)
            else:
                yield from self._held(row, _interval(row), held_at(_interval(row), self.at))
        for row in of_groups:
            if row["collection__kind"] != _PRESENCE:
                for member in members[row["group_id"]]:
                    yield from self._through(member, row)

    def _through(self, member: Row, row: Row) -> Iterator[Held]:
        """What being in a group gave, by the interval of each."""
        being_in, having = _interval(member), _interval(row)
        answer = least_certain(held_at(being_in, self.at), held_at(having, self.at))
        interval = Interval(having.role, later(being_in.began, having.began))
        whose = {**row, **{name: member[name] for name in ("account_id", "principal_id")}}
        whose |= {_READ_AT: _older(_last_told(member), _last_told(row)), "ended_at": None}
        via = member["entitlement__resource__name"]
        yield from self._held(whose, interval, answer, via=via or "a group")

    def _held(
        self, row: Row, interval: Interval, answer: Moment | bool, *, via: str = ""
    ) -> Iterator[Held]:
        users = self.users.get(row["collection__connection_id"])
        project = self.projects.get(row["entitlement__resource_id"])
        is_organization = row["entitlement__resource__kind"] == Resource.Kind.ORGANIZATION
        read = project or (users if is_organization else None)
        if interval.role == NO_ROLE or read is None:
            return
        account = self._accounts.get(row["account_id"]) or _stranger(row, read.connection.name)
        held = least_certain(answer, account.may_reach)
        if held is False:
            return
        said = {
            **account.told,
            "role": row["entitlement__name"] or interval.role,
            "since": interval.began.at,
            "via": via,
            "between": None if held is True else held,
            "read_at": self._if_before(_last_told(row)),
        }
        where = {"resource_ref": project.ref, "resource": str(project)} if project else {}
        yield Held(path="group" if via else "direct", **said, **where)
        if is_organization and interval.role == OWNER:
            every = sum(one.connection_id == read.connection_id for one in self.projects.values())
            if every:
                yield Held(path="organization owner", projects=every, **said)

    def _account(self, rows: list[Row], connection: str) -> tuple[_Holder, list[Interval]]:
        row = rows[0]
        steps = [_step(row) for row in rows if row["step__kind"]]
        lives = [step for step in steps if step.kind != "changed"]
        # Of an account without history, what its row says.
        whole = [] if steps else [Interval(row["role"], *_moments(row))]
        intervals = whole or list(role_intervals(steps, role=row["role"]))
        presence = intervals
        starts = {
            row["step__at"]: row["step__run__finished_at"] or self.at + _A_MOMENT
            for row in rows
            if row["step__kind"] in ("appeared", "reappeared")
        }
        intervals = [self._as_was_read(one, row, starts) for one in intervals]
        if len(lives) != len(steps):
            presence = list(role_intervals(lives, role=row["role"]))
        told = {
            "connection": connection,
            "account_ref": row["ref"],
            "external_id": row["external_id"],
            "email": row["email"],
            "name": row["name"],
            "person": row["link__person__email"] or row["link__person__external_id"] or "",
        }
        return _Holder(told, self._may_reach(presence)), intervals

    def _as_was_read(
        self, interval: Interval, row: Row, starts: Mapping[datetime, datetime]
    ) -> Interval:
        """Who came between two readings may have come with another role than the one first read."""
        began, users = interval.began, self.users[row["connection_id"]]
        read_at = starts.get(began.at)
        if not (interval.role and began.is_exact and read_at and users.first < began.at):
            return interval
        told = self.logs[row["connection_id"]]
        since = told.taken(row["external_id"], interval.role, began.at, read_at)
        moment = Moment(since) if since else Moment(read_at, began.at, is_exact=False)
        return replace(interval, began=moment)

    def _implying(
        self, account: _Holder, interval: Interval, projects: int, read_at: datetime | None
    ) -> Iterator[Held]:
        held = held_at(interval, self.at)
        if held is False:
            return
        said = {
            **account.told,
            "role": interval.role,
            "since": interval.began.at,
            "between": None if held is True else held,
            "read_at": read_at if interval.ended is None else None,
        }
        yield Held(path="direct", **said)
        if interval.role == OWNER and projects:
            yield Held(path="organization owner", projects=projects, **said)

    def _may_reach(self, presence: list[Interval]) -> Moment | bool:
        """Whether the account was not gone; the surest answer of all its times here."""
        if not presence or self.at < presence[0].began.at:
            return True
        answers = [held_at(interval, self.at) for interval in presence]
        return True if True in answers else next((one for one in answers if one), False)

    def _if_before(self, read_at: datetime | None) -> datetime | None:
        return read_at if read_at is not None and read_at < self.at else None


def _older(one: datetime | None, other: datetime | None) -> datetime | None:
    """Of what two lists tell together, how old it is."""
    return min(one, other) if one and other else one or other


def _last_told(row: Row) -> datetime | None:
    """When it was last seen; of what is over, it is known how long it lasted."""
    read_at: datetime | None = row[_READ_AT]
    return read_at if row["ended_at"] is None else None


def _interval(row: Row) -> Interval:
    return Interval(row["entitlement__external_id"], *_moments(row))


def _stranger(row: Row, connection: str) -> _Holder:
    """Somebody whom the list of users does not have."""
    told = {"connection": connection, "account_ref": None, "external_id": row["principal_id"]}
    return _Holder(told | dict.fromkeys(("email", "name", "person"), ""), may_reach=True)


def _step(row: Row) -> Step:
    moment = Moment.known(row["step__at"], row["step__not_before"], row["step__known_by"])
    return Step(row["step__kind"], moment, row["step__before"], row["step__after"])


def _moments(row: Row) -> tuple[Moment, Moment | None]:
    began = Moment.known(*(row[name] for name in _LIFE))
    return began, Moment.known(*(row[name] for name in _END)) if row["ended_at"] else None
