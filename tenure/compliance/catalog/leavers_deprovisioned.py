"""Has everybody who may not hold access lost it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from tenure.compliance.definition import Coverage, Definition, Failing, Input, Limits
from tenure.compliance.population import judged_accounts
from tenure.compliance.standing import (
    HOLDER,
    Holder,
    about,
    has_ended,
    may_hold_access,
    may_not_since,
    stopped_at,
    why_not,
)
from tenure.connections.models import Connection
from tenure.inventory.models import Account, AccountLink, Grant, Invitation
from tenure.inventory.queries import projects_reached
from tenure.lib.counting import row_count
from tenure.lib.text import quantity
from tenure.people.models import Person, PersonEmail
from tenure.people.states import may_not_hold_access

# What lists who is in what, and how a finding prints of how many.
_LISTS = {"project_users": "Memberships of projects", "group_users": "Memberships of groups"}
_LINKED = AccountLink.objects.filter(account=OuterRef("pk"), state=AccountLink.State.CONFIRMED)


def failing(at: datetime, _limits: Limits) -> Iterator[Failing]:
    """What people still have who may not hold access: accounts, invitations, memberships."""
    stopped = stopped_at(at)
    return chain(_accounts(at, stopped), _memberships(at, stopped), _invitations(at, stopped))


def _accounts(at: datetime, stopped: Mapping[int, datetime]) -> Iterator[Failing]:
    links = (
        AccountLink.objects.filter(state=AccountLink.State.CONFIRMED)
        .filter(account__in=judged_accounts())
        .filter(may_not_hold_access(at=at, person="person__"))
        .order_by()
        .annotate(projects=projects_reached("account"))
        .values_list(
            *(f"person__{name}" for name in HOLDER),
            "account",
            "account__ref",
            "account__external_id",
            "account__began_at",
            "account__role",
            "account__kind",
            "account__connection",
            "account__connection__name",
            "method",
            "decided_by",
            "decided_at",
            "projects",
        )
    )
    methods = dict(AccountLink.Method.choices)
    for row in links.iterator(chunk_size=2000):
        person = Holder(*row[: len(HOLDER)])
        account, ref, external_id, began_at, role, kind, *rest = row[len(HOLDER) :]
        connection, source, method, decided_by, decided_at, projects = rest
        yield Failing(
            subject=f"account:{ref}",
            since=max(may_not_since(person, at, stopped), began_at),
            connection_id=connection,
            account_id=account,
            person_id=person.id,
            is_at_the_latest=not has_ended(person, at),
            inputs=(
                *about(person),
                Input("Link", methods[method], decided_by, decided_at),
                Input("Still there", value=True, source=source),
                Input("Account", external_id, source, began_at),
                Input("Kind", kind, "Tenure"),
                Input("Role", role or None, source),
                Input("Projects they reach", str(projects), source),
            ),
        )


def _memberships(at: datetime, stopped: Mapping[int, datetime]) -> Iterator[Failing]:
    """Projects and groups that still list an account that is gone: who is asked back is in them."""
    left = (
        AccountLink.objects.filter(state=AccountLink.State.CONFIRMED)
        .filter(Exists(_held(*_LISTS)), account__status=Account.Status.GONE)
        .exclude(account__connection__state=Connection.State.DISCONNECTED)
        .filter(may_not_hold_access(at=at, person="person__"))
        .annotate(**{kind: row_count(_held(kind)) for kind in _LISTS})
        .select_related("account__connection", "person")
    )
    for link in left.iterator(chunk_size=2000):
        account, person = link.account, link.person
        source = account.connection.name
        counts: dict[str, int] = {kind: getattr(link, kind) for kind in _LISTS}
        yield Failing(
            subject=f"account:{account.ref}",
            since=max(may_not_since(person, at, stopped), account.began_at),
            connection_id=account.connection_id,
            account_id=account.pk,
            person_id=person.pk,
            is_at_the_latest=not has_ended(person, at),
            inputs=(
                *about(person),
                Input("Link", link.get_method_display(), link.decided_by, link.decided_at),
                Input("Still there", value=True, source=source),
                Input("Account", account.external_id, source, account.began_at),
                Input("Account gone at", _text(account.ended_at), source),
                *(Input(_LISTS[kind], count, source) for kind, count in counts.items()),
            ),
        )


def _text(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _held(*kinds: str) -> QuerySet[Grant]:
    """What an outer link's account is in, by these kinds of lists, where that counts."""
    held = Grant.objects.filter(account=OuterRef("account"), collection__kind__in=kinds)
    return held.filter(ended_at=None, entitlement__resource__is_out_of_scope=False)


