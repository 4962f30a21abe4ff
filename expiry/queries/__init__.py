"""Alerts, recalls and disposals asked for: never writes."""
