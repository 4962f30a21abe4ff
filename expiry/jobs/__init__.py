"""What the clock starts of alerts and recalls."""
