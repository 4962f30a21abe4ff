"""One key, one effect: what an account asked under a key, and the answer it got, for ever."""
