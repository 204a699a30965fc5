from __future__ import annotations

from uuid import UUID

from tenure.inventory import queries
from tenure.inventory.operations.confirm_links import confirm_links as confirm
from tenure.inventory.operations.link_chosen_accounts import link_chosen_accounts as link
from tenure.inventory.operations.mark_account import mark_account as mark
from tenure.inventory.operations.mark_accounts import mark_accounts as mark_many
from tenure.inventory.operations.reject_links import reject_links as reject
from tenure.inventory.operations.undo_account_word import undo_account_word as undo
from tenure.inventory.schemas.accounts import AccountDetail, AccountPage
from tenure.inventory.schemas.marks import (
    LinkChosenIn,
    LinksDecided,
    LinksIn,
    MarkChosenIn,
    MarkIn,
)
from tenure.lib.endpoints import Endpoints
from tenure.lib.web import ActorRequest

endpoints = Endpoints("Accounts")


@endpoints.changes(
    "/accounts/{uuid:ref}/mark",
    scope="inventory:write",
    permission="accounts.mark",
    answers=AccountDetail,
)
def mark_account(request: ActorRequest, ref: UUID, given: MarkIn) -> AccountDetail:
    """Say what kind an account is and who answers for it; every sync leaves it so.

    external asks for sponsor and until; service for owner, backup_owner and purpose, and takes
    review_on; shared and break-glass for owner and reason.
    """
    mark(account_ref=ref, said=given.said, actor=request.actor)
    return AccountDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/accounts/{uuid:ref}/undo",
    scope="inventory:write",
    permission="accounts.link",
    answers=AccountDetail,
)
def undo_account_word(request: ActorRequest, ref: UUID) -> AccountDetail:
    """Take back the last word about an account: whose it is, or of what kind."""
    undo(account_ref=ref, actor=request.actor)
    return AccountDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/accounts/mark", scope="inventory:write", permission="accounts.mark", answers=AccountPage
)
def mark_accounts(request: ActorRequest, given: MarkChosenIn) -> AccountPage:
    """Say what kind several accounts are: all, or none."""
    mark_many(account_refs=given.accounts, said=given.said, actor=request.actor)
    return AccountPage.whole(queries.chosen_accounts(given.accounts, actor=request.actor))


@endpoints.changes(
    "/accounts/link", scope="inventory:write", permission="accounts.link", answers=AccountPage
)
def link_chosen_accounts(request: ActorRequest, given: LinkChosenIn) -> AccountPage:
    """Say of several accounts that they are one person's: all, or none."""
    said = {"email": given.person, "reason": given.reason}
    link(account_refs=given.accounts, **said, actor=request.actor)
    return AccountPage.whole(queries.chosen_accounts(given.accounts, actor=request.actor))


@endpoints.changes(
    "/link-suggestions/confirm",
    scope="inventory:write",
    permission="accounts.link",
    answers=LinksDecided,
)
def confirm_links(request: ActorRequest, given: LinksIn) -> LinksDecided:
    """Agree with several suggestions: all, or none."""
    return LinksDecided.of(confirm(link_refs=given.suggestions, actor=request.actor))


@endpoints.changes(
    "/link-suggestions/reject",
    scope="inventory:write",
    permission="accounts.link",
    answers=LinksDecided,
)
def reject_links(request: ActorRequest, given: LinksIn) -> LinksDecided:
    """Disagree with several suggestions: all, or none; none is made again."""
    return LinksDecided.of(reject(link_refs=given.suggestions, actor=request.actor))
