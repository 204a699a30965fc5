"""Deny by default in the API too: every endpoint has a scope and a permission that it brings."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from ninja import Schema

from tenure.api.assembly import api, operations_of
from tenure.lib.endpoints import demand_of
from tenure.users.rules import ALL_PERMISSIONS
from tenure.users.scopes import SCOPES

ROOT = Path(__file__).parents[2] / "tenure"
DECLARING = sorted(
    path
    for path in [*ROOT.glob("*/api.py"), *ROOT.glob("*/api/*.py")]
    if path.parent != ROOT / "api"
)


def test_every_endpoint_demands_a_scope_and_a_permission_that_it_brings():
    demands = {op.view_func.__name__: demand_of(op.view_func) for op in operations_of(api)}
    assert len(demands) > 25
    for name, demand in demands.items():
        assert demand is not None, name
        assert demand.permission in ALL_PERMISSIONS, name
        assert demand.permission in SCOPES[demand.scope].permissions, name


def test_operations_and_schemas_have_a_name_of_their_own():
    """Two of one name would be one in the OpenAPI document."""
    names = [op.view_func.__name__ for op in operations_of(api)]
    assert sorted(names) == sorted(set(names))
    shapes = [shape.__name__ for shape in subclasses(Schema) if "[" not in shape.__name__]
    assert sorted(shapes) == sorted(set(shapes))
    assert len(shapes) > 30


def subclasses(of: type) -> list[type]:
    below = [one for one in of.__subclasses__() if one.__module__.startswith("tenure.")]
    return list(dict.fromkeys([*below, *(deeper for one in below for deeper in subclasses(one))]))


def test_what_reads_demands_a_scope_that_reads_and_what_changes_one_that_writes():
    for operation in operations_of(api):
        area, kind = demand_of(operation.view_func).scope.split(":")
        assert kind == ("read" if operation.methods == ["GET"] else "write"), area


def test_every_scope_opens_something():
    assert {demand_of(op.view_func).scope for op in operations_of(api)} == set(SCOPES)


@pytest.mark.parametrize("path", DECLARING, ids=lambda p: str(p.relative_to(ROOT)))
def test_an_endpoint_is_short_and_has_no_try(path):
    tree = ast.parse(path.read_text())
    for function in tree.body:
        if isinstance(function, ast.FunctionDef) and not function.name.startswith("_"):
            assert function.end_lineno - function.body[0].lineno + 1 <= 15, function.name
            assert not [node for node in ast.walk(function) if isinstance(node, ast.Try)]
