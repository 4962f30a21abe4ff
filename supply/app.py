"""The bare application: settings, database, languages, headers, health. Features are added by wsgi."""

from pathlib import Path
from typing import Any

from flask import Flask, g, redirect, render_template, request, url_for
from flask_babel import Babel, get_locale, gettext
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import DBAPIError
from werkzeug import exceptions
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import Map, UnicodeConverter
from werkzeug.wrappers import Response as AnyResponse

from supply import clock, headers
from supply import db as database
from supply.asking import find_person
from supply.auth import service as auth
from supply.errors import Busy, Forbidden, MethodNotAllowed, Missing, NotSignedIn, Refusal, ServerFault, TooLarge, Unreadable, WrongContentType
from supply.settings import Settings, read_settings
from supply.web import problem_of, respond_problem


class CodeInPath(UnicodeConverter):
    """A code in an address: what no code can hold leads nowhere, and is not asked of a database."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map)
        self.regex = r"[^/\x00-\x1f\x7f-\x9f]{1,80}"


class LotInPath(UnicodeConverter):
    """A lot's number in an address: at most 20 characters, a slash among them."""

    part_isolating = False

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map)
        self.regex = r"[^\x00-\x1f\x7f-\x9f]{1,20}"


LANGUAGES = ("nb", "nn", "en")


def bare_app(settings: Settings | None = None) -> Flask:
    """Make the application that every feature joins; refuses to start on wrong settings (SettingsMissing)."""
    settings = settings or read_settings()
    app = Flask("supply", root_path=str(Path(__file__).parent))
    app.extensions["settings"] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=settings.body_bytes_max,
        MAX_FORM_PARTS=20_000,
        MAX_FORM_MEMORY_SIZE=settings.body_bytes_max,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.in_production,
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE=settings.default_language,
        BABEL_DEFAULT_TIMEZONE="Europe/Oslo",
        BABEL_TRANSLATION_DIRECTORIES=str(Path(__file__).parent / "translations"),
    )
    if settings.in_production:
        app.config["SESSION_COOKIE_NAME"] = "__Host-forsyn_form"
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]  # Flask's own way to put nginx in front
    app.url_map.converters |= {"default": CodeInPath, "lot": LotInPath}
    app.ensure_sync = lambda func: func  # type: ignore[method-assign]  # none of ours is async, and to ask it of six functions for every request takes as long as a statement
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    database.init_app(app)
    Babel(app, locale_selector=language)
    app.extensions["csrf"] = CSRFProtect(app)
    headers.init_app(app)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(CSRFError, _form_too_old)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DBAPIError, _database_error)
    return app


def language() -> str:
    """Choose the reader's language: the one in the cookie, the account's, then the browser's, bokmål last."""
    chosen = request.cookies.get("language", "")
    if chosen in LANGUAGES:
        return chosen
    if request.path.startswith("/api/"):
        return request.accept_languages.best_match(LANGUAGES) or "en"
    if (person := g.get("person")) is not None:
        return str(person.language)
    best = request.accept_languages.best_match(["nb", "nn", "no", "en"])
    return "nb" if best in {None, "no"} else str(best)


def _refused(refusal: Refusal) -> AnyResponse | tuple[str, int]:
    if isinstance(refusal, Forbidden) or (isinstance(refusal, NotSignedIn) and "Authorization" in request.headers):
        _log_refusal(refusal)
    if request.path.startswith("/api/"):
        return respond_problem(refusal)
    if isinstance(refusal, NotSignedIn):
        return redirect(url_for("auth.sign_in", next=request.full_path.rstrip("?") if request.method == "GET" else None))
    return _problem_page(problem_of(refusal)), refusal.status


def _log_refusal(refusal: Refusal) -> None:
    """Note in the access log who was refused what: the route and the reason, nothing of what was sent."""
    person = g.get("person")
    account_id = person.account_id if person else None
    act = f"{request.method} {request.url_rule.rule if request.url_rule else '-'}"
    database.in_one_transaction(lambda session: auth.log(session, account_id=account_id, act=act, outcome=refusal.code(), now=clock.now()))


def _problem_page(problem: dict[str, Any]) -> str:
    find_person()
    return render_template("problem.html", problem=problem, language=str(get_locale()))


def _http_error(error: HTTPException) -> AnyResponse | tuple[str, int] | HTTPException:
    """Write Flask's own errors (404, 405, 413 …) as problems too."""
    if (error.code or 500) < 400:
        return error
    refusal = _refusal_of(error)
    if request.path.startswith("/api/"):
        response = respond_problem(refusal)
        response.headers.extend([(name, value) for name, value in error.get_headers() if name.lower() == "allow"])
        return response
    try:
        return _problem_page(problem_of(refusal)), refusal.status
    except DBAPIError:
        return error


def _refusal_of(error: HTTPException) -> Refusal:
    if isinstance(error, exceptions.MethodNotAllowed):
        return MethodNotAllowed(allowed=", ".join(sorted(error.valid_methods or ())))
    if (error.code or 500) >= 500:
        return ServerFault()
    kinds: dict[int | None, type[Refusal]] = {kind.status: kind for kind in (Missing, TooLarge, WrongContentType)}
    return kinds[error.code]() if error.code in kinds else Unreadable(why=error.name)


def _form_too_old(_error: CSRFError) -> tuple[str, int]:
    problem = {"title": gettext("The form was too old."), "detail": gettext("Nothing was recorded. Go back, load the page again and send it once more."), "status": 400, "code": "form-too-old"}
    return _problem_page(problem), 400


def _database_error(error: DBAPIError) -> AnyResponse | tuple[str, int]:
    """Answer 503 when the database is away or full; anything else is a bug of ours."""
    database.db.session.rollback()
    if not (database.away(error) or database.lost_race(error)):
        raise error
    return respond_problem(Busy()) if request.path.startswith("/api/") else ("503 Service Unavailable", 503)
