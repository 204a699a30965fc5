"""Settings from environment variables, each read once and remembered with its source.

`NAME` holds the value; `NAME_FILE` names a file that holds it (for secrets mounted by an
orchestrator). Setting both is refused: two truths are none.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Value = TypeVar("Value")

_WORDS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False}
_WORDS |= {"no": False, "off": False}


class BadSetting(Exception):
    """A variable holds something unusable; the message names it and says what to write."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One effective setting, as `tenure config` prints it."""

    name: str
    shown: str
    source: str
    help: str


class Environment:
    """Reads variables and keeps the list of what was read."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self._variables = os.environ if variables is None else variables
        self.settings: list[Setting] = []

    def read(
        self,
        name: str,
        default: Value,
        convert: Callable[[str], Value],
        *,
        help: str,  # noqa: A002 - it is what it is
        secret: bool = False,
    ) -> Value:
        """The converted value of `name`, of the file that `name_FILE` names, or the default."""
        raw, source = self._raw(name)
        if raw is None:
            value = default
        else:
            try:
                value = convert(raw)
            except ValueError as error:
                raise BadSetting(f"{name} is not usable: {error}.") from error
        shown = ("set" if value else "not set") if secret else str(value)
        self.settings.append(Setting(name, shown, source, help))
        return value

    def _raw(self, name: str) -> tuple[str | None, str]:
        value, path = self._variables.get(name), self._variables.get(f"{name}_FILE")
        if value is not None and path is not None:
            raise BadSetting(f"{name} and {name}_FILE are both set: unset one of them.")
        if value is not None:
            return value, "environment"
        if path is None:
            return None, "default"
        try:
            return Path(path).read_text(encoding="utf-8").strip(), f"file {path}"
        except OSError as error:
            raise BadSetting(
                f"{name}_FILE names {path}, which cannot be read: {error.strerror}."
            ) from error
        except UnicodeDecodeError:
            raise BadSetting(
                f"{name}_FILE names {path}, which is not text; write the value into it as text."
            ) from None


def boolean(raw: str) -> bool:
    if raw.strip().lower() not in _WORDS:
        raise ValueError(f"{raw!r} is neither on nor off")
    return _WORDS[raw.strip().lower()]


def whole(raw: str) -> int:
    """A whole number from 1 on."""
    if not raw.strip().isdecimal() or int(raw) < 1:
        raise ValueError(f"{raw!r} is no whole number from 1 on")
    return int(raw)


def words(raw: str) -> list[str]:
    """Values separated by commas or white space."""
    return raw.replace(",", " ").split()
