"""Version 1 of the API, put together from what the slices declare."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, wraps
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI, Router
from ninja.errors import ValidationError
from ninja.operation import Operation

from tenure.access_requests.api import offered, requests
from tenure.api.doors import Token
from tenure.api.once import once
from tenure.api.problems import MEDIA_TYPE, TITLES, catch
from tenure.audit.api import endpoints as audit
from tenure.compliance.api import calendar, findings, tests
from tenure.connections.api import endpoints as connections
from tenure.evidence.api import endpoints as evidence
from tenure.exports.api import endpoints as exports
from tenure.inventory.api import (
    accounts,
    credentials,
    events,
    groups,
    linking,
    marks,
    projects,
    roles,
    runs,
)
from tenure.inventory.api import people as people_with_accounts
from tenure.lib.endpoints import Problem, demand_of
from tenure.notifications.api import endpoints as notifications
from tenure.offboarding.api import endpoints as offboarding
from tenure.people.api import endpoints as people
from tenure.provisioning.api import endpoints as provisioning
from tenure.reviews.api import campaigns, deciding
from tenure.webhooks.api import endpoints as webhooks

PREFIX = "/api/v1"
SLICES: tuple[Router, ...] = (
    connections,
    runs,
    events,
    accounts,
    marks,
    linking,
    groups,
    roles,
    credentials,
    projects,
    people_with_accounts,
    people,
    tests,
    findings,
    calendar,
    provisioning,
    offboarding,
    campaigns,
    deciding,
    requests,
    offered,
    evidence,
    notifications,
    webhooks,
    audit,
    exports,
)
_SAYS = """\
Everything that Tenure's pages show and do today. Send `Authorization: Bearer TOKEN`; lists come in
pages; refusals are problem documents with a stable `type`. docs/api.md tells the rest."""


class Api(NinjaAPI):
    """Names operations by their function: that is the name everything else has too."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


def assemble(*slices: Router) -> Api:
    """The API of these slices: each endpoint behind its own door."""
    made = Api(
        title="Tenure",
        version="1",
        description=_SAYS,
        openapi_url="",
        docs_url=None,
        urls_namespace="api",
    )
    catch(made)
    for endpoints in slices:
        made.add_router("", endpoints)
    for operation in operations_of(made):
        demand = demand_of(operation.view_func)
        operation.auth_callbacks = [Token(demand)]
        if demand is not None and demand.creates:
            operation.view_func = once(operation)
        operation.view_func = nothing_unknown(operation)
    return made


def nothing_unknown(operation: Operation) -> Callable[..., Any]:
    """The view, which refuses a filter that there is not: ignored, it would show what nobody asked
    for."""
    view = operation.view_func
    known = {
        name
        for model in operation.models
        if model.__ninja_param_source__ == "query"
        for name in model.__ninja_flatten_map__
    }

    @wraps(view)
    def strict(request: HttpRequest, **values: Any) -> Any:  # noqa: ANN401 - the endpoint's own
        if unknown := sorted(set(request.GET) - known):
            raise ValidationError(
                [{"loc": ("query", name), "msg": "There is no such filter"} for name in unknown]
            )
        return view(request, **values)

    return strict


def operations_of(made: NinjaAPI) -> Iterator[Operation]:
    """Every operation there is."""
    for bound in made._get_bound_routers():
        for view in bound.path_operations.values():
            yield from view.operations


api = assemble(*SLICES)


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document, with how each operation may be refused."""
    told = dict(api.get_openapi_schema(path_prefix=PREFIX))
    told["components"]["schemas"] |= _schemas_of_problems()
    refusal = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    refusals = {operation.view_func.__name__: operation for operation in operations_of(api)}
    for methods in told["paths"].values():
        for said in methods.values():
            if said["description"] == f"{said['summary']}.":
                del said["description"]  # the library's, where we have nothing to add
            demand = demand_of(refusals[said["operationId"]].view_func)
            for status in sorted(demand.refuses if demand else ()):
                said["responses"][status] = {"description": _WHY[status], "content": refusal}
    return told


_WHY = {
    400: TITLES["invalid"],
    401: TITLES["no-token"],
    403: "The token or its user may not do this",
    404: TITLES["not-found"],
    409: TITLES["conflict"],
    413: TITLES["too-large"],
    422: TITLES["malformed"],
    429: TITLES["too-many"],
}


def _schemas_of_problems() -> dict[str, Any]:
    schema = Problem.model_json_schema(
        ref_template="#/components/schemas/{model}", mode="serialization"
    )
    return {**schema.pop("$defs"), "Problem": schema}
