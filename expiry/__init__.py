"""What will expire, what is recalled, and who is told in time."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Join the routes, pages and timed work of this feature to the app."""
    from expiry import api, pages
    from expiry.jobs.recalls import REMINDERS
    from expiry.pages.recall_words import NOTICES
    from supply import notices
    from supply.jobs import service as jobs

    app.extensions["api"].register_blueprint(api.api)
    app.extensions["csrf"].exempt(api.api)
    app.register_blueprint(pages.pages)
    jobs.register(app, REMINDERS)
    notices.register(app, *NOTICES)
