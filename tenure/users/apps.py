from __future__ import annotations

from django.apps import AppConfig


class UsersConfig(AppConfig):
    name = "tenure.users"

    def ready(self) -> None:
        from allauth.mfa.signals import authentication_failed

        from tenure.users.entering import note_wrong_code

        authentication_failed.connect(note_wrong_code)
