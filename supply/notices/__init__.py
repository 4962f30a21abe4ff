"""What to tell whom, kept until it is sent."""

from flask import Flask

from supply.notices.rules import NoticeKind


def init_app(app: Flask) -> None:
    """Let features say which kinds of notices they queue; join the inbox, its interface and the timed work to the app."""
    from supply.jobs.service import register as register_jobs
    from supply.notices import api, pages
    from supply.notices.jobs import JOBS

    app.extensions["notice_kinds"] = {}
    app.extensions["api"].register_blueprint(api.api)
    app.extensions["csrf"].exempt(api.api)
    app.register_blueprint(pages.pages)
    register_jobs(app, *JOBS)


def register(app: Flask, *kinds: NoticeKind) -> None:
    """Let notices of some kinds be told."""
    app.extensions["notice_kinds"].update({kind.code: kind for kind in kinds})
