"""How remediation is said: what a person is to do by hand, and what became of a thing."""

from __future__ import annotations

from tenure.reviews.models import Decision, ReviewItem

_PROOF = "Then say here that it is done, and add what shows it."


def right(item: ReviewItem) -> str:
    """What somebody has, in a few words: "owner of Search through the group ML platform"."""
    if item.kind == ReviewItem.Kind.CREDENTIAL:
        return f"the key {item.thing_name or item.hint or item.thing_id}"
    if item.kind == ReviewItem.Kind.INVITATION:
        return f"the invitation of {item.thing_name}"
    if item.kind == ReviewItem.Kind.SERVICE_ACCOUNT:
        return f"the service account {item.account_name or item.principal_id}"
    if item.path == ReviewItem.Path.MEMBERSHIP:
        return f"a place in the group {item.via_name}"
    role = item.role_name or item.role or "an unknown role"
    where = item.resource_name if item.path != ReviewItem.Path.ORGANIZATION else ""
    said = f"{role} of {where or 'the organization'}"
    return f"{said} through the group {item.via_name}" if item.via_name else said


def instructions(item: ReviewItem) -> str:
    """What is to be done by hand, where, and what to do then."""
    where = f" in {item.connection}"
    if item.decision == Decision.CHANGE:
        return (
            f"Give {item} the role {item.to_role} instead of {right(item)}{where}, because: "
            f"{item.reason} {_PROOF}"
        )
    if item.is_scim_managed and item.path != ReviewItem.Path.DIRECT:
        what = f"from the group {item.via_name}" if item.via_name else "from the application"
        return (
            f"{item} is managed by your identity provider: remove them {what} there, or it brings "
            f"them back. {_PROOF}"
        )
    return f"Take {right(item)} away from {item}{where}, because: {item.reason} {_PROOF}"


def went_away(item: ReviewItem) -> str:
    """That nothing is left to do."""
    return f"{right(item)[:200]} was gone already when this was planned."
