"""The lists below others: which there are, and which of them can be read.

A list may be one resource's, such as the members of a project; one principal's, such as the roles
of a user; or a pair's, such as the roles of a group in a project. Lists of single users' roles are
as many as there are users, and the provider has no other way to tell: of those, a few at a time,
and only where there are other roles than the predefined ones, which the lists of users tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.db.models import Exists, OuterRef, Q, QuerySet

from tenure.connections.models import Connection
from tenure.connectors.base import CollectionKind
from tenure.connectors.registry import connectors
from tenure.inventory.models import Account, Collection, Entitlement, Grant, Resource
from tenure.lib.clock import now

# The kinds of lists below which there are more, and what their rows become.
RESOURCES = {
    "projects": Resource.Kind.PROJECT,
    "groups": Resource.Kind.GROUP,
    "identity_providers": Resource.Kind.IDENTITY_PROVIDER,
}
PAIRS = ("project_groups", "project_users")
PARENTS = frozenset({*RESOURCES, *PAIRS, "users"})
# Of lists of single users' roles, so many of a kind are begun, and asked for, in one run.
OF_USERS = ("users", "project_users")
LISTS_OF_USERS = ("user_roles", "project_user_roles")
FEW = 25
_AT_A_TIME = 2_000
# The parts of the key of a user's list; another one names a project.
_OF_ONE = 2


def kinds() -> dict[str, CollectionKind]:
    """Every kind of list that a connector has, by its name."""
    return {one.kind: one for made in connectors().values() for one in made.collection_kinds()}


def below(collection: str = "") -> Q:
    """Of lists below others; `collection` is the path to the list."""
    return Q(**{f"{collection}resource__isnull": False}) | ~Q(**{f"{collection}principal_id": ""})


def organization(connection: Connection) -> Resource:
    """The organization itself, of which some roles are."""
    found, _ = Resource.objects.get_or_create(
        connection=connection,
        kind=Resource.Kind.ORGANIZATION,
        external_id=connection.organization_id,
        defaults={"began_at": now(), "began_known_by": "between_reads"},
    )
    return found


def readable() -> Q:
    """Lists that can be read and are ours to read."""
    every = kinds().values()
    of_archived = [kind.kind for kind in every if kind.of_archived]
    of_users = [kind.kind for kind in every if kind.parent == "users"]
    # Once the provider has said that it tells nothing more of an archived project, it is not asked.
    still_told = Q(kind__in=of_archived) & ~Q(state="skipped")
    open_one = Q(resource__ended_at=None, resource__is_out_of_scope=False)
    open_one &= Q(resource__archived_at=None) | still_told
    there = Exists(
        Account.objects.filter(
            connection=OuterRef("connection"), external_id=OuterRef("principal_id")
        ).exclude(status=Account.Status.GONE)
    )
    is_user = Q(resource=None, kind__in=of_users) & Q(there)
    pair = Exists(
        Grant.objects.filter(
            collection__kind__in=PAIRS,
            collection__resource=OuterRef("resource"),
            principal_id=OuterRef("principal_id"),
            ended_at=None,
        )
    )
    return Q(resource=None, principal_id="") | (open_one & (Q(principal_id="") | Q(pair))) | is_user


def of_organization(connection: Connection, kinds: Sequence[str]) -> list[Collection]:
    """The lists of these kinds that are below no other, in this order; made where there is none."""
    known = {
        one.kind: one for one in Collection.objects.filter(connection=connection, key__in=kinds)
    }
    missing = [kind for kind in kinds if kind not in known]
    known |= {
        one.kind: one
        for one in Collection.objects.bulk_create(
            Collection(connection=connection, key=kind, kind=kind) for kind in missing
        )
    }
    return [known[kind] for kind in kinds]


def make_collections(connection: Connection, kinds: Sequence[CollectionKind]) -> int:
    """Write down the lists below others that have no row yet; how many."""
    made = 0
    for kind in kinds:
        if kind.parent:
            made += len(Collection.objects.bulk_create(_lacking(connection, kind)))
    return made


def make_lists_of_users(connection: Connection, keys: Iterable[str]) -> None:
    """Write down those of single users' roles among these, where they have no row yet."""
    wanted = {key for key in keys if key.split(":", 1)[0] in LISTS_OF_USERS}
    if not wanted:
        return
    known = Collection.objects.filter(connection=connection, key__in=wanted)
    parts = [key.split(":") for key in wanted.difference(known.values_list("key", flat=True))]
    ids = {one[1] for one in parts if len(one) > _OF_ONE}
    projects = Resource.objects.filter(connection=connection, kind="project", external_id__in=ids)
    by_id = {project.external_id: project for project in projects}
    Collection.objects.bulk_create(
        Collection(
            connection=connection,
            key=":".join(one),
            kind=one[0],
            resource=by_id.get(one[1]),
            principal_id=one[-1],
        )
        for one in parts
        if len(one) == _OF_ONE or one[1] in by_id
    )


