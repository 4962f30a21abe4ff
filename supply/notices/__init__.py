"""What to tell whom, kept until it is sent."""

from flask import Flask

from supply.notices.rules import NoticeKind


def init_app(app: Flask) -> None:
    """Let features say which kinds of notices they queue."""
    app.extensions["notice_kinds"] = {}


def register(app: Flask, *kinds: NoticeKind) -> None:
    """Let notices of some kinds be told."""
    app.extensions["notice_kinds"].update({kind.code: kind for kind in kinds})
