"""Writes docs/tests.md from the catalogue: `python -m tests.document_tests`."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.compliance.definition import Definition

PAGE = Path(__file__).parents[1] / "docs" / "tests.md"

_OPENING = """# Tests

Written from the code by `python -m tests.document_tests`; a test fails when it is not current.

A test asks the inventory one question, after every sync of its data and every hour. Each thing that
fails is a finding, with the time its test allows, counted from `since`. A finding says why in a
sentence and prints every input its verdict rests on; the verdict is given again from these alone.

## Time allowed

In business or in calendar days, by *Settings, Calendar*: where days begin, which of the week are
worked, and holidays. A day is the half-open stretch from one midnight to the next; time that
begins on a day off begins to count on the next working day. A change of time or calendar holds for
findings that are opened from then on; what is open keeps its due date.

## Exemptions

A finding may be accepted until the end of a day within a year, with a reason that auditors read,
as *accepted*, *break-glass*, *sponsored* or *workload*. Nobody exempts their own access, which is
known by person and by every address of theirs as linking compares addresses, and the command line
alone exempts nothing once there is an admin. Being a
service or a break-glass account exempts from nothing by itself.

An exemption is of what it was about: the person, the sponsor, the address, the kind, the role, the
account of a key, the owners of a service account, the number of owners and how many projects are
reached, as they were printed then. When a run sees another of these, a role that was not the
highest already and changed, or more projects, it lapses and says what is another. A date that was
corrected, a new name or a later read change nothing of it.

| The exemption is over by | The finding was late when it was exempted | Then |
|---|---|---|
| its last day | no | open; the time allowed is counted anew from the end of the exemption |
| its last day | yes | open; due as it was, since nothing that was late is forgiven |
| withdrawal | either | open; due as it was |
| a change of what was accepted | no | open; the time allowed is counted anew from then |
| a change of what was accepted | yes | open, due as it was |
| resolution | either | resolved; the same failing again is a new finding, exempted by nobody |

## When there is no answer

A test is **invalid**, never passed, while a list it rests on was never read completely, is refused
to our key (a missing scope), or is old: older than two intervals, or than a day where it is of a
single project or group, since these are read in turns. One such list is enough. It is invalid,
too, while a people source is late or nobody is in the directory. Without lists that only complete
a test, what fails is found all the same, and that nothing fails is not believed. It is **not
applicable** where its question makes no sense. A **deactivated** test says who stopped it, why, and
until when.
"""


def page() -> str:
    """The whole page."""
    from tenure.compliance.catalog import catalogue

    parts = [_OPENING, *(_section(test) for test in catalogue().values()), _controls()]
    return "\n".join(parts)


def _section(test: Definition) -> str:
    return "\n".join(_lines(test))


def _lines(test: Definition) -> Iterator[str]:
    from tenure.compliance.controls import CONTROLS

    days = "business day" if test.sla_unit == "business" else "day"
    yield f"## {test.title}\n"
    yield f"`{test.slug}`: {test.question}\n"
    yield f"{test.why_it_matters}\n"
    yield f"- **Rule**: {test.rule}"
    yield f"- **Time allowed**: {test.sla_days} {days}{'s' if test.sla_days != 1 else ''}"
    for one in test.thresholds:
        yield f"- **{one.label}**: {one.usual}, from {one.least} to {one.most}"
    if test.collections:
        yield f"- **Rests on**: {_named(test.collections)}"
    if test.completes:
        yield f"- **Completed by**: {_named(test.completes)}"
    yield f"- **Controls**: {', '.join(CONTROLS[name][0] for name in test.controls)}"
    yield "\nTo put it right:\n"
    yield from (f"{n}. {step}" for n, step in enumerate(test.how_to_fix, 1))
    yield ""


def _named(kinds: Sequence[str]) -> str:
    from tenure.inventory.lines import name_of

    return ", ".join(name_of(kind).lower() for kind in kinds)


def _controls() -> str:
    from tenure.compliance.catalog import catalogue
    from tenure.compliance.controls import CONTROLS

    lines = ["## Controls\n", "| Control | Demands | Tests |", "|---|---|---|"]
    for key, (name, demand) in CONTROLS.items():
        slugs = [f"`{test.slug}`" for test in catalogue().values() if key in test.controls]
        lines.append(f"| {name} | {demand} | {', '.join(slugs) or 'none yet'} |")
    return "\n".join([*lines, ""])


def main() -> int:
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"TENURE_HOME": home, "DJANGO_SETTINGS_MODULE": "tenure.config.settings"}
        import django

        django.setup()
        PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
