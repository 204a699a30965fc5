"""Nothing is kept: no file anywhere, and of the key not a trace."""

from __future__ import annotations

import pytest

from tenure.connections.tests.test_no_key_material import assert_keyless
from tenure.scan.tests.conftest import environment, run

# Whatever opens a file for writing or changes a directory, from here on, ends the program; what
# libraries below Python would write, the system refuses beyond the first byte.
_WATCHED = """
import os, resource, sys

resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
CHANGES = {"os.mkdir", "os.rename", "os.link", "os.symlink", "os.remove", "os.rmdir",
           "os.truncate", "os.chmod", "os.utime", "tempfile.mkstemp", "tempfile.mkdtemp"}

def watch(event, given):
    if event == "open" and isinstance(given[0], (str, bytes)) and given[2] & WRITES:
        written(event, given)
    elif event == "sqlite3.connect" and given[0] != "file:/tenure?vfs=memdb":
        written(event, given)
    elif event in CHANGES:
        written(event, given)

def written(event, given):
    if given[0] != os.devnull:
        os.write(2, f"WRITTEN {event} {given[0]}\\n".encode())
        os._exit(99)

sys.addaudithook(watch)
from tenure.cli import main
main(sys.argv[1:])
"""


@pytest.fixture
def bare(files) -> dict[str, str]:
    """Homes that nobody can make a file in, root included, and an empty directory for the rest."""
    for name in ("home", "tmp"):
        (files / name).mkdir()
        (files / name).chmod(0o500)
    return environment(
        HOME=str(files / "home"),
        TENURE_HOME="/dev/null/tenure",
        XDG_DATA_HOME=str(files / "home"),
        TMPDIR=str(files / "tmp"),
        SQLITE_TMPDIR=str(files / "tmp"),
        PYTHONDONTWRITEBYTECODE="1",
    )


@pytest.mark.parametrize("format_", ["table", "junit"])
def test_it_writes_no_file(format_, line, files, bare):
    before = set(files.rglob("*"))
    said = run(*line, "--format", format_, program=("-c", _WATCHED), cwd=files, env=bare)
    assert (said.code, said.err) == (1, "")
    assert "hugo@" in said.out
    assert set(files.rglob("*")) == before


@pytest.mark.parametrize(
    "writes", ["open('left', 'w')", "open('left', 'ab')", "import os; os.mkdir('left')"]
)
def test_the_watch_itself_sees_what_is_written(writes, files):
    program = _WATCHED.replace("from tenure.cli", f"{writes}\nfrom tenure.cli")
    assert run(program=("-c", program), cwd=files).code == 99


def test_it_needs_no_home_at_all(line, files, bare):
    for name in ("HOME", "XDG_DATA_HOME", "TENURE_HOME"):
        bare.pop(name)
    assert run(*line, cwd=files, env=bare).code == 1


@pytest.mark.parametrize(
    ("fault", "code", "format_"),
    [
        ("", 1, "table"),
        ("", 1, "junit"),
        ("revoked=all", 3, "json"),
        ("broken_body=html", 3, "github"),
        ("reset=on@users#3", 1, "json"),
    ],
)
def test_the_key_is_in_nothing_it_says(fault, code, format_, scan, openai):
    if fault:
        openai.faults(**dict([fault.split("=")]))
    said = scan("-v", "-v", "--format", format_)
    assert said.code == code
    assert_keyless(said.out + said.err, openai.admin_key)
