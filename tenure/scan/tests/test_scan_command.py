"""`tenure scan`, as it is typed."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from xml.etree import ElementTree as ET

import pytest

from tenure.compliance.catalog import catalogue
from tenure.scan.tests.conftest import DOMAIN, PEOPLE, environment, run

LEAVERS, UNLINKED = "leavers-deprovisioned", "accounts-linked"
TESTS = len(catalogue())


def addresses(test) -> set[str]:
    return {f"{one['kind']} {one['email']}" for one in test["failing"]}


def test_it_names_leavers_with_access_and_accounts_of_nobody(scan, openai):
    said = scan()
    assert (said.code, said.err, said.document["ok"]) == (1, "", False)
    assert said.document["organization_id"] == openai.organization_id
    assert (said.document["accounts"], said.document["run"]["status"]) == (3, "complete")
    assert addresses(said.tests[UNLINKED]) == {f"account labs@{DOMAIN}"}
    assert addresses(said.tests[LEAVERS]) == {
        f"account hugo@{DOMAIN}",
        f"invitation noor@{DOMAIN}",
    }
    hugo = next(one for one in said.tests[LEAVERS]["failing"] if one["overdue"])
    assert (hugo["person"]["state"], hugo["person"]["line"]) == ("former", 3)
    assert said.tests[LEAVERS]["overdue"] == 1


def test_a_person_reads_a_table_of_them(scan):
    said = scan("--format", "table")
    assert said.code == 1
    assert f"3 accounts read, 3 people in the file. 3 of {TESTS} tests fail." in said.out
    assert "OpenAI accounts deprovisioned when personnel leave: 2 findings, 1 overdue" in said.out
    assert "Hugo" in said.out
    assert "labs@" in said.out


def test_where_nothing_fails_the_code_is_0(scan, openai):
    for who in ("hugo", "labs"):
        openai.remove_user(f"{who}@{DOMAIN}")
    openai.remove_invite(f"noor@{DOMAIN}")
    said = scan()
    assert (said.code, said.document["ok"]) == (0, True)
    assert "No test fails." in scan("--format", "table").out


def test_findings_that_are_not_overdue_may_be_let_pass(scan, openai):
    openai.remove_user(f"hugo@{DOMAIN}")
    assert scan("--fail-on", "any").code == 1
    said = scan("--fail-on", "overdue", "--format", "table")
    assert (said.code, "Nothing is overdue; 2 findings will be." in said.out) == (0, True)


def test_annotations_stand_at_the_line_of_the_person(scan):
    said = scan("--format", "github", "--fail-on", "overdue")
    assert said.code == 1
    lines = said.out.splitlines()
    assert [re.sub(r"title=[^:]*", "…", line).partition(" (")[0] for line in lines] == [
        f"::notice …::3 accounts read, 3 people in the file. 1 of {TESTS} tests fail.",
        f"::error file=people.csv,line=3,…::Account hugo@{DOMAIN}",
        f"::warning file=people.csv,line=4,…::Invitation noor@{DOMAIN}",
        f"::warning …::Account labs@{DOMAIN}",
        "::warning …::OpenAI has 1 owner for 3 people with an account: too few",
    ]


def test_people_from_standard_input_have_no_file_to_stand_at(openai, files):
    words = ("scan", "openai", "--people", "-", "--api-key-file", str(files / "key"))
    said = run(*words, "--base-url", openai.url, "--format", "github", input=PEOPLE)
    assert (said.code, "line=" in said.out, len(said.out.splitlines())) == (1, False, 5)


def test_a_file_gets_the_format_and_the_reader_the_table(scan, files):
    said = scan("--format", "junit", "-o", "report.xml")
    assert f"3 of {TESTS} tests fail." in said.out
    root = ET.parse(files / "report.xml").getroot()  # noqa: S314 - we wrote it
    counts = [root.get(name) for name in ("tests", "failures", "errors", "skipped")]
    # Nothing was removed through Tenure, so whether that stays so is not asked.
    assert counts == [str(TESTS + 2), "3", "0", "4"]
    failures = [failure.text for failure in root.iter("failure")]
    assert any(f"Account hugo@{DOMAIN}" in text for text in failures)


def test_a_line_that_was_left_out_is_not_ok(scan, openai):
    for who in ("hugo", "labs"):
        openai.remove_user(f"{who}@{DOMAIN}")
    openai.remove_invite(f"noor@{DOMAIN}")
    people = f"{PEOPLE}zed@{DOMAIN},Zed,yesterday,,\n"
    said = scan(people=people)
    assert (said.code, [bad["line"] for bad in said.document["people"]["rejected"]]) == (1, [5])
    assert (
        "::error file=people.csv,line=5,title=People::"
        in scan("--format", "github", people=people).out
    )


def test_a_list_that_could_not_be_read_is_not_green(scan, openai):
    openai.faults(missing_scope="invites")
    said = scan("--fail-on", "overdue")
    assert (said.code, said.tests[LEAVERS]["state"]) == (1, "invalid")
    report = ET.fromstring(scan("--format", "junit").out)  # noqa: S314 - we wrote it
    assert [case.get("name") for case in report.iter("testcase") if case.find("error") is not None]


@pytest.mark.parametrize(
    ("words", "people", "told"),
    [
        (["--people", "nowhere.csv"], PEOPLE, "nowhere.csv cannot be read"),
        ([], "", "The file is empty"),
        ([], "who,what\nmei,x\n", "The first line must name the columns"),
        (["--api-key-stdin"], PEOPLE, "by one of them only"),
        (["--people", "-", "--api-key-stdin"], PEOPLE, "either the people or the key"),
        (["--rpm", "many"], PEOPLE, "Write --rpm as a number"),
        (["-o", "answer.txt"], PEOPLE, "Say what to write"),
        (["-o", "no/where.xml", "--format", "junit"], PEOPLE, "there is no directory no"),
        (["--json", "--format", "junit"], PEOPLE, "Leave out --json"),
        (["--organization-id", "acme"], PEOPLE, "An organization ID begins with org-"),
    ],
)
def test_what_cannot_be_right_is_refused_before_anybody_is_asked(words, people, told, scan, openai):
    said = scan(*words, people=people)
    assert (said.code, openai.requests()) == (2, [])
    assert told in said.err + said.out


def test_a_key_that_is_none_and_one_of_others_are_not_permitted(scan, openai):
    elsewhere = ["--organization-id", "org-SomebodyElse00000000000001"]
    assert "another organization" in scan(*elsewhere).document["title"]
    openai.faults(revoked="all")
    said = scan()
    assert (said.code, said.document["status"]) == (3, 502)
    assert scan(*elsewhere).code == 3


def test_a_provider_that_is_not_there_is_not_reached(files, line):
    words = [word if "127.0.0.1" not in word else "http://127.0.0.1:9/v1" for word in line]
    said = run(*words, cwd=files)
    assert (said.code, said.out) == (3, "")
    assert len(said.err.splitlines()) == 1


def test_it_waits_as_long_as_the_provider_asks(scan, openai):
    openai.faults(rate_limited="retry_after@users#3")
    said = scan()
    assert (said.code, said.document["run"]["status"]) == (1, "complete")
    assert len(said.tests[LEAVERS]["failing"]) == 2


def test_an_installation_of_this_machine_is_left_alone(scan, tmp_path):
    home = tmp_path / "home"
    settings = {
        "TENURE_HOME": str(home),
        "TENURE_DATABASE_URL": "postgresql://nobody:nothing@127.0.0.1:9/none",
        "TENURE_SECRET_KEY_FILE": str(tmp_path / "no-such-key"),
    }
    said = scan(env=environment(**settings))
    assert (said.code, said.document["accounts"], home.exists()) == (1, 3, False)


def test_interrupted_it_ends_at_once_and_leaves_nothing(line, files, openai):
    openai.faults(delay="60@users#3")
    before = set(files.iterdir())
    process = subprocess.Popen(  # noqa: S603 - our own command line
        [sys.executable, "-m", "tenure", *line],
        cwd=files,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while sum(asked["path"].endswith("/users") for asked in openai.requests()) < 3:
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err.strip()) == (130, "", "")
    assert set(files.iterdir()) == before


def test_what_the_provider_says_begins_no_command_and_breaks_no_document(scan, openai):
    openai.add_user(None, name="Eve\n::error::Owned, 100 %\x1b]\x01 <b>&")
    lines = scan("--format", "github").out.splitlines()
    assert len(lines) == 6
    (eve,) = [line for line in lines if "Eve" in line]
    assert "Account Eve%0A::error::Owned, 100 %25" in eve
    report = ET.fromstring(scan("--format", "junit").out)  # noqa: S314 - we wrote it
    (told,) = [found.text for found in report.iter("failure") if "Eve" in (found.text or "")]
    assert "Owned, 100 %\ufffd]\ufffd <b>&" in told


# One more thing follows from a change of people, and it always refuses.
_HINDERED = """
import sys
from tenure.scan import private
begin = private.begin_private_installation

def begin_hindered():
    begin()
    from tenure.jobs.follow_ups import follow_up
    from tenure.jobs.tests import work
    follow_up("people.changed", work.refuse)

private.begin_private_installation = begin_hindered
from tenure.cli import main
main(sys.argv[1:])
"""


def test_where_a_step_failed_it_tells_nothing(line, files):
    said = run(*line, "--json", program=("-c", _HINDERED), cwd=files)
    assert (said.code, said.document["status"]) == (1, 500)
    assert "tenure.jobs.tests.work.refuse" in said.document["title"]
