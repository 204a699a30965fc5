from __future__ import annotations

import pytest
import time_machine

from tenure.compliance.tests import cases
from tenure.testing.factories import (
    make_project,
)
from tenure.testing.machines import make_key


@pytest.fixture
def noon():
    """Monday, and time stands still."""
    with time_machine.travel(cases.NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def organization(db, noon):
    return cases.organization()


@pytest.fixture
def key_of(organization):
    """`key_of(slug, ...)`: a key of the kind that a test is about."""
    project = make_project(organization, "Search")

    def make(slug, **given):
        of = {"project": project} if slug.startswith("project") else {}
        return make_key(organization, **of, **given)

    return make
