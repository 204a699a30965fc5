"""House rules about writes and reads that a linter cannot see."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "tenure"
# Recording an event is how the others are audited; it is not a verb of its own.
VERBS = sorted(
    path for path in ROOT.glob("*/operations/*.py") if path.stem not in ("__init__", "record")
)
# What is recorded beside no change is one statement, and needs no transaction: why.
OF_NO_CHANGE = {"record_page_view": "nothing is changed by looking"}
SURFACES = sorted(
    {
        path
        for pattern in (
            "*/views.py",
            "*/views/*.py",
            "*/api.py",
            "*/api/*.py",
            "*/shell.py",
            "*/tasks.py",
            "cli/*.py",
            "web/*.py",
        )
        for path in ROOT.glob(pattern)
    }
)
SOURCES = sorted(
    path
    for path in ROOT.rglob("*.py")
    if not {"tests", "migrations", "testing", "simulator"} & set(path.relative_to(ROOT).parts)
)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT).with_suffix(""))


def public_functions(tree: ast.Module) -> list[ast.FunctionDef]:
    return [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


def test_there_are_operations_to_judge():
    assert len(VERBS) > 20


@pytest.mark.parametrize("path", VERBS, ids=name_of)
def test_an_operation_is_one_audited_atomic_verb_with_a_test(path):
    tree = ast.parse(path.read_text())
    public = public_functions(tree)
    assert [function.name for function in public] == [path.stem], (
        "one function, named like its file"
    )
    (verb,) = public
    assert not verb.args.args and "actor" in {a.arg for a in verb.args.kwonlyargs}, (
        "keyword-only, with an actor"
    )
    is_atomic = any("transaction.atomic" in ast.unparse(d) for d in verb.decorator_list)
    assert is_atomic or path.stem in OF_NO_CHANGE, "atomic"
    assert "audit.record(" in path.read_text(), "audited"
    assert (path.parents[1] / "tests" / f"test_{path.stem}.py").exists(), "tested under its name"
    assert (verb.end_lineno or 0) - verb.lineno < 60, "small enough to read"
    assert ast.get_docstring(verb), "says what it means"


@pytest.mark.parametrize("path", SURFACES, ids=name_of)
def test_surfaces_never_touch_managers(path):
    tree = ast.parse(path.read_text())
    touched = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "objects"
    ]
    assert not touched, f"lines {touched}: go through an operation or a query"


@pytest.mark.parametrize(
    "path", [p for p in SURFACES if "views" in p.parts or p.stem == "views"], ids=name_of
)
def test_a_view_is_short(path):
    long = [
        f"{function.name} ({function.end_lineno - function.body[0].lineno + 1})"
        for function in public_functions(ast.parse(path.read_text()))
        if function.end_lineno - function.body[0].lineno + 1 > 15
    ]
    assert not long


@pytest.mark.parametrize(
    "path",
    sorted([*ROOT.glob("*/queries.py"), *ROOT.glob("*/queries/*.py")]),
    ids=name_of,
)
def test_a_read_names_its_reader(path):
    anonymous = []
    for function in public_functions(ast.parse(path.read_text())):
        parameters = {a.arg for a in (*function.args.args, *function.args.kwonlyargs)}
        returns = ast.unparse(function.returns) if function.returns else ""
        # An expression or a condition reads nothing; whoever puts it into a query names the reader.
        is_expression = returns in ("Q", "Combinable", "Case") or "Expression" in returns
        asks_who = "actor" in parameters or "user" in parameters
        composes = "of" in parameters
        if not (asks_who or composes or is_expression):
            anonymous.append(function.name)
    assert not anonymous


def test_only_the_merge_inserts_accounts():
    inserting = {
        name_of(path)
        for path in SOURCES
        if any(
            words in path.read_text()
            for words in ("Account.objects.create", "Account.objects.bulk_create", "Account(")
        )
    }
    assert inserting <= {"inventory/models"}


def test_no_raw_sql_writes_outside_the_few_files_that_may():
    allowed = {
        "inventory/merging",
        "lib/rows",
        "lib/staging",
        "audit/guards",
        "audit/arriving",
        "jobs/ledger",
        "reviews/snapshot",
    }
    writing = {
        name_of(path)
        for path in SOURCES
        if any(
            words in path.read_text()
            for words in ("INSERT INTO", "UPDATE {", 'execute("UPDATE', 'execute("DELETE')
        )
    }
    assert {name for name in writing if not name.startswith("inventory/merge/")} <= allowed


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_file_is_small_enough_to_read(path):
    assert len(path.read_text().splitlines()) <= 300


def test_nothing_is_called_helpers_utils_or_common():
    shelves = {"helpers", "utils", "util", "common", "misc"}
    assert not [name_of(path) for path in SOURCES if path.stem in shelves]
