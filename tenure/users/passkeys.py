"""The library's passkey forms, made to refuse rubbish instead of breaking on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms as library

# What its parser lets through when a browser's answer has the wrong shape.
_SHAPELESS = (KeyError, TypeError, ValueError, AttributeError)


@contextmanager
def _refusing_rubbish() -> Iterator[None]:
    try:
        yield
    except _SHAPELESS as error:
        raise get_adapter().validation_error("incorrect_code") from error


class AddPasskeyForm(library.AddWebAuthnForm):  # type: ignore[misc] # the library is untyped
    def clean(self) -> dict[str, Any]:
        with _refusing_rubbish():
            values: dict[str, Any] = super().clean()
        return values


class AuthenticatePasskeyForm(library.AuthenticateWebAuthnForm):  # type: ignore[misc] # the library is untyped
    def clean_credential(self) -> Any:  # noqa: ANN401 - one of the library's rows
        with _refusing_rubbish():
            return super().clean_credential()


class LoginPasskeyForm(library.LoginWebAuthnForm):  # type: ignore[misc] # the library is untyped
    def clean_credential(self) -> Any:  # noqa: ANN401 - one of the library's rows
        with _refusing_rubbish():
            return super().clean_credential()
