"""Draws every picture under docs/screenshots: `make screenshots`.

One walk from the printed first-admin link to the first answer, following only the screen, and one
tour of the demo company's pages. Both run the real commands in directories of their own, and stop
whatever they started. The walk also says how long it took and how often one has to press.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright

from tenure.demo.company import make_company

FOLDER = Path(__file__).parents[2] / "docs/screenshots"
WIDTHS = {1440: 900, 390: 844}
THEMES = ("light", "dark")
CHROMIUM = os.environ.get("TENURE_CHROMIUM") or shutil.which("chromium")
QUIET = ["background-networking", "component-update", "gpu", "quic", "sync"]
PAGES = {
    "overview": "/",
    "accounts": "/accounts",
    "people": "/people",
    "tests": "/tests",
    "test": "/tests/leavers-deprovisioned",
    "connections": "/connections",
    "audit": "/audit",
    "users": "/settings/users",
}
# One row's page each: the list it is in, and the row.
ROWS = {
    "account": ("/accounts?q=castellanos", "Hugo Castellanos"),
    "person": ("/people?q=castellanos", "Hugo Castellanos"),
    "connection": ("/connections", "OpenAI Production"),
}


class Camera:
    """Takes a page in every look; knows how long that took, so that it counts as nobody's time."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page, self.spent = page, 0.0
        self._folder, self._number = folder, 0
        folder.mkdir(parents=True, exist_ok=True)

    def step(self, name: str, *, again: bool = False) -> None:
        """The next numbered picture, with what was typed so far; `again` loads it in each look."""
        self._number += 1
        began = time.monotonic()
        if again:
            self.pages(f"{self._number:02}-{name}", self.page.url, tuple(WIDTHS))
        else:
            self._as_it_is(f"{self._number:02}-{name}")
        self.page.set_viewport_size({"width": 1440, "height": WIDTHS[1440]})
        self.spent += time.monotonic() - began

    def _as_it_is(self, name: str) -> None:
        before = self.page.evaluate("document.documentElement.dataset.bsTheme")
        for width in WIDTHS:
            for theme in THEMES:
                self.page.evaluate("t => { document.documentElement.dataset.bsTheme = t }", theme)
                self._take(name, width, theme)
        self.page.evaluate("t => { document.documentElement.dataset.bsTheme = t }", before)

    def pages(self, name: str, address: str, widths: tuple[int, ...] = (1440,)) -> None:
        """The page at this address, loaded in each look: charts take their colours on loading."""
        for width in widths:
            for theme in THEMES:
                cookie = {"name": "theme", "value": theme, "url": address}
                self.page.context.add_cookies([cookie])
                self.page.set_viewport_size({"width": width, "height": WIDTHS[width]})
                self.page.goto(address)
                self.page.wait_for_load_state("networkidle")
                self._take(name, width, theme)

    def _take(self, name: str, width: int, theme: str) -> None:
        self.page.set_viewport_size({"width": width, "height": WIDTHS[width]})
        self.page.screenshot(path=self._folder / f"{name}-{width}-{theme}.png")


class Operator:
    """Does what somebody at the screen does, and counts it."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed, self.typed = page, 0, 0

    def press(self, name: str, role: str = "button") -> None:
        self.page.get_by_role(role, name=name, exact=True).first.click()
        self.page.wait_for_load_state("networkidle")
        self.pressed += 1

    def open(self, summary: str) -> None:
        self.page.locator("summary", has_text=summary).click()
        self.pressed += 1

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label).first.fill(text)
        self.typed += 1


def walk(page: Page, folder: Path, *, link: str, openai: dict[str, str], people: str) -> str:
    """From the first-admin link to the leavers' names. Returns what it took, in words."""
    camera, operator = Camera(page, folder), Operator(page)
    began = time.monotonic()
    _become_admin(camera, operator, link)
    _credentials(camera, operator, openai)
    page.get_by_role("heading", name=f"Connected to {openai['organization_id']}").wait_for()
    took = time.monotonic() - began - camera.spent
    told = (
        f"From the link to “Connected to {openai['organization_id']}”: {took:.1f} s of pages,"
        f" {operator.pressed} presses, {operator.typed} fields."
    )
    page.get_by_text("Already here").wait_for()
    camera.step("connected")
    page.get_by_role("heading", name="Everything was read").wait_for()
    camera.step("first-sync")
    _import(camera, operator, people)
    page.wait_for_function("!document.querySelector('main').innerText.includes('Not checked yet')")
    camera.step("overview", again=True)
    return told


def _become_admin(camera: Camera, operator: Operator, link: str) -> None:
    operator.page.goto(link)
    camera.step("first-admin")
    operator.fill("Name", "Ada Lindqvist")
    operator.fill("Work e-mail", "ada.lindqvist@halden.example")
    operator.fill("Password", "three quiet herons at dusk")
    operator.press("Create the admin and sign in")
    camera.step("signed-in")
    operator.press("Connections", "link")
    camera.step("connections")
    operator.press("Add connection", "link")
    operator.fill("Search connectors", "integration")
    operator.page.wait_for_load_state("networkidle")
    camera.step("catalogue")
    operator.press("View details", "link")
    camera.step("details")
    operator.press("Connect", "link")


