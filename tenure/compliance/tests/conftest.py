from __future__ import annotations

import pytest
import time_machine

from tenure.compliance.tests import cases


@pytest.fixture
def noon():
    """Monday, and time stands still."""
    with time_machine.travel(cases.NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def organization(db, noon):
    return cases.organization()
