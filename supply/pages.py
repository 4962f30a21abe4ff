"""What all pages share: the files of others that we serve, the frame around a page, refusals told in the reader's words."""

import hashlib
import mimetypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from babel import dates
from flask import Blueprint, Flask, Response, abort, current_app, g, request, send_file, url_for
from flask_babel import LazyString, get_locale, gettext
from markupsafe import Markup

from supply.auth import queries as accounts
from supply.clock import OSLO
from supply.db import reading
from supply.errors import Refusal
from supply.settings import ROOT
from supply.web import may

ground = Blueprint("ground", __name__)
MODULES = ROOT / "node_modules"
YEAR = 365 * 24 * 3600
VENDOR = {
    "designsystemet.css": "@digdir/designsystemet-css/dist/src/index.css",
    "theme.css": "@digdir/designsystemet-theme/src/themes/designsystemet.css",
    "designsystemet.js": "@digdir/designsystemet-web/dist/umd/index.js",
    **{f"inter-{part}-{weight}.woff2": f"@fontsource/inter/files/inter-{part}-{weight}-normal.woff2" for part in ("latin", "latin-ext") for weight in (400, 500, 600)},
    "swagger-ui.css": "swagger-ui-dist/swagger-ui.css",
    "swagger-ui-bundle.js": "swagger-ui-dist/swagger-ui-bundle.js",
}
"""The files of others that pages use, by the name they are served under; nothing else of node_modules is."""
LANGUAGES = (("nb", "Bokmål"), ("nn", "Nynorsk"), ("en", "English"))
"""The languages, each under its own name."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """A place in the main menu: where it leads, to whom it is shown, and whether it is about one place."""

    label: LazyString
    endpoint: str
    permission: str
    of_place: bool = False
    also: tuple[str, ...] = ()
    """Other endpoints under which it is the current one."""


def init_app(app: Flask) -> None:
    """Join the shared files and the frame of the pages to the app."""
    app.extensions["navigation"] = []
    app.register_blueprint(ground)
    app.context_processor(_frame)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


@ground.get("/vendor/<name>")
@may("anyone")
def vendor(name: str) -> Response:
    """Send a file of others, long to be kept when it is asked for by its fingerprint."""
    path = _path_of(name)
    if path is None:
        abort(404)
    versioned = request.args.get("v") == _fingerprint(path)
    response = send_file(path, mimetype=mimetypes.guess_type(name)[0] or "font/woff2", max_age=YEAR if versioned else 3600)
    response.cache_control.public = True
    if versioned:
        response.cache_control.immutable = True
    return response


@ground.app_template_global()
def vendor_url(name: str) -> str | None:
    """Give the address of a file of others; None when it was not brought, so that the page does without."""
    path = _path_of(name)
    return url_for("ground.vendor", name=name, v=_fingerprint(path)) if path else None


@ground.app_template_global()
def static_url(name: str) -> str:
    """Give the address of a file of our own, changed when the file is."""
    return url_for("static", filename=name, v=_fingerprint(Path(current_app.static_folder or "") / name))


@ground.after_app_request
def keep_private(response: Response) -> Response:
    """Let browsers keep a page for going back (the form's key with it), and nobody else keep it."""
    if response.mimetype == "text/html" and not response.headers.get("Cache-Control"):
        response.headers["Cache-Control"] = "private, no-cache"
        response.vary.add("Cookie")
    return response


def same_site(path: str | None) -> str:
    """Give a path of our own to go to next; the front page for anything that could lead elsewhere."""
    if not path or not path.startswith("/") or path.startswith("//") or "\\" in path or any(ord(character) < 0x21 for character in path):
        return "/"
    try:
        parts = urlsplit(path)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc else path.rstrip("?")


def language_code() -> str:
    """Give the reader's language: nb, nn or en."""
    return str(get_locale() or "nb").partition("_")[0]


@ground.app_template_filter()
def unbroken(number: str) -> Markup:
    """Write the number of an order, a shipment, a recall or a disposal so that a narrow page keeps it on one line, where it fits on one."""
    return Markup('<span class="unbroken">{}</span>').format(number)


@ground.app_template_filter()
def day_text(day: date, length: str = "medium") -> str:
    """Write a day as the reader does; English as it is written here, the day before the month."""
    return str(dates.format_date(day, length, locale=_date_locale()))


@ground.app_template_filter()
def moment_text(instant: datetime, length: str = "short") -> str:
    """Write an instant by the clocks of Oslo."""
    return f"{day_text(instant.astimezone(OSLO).date())} {time_text(instant, length)}"


@ground.app_template_filter()
def time_text(instant: datetime, length: str = "short") -> str:
    """Write the time of day of an instant by the clocks of Oslo."""
    return str(dates.format_time(instant, length, tzinfo=OSLO, locale=_date_locale()))


def _date_locale() -> str:
    return {"nb": "nb_NO", "nn": "nn_NO"}.get(language_code(), "en_GB")


def retold(problem: dict[str, Any], tell: Callable[[str, Any], Any]) -> str:
    """Write a refusal's sentence in the reader's language, its facts as `tell` puts them: names for codes, days as days."""
    kind = _refusals().get(str(problem.get("code")))
    if kind is None:
        return str(problem.get("detail") or problem.get("title") or "")
    title, sentence = kind.sentences()
    told = {name: gettext(value) if name in {"why", "problem"} and isinstance(value, str) else tell(name, value) for name, value in problem.items()}
    return str(gettext(sentence).format_map(Told(told)) if sentence else gettext(title))


def title_of(code: str) -> str:
    """Give the title of a refusal in the reader's language; a code that is none's stands as it is."""
    kind = _refusals().get(code)
    return str(gettext(kind.sentences()[0])) if kind is not None else code


class Told(dict[str, Any]):
    """Facts for a sentence; what is not known reads as a question mark."""

    def __missing__(self, key: str) -> str:
        return "?"


def _refusals() -> dict[str, type[Refusal]]:
    def below(kind: type[Refusal]) -> Iterator[type[Refusal]]:
        for inner in kind.__subclasses__():
            yield inner
            yield from below(inner)

    return {kind.code(): kind for kind in below(Refusal)}


def _frame() -> dict[str, Any]:
    """Give what the frame around every page shows."""
    person = g.get("person")
    return {
        "person": person,
        "made_up": person is not None and accounts.is_made_up(reading(), person.account_id),
        "language": language_code(),
        "languages": LANGUAGES,
        "navigation": current_app.extensions["navigation"],
        "here": g.get("place"),
        "next_path": request.full_path.rstrip("?") if request.method == "GET" else request.path,
    }


def _path_of(name: str) -> Path | None:
    path = MODULES / VENDOR[name] if name in VENDOR else None
    return path if path is not None and path.is_file() else None


@cache
def _fingerprint_of(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _fingerprint(path: Path) -> str:
    return _fingerprint_of(path, path.stat().st_mtime_ns)
