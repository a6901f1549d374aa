"""A hand-over between municipalities as its two sides see it."""
