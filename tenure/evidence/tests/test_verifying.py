"""Whatever is altered is found: by our tool, and by the commands that a bundle prints."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.evidence import manifest as said
from tenure.evidence import signing
from tenure.evidence.archive import entry
from tenure.evidence.commands import COMMANDS
from tenure.evidence.keeping import file_of
from tenure.evidence.manifest import File
from tenure.evidence.tests.world import make
from tenure.evidence.verifying import Outcome, verify_bundle
from tenure.testing.lengths import length

Files = dict[str, bytes]
FLIPS = settings(
    max_examples=length(40, 600), suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def pack(files: Files, to: Path) -> Path:
    """A ZIP as ours, of any files."""
    with ZipFile(to, "w") as archive:
        for name, content in files.items():
            with archive.open(entry(name, len(content)), "w") as opened:
                opened.write(content)
    return to


@pytest.fixture
def bundle(company, tmp_path) -> Path:
    return Path(shutil.copy(file_of(make()), tmp_path / "bundle.zip"))


@pytest.fixture
def files(bundle) -> Files:
    with ZipFile(bundle) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def fingerprint(files) -> str:
    return signing.fingerprint_of(files["public-key.pem"].decode())


def by_hand(files: Files, folder: Path, *, pem: bytes) -> bool:
    """Whether the printed commands find nothing, run as they are printed."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, content in (files | {"KEY.pem": pem}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return all(
        subprocess.run(command, shell=True, cwd=folder, capture_output=True, check=False).returncode  # noqa: S602 - the very commands that people type
        == 0
        for command in COMMANDS
    )


def test_intact_and_trusted(bundle, files, fingerprint):
    verdict = verify_bundle(bundle, trusted_fingerprint=fingerprint)
    assert (verdict.outcome, verdict.fingerprint) == (Outcome.VALID, fingerprint)
    assert verify_bundle(bundle, trusted_pem=files["public-key.pem"].decode()) == verdict
    assert verify_bundle(bundle).outcome == Outcome.UNTRUSTED
    assert verify_bundle(bundle, trusted_fingerprint="0" * 64).outcome == Outcome.OTHER_SIGNER


def test_what_the_tool_packs_is_what_we_write(bundle, files, tmp_path, fingerprint):
    again = pack(files, tmp_path / "again.zip")
    assert verify_bundle(again, trusted_fingerprint=fingerprint).outcome == Outcome.VALID
    assert again.read_bytes() == bundle.read_bytes()


def test_the_printed_commands_find_an_intact_bundle_intact(files, tmp_path):
    assert by_hand(files, tmp_path / "by-hand", pem=files["public-key.pem"])


def test_any_byte_of_any_file_is_noticed(files, tmp_path, fingerprint):
    names = sorted(name for name in files if files[name])

    @given(st.sampled_from(names), st.integers(0, 1 << 30), st.integers(1, 255))
    @FLIPS
    def flip(name, place, mask):
        content = bytearray(files[name])
        content[place % len(content)] ^= mask
        altered = pack(files | {name: bytes(content)}, tmp_path / "altered.zip")
        verdict = verify_bundle(altered, trusted_fingerprint=fingerprint)
        assert verdict.outcome == Outcome.ALTERED
        assert verdict.says

    flip()


def test_the_printed_commands_notice_each_file(files, tmp_path):
    pem = files["public-key.pem"]
    for name, content in files.items():
        if content:
            middle = len(content) // 2
            # Another letter, another case, and a flag that sha256sum would take for a good one.
            for mask in (1, 0x20, 0x0A):
                flipped = bytearray(content)
                flipped[middle] ^= mask
                assert not by_hand(files | {name: bytes(flipped)}, tmp_path / "by-hand", pem=pem), (
                    name
                )


@pytest.mark.parametrize("change", ["drop", "swap", "repeat"])
def test_rows_that_were_dropped_or_swapped_are_noticed(files, tmp_path, fingerprint, change):
    lines = files["access.jsonl"].splitlines(keepends=True)
    if change == "drop":
        del lines[3]
    elif change == "swap":
        lines[2], lines[5] = lines[5], lines[2]
    else:
        lines[2] = lines[3]
    altered = files | {"access.jsonl": b"".join(lines)}
    verdict = verify_bundle(pack(altered, tmp_path / "a.zip"), trusted_fingerprint=fingerprint)
    assert (verdict.outcome, verdict.file) == (Outcome.ALTERED, "access.jsonl")
    assert not by_hand(altered, tmp_path / "by-hand", pem=files["public-key.pem"])


def test_digests_that_were_changed_with_the_file_are_noticed(files, tmp_path):
    """Who changes a row and its line in SHA256SUMS cannot change the signed manifest."""
    content = files["access.csv"].replace(b"owner", b"reader")
    sums = files["SHA256SUMS"].replace(
        said.sha256(files["access.csv"]).encode(), said.sha256(content).encode()
    )
    altered = files | {"access.csv": content, "SHA256SUMS": sums}
    assert verify_bundle(pack(altered, tmp_path / "a.zip")).outcome == Outcome.ALTERED
    assert not by_hand(altered, tmp_path / "by-hand", pem=files["public-key.pem"])


