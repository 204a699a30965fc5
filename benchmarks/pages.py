"""How soon every page is there among 100,000 people, accounts, links, suggestions, findings, keys
and places in groups.

    python benchmarks/pages.py [--users 100000] [--projects 100] [--groups 100] [--rounds 30]
                               [--under /accounts]

The pages are those that the architecture tests walk, with every filter and order that a page links
to and a search where it has one; lists also at their tenth, hundredth and last page. Each is asked
for so many times through the whole of Django, by an admin and by an auditor. `--under` walks only
the addresses that begin so, for whoever works on one of them.
"""

from __future__ import annotations

import argparse
import gc
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from html import unescape
from statistics import median
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from harness.clocks import cpu_of_each
from harness.crowd import analyze, employ, fill, give_keys, group, observe
from harness.house import House
from harness.report import Report
from harness.run import NAMES, arguments, on_each_database

PROMISED_P95_S, PROMISED_DEEP, DEEP = 0.150, 1.5, (10, 100)
PROMISED_QUESTIONS = 9
READERS = ("ada", "aud")
# Nobody turns pages there: what is asked for is a file, or answers with where to go.
NOT_PAGES = ("/api/", "/audit/export", "/people/import/template.csv", "/healthz", "/readyz")
TESTS = ("accounts-linked", "leavers-deprovisioned")
_LINK = re.compile(r'(?:href|hx-get)="([^"#]+)"')


@dataclass
class Asked:
    """One address: questions to the database, seconds of CPU, and of its deeper pages."""

    who: str
    path: str
    queries: int
    cpu: list[float]
    deep: dict[str, list[float]] = field(default_factory=dict)

    @property
    def p95(self) -> float:
        return sorted(self.cpu)[len(self.cpu) * 95 // 100]

    @property
    def deepest(self) -> float | None:
        """The slowest of the deeper pages over the first one."""
        ratios = [median(cpu) / median(self.cpu) for cpu in self.deep.values()]
        return max(ratios, default=None)


def main() -> None:
    sizes = {"users": 100_000, "projects": 100, "groups": 100, "rounds": 30}
    on_each_database(arguments(__doc__, **sizes, under="/"), measure)


def measure(options: argparse.Namespace, stack: ExitStack) -> None:
    house = House(options.database, stack)
    house.connect([])
    house.make("pages")
    with house.database("pages"):
        refs = furnish(options)
        gc.collect()
        gc.freeze()  # as a server does that has been up for a while
        asked = [one for who in READERS for one in walk(who, refs, options)]
    if not asked:
        raise SystemExit(f"No page begins with {options.under}.")
    report(options, asked)


def furnish(options: argparse.Namespace) -> dict[str, str]:
    """The company, and the refs of those of its things that have the most to show."""
    from tenure.compliance.models import Finding
    from tenure.compliance.operations.run_tests import run_tests
    from tenure.inventory.models import Account, Credential, Entitlement, Resource, SyncRun
    from tenure.testing.cast import ref_of, user_of
    from tenure.testing.factories import make_invitation
    from tenure.users.actors import local_operator

    connection = fill(options.users, one_leaver_in=2)
    employ(connection, options.users, projects=options.projects)
    groups = group(connection, options.users, groups=options.groups)
    give_keys(connection, options.users)
    observe(connection, options.users)
    account = Account.objects.order_by("id")[0]
    for number in range(100):
        make_invitation(connection, f"invited{number}@halden.example")
    run_tests(slugs=list(TESTS), actor=local_operator())
    analyze()
    user_of("hugo")
    return {
        "offboarding/of/": str(account.links.get().person.ref),
        "operations/brake/": str(connection.ref),
        "connections/": str(connection.ref),
        "runs/": str(SyncRun.objects.get().ref),
        "accounts/": str(account.ref),
        "people/": str(account.links.get().person.ref),
        "projects/": str(Resource.objects.filter(kind="project").order_by("id")[0].ref),
        "groups/": str(groups[0].ref),
        "roles/": str(Entitlement.objects.order_by("id")[0].ref),
        "credentials/": str(Credential.objects.order_by("id")[0].ref),
        "findings/": str(Finding.objects.order_by("id")[0].ref),
        "users/": str(ref_of("hugo")),
    }


def walk(who: str, refs: dict[str, str], options: argparse.Namespace) -> Iterator[Asked]:
    """Every page that this reader may open, with its filters, orders and depths."""
    from django.test import Client

    from tenure.testing.cast import user_of
    from tests.architecture.test_query_budgets import addresses

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user_of(who))
    for path in addresses(refs):
        if path.startswith(NOT_PAGES) or not path.startswith(options.under):
            continue
        if client.get(path).status_code == 200:
            for variant in [path, *variants(client, path)]:
                yield ask(client, who, variant, times=options.rounds)


