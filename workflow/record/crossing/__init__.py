"""How a plan's way to another municipality stands."""
