"""`tenure evidence`: bundles that an auditor can check without us."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tenure.cli.output import (
    NOT_OK,
    OK,
    UNTRUSTED,
    decider,
    emit,
    operator,
    stop,
    table,
    to_the_minute,
    write_private,
)
from tenure.lib.clock import rfc3339

if TYPE_CHECKING:
    from tenure.evidence.models import EvidenceBuild
    from tenure.evidence.verifying import Verdict

app = typer.Typer(help="Bundles that an auditor can check.", no_args_is_help=True)


@app.command()
def create(
    kind: Annotated[
        str, typer.Argument(help="population, tests, leavers, new-access, review or offboarding")
    ],
    ref: Annotated[str, typer.Argument(metavar="[REF]", help="of a review or offboarding")] = "",
    *,
    on: Annotated[str, typer.Option(metavar="WHEN", help="a day, an instant, or now")] = "",
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="the first day")] = "",
    last: Annotated[str, typer.Option("--to", metavar="DATE", help="the last day")] = "",
    test: Annotated[str, typer.Option(metavar="SLUG", help="only this test")] = "",
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE.zip")],
) -> None:
    """Make a bundle and write it to a file."""
    days = {"on": on, "first": _day(first, "--from"), "last": _day(last, "--to")}
    write_bundle(output, kind=kind, ref=ref, test=test, **days)


def write_bundle(output: Path, **asked: Any) -> None:  # noqa: ANN401 - as Given takes it
    """Make a bundle here and now, and write it to a file."""
    from tenure.cli import start_django

    start_django()
    from tenure.evidence.answering import pieces_of
    from tenure.evidence.asking import Given
    from tenure.evidence.making import make_bundle
    from tenure.evidence.operations.create_bundle import create_bundle
    from tenure.evidence.operations.download_bundle import download_bundle

    actor = decider()
    build = create_bundle(given=Given(**asked), actor=actor, is_built_here=True)
    made = make_bundle(build.ref, actor=operator())
    if made.state != made.State.FINISHED:
        stop(f"No bundle could be made: {made.reason}", code=NOT_OK, kind="not-made")
    taken = download_bundle(ref=made.ref, actor=actor)
    write_private(pieces_of(taken.path), output)
    emit(_document(made) | {"file": str(output)}, words=_words(made, output))


@app.command("list")
def list_() -> None:
    """Bundles, the newest first."""
    from tenure.cli import start_django

    start_django()
    from tenure.evidence import queries

    found = list(queries.builds(actor=decider())[:200])
    rows = (
        (one.title, one.get_state_display(), one.requested_by, _minute(one), str(one.ref))
        for one in found
    )
    heads = ["Evidence", "State", "By", "When (UTC)", "Ref"]
    nothing = (
        "No bundle yet; make one with: tenure evidence create population --on DATE -o FILE.zip"
    )
    emit(
        {"data": [_document(one) for one in found]}, words=table(heads, rows) if found else nothing
    )


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE.zip")],
    *,
    key: Annotated[
        Path | None, typer.Option(metavar="PEM", help="the public key that you trust")
    ] = None,
    fingerprint: Annotated[str, typer.Option(help="of the key that you trust")] = "",
) -> None:
    """Check every byte of a bundle, and who signed it. Needs no database and no network.

    Ends with 0 when it is intact and signed with the key you trust, with 1 when it was altered or
    signed with another key, and with 4 when it is intact and you named no key.
    """
    from tenure.evidence.signing import fingerprint_as_typed
    from tenure.evidence.verifying import Outcome, verify_bundle

    if key is not None and fingerprint:
        stop("Name the key or its fingerprint, not both.")
    verdict = verify_bundle(
        file,
        trusted_pem=_pem(key) if key is not None else None,
        trusted_fingerprint=fingerprint_as_typed(fingerprint) if fingerprint else None,
    )
    emit(verdict, words=_verdict(verdict))
    codes = {Outcome.VALID: OK, Outcome.UNTRUSTED: UNTRUSTED}
    raise typer.Exit(codes.get(verdict.outcome, NOT_OK))


@app.command("key")
def show_key() -> None:
    """The public key that signs evidence, and its fingerprint; older ones with their time."""
    from tenure.cli import start_django

    start_django()
    from tenure.evidence.operations.make_key import make_key
    from tenure.evidence.publishing import published

    in_force = make_key(actor=operator())
    keys = published(actor=operator())
    old = [
        f"Until {one['valid_until']}: {one['fingerprint']}" for one in keys if one["valid_until"]
    ]
    emit(
        {"fingerprint": in_force.fingerprint, "public_key": in_force.public_pem, "keys": keys},
        words=[in_force.public_pem.strip(), f"Fingerprint {in_force.fingerprint}", *old],
    )


@app.command("rotate-key")
def rotate() -> None:
    """Sign with another key from now on; the old one stays published and signs no more."""
    from tenure.cli import start_django

    start_django()
    from tenure.evidence.operations.rotate_key import rotate_key

    key = rotate_key(actor=decider())
    emit(
        {"fingerprint": key.fingerprint, "public_key": key.public_pem},
        words=f"Signing with {key.fingerprint} from now on; tell your auditor.",
    )


def _day(written: str, option: str) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        stop(f"Write {option} as a day, such as 2026-03-31.")


def _pem(key: Path) -> str:
    try:
        return key.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        stop(f"{key} cannot be read as a public key in PEM; name another file.")


def _minute(build: EvidenceBuild) -> str | None:
    return to_the_minute(rfc3339(build.requested_at))


def _document(build: EvidenceBuild) -> dict[str, object]:
    bundle = build.bundle if build.state == build.State.FINISHED else None
    return {
        "ref": str(build.ref),
        "kind": build.kind,
        "title": build.title,
        "state": build.state,
        "asked": build.asked,
        "requested_by": build.requested_by,
        "requested_at": rfc3339(build.requested_at),
        "reason": build.reason,
        "sha256": bundle.sha256 if bundle else None,
        "fingerprint": bundle.fingerprint if bundle else None,
        "rows": bundle.rows if bundle else None,
        "exceptions": bundle.exceptions if bundle else None,
        "size": bundle.size if bundle else None,
    }


def _words(build: EvidenceBuild, output: Path) -> list[str]:
    bundle = build.bundle
    return [
        f"{build.title}: {bundle.rows:,} rows, {bundle.exceptions:,} to be explained.",
        f"Wrote {output}, signed with {bundle.fingerprint}.",
        f"Check it with: tenure evidence verify {output} --fingerprint {bundle.fingerprint[:8]}…",
    ]


def _verdict(verdict: Verdict) -> list[str]:
    if not verdict.fingerprint:
        where = f"{verdict.file}: " if verdict.file else ""
        return [f"ALTERED. {where}{verdict.says}"]
    return [
        f"{verdict.title}: {verdict.files} files, {verdict.rows:,} rows.",
        f"Signed {verdict.signed_at} with {verdict.fingerprint}.",
        f"The audit log ended then at {verdict.audit_head}.",
        f"{verdict.outcome.upper().replace('_', ' ')}. {verdict.says}",
    ]
