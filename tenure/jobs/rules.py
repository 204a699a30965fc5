"""What becomes of a job that did not succeed. Pure.

the task raised                 attempts left   -> verdict
a refusal (deterministic)       any                fail
anything else                   yes                try again, after a growing delay
anything else                   no                 fail
"""

from __future__ import annotations

from datetime import timedelta

from tenure.lib.errors import DomainError, TooMany, Unreachable

FIRST_DELAY = timedelta(seconds=10)
LONGEST_DELAY = timedelta(hours=1)


def may_try_again(error: BaseException, *, attempts: int, max_attempts: int) -> bool:
    """False when trying again cannot help, or has been tried enough."""
    is_refusal = isinstance(error, DomainError) and not isinstance(error, Unreachable | TooMany)
    return attempts < max_attempts and not is_refusal


def delay(attempts: int, *, chance: float) -> timedelta:
    """How long to wait after this many attempts; `chance` in [0, 1) spreads a herd apart.

    Doubles from 10 s to an hour; between half of it and all of it.
    """
    doublings = min(attempts - 1, 16)
    longest = min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)
    return longest * (0.5 + chance / 2)


def described(error: BaseException) -> str:
    """The class and, for our own refusals, the sentence: other messages may quote arguments."""
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, DomainError):
        return f"{name}: {error}"
    trace, place = error.__traceback__, ""
    while trace:
        place = f"{trace.tb_frame.f_globals.get('__name__', '?')}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return f"{name}: raised in {place}" if place else name
