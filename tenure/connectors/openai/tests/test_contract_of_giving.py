"""This connector keeps every promise about what it gives."""

from __future__ import annotations

from contextlib import closing

import msgspec
import pytest

from tenure.connectors.contract.giving import FINDING_TRIALS, GIVING_TRIALS
from tenure.connectors.contract.mutants import killer
from tenure.connectors.openai.tests.mutants_of_giving import MUTANTS
from tenure.connectors.openai.tests.stage_of_changes import change_stage
from tenure.connectors.openai.tests.stages_of_giving import STAGES, Invitation


@pytest.fixture(scope="module")
def simulator():
    with change_stage() as stage:
        yield stage.simulator


@pytest.mark.parametrize("given", STAGES)
@pytest.mark.parametrize("trial", GIVING_TRIALS)
def test_it_keeps_its_promises_under(trial, given, simulator):
    GIVING_TRIALS[trial](STAGES[given](simulator))


@pytest.mark.parametrize("trial", FINDING_TRIALS)
def test_it_finds_just_what_is_there_under(trial, simulator):
    FINDING_TRIALS[trial](Invitation(simulator))


def test_the_default_project_is_never_given_for_want_of_a_list(simulator):
    stage = Invitation(simulator)
    stage.arrange("done")
    simulator.add_project("Default project")
    stage.given = msgspec.structs.replace(stage.given, projects=())
    with closing(stage.connector()) as connector:
        connector.change(stage.given)
    assert stage.times() == 1


def test_a_connector_that_gets_one_thing_wrong_does_not_pass(simulator):
    stage, trials = Invitation(simulator), {**GIVING_TRIALS, **FINDING_TRIALS}
    killers = {mutant.name: killer(mutant, stage, trials) for mutant in MUTANTS}
    for name, trial in killers.items():
        print(f"{name:64} killed by: {trial}")  # noqa: T201 - shown with -s
    assert [name for name, trial in killers.items() if trial is None] == []
