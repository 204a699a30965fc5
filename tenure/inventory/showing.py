"""One account and one person as their pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings

from tenure.inventory import (
    access_wording,
    activity_wording,
    event_wording,
    queries,
    timelines,
    wording,
)
from tenure.inventory.holdings import Holdings, holdings
from tenure.inventory.log_wording import NO_AUTHORS
from tenure.inventory.models import (
    Account,
    AccountChange,
    AccountLink,
    AccountWord,
    Invitation,
    ProviderEvent,
)
from tenure.inventory.queries import GrantLine, LinkLine, Profile
from tenure.inventory.records import pretty
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.ids import as_ref
from tenure.people import rules
from tenure.people.explaining import Said
from tenure.people.models import Person
from tenure.people.neighbours import day_of
from tenure.people.wording import delegations, history

_State = AccountLink.State


def account_context(account: Account, links: list[LinkLine], *, actor: Actor) -> dict[str, Any]:
    """Context of an account's page or panel. Two queries more."""
    changes, words = queries.life_of(account, actor=actor)
    grants = queries.grants_of(account, actor=actor)
    current = next((link for link in links if link.state == _State.CONFIRMED), None)
    record = getattr(account, "record", None)
    return {
        "account": account,
        "kind": _icon_kind(account, current),
        "link": current,
        "suggestions": [
            link for link in links if link.state == _State.PROPOSED and current is None
        ],
        "person_label": wording.person_label(account),
        "person_state": wording.PERSON_STATES.get(account.person_state),  # type: ignore[attr-defined] # an annotation
        "attention": wording.attention(account),
        "leaving": wording.leaving(account),
        "held": account_holdings(account, grants),
        "activity": activity_wording.of_account(account),
        "spend": activity_wording.spend(account),
        "began": access_wording.known(
            at=account.began_at,
            not_before=account.began_not_before,
            known_by=account.began_known_by,
        ),
        "history": account_history(changes, links, grants, words),
        "no_authors": NO_AUTHORS.get(account.log_state, ""),  # type: ignore[attr-defined] # same
        "raw": pretty(record.raw) if record else "",
        "record": record,
        "is_of_a_person": account.kind in AccountLink.KINDS,
        "may_see_runs": actor.may("connections.view", connection=str(account.connection.ref)),
        "answering": answering_for(account),
        "undoable": _undoable(account, words, actor=actor),
        "may_mark": actor.may("accounts.mark", connection=str(account.connection.ref)),
        "may_link": actor.may("accounts.link", connection=str(account.connection.ref)),
        "may_see_people": actor.may_somewhere("people.view"),
        "may_add_person": actor.may("people.manage"),
        "as_person": _as_person(account),
    }


def _as_person(account: Account) -> str:
    """What a form that enters their holder begins with, as a query."""
    kind = "contractor" if account.kind == Account.Kind.EXTERNAL else ""
    known = {"email": account.email, "name": account.name, "kind": kind}
    return urlencode({name: value for name, value in known.items() if value})


def account_history(
    changes: Iterable[AccountChange],
    links: Iterable[LinkLine],
    grants: Iterable[GrantLine],
    words: Iterable[AccountWord],
    events: Iterable[ProviderEvent] = (),
) -> list[dict[str, Any]]:
    """An account's life, newest first: what it was, whose it was, and what it reached; with who
    did it, as far as the log tells."""
    steps = wording.timeline_of(changes, links, words)
    steps += timelines.steps_of_grants(grants, timelines.OF_AN_ACCOUNT)
    return timelines.newest_first(event_wording.with_authors(steps, events))


def told_history_of_account(ref: UUID | str, *, actor: Actor) -> list[dict[str, Any]]:
    """The same with what the log tells, for the page that has no question left to ask."""
    account, links = queries.account_by_ref(ref, actor=actor)
    changes, words = queries.life_of(account, actor=actor)
    grants = queries.grants_of(account, actor=actor)
    events = queries.told_of_accounts([account], actor=actor)
    return account_history(changes, links, grants, words, events)


def answering_for(account: Account) -> list[tuple[str, object]]:
    """What was said of who answers for an account, and why: label and value."""
    owned = getattr(account, "ownership", None)
    if owned is None:
        return []
    said = [(label, getattr(owned, name)) for name, label in _OWNERSHIP.items()]
    return [(label, value) for label, value in said if value]


_OWNERSHIP = {
    "owner": "Owner",
    "backup_owner": "Backup owner",
    "sponsor": "Sponsor",
    "purpose": "Purpose",
    "reason": "Reason",
    "until": "Last day",
    "review_on": "Review by",
}


def said_so_far(refs: list[str], *, actor: Actor) -> dict[str, object]:
    """What a form about one account begins with; one about several begins empty."""
    if len(refs) != 1:
        return {}
    owned = queries.ownerships(actor=actor).filter(account__ref=as_ref(refs[0])).first()
    if owned is None:
        return {}
    said = {name: getattr(owned, name) for name in _OWNERSHIP}
    return {name: getattr(value, "email", value) for name, value in said.items()}


def _undoable(account: Account, words: list[AccountWord], *, actor: Actor) -> AccountWord | None:
    """The last word about it, where this reader may take it back."""
    word = next((word for word in words if word.undone_at is None), None)
    if word is None or not word.can_be_undone:
        return None
    permission = "accounts.mark" if word.said == word.Said.MARKED else "accounts.link"
    return word if actor.may(permission, connection=str(account.connection.ref)) else None


