"""What to tell whom, kept until it is sent."""