def forged(files: Files) -> Files:
    """Everything signed anew with another key, which is put into the bundle."""
    private = signing.new_private_pem()
    pem = signing.public_pem_of(private)
    print_of = signing.fingerprint_of(pem)
    content = files["access.csv"].replace(b"owner", b"reader")
    new = files | {"public-key.pem": pem.encode(), "access.csv": content}
    listed = [
        File(
            name=one.name,
            sha256=said.sha256(new[one.name]),
            bytes=len(new[one.name]),
            rows=one.rows,
        )
        for one in said.manifest_of(files["manifest.json"]).files
        if one.name != said.SUMS
    ]
    sums = said.sums_of(listed)
    listed.append(File(name=said.SUMS, sha256=said.sha256(sums), bytes=len(sums)))
    old = said.manifest_of(files["manifest.json"])
    fields = {name: getattr(old, name) for name in old.__struct_fields__}
    manifest = said.encoded(said.Manifest(**fields | {"files": listed, "signed_with": print_of}))
    before = said.statement_of(files["signature.json"])
    stated = {name: getattr(before, name) for name in before.__struct_fields__}
    stated |= {"fingerprint": print_of, "manifest_sha256": said.sha256(manifest)}
    statement = said.encoded(said.Statement(**stated))
    return new | {
        "SHA256SUMS": sums,
        "manifest.json": manifest,
        "manifest.sig": signing.sign(private, manifest),
        "signature.json": statement,
        "signature.sig": signing.sign(private, statement),
    }


def test_signed_anew_with_another_key(files, tmp_path, fingerprint):
    altered = forged(files)
    made = pack(altered, tmp_path / "forged.zip")
    assert verify_bundle(made, trusted_fingerprint=fingerprint).outcome == Outcome.OTHER_SIGNER
    assert verify_bundle(made).outcome == Outcome.UNTRUSTED
    assert not by_hand(altered, tmp_path / "by-hand", pem=files["public-key.pem"])


@pytest.mark.parametrize(
    "name",
    [
        "x.txt",
        "../evil.sh",
        "/etc/passwd",
        "files/../x",
        "a\\b",
        "files//x",
        "C:evil",
        "…",
        ".",
    ],
)
def test_a_file_that_was_added_is_noticed(files, tmp_path, name):
    verdict = verify_bundle(pack(files | {name: b"x"}, tmp_path / "a.zip"))
    assert verdict.outcome == Outcome.ALTERED


def test_a_file_that_is_missing_is_noticed(files, tmp_path):
    for name in files:
        left = {other: content for other, content in files.items() if other != name}
        verdict = verify_bundle(pack(left, tmp_path / "a.zip"))
        assert (verdict.outcome, verdict.file) == (Outcome.ALTERED, name)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_noticed(bundle, files):
    with ZipFile(bundle, "a") as archive, archive.open(entry("access.csv", 1), "w") as opened:
        opened.write(b"x")
    verdict = verify_bundle(bundle)
    assert (verdict.outcome, verdict.file) == (Outcome.ALTERED, "access.csv")


def test_what_hides_between_the_files_is_noticed(bundle, files, tmp_path):
    whole = bundle.read_bytes()
    for name, content in {
        "before": b"x" + whole,
        "behind": whole + b"x",
        "cut": whole[:-30],
        "nothing": b"",
        "text": b"this is no archive",
    }.items():
        altered = tmp_path / f"{name}.zip"
        altered.write_bytes(content)
        assert verify_bundle(altered).outcome == Outcome.ALTERED, name
    with ZipFile(bundle, "a") as archive:
        archive.comment = b"x"
    assert verify_bundle(bundle).outcome == Outcome.ALTERED


def test_a_bomb_is_not_unpacked(files, tmp_path):
    bomb = pack(files | {"access.csv": b"0" * 50_000_000}, tmp_path / "bomb.zip")
    verdict = verify_bundle(bomb)
    assert (verdict.outcome, verdict.file) == (Outcome.ALTERED, "access.csv")
    assert "longer" in verdict.says


def test_an_entry_that_lies_is_noticed(files, tmp_path):
    other = ZipInfo("README.txt", (2026, 1, 1, 0, 0, 0))
    other.compress_type = ZIP_STORED
    altered = tmp_path / "a.zip"
    with ZipFile(altered, "w") as archive:
        archive.writestr(other, files["README.txt"])
        for name, content in files.items():
            if name != "README.txt":
                with archive.open(entry(name, len(content)), "w") as opened:
                    opened.write(content)
    verdict = verify_bundle(altered)
    assert (verdict.outcome, verdict.file) == (Outcome.ALTERED, "README.txt")
