"""The arithmetic of coverage and of what the public edition shows. Pure."""
