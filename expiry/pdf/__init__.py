"""What this feature prints."""
