"""What audit lines say. Each slice declares its verbs in `<slice>/verbs.py`:

    VERBS = {"user.invited": "invited {text.email} as {detail.permission_set}"}

The key is `object.past_participle`. The sentence follows the actor's name on the page and may use
`{detail.NAME}`, `{detail.NAME:thing}` where it counts things, `{text.NAME}` and `{subject}`; what
was erased or never given shows as such.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from tenure.lib.text import quantity

VERBS = {"audit_log.exported": "exported the audit log"}

_SHAPE = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*")


class UndeclaredVerb(LookupError):
    """No slice says what this verb means."""


@cache
def declared() -> Mapping[str, str]:
    """Every verb of every installed slice, with its sentence."""
    verbs: dict[str, str] = {}
    for app in apps.get_app_configs():
        if not app.name.startswith("tenure.") or find_spec(f"{app.name}.verbs") is None:
            continue
        for verb, sentence in import_module(f"{app.name}.verbs").VERBS.items():
            if not _SHAPE.fullmatch(verb):
                raise ValueError(f"{app.name}: {verb!r} is not object.past_participle.")
            if verb in verbs:
                raise ValueError(f"{app.name}: {verb} is declared by another slice as well.")
            verbs[verb] = sentence
    return verbs


def check_declared(verb: str) -> None:
    """Raise unless some slice declares the verb, so that nobody forgets what its line says."""
    if verb not in declared():
        raise UndeclaredVerb(f"Declare {verb} in VERBS of the slice's verbs.py.")


def sentence(
    verb: str, *, subject: str, detail: Mapping[str, object], text: Mapping[str, str | None]
) -> str:
    """The line of one event, after the actor's name."""
    template = declared().get(verb, verb)
    return template.format(subject=subject, detail=_Fields(detail), text=_Fields(text, "[erased]"))


class _Fields:
    """Named values for a template: `{detail.after}`."""

    def __init__(self, values: Mapping[str, object], none: str = "none") -> None:
        self._values, self._none = values, none

    def __getattr__(self, name: str) -> str:
        if name not in self._values:
            return _Said("unknown")
        return _Said(_shown(self._values[name], self._none))


class _Said(str):
    """A value in a sentence; `{detail.count:finding}` says `1 finding` or `2 findings`."""

    __slots__ = ()

    def __format__(self, noun: str) -> str:
        if not noun:
            return str(self)
        return quantity(int(self), noun) if self.isdecimal() else f"{self!s} {noun}s"


def _shown(value: object, none: str) -> str:
    if value is None:
        return none
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_shown(part, none) for part in value) or none
    if isinstance(value, dict):
        return ", ".join(f"{key} {_shown(part, none)}" for key, part in value.items()) or none
    return str(value)
