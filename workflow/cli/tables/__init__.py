"""The rules printed from the tables themselves."""
