from __future__ import annotations

import pytest
import time_machine

from tenure.evidence.tests.world import NOW, make_world


@pytest.fixture
def home(tmp_path, settings):
    """A home of one's own, so that files of bundles end with the test."""
    settings.TENURE_HOME = tmp_path / "home"
    return settings.TENURE_HOME


@pytest.fixture
def clock():
    """The tenth of April, standing still."""
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


@pytest.fixture
def company(db, home, clock):
    """One organization with awkward names, as it is known on that day."""
    return make_world()
