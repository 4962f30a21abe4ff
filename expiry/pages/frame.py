"""The blueprint of alerts, recalls and disposals, and its place in the main menu."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState
from flask_babel import lazy_gettext as _l

from supply.pages import Link

pages = Blueprint("expiring", __name__)
_OF_RECALLS = ("recall", "new_recall", "open_recall", "answer_recall", "record_answer", "close_recall", "lift_recall")
NAVIGATION: tuple[Link, ...] = (Link(label=_l("Recalls"), endpoint="expiring.recalls", permission="see stock", also=tuple(f"expiring.{name}" for name in _OF_RECALLS)),)


@pages.record_once
def join(state: BlueprintSetupState) -> None:
    """Put the pages of this feature in the main menu."""
    state.app.extensions["navigation"].extend(NAVIGATION)
