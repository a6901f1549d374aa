"""Deadlines and their ladders as they are stored, and who hears of each rung."""
