"""What a topic is. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

Delivery = Literal["off", "at_once", "daily"]


@dataclass(frozen=True, slots=True)
class Topic:
    """A kind of event, its words, and who is told of it unless they choose otherwise.

    `line` stands for one event among several, whose title is `many`. `permission` is what somebody
    needs for ever being told. `defaults` go by permission set; `otherwise` holds for everybody
    else whom an event names.
    """

    about: str
    title: str
    sentence: str
    permission: str
    subject: str
    sentences: tuple[str, ...]
    button: str
    line: str
    many: str
    window: timedelta = timedelta(0)
    defaults: Mapping[str, Delivery] = field(default_factory=dict)
    otherwise: Delivery = "at_once"
