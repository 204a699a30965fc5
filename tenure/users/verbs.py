from __future__ import annotations

_ROLE = "{detail.permission_set}, connection {detail.connection_ref}, until {detail.ends_at}"

VERBS = {
    "user.created": "let {text.email} in",
    "user.made_first_admin": "made {text.email} the first admin",
    "user.deactivated": "shut {text.email} out, ended {detail.sessions} sessions and "
    "{detail.tokens} API tokens",
    "user.reactivated": "let {text.email} in again",
    "user.mfa_reset": "removed {detail.factors} second factors of {text.email}",
    "user.theme_changed": "changed their colours from {detail.before} to {detail.after}",
    "user.signed_in": "signed in with {detail.method} from {text.address}",
    "user.security_changed": "changed how they sign in: {detail.change}, from {text.address}",
    "sign_in.refused": "tried to sign in as {text.typed} from {text.address} and could not",
    "confirmation.refused": "could not prove again who they are, from {text.address}",
    "page.viewed": "looked at {detail.page} {detail.ref}",
    "role.assigned": "gave {text.email} the permission set " + _ROLE,
    "role.ended": "took from {text.email} the permission set " + _ROLE,
    "user_invitation.sent": "invited {text.email} as " + _ROLE,
    "user_invitation.resent": "invited {text.email} again",
    "user_invitation.withdrawn": "withdrew the invitation of {text.email}",
    "user_invitation.accepted": "let {text.email} in by invitation as " + _ROLE,
    "first_admin_link.issued": "made a link to create the first admin",
    "sign_in_link.issued": "made a {detail.minutes}-minute link to sign in as {text.email}",
    "sign_in_link.used": "signed in as {text.email} by a one-time link",
    "api_token.created": "made the API token {text.name} of {text.email}: {detail.scopes}, until "
    "{detail.expires_at}",
    "api_token.revoked": "revoked the API token {text.name} of {text.email}",
    "session.revoked": "signed out elsewhere",
    "sessions.revoked": "ended {detail.sessions} sessions of {text.email}",
}
