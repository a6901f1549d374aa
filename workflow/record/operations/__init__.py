"""Signs of life of what runs in the background."""
