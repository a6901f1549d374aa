"""A plan as a file: its schema, written and taken in."""
