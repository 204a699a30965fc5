"""A scan as JUnit XML: one test case for each test of the catalogue, and two for what it rests on.

test                          -> case
passes                           passes
fails                            failure, with every finding
findings that do not count yet   passes, and names them
invalid                          error: an answer made of no data is not green
deactivated, not applicable      skipped
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from tenure.lib.clock import rfc3339
from tenure.lib.text import quantity
from tenure.scan.answer import Answer, Failing, TestAnswer

# What no XML document may hold, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def report(found: Answer) -> str:
    """The document."""
    suites = {
        "tests": [_test(one, found) for one in found.tests],
        "data": [_organization(found), _people(found)],
    }
    root = Element("testsuites", _counts(chain(*suites.values())), name="tenure scan")
    for name, cases in suites.items():
        suite = SubElement(root, "testsuite", _counts(cases), name=name)
        suite.set("timestamp", rfc3339(found.at))
        suite.extend(cases)
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _counts(of: Iterable[Element]) -> dict[str, str]:
    cases = list(of)

    def with_a(kind: str) -> str:
        return str(sum(case.find(kind) is not None for case in cases))

    return {
        "tests": str(len(cases)),
        "failures": with_a("failure"),
        "errors": with_a("error"),
        "skipped": with_a("skipped"),
    }


def _test(one: TestAnswer, found: Answer) -> Element:
    case = _case("tenure.tests", f"{one.slug}: {one.title}")
    counted = one.counted(found.fail_on)
    if counted:
        _told(case, "failure", one.says, (each.sentence for each in counted))
    if one.is_invalid:
        _told(case, "error", one.reason)
    elif not one.is_judged:
        _told(case, "skipped", one.reason or one.state.replace("_", " "))
    if later := [each for each in one.failing if not each.counts(found.fail_on)]:
        SubElement(case, "system-out").text = _lines(later)
    return case


def _organization(found: Answer) -> Element:
    case = _case("tenure.data", f"organization {found.connection.organization_id} was read")
    if found.unread:
        _told(case, "error", found.unread)
    return case


def _people(found: Answer) -> Element:
    case = _case("tenure.data", "people file was read")
    bad = [f"Line {one['line']}: {one['reason']}." for one in found.people.rejected]
    if bad:
        _told(case, "error", f"Left out of the people file: {quantity(len(bad), 'line')}", bad)
    return case


def _case(of: str, name: str) -> Element:
    return Element("testcase", classname=of, name=_text(name))


def _told(case: Element, kind: str, message: str, lines: Iterable[str] = ()) -> None:
    SubElement(case, kind, message=_text(message)).text = _text("\n".join(lines)) or None


def _lines(failing: Iterable[Failing]) -> str:
    return _text("\n".join(one.sentence for one in failing))


def _text(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
