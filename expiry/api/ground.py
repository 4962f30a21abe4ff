"""What the routes of alerts, recalls and disposals stand on."""

from supply.openapi import JsonBlueprint

api = JsonBlueprint("expiry", __name__, url_prefix="/api/v1", description="What will expire, what is recalled, and who has answered.")
