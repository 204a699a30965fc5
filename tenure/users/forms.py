"""The shape of what people type; the rules are in the operations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)

from tenure.users.models import PermissionSet, User
from tenure.users.scopes import SCOPES


class NewUserForm(forms.Form):
    """Name and password of somebody who comes in by a link."""

    name = forms.CharField(max_length=200, widget=forms.TextInput({"autocomplete": "name"}))
    password = forms.CharField(
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=" ".join(password_validators_help_texts()[:1]),
    )
    email = ""

    def clean(self) -> dict[str, Any]:
        """Say what is wrong with the password beside the field."""
        values = super().clean() or {}
        user = User(email=values.get("email") or self.email, name=values.get("name", ""))
        if password := values.get("password"):
            try:
                validate_password(password, user)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return values


class FirstAdminForm(NewUserForm):
    email = forms.EmailField(  # type: ignore[assignment] # the field takes the place of the value
        label="Work e-mail", max_length=254, widget=forms.EmailInput({"autocomplete": "username"})
    )
    field_order = ("name", "email", "password")


class RoleForm(forms.Form):
    """A permission set, where, and until when."""

    permission_set = forms.ChoiceField(
        choices=PermissionSet, initial=PermissionSet.EMPLOYEE, widget=forms.Select
    )
    connection_ref = forms.ChoiceField(label="Connection", required=False)
    ends_at = forms.DateTimeField(
        label="Until",
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text="The permission set ends as this day begins, in UTC.",
    )
    window_from = forms.DateField(
        label="Auditor sees from", required=False, widget=forms.DateInput({"type": "date"})
    )
    window_until = forms.DateField(
        label="Auditor sees up to", required=False, widget=forms.DateInput({"type": "date"})
    )

    def __init__(self, *args: Any, connections: dict[str, str], **options: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **options)
        self.connections = connections
        self.fields["connection_ref"].choices = [("", "Everywhere"), *connections.items()]  # type: ignore[attr-defined] # it is a ChoiceField

    def clean(self) -> dict[str, Any]:
        """Auditors need their window; the sentence stands beside the field."""
        values = super().clean() or {}
        if values.get("permission_set") == PermissionSet.AUDITOR:
            for name in ("window_from", "window_until"):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, "Give the first and last day the auditor may look at.")
        return values


class InviteForm(RoleForm):
    email = forms.EmailField(label="Work e-mail", max_length=254)
    field_order = ("email",)


class TokenForm(forms.Form):
    """What a program is to come in for, and until when; only scopes that are of use are offered."""

    name = forms.CharField(
        max_length=100, help_text="What will use it, such as: nightly export on build-7."
    )
    scopes = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, error_messages={"required": "Choose at least one."}
    )
    expires_at = forms.DateTimeField(
        label="Expires",
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text="It ends as this day begins, in UTC; without a day it lasts until it is revoked.",
    )

    def __init__(self, *args: Any, offered: list[str], **options: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **options)
        self.offered = offered
        choices = [(scope, f"{scope}: {SCOPES[scope].says.lower()}") for scope in offered]
        self.fields["scopes"].choices = choices  # type: ignore[attr-defined] # it is a ChoiceField


class ConfirmForm(forms.Form):
    """Proof by password or by an authenticator app's code; passkeys have their own form."""

    password = forms.CharField(
        required=False,
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label="Code from your authenticator app",
        required=False,
        max_length=12,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
