"""This connector keeps every promise of the contract's changing half."""

from __future__ import annotations

import pytest

from tenure.connectors.contract.changes import CHANGE_TRIALS
from tenure.connectors.contract.mutants import killer
from tenure.connectors.openai.tests.mutants_of_changes import MUTANTS
from tenure.connectors.openai.tests.stage_of_changes import change_stage


@pytest.fixture(scope="module")
def stage():
    with change_stage() as stage:
        yield stage


@pytest.mark.parametrize("trial", CHANGE_TRIALS)
def test_it_keeps_its_promises_under(trial, stage):
    CHANGE_TRIALS[trial](stage)


def test_a_connector_that_gets_one_thing_wrong_does_not_pass(stage):
    killers = {mutant.name: killer(mutant, stage, CHANGE_TRIALS) for mutant in MUTANTS}
    for name, trial in killers.items():
        print(f"{name:64} killed by: {trial}")  # noqa: T201 - shown with -s
    assert len(killers) == len(MUTANTS)
    assert [name for name, trial in killers.items() if trial is None] == []
