from __future__ import annotations

from uuid import UUID

from ninja import Query

from tenure.inventory import access_wording, lists, queries
from tenure.inventory.operations.confirm_link import confirm_link as confirm
from tenure.inventory.operations.link_account import link_account as link
from tenure.inventory.operations.reject_link import reject_link as reject
from tenure.inventory.operations.unlink_account import unlink_account as unlink
from tenure.inventory.records import as_json
from tenure.inventory.schemas.accounts import (
    AccountDetail,
    AccountPage,
    AccountsQuery,
    Explanation,
    LinkIn,
    LinkOut,
    ReasonIn,
    StepOut,
    SuggestionPage,
    SuggestionsQuery,
)
from tenure.inventory.showing import account_history
from tenure.lib.actor import Actor
from tenure.lib.endpoints import Endpoints, Named
from tenure.lib.web import ActorRequest

endpoints = Endpoints("Accounts")


@endpoints.reads(
    "/accounts", scope="inventory:read", permission="accounts.view", answers=AccountPage
)
def accounts(request: ActorRequest, asked: Query[AccountsQuery]) -> AccountPage:
    """List accounts, each with whose it is."""
    return AccountPage.of(lists.accounts(asked, actor=request.actor))


@endpoints.reads(
    "/accounts/{uuid:ref}",
    scope="inventory:read",
    permission="accounts.view",
    answers=AccountDetail,
)
def account(request: ActorRequest, ref: UUID) -> AccountDetail:
    """Show one account: whose it is and was, and what it can do."""
    return AccountDetail.about(ref, actor=request.actor)


@endpoints.reads(
    "/accounts/{uuid:ref}/explanation",
    scope="inventory:read",
    permission="accounts.view",
    answers=Explanation,
)
def explain_account(request: ActorRequest, ref: UUID) -> Explanation:
    """Explain one account: how all of it is known."""
    return _explanation(ref, actor=request.actor)


@endpoints.changes(
    "/accounts/{uuid:ref}/link",
    scope="inventory:write",
    permission="accounts.link",
    answers=AccountDetail,
)
def link_account(request: ActorRequest, ref: UUID, given: LinkIn) -> AccountDetail:
    """Say whose an account is.

    An earlier link ends and stays in the history.
    """
    link(account_ref=ref, email=given.person, reason=given.reason, actor=request.actor)
    return AccountDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/accounts/{uuid:ref}/unlink",
    scope="inventory:write",
    permission="accounts.link",
    answers=AccountDetail,
)
def unlink_account(request: ActorRequest, ref: UUID, given: ReasonIn) -> AccountDetail:
    """Say that an account is not theirs.

    The pair is not suggested again.
    """
    unlink(account_ref=ref, reason=given.reason, actor=request.actor)
    return AccountDetail.about(ref, actor=request.actor)


@endpoints.reads(
    "/link-suggestions",
    scope="inventory:read",
    permission="accounts.view",
    answers=SuggestionPage,
)
def link_suggestions(request: ActorRequest, asked: Query[SuggestionsQuery]) -> SuggestionPage:
    """List whose accounts might be, the surest suggestion first."""
    return SuggestionPage.of(lists.link_suggestions(asked, actor=request.actor))


@endpoints.changes(
    "/link-suggestions/{uuid:ref}/confirm",
    scope="inventory:write",
    permission="accounts.link",
    answers=LinkOut,
)
def confirm_link(request: ActorRequest, ref: UUID) -> LinkOut:
    """Agree with a suggestion: the account belongs to this person."""
    return LinkOut.of(queries.LinkLine.of(confirm(link_ref=ref, actor=request.actor)))


@endpoints.changes(
    "/link-suggestions/{uuid:ref}/reject",
    scope="inventory:write",
    permission="accounts.link",
    answers=LinkOut,
)
def reject_link(request: ActorRequest, ref: UUID) -> LinkOut:
    """Disagree with a suggestion; it is not made again."""
    return LinkOut.of(queries.LinkLine.of(reject(link_ref=ref, actor=request.actor)))


def _explanation(ref: UUID, *, actor: Actor) -> Explanation:
    found, links = queries.account_by_ref(ref, actor=actor)
    changes, words = queries.life_of(found, actor=actor)
    grants = queries.grants_of(found, actor=actor)
    events = queries.told_of_accounts([found], actor=actor)
    record = getattr(found, "record", None)
    tied = next((one for one in links if one.state == "confirmed"), None)
    seen_in = found.seen_in  # type: ignore[attr-defined] # an annotation
    return Explanation(
        ref=str(found.ref),
        external_id=found.external_id,
        connection=Named.of(found.connection),
        list_name="users",
        read_at=found.seen_at,  # type: ignore[attr-defined] # same
        run=str(seen_in) if seen_in else None,
        since=found.began_at,
        since_known=access_wording.known(
            at=found.began_at, not_before=found.began_not_before, known_by=found.began_known_by
        ),
        person=tied.person_name if tied else None,
        linked_by=tied.method_in_words if tied else None,
        record=as_json(record.raw) if record else None,
        record_changed_at=record.received_at if record else None,
        history=[
            StepOut(at=step["at"], what=step["text"], known=step.get("note") or "")
            for step in account_history(changes, links, grants, words, events)
        ],
    )
