from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tenure.lib.errors import Invalid
from tenure.lib.when import instant_of

OSLO = ZoneInfo("Europe/Oslo")
# Already the next day in Oslo.
NOW = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)


def meant(written: str) -> str:
    return instant_of(written, zone=OSLO, now=NOW).isoformat(timespec="milliseconds")


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("now", "2026-03-31T22:30:00.000+00:00"),
        # Today where the organization is.
        ("2026-04-01", "2026-03-31T22:30:00.000+00:00"),
        # The end of a winter's and of a summer's day.
        ("2026-03-01", "2026-03-01T22:59:59.999+00:00"),
        ("2026-03-31", "2026-03-31T21:59:59.999+00:00"),
        # Ahead: whoever asks judges whether that makes sense.
        ("2026-04-02", "2026-04-02T21:59:59.999+00:00"),
        ("2026-03-31T12:00+02:00", "2026-03-31T10:00:00.000+00:00"),
        ("2026-03-31T12:00:00Z", "2026-03-31T12:00:00.000+00:00"),
    ],
)
def test_a_day_means_its_end_and_an_instant_itself(written, instant):
    assert meant(written) == instant


@pytest.mark.parametrize(
    "written",
    ["yesterday", "", "2026-02-30", "2026-03-31T12:00", "31.3.2026", "9999-12-31"],
)
def test_what_is_neither_is_refused_with_an_example(written):
    with pytest.raises(Invalid, match="write 2026-03-31"):
        meant(written)
