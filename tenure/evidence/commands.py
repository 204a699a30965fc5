"""How anybody checks a bundle: words and commands of its README and report. No framework."""

from __future__ import annotations

from textwrap import wrap

_VERIFY = "openssl pkeyutl -verify -pubin -inkey KEY.pem -rawin -in {} -sigfile {}"
COMMANDS = (
    "sha256sum --strict -c SHA256SUMS",
    'grep "$(sha256sum SHA256SUMS | cut -c 1-64)" manifest.json',
    _VERIFY.format("manifest.json", "manifest.sig"),
    _VERIFY.format("signature.json", "signature.sig"),
)
FINGERPRINT_COMMAND = "openssl pkey -pubin -in KEY.pem -outform DER | sha256sum"
_TRUST = (
    "KEY.pem is the public key that you were given once, apart from this bundle, or that this "
    "Tenure publishes at /.well-known/tenure-evidence-key.json. The public-key.pem in here is for "
    "convenience: whoever forges a bundle forges it, too. Compare its fingerprint with yours."
)
_STEPS = (
    "The first command finds every file to be as listed, the second finds the list itself in the "
    "manifest, the others find manifest and date to be signed. With Tenure's command line, all of "
    "it is: tenure evidence verify FILE.zip --fingerprint FINGERPRINT"
)
_LIMITS = (
    "Together they prove that nothing was altered since it was signed, and that it holds what was "
    "read as the manifest tells it. They do not prove that nobody made it up before signing."
)
CHECKING = (_TRUST, _STEPS, _LIMITS)


def readme_of(
    *, title: str, scope: list[str], fingerprint: str, files: list[tuple[str, str]]
) -> str:
    """README.txt: what is in here, and how to check it. `files` are names, each with its words."""
    width = max(len(name) for name, _ in files)
    listed = "\n".join(f"  {name:{width}}  {says}" for name, says in files)
    commands = "\n".join(f"  {one}" for one in COMMANDS)
    checking = "\n\n".join(_wrapped(one) for one in CHECKING)
    covers = "\n".join(_wrapped(one) for one in scope)
    return (
        f"{title}\n{'=' * min(len(title), 78)}\n\n{covers}\n\nFiles\n-----\n{listed}\n\n"
        f"How to check this\n-----------------\n{commands}\n\n{checking}\n\n"
        f"Fingerprint of the key it is signed with:\n  {fingerprint}\n"
        f"and of yours:\n  {FINGERPRINT_COMMAND}\n"
    )


def _wrapped(sentence: str) -> str:
    return "\n".join(wrap(sentence, 78, break_long_words=False, break_on_hyphens=False))
