"""Somebody at a browser without JavaScript: reads pages, fills in the forms that stand on them, presses buttons."""

import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient


class Page(HTMLParser):
    """What a page shows: its forms with their fields, the links, what stands beside the fields."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.status, self.location, self.html = answer.status_code, answer.headers.get("Location", ""), answer.text
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.ids: set[str] = set()
        self.select = ""
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.ids |= {found["id"]} if "id" in found else set()
        if tag == "form":
            self.forms.append((found.get("action", ""), {}))
        elif tag == "input" and self.forms and "name" in found and (found.get("type") not in {"radio", "checkbox"} or "checked" in found):
            self.forms[-1][1][found["name"]] = found.get("value", "")
        elif tag == "select":
            self.select = found.get("name", "")
        elif tag == "option" and "selected" in found and self.forms:
            self.forms[-1][1][self.select] = found.get("value", "")

    @property
    def text(self) -> str:
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.html)).split())

    @property
    def wrong(self) -> dict[str, str]:
        """What stands beside the fields, by field."""
        return {name: unescape(text) for name, text in re.findall(r'<p class="ds-validation-message"[^>]* id="([^"]+)-wrong\d*">([^<]*)</p>', self.html)}

    def form(self, action: str) -> dict[str, str]:
        return next(fields for path, fields in self.forms if path.split("?")[0] == action)


class Reader:
    """Somebody at a browser."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def open(self, path: str) -> Page:
        with self.client.application.app_context():
            return Page(self.client.get(path, follow_redirects=True))

    def get(self, path: str) -> Any:
        with self.client.application.app_context():
            return self.client.get(path, buffered=True)  # a file is read to its end and closed, as by a server

    def send(self, page: Page, action: str, **fields: str) -> Page:
        """Send the form of a page to its action, with some fields filled in; `__` stands for the hyphen."""
        filled = {**page.form(action), **{name.rstrip("_").replace("__", "-"): text for name, text in fields.items()}}
        with self.client.application.app_context():
            return Page(self.client.post(action, data=filled))

    def follow(self, page: Page) -> Page:
        assert page.status == 303, page.text
        return self.open(page.location)


@pytest.fixture
def reader(app: Flask) -> Callable[..., Reader]:
    """Give somebody who has signed in, by name; None signs in nobody."""

    def sign_in(name: str | None = "alma", language: str = "en") -> Reader:
        found = Reader(app.test_client())
        found.client.set_cookie("language", language)
        if name is not None:
            page = found.send(found.open("/sign-in"), "/sign-in", email=f"{name}@example.no", password="et-langt-passord")
            assert page.status == 303, page.text
        return found

    return sign_in
