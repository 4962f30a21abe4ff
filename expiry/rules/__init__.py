"""What expires, what of it will be wasted, and who is told when. Pure."""
