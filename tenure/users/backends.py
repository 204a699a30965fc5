"""Who an e-mail address is, by our own rule of which spellings are the same."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import ResetPasswordForm as LibraryResetPasswordForm

from tenure.lib.text import fold_email
from tenure.users.models import User


class EmailBackend(AuthenticationBackend):  # type: ignore[misc] # the library is untyped
    """Signs in by e-mail and password; an unknown address takes as long as a wrong password."""

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        user = User.objects.filter(email_key=fold_email(email)).first()
        checked: User | None = self._check_password(user, password)
        return checked


class ResetPasswordForm(LibraryResetPasswordForm):  # type: ignore[misc] # the library is untyped
    """Finds the user by the same rule; says the same whether there is one or not."""

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        self.users = list(User.objects.filter(email_key=fold_email(email), is_active=True))
        return email
