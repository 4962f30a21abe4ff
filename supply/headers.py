"""What goes with every answer to keep a page to itself. Constants, so they are written once and not anew for each answer."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, Request
from flask.sessions import SecureCookieSessionInterface

from supply.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
}
"""Content-Security-Policy: our own files and nothing else; pictures may be data (the style sheet's icons are)."""
ALWAYS = {
    "Content-Security-Policy": "; ".join(f"{what} {where}" for what, where in POLICY.items()),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}
OVER_TLS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
"""A year, as long as browsers ask for."""


class FormSessions(SecureCookieSessionInterface):
    """Flask's own session, which ties a form to its browser; who asks with a key has none."""

    def open_session(self, app: Flask, request: Request) -> Any:
        """Open the session of a page."""
        return self.make_null_session(app) if request.path.startswith("/api/") else super().open_session(app, request)


def init_app(app: Flask) -> None:
    """Send the headers with every answer, errors too."""
    settings: Settings = app.extensions["settings"]
    headers = ALWAYS | OVER_TLS if settings.in_production else ALWAYS
    app.session_interface = FormSessions()
    app.wsgi_app = _Sending(app.wsgi_app, list(headers.items()))  # type: ignore[method-assign]  # Flask's own way to put something around an app


class _Sending:
    """An app whose every answer has some headers more."""

    def __init__(self, app: "WSGIApplication", headers: list[tuple[str, str]]) -> None:
        self.app, self.headers = app, headers

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer as the app does."""

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Callable[[bytes], object]:
            return start_response(status, headers + self.headers, *more)

        return self.app(environ, start)
