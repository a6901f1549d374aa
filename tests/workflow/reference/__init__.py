"""A model of its own beside the product, and a year of plans."""
