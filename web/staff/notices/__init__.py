"""One's own notices and how one is told."""