def ask(client: Any, who: str, path: str, *, times: int) -> Asked:  # noqa: ANN401 - a test client
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        get(client, path)
    asked = Asked(who, path, len(queries), cpu_of_each(lambda: get(client, path), times))
    for depth, page in deeper(client, path):
        asked.deep[depth] = cpu_of_each(lambda p=page: get(client, p), times)
    return asked


def get(client: Any, path: str) -> str:  # noqa: ANN401 - a test client
    answer = client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}")
    return answer.content.decode() if not answer.streaming else ""


def variants(client: Any, path: str) -> list[str]:  # noqa: ANN401 - a test client
    """The same page as its own links ask for it, and with a search."""
    text = get(client, path)
    found = {urlsplit(unescape(link)) for link in _LINK.findall(text)}
    asked = dict[tuple[str, ...], str]()
    for link in sorted(found):
        query = [(k, v) for k, v in parse_qsl(link.query) if k != "cursor"]
        if query and link.path in ("", path) and not link.netloc:
            # One department or manager stands for all.
            kind = tuple(v if k in ("show", "sort") else k for k, v in query)
            asked.setdefault(kind, urlencode(query))
    if 'name="q"' in text:
        for words in ("person 99", "nobody of this name"):
            asked[words,] = urlencode({"q": words})
    return [f"{path}?{query}" for query in asked.values()]


def deeper(client: Any, path: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - a test client
    """The tenth and hundredth page by the links of those before, and the last one."""
    first = page = cursor_of(get(client, path))
    for number in range(2, (DEEP[-1] if "?" not in path else 1) + 1):
        if page is None:
            return
        if number in DEEP:
            yield str(number), with_cursor(path, page)
        page = cursor_of(get(client, with_cursor(path, page)))
    if first is not None:
        yield (
            "last",
            max(
                (with_cursor(path, cursor) for cursor in from_the_end(first)),
                key=lambda at: len(get(client, at)),
            ),
        )


def cursor_of(text: str) -> str | None:
    """The cursor of the next page: of two, the second, which is how a pager is written."""
    cursors = [
        dict(parse_qsl(urlsplit(unescape(link)).query)).get("cursor")
        for link in _LINK.findall(text)
    ]
    return next((cursor for cursor in reversed(cursors) if cursor and is_next(cursor)), None)


def is_next(cursor: str) -> bool:
    from django.core import signing

    return not signing.loads(cursor, salt="tenure.paging")[0]


def from_the_end(cursor: str) -> Iterator[str]:
    """Cursors backwards from beyond either end, as a list may rise or fall: nobody has time to
    turn two thousand pages."""
    from django.core import signing

    _, key, made_for = signing.loads(cursor, salt="tenure.paging")
    for year, number, letter in (("9999", 2**62, "\uffff"), ("0001", -1, "")):
        end = [
            {"at": f"{year}-01-02T00:00:00+00:00"}
            if isinstance(value, dict)
            else number
            if isinstance(value, int)
            else letter
            for value in key
        ]
        yield signing.dumps([True, end, made_for], salt="tenure.paging", compress=True)


def with_cursor(path: str, cursor: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}{urlencode({'cursor': cursor})}"


def report(options: argparse.Namespace, asked: list[Asked]) -> None:
    told = Report(
        f"{options.users:,} people with an account each and as many suggestions, "
        f"{NAMES[options.database]}, {options.rounds} times each",
        head=("queries", "p50, CPU s", "p95, CPU s", "deep ÷ first"),
    )
    for one in sorted(asked, key=lambda one: -one.p95):
        told.line(f"{one.who} {one.path}", one.queries, median(one.cpu), one.p95, one.deepest)
    slowest = max(asked, key=lambda one: one.p95)
    deepest = max(asked, key=lambda one: one.deepest or 0)
    told.promise(f"p95, CPU seconds of the slowest, {slowest.path}", slowest.p95, PROMISED_P95_S)
    told.promise(f"deep ÷ first, {deepest.path}", deepest.deepest or 0, PROMISED_DEEP)
    for who in READERS:
        most = max(
            (one for one in asked if one.who == who), key=lambda one: one.queries, default=None
        )
        if most is None:
            continue
        told.promise(
            f"queries of {who}, {most.path}", most.queries, PROMISED_QUESTIONS, is_exact=True
        )
    told.finish()


if __name__ == "__main__":
    main()
