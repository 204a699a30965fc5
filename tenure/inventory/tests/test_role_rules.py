from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.inventory.role_rules import by_area, is_privileged


@pytest.mark.parametrize(
    ("role", "permissions", "said"),
    [
        ("owner", [], True),
        ("reader", ["api.model.read"], False),
        ("role_1", ["api.groups.write"], True),
        ("role_1", ["api.organization.projects.write"], True),
        ("role_1", ["api.project.manage"], True),
        ("role_1", ["api.files.write", "api.groups.read"], False),
        ("role_1", ["api.groups.write_nothing"], False),
        ("role_1", [], False),
    ],
)
def test_a_role_is_privileged_when_it_may_give_access(role, permissions, said):
    assert is_privileged(role=role, permissions=permissions) is said


def test_permissions_are_read_by_area():
    said = ["api.management.write", "api.management.read", "model.request", "all"]
    assert by_area(said) == {
        "other": ["all"],
        "management": ["read", "write"],
        "model": ["request"],
    }


@given(st.lists(st.from_regex(r"(api\.)?[a-z]{1,4}(\.[a-z]{1,4}){0,2}", fullmatch=True)))
def test_every_permission_is_in_one_area_once(permissions):
    told = [(area, what) for area, some in by_area(permissions).items() for what in some]
    assert len(told) == len(set(told)) or len(told) == len(set(permissions))
    assert len(told) == len(set(permissions))
