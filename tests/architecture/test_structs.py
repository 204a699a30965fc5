"""Whoever reads a struct makes the reader by lib.structs: elsewhere it may end the process."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import tenure

PACKAGE = Path(tenure.__file__).parent
# It works in one thread.
SIMULATOR = PACKAGE / "simulator"


def readers_in(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        is_typed = any(one.arg == "type" for one in node.keywords) or len(node.args) > 1
        if called in ("msgspec.convert", "msgspec.json.Decoder", "msgspec.msgpack.Decoder") or (
            called in ("msgspec.json.decode", "msgspec.msgpack.decode") and is_typed
        ):
            yield ast.unparse(node)


def test_readers_of_structs_are_made_in_one_place():
    ours = [
        path
        for path in PACKAGE.rglob("*.py")
        if "tests" not in path.parts and SIMULATOR not in path.parents
    ]
    made = {
        (str(path.relative_to(PACKAGE)), one)
        for path in ours
        for one in readers_in(path.read_text())
    }
    assert {where for where, _ in made} == {"lib/structs.py"}, made


def test_what_would_be_found():
    assert list(readers_in("a = msgspec.json.decode(b, type=C)"))
    assert list(readers_in("a = msgspec.convert(b, C)"))
    assert not list(readers_in("a = msgspec.json.decode(b)"))
