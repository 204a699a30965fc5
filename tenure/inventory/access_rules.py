"""Who reaches what, now and at an instant of the past. Pure: no database, no clock.

What a provider keeps is known as intervals, and each end of one either exactly or as lying between
two readings. A question about an instant has therefore three answers: yes, no, and "it began (or
ended) between these two moments".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, NamedTuple

OWNER = "owner"
# A service account may be in a project and have no role there.
NO_ROLE = "none"
Path = Literal["direct", "group", "organization owner"]


class Access(NamedTuple):
    """A role on a project, and how its holder comes to it: through which group, if by one."""

    role: str
    path: Path
    group: str = ""


def project_access(
    *,
    is_gone: bool,
    owns_organization: bool,
    project_is_open: bool,
    granted: Collection[str],
    through: Collection[tuple[str, str]] = (),
) -> frozenset[Access]:
    """What an account reaches of one project: its own active grants, those of its groups as (role,
    group), and what owning implies.

    account   owns the organization   project               granted   -> access
    gone      any                     any                   any          none
    present   any                     archived, or ended    any          none
    present   yes                     open                  any          what is granted; and owner,
                                                                         for they own it all
    present   no                      open                  any          what is granted, but for
                                                                         the role that is none
    """
    if is_gone or not project_is_open:
        return frozenset()
    implied = {Access(OWNER, "organization owner")} if owns_organization else set()
    own = {Access(role, "direct") for role in granted if role != NO_ROLE}
    return frozenset(implied | own | {Access(role, "group", group) for role, group in through})


def is_privileged(*, organization_role: str, project_role: str = "") -> bool:
    """Whether a role may give access to others: owning the organization, or a project of it."""
    return OWNER in (organization_role, project_role)


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened: at `at`, or at some moment from `not_before` until `at`.

    `is_exact` says which. Not exact and without `not_before`: at any time before `at`.
    """

    at: datetime
    not_before: datetime | None = None
    is_exact: bool = True

    @classmethod
    def known(cls, at: datetime, not_before: datetime | None, known_by: str) -> Moment:
        """A moment as its row tells it."""
        return cls(at, not_before, is_exact=known_by != "between_reads")

    def contains(self, instant: datetime) -> bool:
        """Whether nobody can tell if it had happened by then."""
        if self.is_exact or instant >= self.at:
            return False
        return self.not_before is None or instant >= self.not_before


def later(one: Moment, other: Moment) -> Moment:
    """When two things had begun: what takes both begins with the later of them.

    Between two reads it is not earlier than either could have been.
    """
    return _moment(max(one.at, other.at), _last(_first_of(one), _first_of(other)))


def sooner(one: Moment | None, other: Moment | None) -> Moment | None:
    """When the first of two things ended, None while neither has: what takes both ends with it."""
    if one is None or other is None:
        return one or other
    return _moment(min(one.at, other.at), _earliest(_first_of(one), _first_of(other)))


def _first_of(moment: Moment) -> datetime | None:
    return moment.at if moment.is_exact else moment.not_before


def _last(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(one, other) if one and other else one or other


def _earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(one, other) if one and other else None


def _moment(at: datetime, first: datetime | None) -> Moment:
    return Moment(at) if first == at else Moment(at, first, is_exact=False)


@dataclass(frozen=True, slots=True)
class Interval:
    """Something held from one moment until another, or still. `role` is what was held."""

    role: str
    began: Moment
    ended: Moment | None = None


def held_at(interval: Interval, instant: datetime) -> Moment | bool:
    """Whether it was held at an instant; the moment in question, where nobody can tell.

    it began        it ended                 -> held
    later           any                         no
    about then      any                         it began in this time
    before          later, or not at all        yes
    before          about then                  it ended in this time
    before          before                      no
    """
    if interval.began.contains(instant):
        return interval.began
    if instant < interval.began.at:
        return False
    if interval.ended is None:
        return True
    if interval.ended.contains(instant):
        return interval.ended
    return instant < interval.ended.at


def least_certain(one: Moment | bool, other: Moment | bool) -> Moment | bool:
    """Whether two things were so together.

    one   other   -> together
    no    any        no
    yes   yes        yes
    yes   maybe      maybe, as the other
    maybe maybe      maybe, as the first
    """
    if one is False or other is False:
        return False
    return other if one is True else one


@dataclass(frozen=True, slots=True)
class Step:
    """One step in the life of an account: it appeared, changed its role, ended, reappeared."""

    kind: str
    moment: Moment
    before: str = ""
    after: str = ""


def role_intervals(steps: Iterable[Step], *, role: str) -> Iterator[Interval]:
    """The roles an account has held, from its steps in the order in which they were learned.

    `role` is the one of today. An account that is gone holds none; a role that changed in between
    is the one it comes back with. What was learned later cuts short what was believed before.
    """
    in_order = list(steps)
    first = next((step for step in in_order if step.kind == "changed"), None)
    role = first.before if first else role
    began: Moment | None = None
    waiting: Interval | None = None
    for step in in_order:
        if step.kind == "changed":
            role_before, role = role, step.after
            if began is None or role == role_before:
                continue
            moment = _no_earlier_than(began, step.moment)
            yield Interval(role_before, began, moment)
            began = moment
        elif step.kind == "ended":
            if began is not None:
                waiting = Interval(role, began, _no_earlier_than(began, step.moment))
            began = None
        else:
            began = step.moment
            if waiting is not None:
                yield _cut_short(waiting, began)
                began, waiting = _not_while_there(began, waiting), None
    if waiting is not None:
        yield waiting
    if began is not None:
        yield Interval(role, began)


def _no_earlier_than(earlier: Moment, moment: Moment) -> Moment:
    """Nothing changes before it has begun."""
    if moment.is_exact or (moment.not_before is not None and moment.not_before >= earlier.at):
        return moment
    return replace(moment, not_before=min(earlier.at, moment.at))


def _not_while_there(back: Moment, earlier: Interval) -> Moment:
    """Nobody comes back before they were found to be gone, unless somebody knows exactly."""
    gone = earlier.ended.at if earlier.ended else back.at
    if back.is_exact or back.not_before is None or back.not_before >= gone:
        return back
    return replace(back, not_before=min(gone, back.at))


def _cut_short(interval: Interval, back: Moment) -> Interval:
    """Who is known to have come back at an instant had gone before it."""
    ended = interval.ended
    if ended is None or ended.at <= back.at:
        return interval
    return replace(interval, ended=replace(ended, at=back.at))
