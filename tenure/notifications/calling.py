"""Speaking to the service of a target, through a messenger that is a process of its own."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field

import msgspec
from django.conf import settings

from tenure.lib import structs
from tenure.lib.errors import DomainError, Invalid
from tenure.notifications import services
from tenure.notifications.messenger import Answer, Order

_PATIENCE = 45  # seconds
_answer = structs.decoder(Answer)
_COMMAND = (sys.executable, "-P", "-m", "tenure.notifications.messenger")
# Nothing of ours: no proxies, no secrets in variables, no home with a netrc in it.
_ENVIRONMENT = {"LANG": "C.UTF-8", "HOME": "/nonexistent"}


@dataclass(frozen=True, slots=True)
class Checked:
    """An address that Apprise can read, and what may be told of it."""

    url: str = field(repr=False)
    service: str
    tail: str


class NotTaken(Exception):
    """Why a message was not taken, as the end of a sentence."""


def check(url: str) -> Checked:
    """Look at an address that somebody typed, without calling it; Invalid when it cannot be one."""
    address = services.read(url, allow=settings.TENURE_PROVIDER_HOSTS_ALLOW)
    try:
        _order(url, address)
    except NotTaken as refused:
        raise Invalid(f"Look at the address once more: {refused}.", field="url") from None
    return Checked(url.strip(), address.slug, address.tail)


def send(url: str, *, title: str, body: str) -> None:
    """Raises NotTaken. What is allowed may have been narrowed since the address was kept."""
    try:
        address = services.read(url, allow=settings.TENURE_PROVIDER_HOSTS_ALLOW)
    except DomainError:
        raise NotTaken("its address is not allowed any more; see the settings") from None
    _order(url, address, title=title, body=body)


def _order(url: str, address: services.Address, *, title: str = "", body: str = "") -> None:
    order = Order(
        url=url.strip(),
        host=address.host,
        service=address.slug,
        allow=settings.TENURE_PROVIDER_HOSTS_ALLOW,
        title=title,
        body=body,
    )
    try:
        ran = subprocess.run(  # noqa: S603 - our own module; the order goes in by a pipe
            _COMMAND,
            input=msgspec.json.encode(order),
            env=_ENVIRONMENT,
            capture_output=True,
            timeout=_PATIENCE,
            check=True,
        )
        problem = _answer.decode(ran.stdout).problem
    except subprocess.TimeoutExpired:
        problem = f"the service did not answer within {_PATIENCE} seconds"
    except (OSError, subprocess.CalledProcessError, msgspec.MsgspecError):
        problem = "the messenger could not run; the operator finds out why in the log of the worker"
    if problem:
        raise NotTaken(problem)
