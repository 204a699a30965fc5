"""Saying what accounts are: the same for one and for many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tenure.inventory import marking_rules as rules
from tenure.inventory.deciding import check_not_own
from tenure.inventory.marking_rules import Mark
from tenure.inventory.models import Account, AccountLink, AccountWord, Ownership
from tenure.inventory.undoing import DAYS, OWNERSHIP, Before, as_they_are, keep_words
from tenure.lib.actor import Actor
from tenure.lib.errors import Invalid, NotFound
from tenure.people import queries as people
from tenure.people import rules as people_rules
from tenure.people.models import Person
from tenure.people.neighbours import day_of
from tenure.people.states import may_not_hold_access

_BATCH = 500
_State = AccountLink.State


@dataclass(frozen=True, slots=True)
class Marked:
    """One account and what it is by now."""

    account: Account
    kind: str
    is_break_glass: bool
    kept: Mapping[str, object]

    @property
    def note(self) -> str:
        """What changed, for the history."""
        kinds = Account.Kind(self.account.kind).label, Account.Kind(self.kind).label
        said = [kinds[1] if kinds[0] == kinds[1] else " → ".join(kinds)]
        if self.is_break_glass:
            said.append("break-glass")
        elif self.account.is_break_glass:
            said.append("no longer break-glass")
        why = self.kept.get("purpose") or self.kept.get("reason")
        return f"{', '.join(said)}. {why}" if why else f"{', '.join(said)}."


def mark(accounts: Sequence[Account], said: Mark, *, at: datetime, actor: Actor) -> None:
    """Mark accounts that are locked. A handful of statements, however many; all or none."""
    check_not_own(accounts, actor=actor)
    before, named = as_they_are(accounts), _people(said, at=at, actor=actor)
    today = day_of(at)
    marked = [_judged(account, said, named, before[account.pk], today) for account in accounts]
    keep_words(
        before,
        said=AccountWord.Said.MARKED,
        notes={one.account.pk: one.note for one in marked},
        at=at,
        actor=actor,
    )
    for one in marked:
        one.account.kind, one.account.is_break_glass = one.kind, one.is_break_glass
    Account.objects.bulk_update(accounts, ["kind", "is_break_glass"], batch_size=_BATCH)
    _write_ownership(marked, at=at, actor=actor)
    nobodys = [one.account.pk for one in marked if one.kind not in AccountLink.KINDS]
    links = AccountLink.objects.filter(account__in=nobodys)
    links.filter(state=_State.CONFIRMED).update(state=_State.ENDED, ended_at=at)
    links.filter(state=_State.PROPOSED).update(state=_State.WITHDRAWN, ended_at=at)


def check_stands_again(account: Account, before: Before, *, at: datetime, actor: Actor) -> None:
    """Refuse to put back who answered for an account where they may not any more, or a day that is
    over. What stands already is not put back."""
    said = before["ownership"]
    if said is None or said == as_they_are([account])[account.pk]["ownership"]:
        return
    named = [pk for field in rules.PEOPLE if (pk := said[f"{field}_id"])]
    gone = people.people(actor=actor).filter(may_not_hold_access(at=at), pk__in=named)
    rules.check_stands_again(
        gone=[str(person) for person in gone.order_by("name")],
        until=_so_far(said)["until"],
        today=day_of(at),
    )


def _people(said: Mark, *, at: datetime, actor: Actor) -> dict[str, Person]:
    """Whom the mark names, by its fields."""
    named = {}
    for field in rules.PEOPLE:
        if not (email := getattr(said, field).strip()):
            continue
        try:
            person = people.person_by_email(email, actor=actor)
        except NotFound as unknown:
            raise Invalid(str(unknown), field=field) from unknown
        may = people_rules.may_hold_access(
            person.state,  # type: ignore[attr-defined] # an annotation
            begins_at=person.begins_at,
            now=at,
        )
        rules.check_stands_for_it(name=str(person), field=field, may_hold_access=may)
        named[field] = person
    return named


def _judged(
    account: Account, said: Mark, named: Mapping[str, Person], before: dict[str, Any], today: date
) -> Marked:
    kind = said.kind or account.kind
    flag = account.is_break_glass if said.is_break_glass is None else said.is_break_glass
    given = _so_far(before["ownership"] or {})
    given |= {field: person.pk for field, person in named.items()}
    for name in ("purpose", "reason"):
        given[name] = getattr(said, name).strip() or given.get(name)
    for name in DAYS:
        given[name] = getattr(said, name) or given.get(name)
    kept = rules.check_mark(kind=kind, is_break_glass=flag, given=given, today=today)
    return Marked(account, kind, flag, kept)


def _so_far(ownership: Mapping[str, Any]) -> dict[str, Any]:
    said = {name.removesuffix("_id"): value for name, value in ownership.items()}
    days = {name: said.get(name) for name in DAYS}
    return said | {name: date.fromisoformat(day) if day else None for name, day in days.items()}


def _write_ownership(marked: Sequence[Marked], *, at: datetime, actor: Actor) -> None:
    """What is kept of each; accounts of which nothing is asked have none."""
    owned = []
    for one in marked:
        if one.kept:
            days: Any = {name: one.kept.get(name) for name in DAYS}
            texts = {name: one.kept.get(name) or "" for name in ("purpose", "reason")}
            who = {f"{name}_id": one.kept.get(name) for name in rules.PEOPLE}
            owned.append(
                Ownership(
                    account=one.account,
                    decided_at=at,
                    decided_by=actor.label[:100],
                    **days,
                    **texts,
                    **who,
                )
            )
    bare = [one.account.pk for one in marked if not one.kept]
    Ownership.objects.filter(account__in=bare).delete()
    Ownership.objects.bulk_create(
        owned,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["account"],
        update_fields=[*OWNERSHIP, "decided_at", "decided_by"],
    )
