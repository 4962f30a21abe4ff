"""The blueprint of alerts, recalls and disposals, its place in the main menu, and the names of areas."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState
from flask_babel import lazy_gettext as _l

from supply.pages import Link

pages = Blueprint("expiring", __name__)
_OF_PLACE = ("runs", "run", "new_run", "prepare_run", "confirm_run", "drop_run")
_OF_RECALLS = ("recall", "new_recall", "open_recall", "answer_recall", "record_answer", "close_recall", "lift_recall")
NAVIGATION = (
    Link(label=_l("Expiring"), endpoint="expiring.waste", permission="see stock", of_place=True, also=tuple(f"expiring.{name}" for name in _OF_PLACE)),
    Link(label=_l("Alerts"), endpoint="expiring.alerts", permission="see alerts", also=("expiring.place_alerts", "expiring.alert", "expiring.acknowledge", "expiring.area_waste")),
    Link(label=_l("Recalls"), endpoint="expiring.recalls", permission="see stock", also=tuple(f"expiring.{name}" for name in _OF_RECALLS)),
)


@pages.record_once
def join(state: BlueprintSetupState) -> None:
    """Put the pages of this feature in the main menu."""
    state.app.extensions["navigation"].extend(NAVIGATION)
