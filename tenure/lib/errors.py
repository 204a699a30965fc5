"""Refusals. Operations raise them; each surface renders them in its own way.

DomainError
  + Invalid       400  the input makes no sense
  + NotAllowed    403  the actor may not do this
  + Reauthenticate 403 the actor may, after proving again who they are
  + NotFound      404  no such thing, or not yours to see
  + Conflict      409  the thing is no longer in the state you saw
  + TooLarge      413  send less at once
  + TooMany       429  slow down
  + Unreachable   502  the provider could not be reached or does not permit it

Every message is one sentence that says what to do.
"""

from __future__ import annotations


class DomainError(Exception):
    """Something the product refuses to do, told to whoever asked."""

    status = 400
    kind = "invalid"


class Invalid(DomainError):
    """The input makes no sense; `field` names the one to mend, when there is one."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class NotAllowed(DomainError):
    status = 403
    kind = "not-allowed"


class Reauthenticate(NotAllowed):
    """The session is fine but too old for something dangerous."""

    kind = "re-authenticate"


class NotFound(DomainError):
    status = 404
    kind = "not-found"


class Conflict(DomainError):
    status = 409
    kind = "conflict"


class TooLarge(DomainError):
    status = 413
    kind = "too-large"


class TooMany(DomainError):
    status = 429
    kind = "too-many"


class Unreachable(DomainError):
    """The provider did not answer, or answered that we may not."""

    status = 502
    kind = "unreachable"
