"""Refusals as problem documents (RFC 9457). Their `type` is a contract: programs decide by it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.log import log_response
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from tenure.lib.endpoints import Mistake, Problem
from tenure.lib.errors import DomainError, NotAllowed, TooMany
from tenure.lib.secrets import redact

MEDIA_TYPE = "application/problem+json"

# The end of `urn:tenure:…`, and what it means whatever the request was.
TITLES = {
    "invalid": "The request makes no sense",
    "malformed": "The request does not have the right shape",
    "no-token": "A live token is needed",
    "scope-missing": "The token has not the scope for this",
    "not-allowed": "The token's user may not do this",
    "re-authenticate": "A human has to do this",
    "not-found": "No such thing, or not yours to see",
    "method-not-allowed": "This address takes another method",
    "conflict": "It is no longer in the state you saw",
    "key-reused": "The Idempotency-Key belongs to another request",
    "too-large": "The request is too large",
    "too-many": "Too many requests",
    "unreachable": "The provider did not do as asked",
    "broken": "Something broke on our side",
}


class ScopeMissing(NotAllowed):
    """The user may, perhaps; this token was not made for it."""

    kind = "scope-missing"


class KeyReused(DomainError):
    """An Idempotency-Key that came with another request before."""

    status = 422
    kind = "key-reused"


class SlowDown(TooMany):
    """A token that asked too often; `wait` seconds from now it may again."""

    def __init__(self, message: str, *, wait: int) -> None:
        super().__init__(message)
        self.wait = wait


def problem(
    kind: str, status: int, detail: str, *, field: str | None = None, errors: Sequence[Mistake] = ()
) -> HttpResponse:
    """The document, with whatever looks like a key taken out."""
    said = Problem(
        type=f"urn:tenure:{kind}",
        title=TITLES[kind],
        status=status,
        detail=redact(detail),
        field=field,
        errors=list(errors),
    )
    answer = HttpResponse(said.model_dump_json(), status=status, content_type=MEDIA_TYPE)
    answer["Cache-Control"] = "no-store"
    return answer


def refused(_request: HttpRequest, refusal: DomainError) -> HttpResponse:
    """What operations and queries raise."""
    answer = problem(
        refusal.kind, refusal.status, str(refusal), field=getattr(refusal, "field", None)
    )
    if isinstance(refusal, SlowDown):
        answer["Retry-After"] = str(refusal.wait)
    if isinstance(refusal, ScopeMissing):
        answer["WWW-Authenticate"] = 'Bearer error="insufficient_scope"'
    return answer


def not_let_in(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    detail = "Send a token that is neither revoked nor expired as Authorization: Bearer TOKEN."
    answer = problem("no-token", 401, detail)
    answer["WWW-Authenticate"] = "Bearer"
    return answer


def malformed(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    mistakes = [
        Mistake(
            field=_place(one["loc"]),
            message=redact(str(one["msg"]).removeprefix("Value error, ")),
        )
        for one in error.errors
    ]
    where = ", ".join(mistake.field for mistake in mistakes)
    return problem("malformed", 422, f"Mend {where} and send it again.", errors=mistakes)


def _place(steps: tuple[object, ...]) -> str:
    """`query.limit`, `body.reason`: without what our function calls the body."""
    source, *rest = map(str, steps)
    return ".".join([source, *(rest[1:] if source == "body" else rest)])


def unparsable(_request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the library refuses by itself: a body that is not what it says it is."""
    detail = f"{error.message}; send what the endpoint takes."
    return problem("malformed", error.status_code, detail)


def too_large(_request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    return problem("too-large", 413, "Send less at once.")


def nowhere(_request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    return problem("not-found", 404, "There is no such address; /api/v1/docs lists all there are.")


def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """A defect: told to the log as any other, and to the client in one sentence."""
    got_request_exception.send(sender=None, request=request)
    detail = "Try again; if it stays, tell whoever runs Tenure, who finds it in the log."
    answer = problem("broken", 500, detail)
    log_response(
        "%s: %s",
        "Internal Server Error",
        request.path,
        response=answer,
        request=request,
        exception=error,
    )
    return answer


def catch(api: NinjaAPI) -> None:
    """Every way in which an endpoint can be refused, in the one place that catches it."""
    handlers: dict[type[Exception], Callable[..., Any]] = {
        DomainError: refused,
        AuthenticationError: not_let_in,
        ValidationError: malformed,
        HttpError: unparsable,
        RequestDataTooBig: too_large,
        Http404: nowhere,
        Exception: broken,
    }
    for raised, handler in handlers.items():
        api.add_exception_handler(raised, handler)
