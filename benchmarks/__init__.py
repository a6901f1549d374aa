"""Measures our work against a floor that does the same by hand; only in a checkout, not in the wheel."""
