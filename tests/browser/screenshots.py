"""Draws every picture under docs/screenshots: `make screenshots`.

`walk` goes from the printed first-admin link to the first answer, following only the screen, and
`tour` shows the demo company's pages. `time` walks without pictures, and says how long the pages
took and how often one has to press. All run the real commands in directories of their own, and
stop whatever they started.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from base64 import b64decode, b64encode
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

from tenure.demo.company import make_company
from tests.browser.commands import make_it_show, port, running

FOLDER = Path(__file__).parents[2] / "docs/screenshots"
WIDTHS = {1440: 900, 390: 844}
THEMES = ("light", "dark")
SMALLER = Path(__file__).with_name("smaller.js").read_text(encoding="utf-8")
CHROMIUM = os.environ.get("TENURE_CHROMIUM") or shutil.which("chromium")
QUIET = ["background-networking", "component-update", "gpu", "quic", "sync"]
_FIRST_SYNC_MS = 240_000
PAGES = {
    "overview": "/",
    "accounts": "/accounts",
    "people": "/people",
    "projects": "/projects",
    "groups": "/entitlements",
    "roles": "/entitlements/roles",
    "credentials": "/credentials",
    "tests": "/tests",
    "test": "/tests/leavers-deprovisioned",
    "requests": "/requests",
    "catalogue": "/requests/catalogue",
    "policies": "/requests/policies",
    "my-access": "/me",
    "offboardings": "/offboarding",
    "operations": "/operations",
    "connections": "/connections",
    "audit": "/audit",
    "users": "/settings/users",
}
# One row's page each: the list it is in, and the row.
ROWS = {
    "account": ("/accounts?q=castellanos", "Hugo Castellanos"),
    "person": ("/people?q=castellanos", "Hugo Castellanos"),
    "project": ("/projects", "search-relevance"),
    "group": ("/entitlements", "ML platform"),
    "role": ("/entitlements/roles", "Owner"),
    "credential": ("/credentials?q=castellanos", "eval sweep"),
    "offboarding": ("/offboarding", "Hugo Castellanos"),
    "operation": ("/operations?show=verified", "otto.brandvik"),
    "connection": ("/connections", "OpenAI Production"),
}


class Camera:
    """Takes a page in every look; without a folder, it takes nothing."""

    def __init__(self, page: Page, folder: Path | None) -> None:
        self.page, self.folder, self._number = page, folder, 0
        if folder:
            self._darkroom = page.context.new_page()
            folder.mkdir(parents=True, exist_ok=True)

    def step(self, name: str, *, again: bool = False) -> None:
        """The next numbered picture, with what was typed so far; `again` loads it in each look."""
        if not self.folder:
            return
        self._number += 1
        if again:
            self.pages(f"{self._number:02}-{name}", self.page.url, tuple(WIDTHS))
        else:
            self._as_it_is(f"{self._number:02}-{name}")
        self.page.set_viewport_size({"width": 1440, "height": WIDTHS[1440]})

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
                # For the whole site: one made for a folder would stand beside the others.
                cookie = {"name": "theme", "value": theme, "domain": "127.0.0.1", "path": "/"}
                self.page.context.add_cookies([cookie])
                self.page.set_viewport_size({"width": width, "height": WIDTHS[width]})
                self.page.goto(address)
                self.page.wait_for_load_state("networkidle")
                self._take(name, width, theme)

    def _take(self, name: str, width: int, theme: str) -> None:
        self.page.set_viewport_size({"width": width, "height": WIDTHS[width]})
        whole = b64encode(self.page.screenshot()).decode()
        smaller = b64decode(self._darkroom.evaluate(SMALLER, whole))
        (self.folder / f"{name}-{width}-{theme}.png").write_bytes(smaller)


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


def walk(page: Page, folder: Path | None, *, link: str, openai: dict[str, str], people: str) -> str:
    """From the first-admin link to the leavers' names. Returns what it took, in words."""
    camera, operator = Camera(page, folder), Operator(page)
    began = time.monotonic()
    _become_admin(camera, operator, link)
    _credentials(camera, operator, openai)
    page.get_by_role("heading", name=f"Connected to {openai['organization_id']}").wait_for()
    took = time.monotonic() - began
    told = (
        f"From the link to “Connected to {openai['organization_id']}”: {took:.1f} s of pages,"
        f" {operator.pressed} presses, {operator.typed} fields."
    )
    page.get_by_text("Already here").wait_for()
    camera.step("connected")
    # The members of each project are read at the pace of a new connection, a few in a minute.
    page.get_by_role("heading", name="Everything was read").wait_for(timeout=_FIRST_SYNC_MS)
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
    camera.step("credentials")
    if camera.folder:
        _other_keys(camera, operator, openai)
    _enter(operator, openai, openai["admin_key"])
    camera.step("filled-in")
    operator.press("Validate and store")


def _other_keys(camera: Camera, operator: Operator, openai: dict[str, str]) -> None:
    """A key that is refused, and one that cannot do everything."""
    _enter(operator, openai, openai["project_key"])
    operator.press("Validate and store")
    camera.step("refused")
    _enter(operator, openai, openai["personal_key"])
    operator.press("Validate and store")
    operator.page.get_by_role("heading", name="What the key can do").wait_for()
    camera.step("found")
    operator.press("Back", "link")


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
        for words in {"walk", "time"}.intersection(chosen):
            folder = FOLDER / "connect" if words == "walk" else None
            with (
                running("simulator", "--port", port(4010), "--company", str(file)) as openai,
                running(
                    *("--json", "serve", "-q", "--port", port(8000)),
                    TENURE_HOME=str(home / words),
                    TENURE_PROVIDER_HOSTS_ALLOW="127.0.0.1",
                    TENURE_ORGANIZATION_NAME="Halden Optics",
                ) as served,
            ):
                if folder:
                    make_it_show(openai)
                link = str(served["first_admin_link"])
                told = walk(page(), folder, link=link, openai=openai, people=company.csv())
            if not folder:
                sys.stdout.write(f"{told}\n")
        if "tour" in chosen:
            ports = ("--port", port(8000), "--simulator-port", port(4010))
            demo = ("--json", "demo", "--no-browser", *ports)
            with running(*demo, TENURE_HOME=str(home / "demo")) as document:
                tour(page(), FOLDER, document)


if __name__ == "__main__":
    main()
