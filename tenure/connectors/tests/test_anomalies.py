from __future__ import annotations

import re

from tenure.connectors.contract.anomalies import ANOMALIES


def test_every_anomaly_has_a_name_of_its_own_and_a_sentence():
    assert len({anomaly.name for anomaly in ANOMALIES}) == len(ANOMALIES)
    for anomaly in ANOMALIES:
        assert re.fullmatch(r"[A-Z][^\n]*\.", anomaly.does)


def test_what_does_not_end_well_says_why_and_what_does_has_nothing_to_say():
    for anomaly in ANOMALIES:
        said = bool(anomaly.reason), anomaly.kind is not None
        assert said == ((False, False) if anomaly.state == "complete" else (True, True))


def test_every_way_to_end_is_in_the_catalogue():
    states = {anomaly.state for anomaly in ANOMALIES}
    assert states == {"complete", "incomplete", "unavailable", "skipped"}
