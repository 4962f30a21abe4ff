"""The blueprint of alerts, recalls and disposals, its place in the main menu, and the names of areas."""

from typing import Any

from flask import Blueprint
from flask.blueprints import BlueprintSetupState
from flask_babel import format_decimal
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from inventory.pages import frame as ground
from inventory.queries import overview
from supply.pages import Link, retold

pages = Blueprint("expiring", __name__)
NAVIGATION = (Link(label=_l("Alerts"), endpoint="expiring.alerts", permission="see alerts", also=("expiring.place_alerts", "expiring.alert", "expiring.acknowledge")),)


@pages.record_once
def join(state: BlueprintSetupState) -> None:
    """Put the pages of this feature in the main menu."""
    state.app.extensions["navigation"].extend(NAVIGATION)


def said_of(problem: dict[str, Any]) -> str:
    """Write a refusal with names for codes, days and numbers as the reader writes them."""
    return retold(problem, _tell)


def area_names(session: Session) -> dict[str, str]:
    """Give the counties by number: what a board can be asked for besides the nation."""
    return dict(overview.counties(session))


def _tell(name: str, value: Any) -> Any:
    return format_decimal(value) if isinstance(value, int) and name != "status" else ground.tell(name, value)
