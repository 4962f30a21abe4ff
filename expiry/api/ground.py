"""What the routes of alerts, recalls and disposals stand on."""

from flask import current_app, g

from expiry.service.disposals import By
from supply import clock
from supply.asking import current_person
from supply.openapi import JsonBlueprint

api = JsonBlueprint("expiry", __name__, url_prefix="/api/v1", description="What will expire, what is recalled, and who has answered.")


def acting() -> By:
    """Give who disposes in this request, and when."""
    return By(person=current_person(), now=clock.now(), key=g.get("key", ""), ledger_opens_on=current_app.extensions["settings"].ledger_opens_on)
