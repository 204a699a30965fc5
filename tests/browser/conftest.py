"""Pages in a real Chromium, at the widths and in the colours people use.

    def test_accounts_page(visit, look):
        page = visit("/accounts", who="ada", **look)
        visit.inspect(page)

Every visit also fails its test on a console error, an uncaught exception or a violation of the
content security policy. TENURE_SCREENSHOTS=DIR keeps a picture of every inspected page.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from zlib import crc32

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
CHROMIUM = os.environ.get("TENURE_CHROMIUM") or shutil.which("chromium") or ""
MISSING = (
    "BROWSER TESTS DID NOT RUN: no Chromium found; install the package chromium,"
    " or name one in TENURE_CHROMIUM."
)
LOOKS = [{"theme": theme, "width": width} for theme in ("light", "dark") for width in (1440, 390)]
IS_FULL = os.environ.get("TENURE_BROWSER") == "full"


def in_full(*cases: object) -> list[object]:
    """Cases that `make browser` looks at and `make test` does not, which has seen such a page."""
    return [pytest.param(case, marks=pytest.mark.in_full) for case in cases]


if not IS_FULL:
    # The two that differ most, and each test takes one of them; `make browser` looks at all four.
    LOOKS = [LOOKS[0], LOOKS[-1]]
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
# What a page asks for by itself once it has loaded is there. Waiting until the network has rested
# for half a second says no more of a page that asks for nothing.
SETTLED = """async () => {
  await document.fonts.ready;
  while (document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling"))
    await new Promise((resume) => setTimeout(resume, 20));
}"""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    ours = [item for item in items if item.path.is_relative_to(Path(__file__).parent)]
    for item in ours:
        item.add_marker(pytest.mark.browser)
        if not CHROMIUM:
            item.add_marker(pytest.mark.skip(reason=MISSING))
    left_out = set() if IS_FULL else {item for item in ours if not _is_everyday(item)}
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=list(left_out))


def _is_everyday(item: pytest.Item) -> bool:
    """One way through each page. Of the looks of one test always the same one, and of all tests as
    many of each."""
    if item.get_closest_marker("in_full"):
        return False
    chosen = getattr(item, "callspec", None) and item.callspec.params.get("look")
    if not chosen:
        return True
    name = item.nodeid.replace(f"{chosen['theme']}-{chosen['width']}", "").replace(str(chosen), "")
    return LOOKS[crc32(name.encode()) % len(LOOKS)] == chosen


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    if any(MISSING in str(report.longrepr) for report in skipped):
        terminalreporter.write_sep("!", MISSING, red=True, bold=True)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    quiet = ["background-networking", "component-update", "gpu", "quic", "sync"]
    return {
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox", "--no-first-run", *(f"--disable-{part}" for part in quiet)],
    }


@pytest.fixture(scope="session")
def base_url() -> None:
    """Replaces the plugin's, whose definition pytest 9 warns about; addresses here are whole."""


@pytest.fixture(scope="session", autouse=True)
def _database_beside_playwright() -> Iterator[None]:
    """Playwright keeps an event loop in this thread, and the ORM refuses to run beside one.

    The loop only waits for the browser here; no query ever runs inside it.
    """
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look['theme']}-{look['width']}")
def look(request: pytest.FixtureRequest) -> dict[str, object]:
    """Each way a page is looked at: light and dark, desktop and phone."""
    return request.param


class Visits:
    """Opens pages of the live server, and remembers what went wrong on them."""

    def __init__(self, server: str, new_context: Callable[..., BrowserContext], sign_in) -> None:
        self._server, self._new_context, self._sign_in = server, new_context, sign_in
        self.problems: list[str] = []
        self.expected = re.compile(r"$^")

    def __call__(
        self, path: str, *, who: str = "", theme: str = "light", width: int = 1440
    ) -> Page:
        """The loaded page, in a browser of its own, signed in as that member of the cast."""
        context = self._new_context(
            viewport={"width": width, "height": 900}, reduced_motion="reduce"
        )
        context.set_default_timeout(10_000)
        context.add_init_script(REPORT_VIOLATIONS)
        context.add_cookies([{"name": "theme", "value": theme, "url": self._server}])
        if who:
            client: Client = self._sign_in(who)
            context.add_cookies(
                [
                    {"name": name, "value": morsel.value, "url": self._server}
                    for name, morsel in client.cookies.items()
                ]
            )
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.problems.append(f"uncaught: {error}"))
        self.go(page, path)
        return page

    def go(self, page: Page, path: str) -> None:
        """Another page in the same browser."""
        page.goto(self._server + path)
        page.evaluate(SETTLED)

    def expect_error(self, pattern: str) -> None:
        """Let console errors like this one pass: a page that is meant to be refused."""
        self.expected = re.compile(pattern)

    def inspect(self, page: Page, name: str = "") -> None:
        """Nothing axe objects to, nothing wider than the screen; a picture where one is wanted."""
        self._picture(page, name)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{page.url} scrolls sideways by {wide} px"
        if not AXE.exists():
            pytest.fail("axe-core is not installed; run `python hatch_build.py`.")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate(
            """async () => (await axe.run(document, {
                runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
            })).violations.flatMap((rule) => rule.nodes.map((node) =>
                `${rule.id}: ${node.failureSummary.split("\\n").pop().trim()} ${node.html}`))"""
        )
        assert not found, "\n".join(found)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not self.expected.search(message.text):
            self.problems.append(message.text)

    def _picture(self, page: Page, name: str) -> None:
        folder = os.environ.get("TENURE_SCREENSHOTS")
        if not folder:
            return
        words = re.sub(r"[^a-z0-9]+", "-", page.url.removeprefix(self._server)).strip("-")
        theme = page.evaluate("document.documentElement.dataset.bsTheme")
        width = page.evaluate("innerWidth")
        file = Path(folder) / f"{name or words or 'overview'}-{width}-{theme}.png"
        page.screenshot(path=file, full_page=True)


@pytest.fixture
def visit(live_server, new_context, client_of) -> Iterator[Visits]:
    visits = Visits(live_server.url, new_context, client_of)
    yield visits
    assert not visits.problems, "\n".join(visits.problems)
