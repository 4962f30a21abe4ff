"""What will expire, what is recalled, and who is told in time."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Join the routes, pages and timed work of this feature to the app."""
    from expiry import api, pages

    app.extensions["api"].register_blueprint(api.api)
    app.extensions["csrf"].exempt(api.api)
    app.register_blueprint(pages.pages)
