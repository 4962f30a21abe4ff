"""What will expire, what is recalled, and who is told in time."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Join the routes, pages and timed work of this feature to the app."""
    from expiry import api, pages
    from expiry.pages.words import witness_needed
    from expiry.queries.audit import SUMS
    from inventory.queries import audit
    from supply import notices
    from supply.notices.rules import NoticeKind, Urgency

    audit.SUMS.update(SUMS)
    notices.register(
        app, NoticeKind(code="witness-needed", urgency=Urgency.ROUTINE, permission="record stock", tell=witness_needed, link=lambda facts: f"/places/{facts['place']}/disposal-runs/{facts['number']}")
    )
    app.extensions["api"].register_blueprint(api.api)
    app.extensions["csrf"].exempt(api.api)
    app.register_blueprint(pages.pages)
