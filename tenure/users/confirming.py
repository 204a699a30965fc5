"""The proofs a user can give again: password, authenticator app, passkey. Recovery codes are for
coming back in, not for this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.http import HttpRequest

from tenure.lib.errors import TooMany
from tenure.users.actors import actor_of_user
from tenure.users.models import User
from tenure.users.operations.record_refused_confirmation import record_refused_confirmation
from tenure.users.passkeys import AuthenticatePasskeyForm

_LIMITS = {"confirm": "20/5m/ip,5/5m/key"}


@dataclass(frozen=True, slots=True)
class Proofs:
    """What a user has to prove themselves with."""

    password: bool
    code: bool
    passkey: bool

    def __bool__(self) -> bool:
        return self.password or self.code or self.passkey


def proofs_of(user: User) -> Proofs:
    types = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return Proofs(
        password=user.has_usable_password(),
        code=Authenticator.Type.TOTP in types,
        passkey=Authenticator.Type.WEBAUTHN in types,
    )


def passkey_options(user: User) -> dict[str, Any]:
    """The challenge for the browser; it is remembered in the session."""
    return {"request_options": begin_authentication(user)}


def proven_by(request: HttpRequest, user: User) -> str | None:
    """The method by which this POST proves the user; None when it does not. Five tries in five
    minutes, whichever the method, then TooMany."""
    usage = ratelimit.consume(
        request, app="tenure.users", action="confirm", config=_LIMITS, key=str(user.pk)
    )
    if usage is None:
        raise TooMany("Too many tries; wait five minutes, then try again.")
    method = _method(request, user)
    if method is not None:
        usage.rollback()
    else:
        record_refused_confirmation(
            user_ref=user.ref,
            address=get_adapter(request).get_client_ip(request),
            actor=actor_of_user(user),
        )
    return method


def _method(request: HttpRequest, user: User) -> str | None:
    posted = request.POST
    if password := posted.get("password"):
        return "password" if user.check_password(password) else None
    if code := posted.get("code"):
        app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
        return "totp" if app is not None and app.wrap().validate_code(code.strip()) else None
    if posted.get("credential"):
        return "webauthn" if AuthenticatePasskeyForm(posted, user=user).is_valid() else None
    return None
