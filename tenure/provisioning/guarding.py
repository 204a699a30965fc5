"""What never goes, or sinks, without somebody meaning it, by the inventory and by the provider.

An owner is the last one when no other can be found who is one at the provider at this moment. The
inventory says whom to look up; whoever is being removed at the moment does not count.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q

from tenure.connections.connecting import CannotChange, check_may_change
from tenure.connections.models import Connection, ConnectionKey
from tenure.connectors.changing import Sight, Target
from tenure.inventory.models import Account, Credential
from tenure.lib.text import fold_email
from tenure.people.resolving import person_refs_of_user
from tenure.provisioning import words
from tenure.provisioning.models import ProvisioningOperation
from tenure.users.models import User
from tenure.users.reading import holders_of

Block = ProvisioningOperation.Block
State = ProvisioningOperation.State
Refusal = tuple[ProvisioningOperation.Block, str]
OWNER = words.OWNER
# Other owners that are looked up before giving up; the inventory may be minutes old.
_LOOKED_UP = 5


def refusal(
    operation: ProvisioningOperation, *, seen: Sight, look: Callable[[Target], Sight]
) -> Refusal | None:
    """Why this is not to be sent; None when nothing speaks against it."""
    if operation.action == operation.Action.ADD:
        return None
    if operation.target_kind == operation.Kind.MEMBER:
        return _of_member(operation, seen, look)
    if operation.target_kind == operation.Kind.ADMIN_KEY and _is_ours(operation):
        return Block.KEY_OWNER, words.OUR_KEY
    return None


def takes_owner(operation: ProvisioningOperation) -> bool:
    """Whether whoever it is about owns the organization no more afterwards."""
    is_member = operation.target_kind == operation.Kind.MEMBER
    lowers = operation.action == operation.Action.CHANGE and operation.role != OWNER
    return is_member and (operation.is_removal or lowers)


def gives_owner(operation: ProvisioningOperation) -> bool:
    """Whether somebody comes to own the organization."""
    of_all = (operation.Kind.MEMBER, operation.Kind.INVITATION)
    is_given = not operation.is_removal and operation.target_kind in of_all
    return is_given and operation.role == OWNER


def is_of_owner(operation: ProvisioningOperation) -> bool:
    """Whether the organization gets or loses an owner, as far as is known when it is planned."""
    loses = takes_owner(operation) and operation.known.role == OWNER
    return loses or gives_owner(operation)


def needs_approval(operation: ProvisioningOperation, seen: Sight) -> bool:
    """Whether an owner would go whom nobody knew as one when it was planned, or would come."""
    would = gives_owner(operation) or (takes_owner(operation) and _owns(seen))
    return would and not operation.approved_by_person


def needs_second_person(operation: ProvisioningOperation) -> bool:
    """Owners, and what runs by itself."""
    is_machine = operation.target_kind == operation.Kind.SERVICE_ACCOUNT
    return is_of_owner(operation) or (operation.is_removal and is_machine)


def second_person_exists(asked: str) -> bool:
    """Whether anybody may approve who is known to be another person than who asks, as
    `saying.behind` has it.
    """
    if not asked:
        return False
    keys = [fold_email(holder.email) for holder in holders_of("provisioning.approve")]
    # By the tie or by the address, as their own requests are judged.
    people = (person_refs_of_user(user).first() for user in User.objects.filter(email_key__in=keys))
    return any(ref is not None and str(ref) != asked for ref in people)


def _of_member(
    operation: ProvisioningOperation, seen: Sight, look: Callable[[Target], Sight]
) -> Refusal | None:
    connection = operation.connection
    assert connection is not None  # noqa: S101 - a constraint says so
    kept = _of_account(connection, operation)
    if kept is not None or not takes_owner(operation):
        return kept
    keys = ConnectionKey.objects.filter(connection=connection)
    if keys.filter(owner_id=operation.target_id).exists():
        return Block.KEY_OWNER, words.KEY_OWNER if operation.is_removal else words.KEY_OF_OWNER
    if _owns(seen) and not _another_owner(connection, operation, look):
        return Block.LAST_OWNER, words.LAST_OWNER
    return None


def _of_account(connection: Connection, operation: ProvisioningOperation) -> Refusal | None:
    account = Account.objects.filter(connection=connection, external_id=operation.target_id).first()
    if account is None:
        return None
    if account.is_break_glass:
        return Block.BREAK_GLASS, words.BREAK_GLASS
    if account.is_default:
        return Block.DEFAULT_ACCOUNT, words.DEFAULT_ACCOUNT
    if account.kind == Account.Kind.SERVICE:
        return Block.SERVICE, words.SERVICE if operation.is_removal else words.SERVICE_ROLE
    return None


def refusal_at_the_end(operation: ProvisioningOperation, sight: Sight) -> Refusal | None:
    """What may have changed since it was read, asked while nobody else of the connection can send:
    two owners must not go at once because each counts on the other.
    """
    connection = operation.connection
    assert connection is not None  # noqa: S101 - a constraint says so
    connection.refresh_from_db(fields=["state", "removal_is_on"])
    try:
        check_may_change(connection)
    except CannotChange as no:
        return Block.ASLEEP if no.why == "asleep" else Block.REMOVAL_OFF, str(no)
    loses = takes_owner(operation) and _owns(sight)
    if loses and not others_who_own(connection, operation.target_id):
        return Block.LAST_OWNER, words.LAST_OWNER
    return None


def others_who_own(connection: Connection, target_id: str) -> list[str]:
    """Provider ids of other owners, but for those whom an operation is about to remove or lower."""
    lowers = Q(action=ProvisioningOperation.Action.CHANGE) & ~Q(role=OWNER)
    going = ProvisioningOperation.objects.filter(
        Q(action=ProvisioningOperation.Action.REMOVE) | lowers,
        connection=connection,
        target_kind=ProvisioningOperation.Kind.MEMBER,
        sent_at__isnull=False,
        state__in=[State.RUNNING, State.DONE],
    )
    owners = Account.objects.filter(
        connection=connection, role=OWNER, status=Account.Status.ACTIVE, kind=Account.Kind.PERSON
    ).exclude(external_id=target_id)
    rest = owners.exclude(external_id__in=going.values("target_id"))
    return list(rest.order_by("pk").values_list("external_id", flat=True)[:_LOOKED_UP])


def _another_owner(
    connection: Connection, operation: ProvisioningOperation, look: Callable[[Target], Sight]
) -> bool:
    for other in others_who_own(connection, operation.target_id):
        if _owns(look(Target(kind="member", id=other))):
            return True
    return False


def _owns(sight: Sight) -> bool:
    return sight.identity is not None and sight.identity.role == OWNER


def _is_ours(operation: ProvisioningOperation) -> bool:
    """Providers show the end of a key, and we keep the last four characters of ours."""
    key = Credential.objects.filter(
        connection=operation.connection, external_id=operation.target_id
    ).first()
    owner = key.principal_id if key else operation.known.owner_id
    hint = (key.hint if key else operation.known.hint) or ""
    ours = ConnectionKey.objects.filter(connection=operation.connection, owner_id=owner)
    return any(one.hint and hint.endswith(one.hint) for one in ours)
