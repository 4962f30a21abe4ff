"""JSON and forms of alerts, recalls and disposals, read and written."""
