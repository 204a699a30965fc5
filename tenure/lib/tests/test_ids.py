from __future__ import annotations

from uuid import UUID

from tenure.lib.ids import uuid7, uuid7s


def test_each_is_a_version_7_of_its_own_and_they_sort_by_time():
    many = [UUID(digits) for digits in uuid7s(1_000)]
    assert {(one.version, one.variant) for one in many} == {(7, "specified in RFC 4122")}
    assert len(set(many)) == 1_000
    later = uuid7()
    assert later.version == 7
    assert later.int >> 80 >= max(many).int >> 80


def test_none_are_none():
    assert uuid7s(0) == []
