"""Orders from municipality to depot to arrival."""
