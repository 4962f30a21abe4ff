"""What is done about what expires and what is recalled. In the caller's transaction."""
