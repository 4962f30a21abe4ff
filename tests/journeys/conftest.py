"""A person with a browser: headless Chromium against the served pages, axe-core beside it."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from supply.settings import ROOT

PASSWORD = "et-langt-passord"  # what tests/conftest.py gives everybody
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.skip("no Chromium on this machine: install the system's package chromium to walk the journeys")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"])
        yield started
        started.close()


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    """The service on a port of its own; gives its address."""

    def whole(environ: Any, start_response: Any) -> list[bytes]:
        """Read an answer to its end before it is sent: Werkzeug's server leaves the file of a script open when the browser has gone elsewhere meanwhile."""
        with closing(app(environ, start_response)) as answer:
            return [b"".join(answer)]

    server = make_server("127.0.0.1", 0, whole, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


class Walker:
    """Somebody at a page: signs in, goes places, and sees what axe-core sees."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        page.set_default_timeout(10_000)
        self.outside: list[str] = []
        self.said: list[str] = []
        page.on("request", lambda request: None if request.url.startswith((address, "data:", "blob:")) else self.outside.append(request.url))
        page.on("console", lambda message: self.said.append(message.text) if message.type in {"error", "warning"} else None)

    def sign_in(self, name: str) -> None:
        self.go("/")
        self.page.fill("input[name=email]", f"{name}@example.no")
        self.page.fill("input[name=password]", PASSWORD)
        self.page.press("input[name=password]", "Enter")

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)

    def accessible(self) -> list[Any]:
        """Give what axe-core finds wrong with the page."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        return [(violation["id"], [node["target"] for node in violation["nodes"]]) for violation in found["violations"]]

    def fits(self) -> bool:
        """Whether nothing sticks out of the page sideways, once its styles are there."""
        self.page.wait_for_load_state()
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.fixture
def walker(browser: Browser, served: str) -> Iterator[Callable[..., Walker]]:
    """Give somebody at a page, on a phone unless told otherwise."""
    contexts = []

    def start(*, wide: bool = False, language: str = "nb-NO", scripts: bool = True) -> Walker:
        context = browser.new_context(viewport=DESK if wide else PHONE, locale=language, bypass_csp=True, java_script_enabled=scripts)
        contexts.append(context)
        return Walker(context.new_page(), served)

    yield start
    for context in contexts:
        context.close()
