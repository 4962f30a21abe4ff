"""Questions about orders and shipments."""
