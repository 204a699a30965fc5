"""What became of an invitation that a request sent: accepted, by whom, expired, or withdrawn."""

from __future__ import annotations

from tenure.access_requests import situation
from tenure.inventory.models import Invitation
from tenure.provisioning.models import ProvisioningOperation

_PENDING, _ACCEPTED, _EXPIRED = "pending", "accepted", "expired"
NOT_THEIRS = (
    "The invitation was accepted, and no account of theirs is known: they may have signed in under "
    "another address. Link that account to them under Accounts."
)
EXPIRED = "The invitation expired before it was accepted. Ask again, and a new one is sent."
WITHDRAWN = "The invitation was withdrawn at OpenAI before it was accepted. Ask again if need be."


def invitation_of(invited: ProvisioningOperation) -> Invitation | None:
    """As the inventory has it; None before it was read. By hand it has no id that we know of."""
    sent = Invitation.objects.filter(connection=invited.connection)
    if invited.made_id:
        return sent.filter(external_id=invited.made_id).first()
    since = sent.filter(email_key=invited.target_id, began_at__gte=invited.planned_at)
    return since.order_by("-pk").first()


def is_open(invited: ProvisioningOperation) -> bool:
    """Whether it may still be accepted, as far as we know."""
    offer = invitation_of(invited)
    if offer is None:
        return not _was_read_since(invited)
    return offer.ended_at is None and offer.status == _PENDING


def why_not_accepted(invited: ProvisioningOperation) -> tuple[str, bool]:
    """Why nobody came by it, in words, and whether nobody can any more.

    invitation                     members read since      -> words        over
    not read yet, or pending       any                        none         no
    accepted                       no                         none         no
    accepted                       yes                        not theirs   no
    expired                        any                        expired      yes
    gone without being accepted    no                         none         no
    gone without being accepted    yes                        withdrawn    yes
    """
    offer = invitation_of(invited)
    if offer is None:
        gone = _was_read_since(invited)
        return (WITHDRAWN, True) if gone else ("", False)
    if offer.status == _EXPIRED and offer.accepted_at is None:
        return EXPIRED, True
    assert invited.connection is not None  # noqa: S101 - a constraint says so
    read_from = situation.members_read_from(invited.connection)
    if offer.accepted_at is not None or offer.status == _ACCEPTED:
        since = offer.accepted_at or offer.began_at
        return (NOT_THEIRS, False) if read_from and read_from > since else ("", False)
    if offer.ended_at is not None:
        is_known = read_from is not None and read_from >= offer.ended_at
        return (WITHDRAWN, True) if is_known else ("", False)
    return "", False


def _was_read_since(invited: ProvisioningOperation) -> bool:
    assert invited.connection is not None  # noqa: S101 - a constraint says so
    reads = (
        situation.invitations_read_from(invited.connection),
        situation.members_read_from(invited.connection),
    )
    return invited.done_at is not None and all(one and one > invited.done_at for one in reads)