def _credentials(camera: Camera, operator: Operator, openai: dict[str, str]) -> None:
    """A wrong key, a key that cannot do everything, then the right one."""
    page = operator.page
    camera.step("credentials")
    pressed, typed = operator.pressed, operator.typed
    _enter(operator, openai, openai["project_key"])
    operator.press("Validate and store")
    camera.step("refused")
    _enter(operator, openai, openai["personal_key"])
    operator.press("Validate and store")
    page.get_by_role("heading", name="What the key can do").wait_for()
    camera.step("found")
    operator.press("Back", "link")
    # Those two were for the pictures.
    operator.pressed, operator.typed = pressed, typed
    _enter(operator, openai, openai["admin_key"])
    camera.step("filled-in")
    operator.press("Validate and store")


def _enter(operator: Operator, openai: dict[str, str], key: str) -> None:
    operator.fill("Organization ID", openai["organization_id"])
    operator.fill("Admin API key", key)
    if not operator.page.get_by_label("Custom base URL").is_visible():
        operator.open("Region and address")
    operator.fill("Custom base URL", openai["url"])


def _import(camera: Camera, operator: Operator, people: str) -> None:
    operator.press("Overview", "link")
    camera.step("nobody-known", again=True)
    operator.press("Import people", "link")
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": people.encode()}
    operator.page.get_by_label("CSV file").set_input_files(file)
    camera.step("import")
    operator.press("Preview")
    camera.step("preview")
    operator.page.get_by_role("button", name="Import").click()
    operator.page.wait_for_load_state("networkidle")
    camera.step("imported")
    operator.press("Overview", "link")


def tour(page: Page, folder: Path, demo: dict[str, object]) -> None:
    """The demo company's pages."""
    address, links = str(demo["url"]), dict(demo["links"])
    camera = Camera(page, folder)
    camera.pages("sign-in", f"{address}/auth/login")
    page.goto(links["admin"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state("networkidle")
    for name, path in PAGES.items():
        widths = tuple(WIDTHS) if name == "overview" else (1440,)
        camera.pages(name, address + path, widths)
    for name, (path, row) in ROWS.items():
        page.goto(address + path)
        found = page.locator("main").get_by_role("link", name=row).first.get_attribute("href")
        camera.pages(name, f"{address}{found}")


@contextmanager
def running(*words: str, **environment: str) -> Iterator[dict[str, object]]:
    """`tenure …` until the block ends; gives the JSON line it prints when it is ready."""
    child = subprocess.Popen(  # noqa: S603 - our own command line
        [sys.executable, "-m", "tenure", *words],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield _first_document(child.stdout)
    finally:
        child.send_signal(signal.SIGINT)
        child.wait(timeout=30)


def _first_document(lines: Iterable[str]) -> dict[str, object]:
    """The first JSON object of an output, which may go on for several lines."""
    read = ""
    for line in lines:
        read += line
        if line.rstrip().endswith("}") and not line.startswith(" "):
            return json.loads(read)
    raise SystemExit("It did not start; the lines above say why.")


def port(wanted: int) -> str:
    """The port one would expect, when it is free."""
    for number in (wanted, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", number))
            except OSError:
                continue
            return str(probe.getsockname()[1])
    raise OSError


def make_it_show(openai: dict[str, object]) -> None:
    """A provider that takes its time, so that the first sync can be seen at work.

    And one that lets a user's own key read, so that there is a limited key to be shown.
    """
    faults = {"delay": "1.5@users", "personal_key_reads": "on"}
    parts = urlsplit(str(openai["control_url"]))
    connection = HTTPConnection(parts.netloc)
    connection.request("POST", f"{parts.path}/faults", json.dumps(faults))
    connection.getresponse().read()
    connection.close()


def main() -> None:
    with ExitStack() as stack:
        home = Path(stack.enter_context(TemporaryDirectory()))
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--no-first-run", *(f"--disable-{part}" for part in QUIET)],
        )

        def page() -> Page:
            size = {"width": 1440, "height": WIDTHS[1440]}
            context = browser.new_context(viewport=size, reduced_motion="reduce")
            context.set_default_timeout(30_000)
            return stack.enter_context(context).new_page()

        company = make_company(datetime.now(UTC).date())
        file = home / "company.json"
        file.write_text(json.dumps(company.openai), encoding="utf-8")
        chosen = sys.argv[1:] or ["walk", "tour"]
        if "walk" in chosen:
            with (
                running("simulator", "--port", port(4010), "--company", str(file)) as openai,
                running(
                    *("--json", "serve", "-q", "--port", port(8000)),
                    TENURE_HOME=str(home / "walk"),
                    TENURE_PROVIDER_HOSTS_ALLOW="127.0.0.1",
                    TENURE_ORGANIZATION_NAME="Halden Optics",
                ) as served,
            ):
                make_it_show(openai)
                link = str(served["first_admin_link"])
                told = walk(
                    page(), FOLDER / "connect", link=link, openai=openai, people=company.csv()
                )
                sys.stdout.write(f"{told}\n")
        if "tour" in chosen:
            ports = ("--port", port(8000), "--simulator-port", port(4010))
            demo = ("--json", "demo", "--no-browser", *ports)
            with running(*demo, TENURE_HOME=str(home / "demo")) as document:
                tour(page(), FOLDER, document)


if __name__ == "__main__":
    main()
