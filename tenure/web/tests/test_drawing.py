from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tenure.web.drawing import history_bar, tenure_bar

NOW = datetime(2026, 11, 23, tzinfo=UTC)
INSTANTS = st.none() | st.integers(-60, 60).map(lambda days: NOW + timedelta(days=days))


def bar(*, employed=(None, None), access=(None, None), planned_until=None):
    return tenure_bar(
        employed=employed, access=access, planned_until=planned_until, days=30, now=NOW
    )


def spans(drawing):
    return {rect.kind: (rect.x, rect.width) for rect in drawing.rects}


def test_access_that_outlasts_the_tenure_is_drawn_apart_and_said():
    drawing = bar(employed=(None, NOW - timedelta(days=3)))
    assert spans(drawing) == {
        "tn": ("0.0%", "90.0%"),
        "ac": ("0.0%", "90.0%"),
        "ov": ("90.0%", "10.0%"),
    }
    assert drawing.label == "Employment ended 20 Nov, access continues 3 days past it"


def test_access_that_ended_late_is_told_in_the_past():
    drawing = bar(employed=(None, NOW - timedelta(days=9)), access=(None, NOW - timedelta(days=6)))
    assert spans(drawing)["ov"] == ("70.0%", "10.0%")
    assert drawing.label == "Employment ended 14 Nov, access continued 3 days past it"


def test_access_that_ended_with_the_tenure_has_nothing_red():
    ended = NOW - timedelta(days=6)
    drawing = bar(employed=(None, ended), access=(None, ended))
    assert "ov" not in spans(drawing)
    assert drawing.label == "Employment ended 17 Nov, access ended 17 Nov"


def test_access_given_after_the_end_is_all_red():
    drawing = bar(employed=(None, NOW - timedelta(days=15)), access=(NOW - timedelta(days=6), None))
    assert spans(drawing) == {"tn": ("0.0%", "50.0%"), "ov": ("80.0%", "20.0%")}


def test_a_planned_end_stretches_the_drawing_past_now():
    drawing = bar(planned_until=NOW + timedelta(days=10))
    assert drawing.now == "75.0%"
    assert spans(drawing)["pl"] == ("75.0%", "25.0%")


@given(INSTANTS, INSTANTS, INSTANTS, INSTANTS, INSTANTS)
def test_nothing_is_drawn_outside(hired, left, given_at, taken, planned):
    drawing = bar(employed=(hired, left), access=(given_at, taken), planned_until=planned)
    for rect in drawing.rects:
        x, width = float(rect.x[:-1]), float(rect.width[:-1])
        assert 0 <= x <= 100
        assert width + 0.05 > 0
        assert x + width <= 100.11


def test_a_day_with_more_findings_stands_higher_and_the_label_counts_the_days():
    days = [
        (date(2026, 11, 20), "ok", 0),
        (date(2026, 11, 21), "at", 2),
        (date(2026, 11, 22), "ov", 4),
        (date(2026, 11, 23), "na", 0),
    ]
    drawing = history_bar(days, "Leavers lose access")
    assert [float(rect.height) for rect in drawing.rects] == [6, 26, 40, 6]
    assert drawing.label == (
        "Leavers lose access, last 4 days: 1 without findings, 1 with findings on time,"
        " 1 with overdue findings, 1 without data"
    )


def test_a_test_without_history_says_so():
    assert history_bar([], "New test").label == "New test, last 0 days: nothing yet"
