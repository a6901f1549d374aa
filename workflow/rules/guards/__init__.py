"""The guards of the tables, one module for each area."""
