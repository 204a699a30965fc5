"""A scan as one JSON document."""

from __future__ import annotations

from typing import Any

from tenure.lib.clock import rfc3339
from tenure.scan.answer import Answer, Failing, TestAnswer


def document(found: Answer) -> dict[str, Any]:
    """Everything that was found, under the names that the other commands use."""
    run, people = found.run, found.people
    return {
        "ok": found.is_ok,
        "at": rfc3339(found.at),
        "organization_id": found.connection.organization_id,
        "organization_name": found.connection.organization_name or None,
        "accounts": found.accounts,
        "people": {
            "created": people.created,
            "rejected": people.rejected,
            "notes": people.notes,
        },
        "run": {
            "status": run.status,
            "reason": run.reason,
            "pages": run.pages,
            "requests": run.requests,
        },
        "fail_on": found.fail_on,
        "tests": [_test(one) for one in found.tests],
    }


def _test(one: TestAnswer) -> dict[str, Any]:
    return {
        "slug": one.slug,
        "title": one.title,
        "state": one.state,
        "reason": one.reason,
        "coverage": one.coverage,
        "findings": len(one.failing),
        "overdue": one.overdue,
        "failing": [_failing(each) for each in one.failing],
    }


def _failing(one: Failing) -> dict[str, Any]:
    person = one.person
    return {
        "kind": one.kind,
        "external_id": one.external_id or None,
        "email": one.email or None,
        "name": one.name or None,
        "role": one.role or None,
        "person": person
        and {
            "email": person.email or None,
            "external_id": person.external_id or None,
            "name": person.name or None,
            "state": one.state,
            "last_day": one.last_day and one.last_day.isoformat(),
            "line": one.line,
        },
        "since": rfc3339(one.since),
        "due_at": rfc3339(one.due_at),
        "overdue": one.is_overdue,
    }
