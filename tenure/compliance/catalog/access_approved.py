"""Was everybody's new access approved, or is it at least known who gave it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery

from tenure.access_requests.models import AccessRequest
from tenure.compliance.definition import Coverage, Definition, Failing, Input, Limits
from tenure.compliance.population import judged_accounts
from tenure.connections.models import Connection
from tenure.inventory.models import AccountLink, Explanation, Grant, KnownBy, SyncRun
from tenure.provisioning.models import ProvisioningOperation

_LISTS = ("project_users", "group_users")
_REQUEST, _BY, _CHANGE = "Approved request", "Given by", "Given by Tenure because"


def failing(at: datetime, limits: Limits) -> Iterator[Failing]:
    """Places in projects and groups that came since and that nobody stands behind."""
    if not_applicable(at, limits):
        return
    alone = _new().filter(~_approved(), ~_told(), ~_by_tenure())
    held = AccountLink.objects.filter(
        account=OuterRef("account"), state=AccountLink.State.CONFIRMED
    )
    alone = alone.annotate(person=Subquery(held.values("person")[:1]))
    related = ("account__connection", "entitlement__resource")
    for grant in alone.select_related(*related).order_by("id").iterator(chunk_size=2000):
        account, entitlement = grant.account, grant.entitlement
        assert account is not None  # noqa: S101 - filtered
        source = account.connection.name
        yield Failing(
            subject=f"grant:{grant.ref}",
            since=grant.began_at,
            connection_id=account.connection_id,
            account_id=account.pk,
            person_id=grant.person,
            inputs=(
                Input("Account", account.external_id, source, account.began_at),
                Input("Resource", str(entitlement.resource), source),
                Input("Role", str(entitlement), source),
                Input("Began at", grant.began_at.isoformat(), source, grant.began_at),
                Input(_REQUEST, None, "Tenure"),
                Input(_BY, None, source),
                Input(_CHANGE, None, "Tenure"),
            ),
        )


def _new() -> QuerySet[Grant]:
    """What people hold themselves now and came to hold after their connection was first read."""
    first = (
        SyncRun.objects.filter(
            connection=OuterRef("account__connection"), status=SyncRun.Status.COMPLETE
        )
        .order_by()
        .values("connection")
        .annotate(first=Min("finished_at"))
        .values("first")
    )
    held = Grant.objects.filter(
        account__in=judged_accounts().order_by().values("pk"),
        collection__kind__in=_LISTS,
        entitlement__resource__is_out_of_scope=False,
        ended_at=None,
    ).exclude(account__connection__state=Connection.State.DISCONNECTED)
    unseen = Q(began_known_by=KnownBy.BETWEEN_READS, began_not_before=None)
    return (
        held.exclude(unseen).alias(first_read=Subquery(first)).filter(began_at__gt=F("first_read"))
    )


def _approved() -> Q:
    """A request of theirs for that role of that thing, which held when it began."""
    mine = AccessRequest.objects.filter(
        Q(role=OuterRef("entitlement__external_id")) | Q(role=""),
        Q(over_at=None) | Q(over_at__gte=OuterRef("began_at")),
        account=OuterRef("account"),
        resource=OuterRef("entitlement__resource"),
        approved_at__isnull=False,
    )
    return Q(Exists(mine))


def _told() -> Q:
    """The provider's log names who gave it."""
    said = Explanation.objects.filter(moment="grant_began", row_id=OuterRef("pk"))
    nobody = Q(event__actor_email="", event__by_account=None, event__actor_id="", event__key_id="")
    return Q(Exists(said.exclude(nobody)))


def _by_tenure() -> Q:
    """A change of Tenure's gave it, and its reason is kept with that."""
    given = ProvisioningOperation.objects.exclude(action=ProvisioningOperation.Action.REMOVE)
    mine = given.filter(
        account=OuterRef("account"),
        parent_id=OuterRef("entitlement__resource__external_id"),
        done_at__isnull=False,
    )
    return Q(Exists(mine))


def coverage(_at: datetime, _limits: Limits) -> Coverage:
    count = _new().count()
    return Coverage(of=count, judged=count, what="places that are new", may_be_none=True)


def not_applicable(_at: datetime, _limits: Limits) -> str:
    """Before anybody asks through Tenure, there is nothing to hold access against."""
    is_used = AccessRequest.objects.filter(approved_at__isnull=False).exists()
    return "" if is_used else "No access request has been approved in Tenure yet."


def verdict(inputs: Mapping[str, Any], _at: datetime) -> bool:
    """Failing when it was not approved, and nobody is known to have given it."""
    return not (inputs[_REQUEST] or inputs[_BY] or inputs[_CHANGE])


def sentence(inputs: Mapping[str, Any], who: str, _at: datetime) -> str:
    what = f"{inputs['Role']} of {inputs['Resource']}"
    return f"{who} is {what}, and nobody approved that or is known to have given it."


TEST = Definition(
    slug="access-approved",
    title="New access was approved",
    question=(
        "Does everybody who came to be in a project or a group since Tenure first read it have an "
        "approved request, or is it known who put them there?"
    ),
    why_it_matters=(
        "Auditors take a sample of new access and ask who approved it. What was given in the "
        "provider's console leaves no approval unless somebody says why."
    ),
    how_to_fix=(
        "Open the account and see what it came to have",
        "If they need it, let them ask for it, so that it is approved",
        "If not, take it away; or exempt the finding with who approved it elsewhere",
        "Connect with a key that may read the provider's log, so that it is known who gives access",
    ),
    rule=(
        "A place in a project or a group that began after the first complete sync has an approved "
        "request that held then, a change made by Tenure, or somebody named by the provider's log."
    ),
    sla_days=5,
    sla_unit="business",
    controls=("SOC2:CC6.1", "SOC2:CC6.2", "SOC2:CC6.3", "ISO27001:A.5.15", "NIST:AC-2"),
    failing=failing,
    coverage=coverage,
    verdict=verdict,
    sentence=sentence,
    not_applicable=not_applicable,
    collections=("users",),
    completes=("projects", "groups", *_LISTS),
    needs_people=False,
)
