"""A scan as workflow commands: annotations at the lines of the people file, where a line is why."""

from collections.abc import Iterator, Mapping

from tenure.scan.answer import Answer

_IN_MESSAGE = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTY = _IN_MESSAGE | {":": "%3A", ",": "%2C"}


def commands(found: Answer, *, people_file: str) -> str:
    """One line each: an error for what makes the scan fail, a warning for what does not yet.

    Without a name of the people file nothing stands at a line of it.
    """
    return "".join(f"{line}\n" for line in _lines(found, people_file))


def _lines(found: Answer, people_file: str) -> Iterator[str]:
    yield _command("notice", found.headline, title="Access")
    if found.unread:
        yield _command("error", found.unread, title="The organization could not be read completely")
    for bad in found.people.rejected:
        told = f"Line {bad['line']} was left out: {bad['reason']}."
        yield _command("error", told, **_at(people_file, bad["line"]), title="People")
    for test in found.tests:
        if test.is_invalid:
            yield _command("error", test.reason, title=test.title)
    # The most urgent first: of many, only the first few are shown.
    every = [(one.due_at, one, test) for test in found.tests for one in test.failing]
    for _, one, test in sorted(every, key=lambda each: each[0]):
        level = "error" if one.counts(found.fail_on) else "warning"
        yield _command(level, one.sentence, **_at(people_file, one.line), title=test.title)


def _at(people_file: str, line: object) -> dict[str, object]:
    return {"file": people_file, "line": line} if people_file and line else {}


def _command(level: str, message: str, **properties: object) -> str:
    said = ",".join(f"{name}={_escaped(str(v), _IN_PROPERTY)}" for name, v in properties.items())
    return f"::{level} {said}::{_escaped(message, _IN_MESSAGE)}"


def _escaped(text: str, escapes: Mapping[str, str]) -> str:
    """Nothing that a provider or a file says can end the line and begin a command of its own."""
    return text.translate({ord(one): written for one, written in escapes.items()})
