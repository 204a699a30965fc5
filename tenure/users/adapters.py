"""Where the sign-in library asks us: sessions, mails, addresses, secrets at rest."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import msgspec
import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from qrcode.image.svg import SvgPathFillImage

from tenure.lib import structs
from tenure.lib.secrets import Envelope
from tenure.notifications.operations.send_mail import send_mail
from tenure.users.actors import TENURE, actor_of_user
from tenure.users.entering import begin_session, note_refusal, with_theme
from tenure.users.models import User
from tenure.users.operations.record_security_change import CHANGES, record_security_change

_CONTEXT = "second factor"

_envelope = structs.decoder(Envelope)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # the library is untyped
    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the library's signature
        """People come in by invitation only."""
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        """The proof just given counts as a confirmation for ten minutes."""
        record = (get_authentication_records(request, user) or [{}])[-1]
        begin_session(request, user, method=record.get("type") or record.get("method", "password"))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ANN401 - the library's signature
        """After the library's own count of attempts, so that nobody floods the log."""
        note_refusal(request, typed=credentials.get("email") or credentials.get("username") or "")

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        note_refusal(request, typed=user.email)
        answer: HttpResponse = super().respond_user_inactive(request, user)
        return answer

    def post_login(self, request: HttpRequest, user: User, **hints: Any) -> HttpResponse:  # noqa: ANN401 - the library's signature
        return with_theme(super().post_login(request, user, **hints), user)

    def is_reauthentication_required(self, *, app: str, **_: Any) -> bool:  # noqa: ANN401, ARG002 - the library's signature
        """Never theirs: our own guard stands before the views that need it."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The library's only mail that is not a notification is the password reset."""
        if template_prefix != "account/email/password_reset_key":
            raise LookupError(f"Tenure has no words for the mail {template_prefix}.")
        send_mail(
            to=context["user"].email,
            kind="password_reset",
            fields={"email": email, "url": context["password_reset_url"]},
            actor=TENURE,
        )

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Made from our public address, never from what the request calls us."""
        uid, _, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
        return f"{settings.TENURE_PUBLIC_URL}{path}"

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,  # noqa: ARG002 - the library's signature
        email: str | None = None,  # noqa: ARG002 - the library's signature
    ) -> None:
        """A change of how somebody signs in: audited, and told to them by mail."""
        change = template_prefix.rpartition("/")[2]
        if change in CHANGES:
            record_security_change(
                user_ref=user.ref,
                change=change,
                address=self.get_client_ip(self.request),
                actor=actor_of_user(user),
            )


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc] # the library is untyped
    def encrypt(self, text: str) -> str:
        """The secrets of authenticator apps and recovery codes, sealed under the root key."""
        envelope = settings.TENURE_ROOT_KEYS.seal(text, context=_CONTEXT)
        return msgspec.json.encode(envelope).decode()

    def decrypt(self, encrypted_text: str) -> str:
        envelope = _envelope.decode(encrypted_text)
        opened: str = settings.TENURE_ROOT_KEYS.open(envelope, context=_CONTEXT)
        return opened

    def build_totp_svg(self, url: str) -> str:
        """Black on white also where the page is dark."""
        picture = qrcode.make(url, image_factory=SvgPathFillImage)
        return str(picture.to_string(encoding="unicode"))

    def get_totp_issuer(self) -> str:
        return f"Tenure {settings.TENURE_ORGANIZATION_NAME}".strip()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the public address, whatever name this request came by."""
        host = urlsplit(settings.TENURE_PUBLIC_URL).hostname or "localhost"
        return {"id": host, "name": self.get_totp_issuer()}