def _lacking(connection: Connection, kind: CollectionKind) -> Iterable[Collection]:
    if kind.parent in RESOURCES:
        return _of_resources(connection, kind)
    found = _of_pairs(connection, kind) if kind.parent in PAIRS else _of_users(connection, kind)
    if kind.parent not in OF_USERS:
        return found
    waiting = Collection.objects.filter(connection=connection, kind=kind.kind, attempted_at=None)
    return islice(found, max(0, FEW - waiting.count()))


def without_list(kind: CollectionKind) -> QuerySet[Resource]:
    """What has no list of this kind yet and is to have one, of every connection."""
    there = Resource.objects.filter(
        kind=RESOURCES[kind.parent], ended_at=None, is_out_of_scope=False
    )
    if not kind.of_archived:
        there = there.filter(archived_at=None)
    return there.exclude(collections__kind=kind.kind)


def _of_resources(connection: Connection, kind: CollectionKind) -> Iterator[Collection]:
    for resource in without_list(kind).filter(connection=connection).only("external_id"):
        yield _collection(connection, kind, resource=resource)


def _of_pairs(connection: Connection, kind: CollectionKind) -> Iterator[Collection]:
    known = Collection.objects.filter(
        kind=kind.kind,
        resource=OuterRef("collection__resource"),
        principal_id=OuterRef("principal_id"),
    )
    pairs = Grant.objects.filter(
        ~Exists(known),
        collection__kind=kind.parent,
        collection__connection=connection,
        ended_at=None,
    )
    pairs = pairs.select_related("collection__resource").order_by("id")
    some: Iterable[Grant] = pairs.iterator(_AT_A_TIME)
    if kind.parent in OF_USERS:
        # Not all of them are taken, and a cursor that is not read to its end stays open.
        made_up = _made_up(resource=OuterRef("collection__resource"))
        some = pairs.filter(Exists(made_up))[:FEW]
    for pair in some:
        yield _collection(connection, kind, pair.collection.resource, pair.principal_id)


def _of_users(connection: Connection, kind: CollectionKind) -> Iterator[Collection]:
    known = Collection.objects.filter(
        connection=connection, kind=kind.kind, principal_id=OuterRef("external_id")
    )
    of_organization = {"connection": connection, "resource__kind": Resource.Kind.ORGANIZATION}
    accounts = (
        Account.objects.filter(~Exists(known), connection=connection)
        .filter(Exists(_made_up(**of_organization)))
        .exclude(status=Account.Status.GONE)
        .exclude(kind=Account.Kind.SERVICE)
        .order_by("id")
    )
    for external_id in accounts.values_list("external_id", flat=True)[:FEW]:
        yield _collection(connection, kind, principal_id=external_id)


def _made_up(**where: object) -> QuerySet[Entitlement]:
    """Roles that somebody of the organization has made."""
    return Entitlement.objects.filter(
        kind=Entitlement.Kind.ROLE, is_predefined=False, ended_at=None, **where
    )


def _collection(
    connection: Connection,
    kind: CollectionKind,
    resource: Resource | None = None,
    principal_id: str = "",
) -> Collection:
    whose = filter(None, (kind.kind, resource.external_id if resource else "", principal_id))
    return Collection(
        connection=connection,
        key=":".join(whose),
        kind=kind.kind,
        resource=resource,
        principal_id=principal_id,
    )
