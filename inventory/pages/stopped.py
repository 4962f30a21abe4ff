"""What every page says while the books of a lot do not agree somewhere."""

from typing import Any

from inventory.pages.frame import pages
from inventory.queries import runs
from supply.asking import find_person
from supply.db import reading

SHOWN = 5
"""How many a banner names; it says when there are more."""


@pages.app_context_processor
def stopped_shelves() -> dict[str, Any]:
    """Give the frame the lots of which nothing is entered at the places that the reader sees."""
    person = find_person()
    if person is None or not person.may("see stock"):
        return {"shelves_stopped": ()}
    found = runs.stopped(reading(), by=person, limit=SHOWN + 1)
    return {"shelves_stopped": found[:SHOWN], "more_shelves_stopped": len(found) > SHOWN}