def account_holdings(account: Account, grants: list[GrantLine]) -> Holdings:
    """What an account that was found by its ref can do."""
    open_projects = account.open_projects  # type: ignore[attr-defined] # an annotation
    gone = not _works(account)
    return holdings(account, grants, open_projects=open_projects, is_gone=gone)


def _icon_kind(account: Account, link: LinkLine | None) -> str:
    if account.kind not in AccountLink.KINDS:
        return str(account.kind)
    return "person" if link else "unlinked"


def person_context(profile: Profile, *, actor: Actor) -> dict[str, Any]:
    """Context of a person's page. Two queries more."""
    person, at = profile.person, now()
    links, grants = queries.links_of_person(person, actor=actor)
    held = [link for link in links if link.state == _State.CONFIRMED]
    fields = _fields(profile)
    said_by = fields[0] if len({(one.source, one.at) for one in fields}) == 1 else None
    invitations = queries.invitations_of(profile.email_keys, actor=actor)
    return {
        "person": person,
        "profile": profile,
        "state": wording.PERSON_STATES[person.state],  # type: ignore[attr-defined] # an annotation
        "why": profile.why,
        "may_hold": profile.why.may_hold_access,
        "fields": fields
        if said_by is None
        else [replace(one, source="", at=None) for one in fields],
        "said_by": said_by,
        "delegations": _delegations(profile, at=at),
        "may_manage": actor.may("people.manage"),
        "accounts": [_held(link, person, grants.get(link.account_id, [])) for link in held],
        "with_access": sum(_works(link.account) for link in held),
        "invitations": [_offered(invitation) for invitation in invitations],
        "history": _history(profile, links, grants, (), at=at),
    }


def told_history_of_person(ref: UUID | str, *, actor: Actor) -> list[dict[str, Any]]:
    """A person's time here with what the log tells, for the page that has no question left."""
    profile = queries.person_by_ref(ref, actor=actor)
    links, grants = queries.links_of_person(profile.person, actor=actor)
    held = [link.account for link in links if link.state == _State.CONFIRMED]
    events = queries.told_of_accounts(held, actor=actor)
    return _history(profile, links, grants, events, at=now())


def _delegations(profile: Profile, *, at: datetime) -> dict[str, list[dict[str, Any]]]:
    """Which day it is costs a query, so it is asked where somebody decides for somebody."""
    told = profile.told.delegations
    return delegations(told, of=profile.person, today=day_of(at) if told else at.date())


def _fields(profile: Profile) -> list[Said]:
    """Who says what; a manager by name, where they are known."""
    manager = getattr(profile.person, "manager", None)
    return [
        replace(one, value=manager) if manager and one.label == "Manager" else one
        for one in profile.why.fields
    ]


def _works(account: Account) -> bool:
    gone = account.status == Account.Status.GONE
    return not gone and account.connection.state != account.connection.State.DISCONNECTED


def _held(link: AccountLink, person: Person, lines: list[GrantLine]) -> dict[str, Any]:
    account = link.account
    return {
        "account": account,
        "held": holdings(
            account,
            sorted(lines, key=lambda line: (line.ended_at is not None, line.project)),
            open_projects=link.open_projects,  # type: ignore[attr-defined] # an annotation
            is_gone=not _works(account),
        ),
        "link": link,
        "role_name": wording.role_name(account.role),
        "said_by": activity_wording.said_by(account),
        "works": _works(account),
        "began": access_wording.known(
            at=account.began_at,
            not_before=account.began_not_before,
            known_by=account.began_known_by,
        ),
        # Somebody inactive has no known end: a bar would show one that runs on.
        "has_bar": person.state != "inactive",  # type: ignore[attr-defined] # an annotation
    }


def _offered(invitation: Invitation) -> dict[str, Any]:
    is_open = invitation.status == "pending" and invitation.ended_at is None
    return {
        "invitation": invitation,
        "role_name": wording.role_name(invitation.role),
        "is_open": is_open,
        "word": "Pending" if is_open else invitation.status.capitalize(),
    }


def _history(
    profile: Profile,
    links: Iterable[AccountLink],
    grants: Mapping[int, list[GrantLine]],
    events: Iterable[ProviderEvent],
    *,
    at: datetime,
) -> list[dict[str, Any]]:
    """What is known of a person's time here, newest first; nothing that is still ahead."""
    person = profile.person
    in_zone = rules.zone(person.time_zone, default=settings.TENURE_TIME_ZONE)
    entries = history(profile.told.changes, in_zone=in_zone)
    for link in links:
        entries += wording.steps_of_link(LinkLine.of(link), about=str(link.account))
        if link.state == _State.CONFIRMED:
            lines = grants.get(link.account_id, [])
            entries += timelines.steps_of_grants(lines, timelines.OF_AN_ACCOUNT)
            entries += timelines.life_of_account(link.account)
    entries.append({"text": "Added to the directory", "at": person.created_at, "icon": "user-plus"})
    if person.begins_at:
        entries.append({"text": "First day", "at": person.begins_at, "icon": "door-enter"})
    if person.ends_at:
        note = f"Last day {person.ends_on.day} {person.ends_on:%b %Y}" if person.ends_on else ""
        entries.append(
            {"text": "Became former", "at": person.ends_at, "icon": "user-off", "note": note}
        )
    entries = event_wording.with_authors(entries, events)
    past = [entry for entry in entries if entry["at"] <= at]
    return timelines.newest_first(past)
