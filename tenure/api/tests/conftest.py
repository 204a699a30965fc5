from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tenure.testing.cast import user_of
from tenure.users.actors import actor_of_user, held_anywhere
from tenure.users.operations.create_token import create_token
from tenure.users.scopes import usable_with


class Program:
    """A program with a token: `get` and `post` give the answer, with its document or file."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.client = Client()

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> Any:
        return self.send("GET", path, query=query, headers=headers)

    def post(self, path: str, body: object = None, **headers: str) -> Any:
        content = b"" if body is None else json.dumps(body)
        return self.send("POST", path, content, headers=headers)

    def send(self, method: str, path: str, content: Any = b"", *, query=None, headers=None) -> Any:
        names = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        answer = self.client.generic(
            method,
            f"/api/v1{path}",
            content,
            content_type="application/json",
            query_params=query,
            headers={"Authorization": f"Bearer {self.secret}", **names},
        )
        if answer.streaming:
            answer.file = answer.getvalue()
        else:
            answer.document = json.loads(answer.content)
        return answer


def secret_of(name: str, scopes: list[str] | None = None, **assigned: Any) -> str:
    """A token's secret, with every scope that is of use to this member of the cast."""
    actor = actor_of_user(user_of(name, **assigned))
    chosen = scopes or usable_with(held_anywhere(actor))
    return create_token(name="a program", scopes=chosen, actor=actor)[1]


@pytest.fixture
def program_of(db: None) -> Callable[..., Program]:
    """`program_of("mara")`: a program that acts for that member of the cast."""
    return lambda name, scopes=None, **assigned: Program(secret_of(name, scopes, **assigned))
