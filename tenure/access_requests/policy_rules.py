"""What a policy says: who approves, in which order, and what needs nobody. Pure: no database."""

from __future__ import annotations

from typing import Literal

import msgspec

ApproverKind = Literal["manager", "system_owner", "entry_owner", "group", "person"]
Needs = Literal["any", "all"]


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """When something holds: all that is named. Empty: always."""

    is_privileged: bool | None = None
    is_external: bool | None = None
    longer_than_days: int | None = None


class Approver(msgspec.Struct, frozen=True, kw_only=True):
    """Who is asked. `ref` names the group or person; the others follow from the request."""

    kind: ApproverKind
    ref: str = ""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One answer that is needed: of any of these, or of all of them, within so many hours."""

    approvers: tuple[Approver, ...]
    needs: Needs = "any"
    when: Condition = Condition()
    answer_within_h: int = 24


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """`approves_itself` is when nobody needs to be asked; None means that somebody always does."""

    steps: tuple[Step, ...]
    approves_itself: Condition | None = None
