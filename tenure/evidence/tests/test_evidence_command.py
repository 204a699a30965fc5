"""`tenure evidence`, through the command line itself."""

from __future__ import annotations

import json
from zipfile import ZipFile

import pytest

from tenure.cli import main
from tenure.cli.output import state
from tenure.evidence.tests.world import make


@pytest.fixture
def tenure(capsys, monkeypatch):
    """Runs one command line; gives the exit code, and what was said on both streams."""

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(state, "json", False)
        with pytest.raises(SystemExit) as left:
            main(["evidence", *words])
        said = capsys.readouterr()
        return left.value.code, said.out, said.err

    return run


@pytest.mark.usefixtures("company")
def test_from_a_bundle_to_its_verdict(tenure, tmp_path):
    file = tmp_path / "bundle.zip"
    code, out, _ = tenure("create", "population", "--on", "2026-03-31", "-o", str(file), "--json")
    made = json.loads(out)
    assert (code, made["rows"], made["state"]) == (0, 15, "finished")
    assert file.stat().st_mode & 0o777 == 0o600
    code, out, _ = tenure("key", "--json")
    key = json.loads(out)
    assert key["fingerprint"] == made["fingerprint"]
    pem = tmp_path / "KEY.pem"
    pem.write_text(key["public_key"])
    assert tenure("verify", str(file))[0] == 4
    spelt = key["fingerprint"].upper()
    spelt = ":".join(spelt[at : at + 2] for at in range(0, 64, 2))
    assert tenure("verify", str(file), "--fingerprint", spelt)[0] == 0
    assert tenure("verify", str(file), "--key", str(pem))[0] == 0
    code, out, _ = tenure("verify", str(file), "--fingerprint", "0" * 64)
    assert (code, "OTHER SIGNER" in out) == (1, True)
    code, out, _ = tenure("verify", str(file), "--json")
    assert (code, json.loads(out)["outcome"]) == (4, "untrusted")
    with ZipFile(file, "a") as archive:
        archive.writestr("extra.txt", "x")
    code, out, _ = tenure("verify", str(file), "--fingerprint", key["fingerprint"])
    assert (code, out.startswith("ALTERED. extra.txt: ")) == (1, True)
    code, out, _ = tenure("list", "--json")
    assert [one["ref"] for one in json.loads(out)["data"]] == [made["ref"]]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("verify", "nowhere.zip"), "cannot be read"),
        (("verify", "x.zip", "--fingerprint", "abc"), "64 hexadecimal digits"),
        (("verify", "x.zip", "--key", "nowhere.pem"), "cannot be read as a public key"),
        (("verify", "x.zip", "--key", "a", "--fingerprint", "b"), "not both"),
        (("create", "leavers", "--from", "March", "-o", "x.zip"), "Write --from as a day"),
    ],
)
def test_a_mistake_is_a_sentence(db, tenure, words, says):
    code, _, err = tenure(*words)
    assert (code, says in err) == (2, True)


@pytest.mark.usefixtures("company")
def test_what_was_refused_is_told(tenure, tmp_path):
    file = tmp_path / "bundle.zip"
    code, _, err = tenure("create", "population", "--on", "2026-02-01", "-o", str(file))
    assert (code, "after the first sync" in err) == (2, True)
    assert not file.exists()


@pytest.mark.usefixtures("company")
def test_the_key_is_rotated(tenure):
    before = make().bundle.fingerprint
    code, out, _ = tenure("rotate-key", "--json")
    assert code == 0
    assert json.loads(out)["fingerprint"] != before
    assert before in tenure("key")[1]
