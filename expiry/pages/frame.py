"""The blueprint of alerts, recalls and disposals, and its place in the main menu."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState
from flask_babel import lazy_gettext as _l

from supply.pages import Link

pages = Blueprint("expiring", __name__)
_OF_PLACE = ("runs", "run", "new_run", "prepare_run", "confirm_run", "drop_run")
NAVIGATION: tuple[Link, ...] = (
    Link(label=_l("Expiring"), endpoint="expiring.waste", permission="see stock", of_place=True, also=tuple(f"expiring.{name}" for name in _OF_PLACE)),
    Link(label=_l("Waste by place"), endpoint="expiring.area_waste", permission="see stock"),
)


@pages.record_once
def join(state: BlueprintSetupState) -> None:
    """Put the pages of this feature in the main menu."""
    state.app.extensions["navigation"].extend(NAVIGATION)
