"""What will expire, what is recalled, and who is told in time."""
