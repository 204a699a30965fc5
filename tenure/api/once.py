"""Idempotency-Key: the same request sent twice makes one thing, and is answered alike.

The answer is written in the transaction that makes the thing, so there is no moment in which one is
there without the other. A second request that comes while the first is at work waits for it. What
was refused is not remembered: mended, it may come again with its key.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from ninja.operation import Operation

from tenure.api.models import RememberedAnswer
from tenure.api.problems import KeyReused
from tenure.lib.clock import now
from tenure.lib.endpoints import demand_of
from tenure.lib.errors import Invalid, NotAllowed
from tenure.lib.web import ActorRequest
from tenure.users.models import ApiToken

REMEMBERED_FOR = timedelta(hours=24)
_KEY = re.compile(r"[!-~]{1,255}")


def once(operation: Operation) -> Callable[..., Any]:
    """The view of a creating endpoint, honouring the key."""
    make, demand = operation.view_func, demand_of(operation.view_func)
    assert demand is not None  # noqa: S101 - only what declares that it creates comes here
    permission = demand.permission

    @wraps(make)
    def made_once(request: ActorRequest, **values: Any) -> Any:  # noqa: ANN401 - the endpoint's own
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return make(request, **values)
        if not _KEY.fullmatch(key):
            raise Invalid(
                "Let the Idempotency-Key be 1 to 255 printable ASCII characters, such as a UUID.",
                field="Idempotency-Key",
            )
        with transaction.atomic():
            answer, is_new = _claim(key, request)
            covered = request.actor.connections_where(permission)
            if not is_new:
                _check_covers_still(answer, covered, permission)
                return _again(answer)
            answer.covered = None if covered is None else sorted(covered)
            result = make(request, **values)
            blank = operation.api.create_temporal_response(request)
            response = operation._result_to_response(request, result, blank)
            answer.status = response.status_code
            answer.body = response.content.decode()  # type: ignore[attr-defined] # never streamed
            answer.save(update_fields=["status", "body", "covered"])
            return response

    return made_once


def forget_old_answers() -> None:
    """After a day a key is new again."""
    RememberedAnswer.objects.filter(at__lte=now() - REMEMBERED_FOR).delete()


def _claim(key: str, request: ActorRequest) -> tuple[RememberedAnswer, bool]:
    """The row of this key, and whether it is new; KeyReused when it came with another request."""
    instant, digest = now(), _digest(request)
    forget_old_answers()
    token = ApiToken.objects.only("pk").get(ref=request.actor.id)
    try:
        with transaction.atomic():
            new = RememberedAnswer.objects.create(token=token, key=key, digest=digest, at=instant)
    except IntegrityError:
        answer = RememberedAnswer.objects.get(token=token, key=key)
        if answer.digest != digest:
            raise KeyReused(
                "This Idempotency-Key came with another request; send a new one."
            ) from None
        return answer, False
    return new, True


def _check_covers_still(
    answer: RememberedAnswer, covered: frozenset[str] | None, permission: str
) -> None:
    """The door has seen that the permission is held somewhere; the answer may tell of elsewhere."""
    if covered is None or (answer.covered is not None and covered.issuperset(answer.covered)):
        return
    raise NotAllowed(
        f"The permission {permission} covers less than when this was answered; send it with a new "
        "Idempotency-Key, or ask an admin."
    )


def _again(answer: RememberedAnswer) -> HttpResponse:
    response = HttpResponse(
        answer.body, status=answer.status, content_type="application/json; charset=utf-8"
    )
    response["Idempotency-Replayed"] = "true"
    return response


def _digest(request: HttpRequest) -> str:
    """What was asked. Of a form its parts: their boundary is another each time it is sent."""
    said = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if not request.FILES and not request.POST:
        said.update(request.body)
        return said.hexdigest()
    for name, values in sorted(request.POST.lists()):
        said.update(repr((name, values)).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            said.update(repr((name, file.size)).encode())
            for chunk in file.chunks():
                said.update(chunk)
            file.seek(0)
    return said.hexdigest()
