"""Our pages, and of the sign-in library's only those that we want: the rest does not exist."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import URLPattern, URLResolver, include, path

from tenure.users import doors, views
from tenure.users.permissions import View, public, signed_in
from tenure.users.reauthentication import reauthenticated


def _guarded(view: View) -> View:
    """Changing how one signs in asks who one is."""
    return signed_in(reauthenticated(view))


_ours = [
    path("auth/first-admin/<str:token>", doors.first_admin, name="first_admin"),
    path("auth/link/<str:token>", doors.sign_in_by_link, name="sign_in_by_link"),
    path("auth/invitation/<str:token>", doors.accept_invitation, name="accept_invitation"),
    path("auth/sessions", views.sessions, name="sessions"),
    path("auth/sessions/end-others", views.end_other_sessions, name="end_other_sessions"),
    path("auth/sessions/<str:ref>/end", views.end_session, name="end_session"),
    path("settings/tokens", views.tokens, name="tokens"),
    path("settings/tokens/new", views.new_token, name="new_token"),
    path("settings/tokens/<uuid:ref>/revoke", views.end_token, name="end_token"),
    path("settings/users", views.users, name="users"),
    path("settings/users/invitations", views.invite, name="invite"),
    path("settings/users/invitations/<uuid:ref>/resend", views.resend, name="resend"),
    path("settings/users/invitations/<uuid:ref>/withdraw", views.withdraw, name="withdraw"),
    path("settings/users/roles/<uuid:ref>/end", views.end_role, name="end_role"),
    path("settings/users/<uuid:ref>", views.user, name="user"),
    path("settings/users/<uuid:ref>/roles", views.assign, name="assign"),
    path("settings/users/<uuid:ref>/reset-mfa", views.remove_factors, name="remove_factors"),
    path("settings/users/<uuid:ref>/shut-out", views.shut_out, name="shut_out"),
    path("settings/users/<uuid:ref>/let-in", views.let_in_again, name="let_in_again"),
]
# The library finds its pages by these names.
_library = [
    path("login", public(account.login), name="account_login"),
    path("logout", public(account.logout), name="account_logout"),
    path("inactive", public(account.account_inactive), name="account_inactive"),
    path("confirm", views.confirm, name="account_reauthenticate"),
    path("password", signed_in(account.password_change), name="account_change_password"),
    path("password/first", _guarded(account.password_set), name="account_set_password"),
    path("password/reset", public(account.password_reset), name="account_reset_password"),
    path(
        "password/reset/sent",
        public(account.password_reset_done),
        name="account_reset_password_done",
    ),
    path(
        "password/reset/<str:uidb36>/<str:key>",
        public(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/done",
        public(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("second-factor", public(mfa.authenticate), name="mfa_authenticate"),
    path("security", signed_in(mfa.index), name="mfa_index"),
    path("security/app/add", _guarded(totp.activate_totp), name="mfa_activate_totp"),
    path("security/app/remove", _guarded(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path(
        "security/codes",
        _guarded(recovery_codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "security/codes/new",
        _guarded(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("security/passkeys", signed_in(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path("security/passkeys/add", _guarded(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path(
        "security/passkeys/<int:pk>/remove",
        _guarded(webauthn.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
    path(
        "security/passkeys/<int:pk>/rename",
        _guarded(webauthn.edit_webauthn),
        name="mfa_edit_webauthn",
    ),
    path("passkey", public(webauthn.login_webauthn), name="mfa_login_webauthn"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("auth/", include(_library)),
    path("", include((_ours, "users"))),
]
