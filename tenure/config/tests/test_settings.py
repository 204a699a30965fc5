"""A setting that cannot be used stops everything in one sentence, and never quotes a secret."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SECRET = "hunter2"


def python(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter, in an environment with these of our variables and no other."""
    environment = {name: value for name, value in os.environ.items() if "TENURE" not in name}
    return subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, *words],
        env={**environment, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"TENURE_DATABASE_URL": f"postgresql://u:{SECRET}/x@host/db"}, "write / as %2F"),
        ({"TENURE_DATABASE_URL": f"mysql://u:{SECRET}@host/db"}, "write sqlite:///FILE or"),
        ({"TENURE_SECRET_KEY_FILE": "{home}/raw"}, "which is not text"),
        ({"TENURE_PUBLIC_URL": "http://[::1"}, "TENURE_PUBLIC_URL is not usable"),
        ({"TENURE_LOG_LEVEL": "loud"}, "write DEBUG, INFO, WARNING or ERROR"),
        ({"TENURE_HOME": "{home}/raw"}, "choose another with TENURE_HOME or --home"),
        ({"TENURE_HOME": "{home}/damaged"}, "is damaged: put back the copy"),
    ],
)
def test_it_is_refused_in_one_sentence(tmp_path, variables, said):
    (tmp_path / "raw").write_bytes(bytes(range(128, 160)))
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / "secret.key").write_text("not a key")
    given = {name: value.format(home=tmp_path) for name, value in variables.items()}
    ended = python("-m", "tenure", "config", **{"TENURE_HOME": str(tmp_path), **given})
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert said in ended.stderr
    assert SECRET not in ended.stderr


def test_the_database_lies_in_the_home_whatever_that_is_called(tmp_path):
    home = tmp_path / "a#b?c%41"
    show = "from tenure.config import settings; print(settings.DATABASES['default']['NAME'])"
    said = python("-c", show, TENURE_HOME=str(home)).stdout
    assert said.strip() == str(home / "tenure.sqlite3")
