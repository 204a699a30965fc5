"""This connector keeps every promise of the contract; see tenure/connectors/contract/README.md."""

from __future__ import annotations

import pytest

from tenure.connectors.contract.anomalies import ANOMALIES
from tenure.connectors.contract.mutants import killer
from tenure.connectors.contract.suite import TRIALS
from tenure.connectors.openai.tests.mutants import MUTANTS
from tenure.connectors.openai.tests.stage import SWITCHES, openai_stage


@pytest.fixture(scope="module")
def stage():
    with openai_stage() as stage:
        yield stage


def test_the_stage_knows_every_anomaly_and_no_other():
    assert list(SWITCHES) == [anomaly.name for anomaly in ANOMALIES]


@pytest.mark.parametrize("trial", TRIALS)
def test_it_keeps_its_promises_under(trial, stage):
    TRIALS[trial](stage)


def test_a_connector_that_gets_one_thing_wrong_does_not_pass(stage):
    killers = {mutant.name: killer(mutant, stage, TRIALS) for mutant in MUTANTS}
    for name, trial in killers.items():
        print(f"{name:64} killed by: {trial}")  # noqa: T201 - shown with -s
    assert len(killers) == len(MUTANTS)
    assert [name for name, trial in killers.items() if trial is None] == []
