"""The blueprint of alerts, recalls and disposals, and its place in the main menu."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from supply.pages import Link

pages = Blueprint("expiring", __name__)
NAVIGATION: tuple[Link, ...] = ()


@pages.record_once
def join(state: BlueprintSetupState) -> None:
    """Put the pages of this feature in the main menu."""
    state.app.extensions["navigation"].extend(NAVIGATION)
