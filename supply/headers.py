"""What goes with every answer to keep a page to itself. Constants, so they are written once and not anew for each answer."""

from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSessionInterface

from supply.settings import Settings

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

    @app.after_request
    def set_headers(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.add(name, value)
        return response