def _invitations(at: datetime, stopped: Mapping[int, datetime]) -> Iterator[Failing]:
    """Pending invitations: who accepts one walks back in."""
    gone = {person.email_key: person for person in _people_with_address(at)}
    gone |= {
        row.email_key: row.person
        for row in PersonEmail.objects.filter(may_not_hold_access(at=at, person="person__"))
        .filter(Exists(_open_invitations(OuterRef("email_key"))))
        .select_related("person")
    }
    pending = _open_invitations().filter(email_key__in=list(gone)).select_related("connection")
    for invitation in pending:
        person = gone[invitation.email_key]
        yield Failing(
            subject=f"invitation:{invitation.ref}",
            since=max(
                may_not_since(person, at, stopped), invitation.invited_at or invitation.began_at
            ),
            connection_id=invitation.connection_id,
            person_id=person.pk,
            is_at_the_latest=not has_ended(person, at),
            inputs=(
                *about(person),
                Input("Still there", value=True, source=invitation.connection.name),
                Input("Invitation", invitation.external_id, invitation.connection.name),
                Input("Role", invitation.role or None, invitation.connection.name),
            ),
        )


def _open_invitations(address: OuterRef | None = None) -> QuerySet[Invitation]:
    pending = Invitation.objects.filter(status="pending", ended_at=None).exclude(email_key="")
    pending = pending.exclude(connection__state=Connection.State.DISCONNECTED)
    return pending if address is None else pending.filter(email_key=address)


def _people_with_address(at: datetime) -> QuerySet[Person]:
    return Person.objects.filter(may_not_hold_access(at=at)).filter(
        Exists(_open_invitations(OuterRef("email_key")))
    )


def coverage(_at: datetime, _limits: Limits) -> Coverage:
    accounts = judged_accounts().count()
    judged = judged_accounts().filter(Exists(_LINKED)).count()
    return Coverage(of=accounts, judged=judged, set_aside={"unlinked": accounts - judged})


def verdict(inputs: Mapping[str, Any], at: datetime) -> bool:
    """Failing when something is still there and the person may not hold access at that instant."""

    return bool(inputs["Still there"]) and not may_hold_access(inputs, at)


def sentence(inputs: Mapping[str, Any], who: str, at: datetime) -> str:
    what = "an invitation that waits for them" if "Invitation" in inputs else "an account"
    if "Account gone at" in inputs:
        projects, groups = (inputs[name] for name in _LISTS.values())
        held = [quantity(projects, "project")] if projects else []
        held += [quantity(groups, "group")] if groups else []
        what = f"a place in {' and in '.join(held)}, though no account any more"
    return f"{who} {why_not(inputs, at)} and still has {what}."


TEST = Definition(
    slug="leavers-deprovisioned",
    title="OpenAI accounts deprovisioned when personnel leave",
    question=(
        "Does anyone who has left still hold an account, an invitation or a place in a project or "
        "a group a day later?"
    ),
    why_it_matters=(
        "A former person's account keeps working, keeps spending and keeps reading until someone "
        "removes it. Signing out of single sign-on does not stop it."
    ),
    how_to_fix=(
        "Open the account and make sure it is theirs",
        "Remove the member, cancel the invitation, and take them out of projects and groups",
        "If the person has not left, correct the end date in your people source",
        "The next sync closes the finding",
    ),
    rule=(
        "An account, an invitation or a membership may exist until the end of the person's last "
        "day plus the time allowed."
    ),
    sla_days=1,
    sla_unit="business",
    controls=("SOC2:CC6.2", "SOC2:CC6.3", "ISO27001:A.5.18", "NIST:AC-2", "PCI:7.2.4"),
    failing=failing,
    coverage=coverage,
    verdict=verdict,
    sentence=sentence,
    collections=("users", "invites"),
    completes=("projects", "groups", *_LISTS),
)
